"""Turns an outcome into the messages that tell it, each within Discord's limit, no quote cut in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.words.answers import NEAREST, about_words, parts_of
from bot.words.refusals import refusal_words
from cogs._markdown.escaping import escape, unescape
from cogs._markdown.lengths import MESSAGE_LIMIT, shown, units
from cogs._markdown.splitting import split_point
from cogs._rendering.credit import credit_lines
from cogs._rendering.helping import what_helps
from retrieval.domain.answers import Answer, NoAnswer, Outcome, Quote
from retrieval.domain.articles import Span

MAX_MESSAGES = 5
CONTINUED = "-# (continued)"
CONTINUES = "-# … continues in the next message"
_GAP = "\n\n"
_NOTE_ROOM = 120  # for the last two lines, which tell what was left out
_CAPACITY = MESSAGE_LIMIT - _NOTE_ROOM
_LEAST_PIECE = 400  # a shorter beginning of a long quote is not worth a part of its own
_REASON_LIMIT, _ASKED_LIMIT = 600, 300


class RenderingError(Exception):
    """What would be shown is not the article's text; it must not be sent."""


def render(outcome: Outcome, *, above: str | None = None, buttons: bool = False) -> list[str]:
    """Return the messages that tell `outcome`: best quote first, never more than `MAX_MESSAGES`.

    `above` is Markdown of our own that comes first. With `buttons` below the message, the link to the article and
    what is nearest to a refused question are behind these.
    """
    pages = _Pages(linked=not buttons)
    if above is not None:
        pages.add(above)
    return _fill(pages, _lead(pages, outcome, buttons=buttons))


def asked_line(question: str) -> str:
    """Return the line that repeats a question where Discord itself does not show it (slash commands)."""
    return f"-# Asked: {shown(question, limit=_ASKED_LIMIT)}"


def about_line(outcome: Outcome) -> str | None:
    """Return the line that says with which words of the talk a question was understood, if with any."""
    about = about_words(outcome.about, show=lambda text, limit: shown(text, limit=limit))
    return f"-# {about}" if about is not None else None


def render_quotes(lead: str, quotes: Sequence[Quote]) -> list[str]:
    """Return the messages that show `quotes` under a lead of Markdown of our own."""
    pages = _Pages()
    pages.add(lead)
    return _fill(pages, [(None, tuple(quotes))])


_Parts = Sequence[tuple[str | None, tuple[Quote, ...]]]
"""Quotes in their order, those that belong together below words of our own."""


def _fill(pages: _Pages, parts: _Parts) -> list[str]:
    left_out = []
    for lead, quotes in parts:
        for number, quote in enumerate(quotes):
            above = f"**{lead}**\n" if lead and number == 0 else ""
            if not _place(pages, quote, above):
                left_out.append(quote)
    if left_out:
        are = "quote does" if len(left_out) == 1 else "quotes do"
        pages.append(f"-# {len(left_out)} more {are} not fit in this answer.")
    return pages.texts


def quote_text(message: str) -> str:
    """Return the article's characters that `message` shows: its block quotes, escaping undone."""
    lines = [line[2:] for line in message.split("\n") if line.startswith("> ")]
    return unescape("\n".join(lines))


@dataclass(slots=True)
class _Pages:
    """The messages so far; only the last one is still being filled."""

    texts: list[str] = field(default_factory=list)
    linked: bool = True

    def room(self) -> int:
        return _CAPACITY - units(self.texts[-1]) - len(_GAP) if self.texts else 0

    def can_grow(self) -> bool:
        return len(self.texts) < MAX_MESSAGES

    def add(self, block: str) -> None:
        if self.texts and units(block) <= self.room():
            self.append(block)
        else:
            self.texts.append(block)

    def append(self, block: str) -> None:
        self.texts[-1] += f"{_GAP}{block}"


def _lead(pages: _Pages, outcome: Outcome, *, buttons: bool) -> _Parts:
    match outcome:
        case Answer():
            return parts_of(outcome, show=lambda text, limit: shown(text, limit=limit))
        case NoAnswer(near_misses=near_misses):
            lines = [shown(refusal_words(outcome), limit=_REASON_LIMIT)]
            if (help_line := what_helps(outcome)) is not None:
                lines.append(f"-# {help_line}")
            told = "\n".join(lines)
            if buttons or not near_misses:
                pages.add(told)
                return []
            pages.add(f"{told}{_GAP}{NEAREST}")
            return [(None, near_misses)]


def _place(pages: _Pages, quote: Quote, above: str) -> bool:
    """Put `quote` into the pages, whole where that is possible; tell whether there was room at all.

    `above` is the line of our own that must not be parted from it.
    """
    credit = credit_lines(quote, linked=pages.linked)
    whole = f"{above}{quote_block(quote, 0, len(quote.text))}\n{credit}"
    if units(whole) <= max(pages.room(), _CAPACITY if pages.can_grow() else 0):
        pages.add(whole)
        return True
    frame = units(f"{above}{CONTINUED}\n\n{credit}")
    if pages.room() < frame + _LEAST_PIECE and not pages.can_grow():
        return False
    _place_in_parts(pages, quote, above, credit, frame)
    return True


def _place_in_parts(pages: _Pages, quote: Quote, above: str, credit: str, frame: int) -> None:
    start = 0
    while start < len(quote.text):
        here = pages.room() if start == 0 and pages.room() >= frame + _LEAST_PIECE else _CAPACITY
        budget = here - frame
        # A text takes at least as much room escaped as it is long, so no more of it need be tried.
        rest = quote.text[start : start + budget]

        def fits(piece: str, start: int = start, budget: int = budget) -> bool:
            return units(quote_block(quote, start, start + len(piece))) <= budget

        end = start + split_point(rest, fits)
        lines = [CONTINUED] if start else []
        lines.append(quote_block(quote, start, end))
        fresh_page = here == _CAPACITY
        last_page = len(pages.texts) + fresh_page >= MAX_MESSAGES
        if end == len(quote.text):
            lines.append(credit)
        elif last_page:
            lines.append(f"-# {len(quote.text) - end:,} more characters of this quote do not fit here.")
            lines.append(credit)
        else:
            lines.append(CONTINUES)
        text = "\n".join(lines) if start else above + "\n".join(lines)
        if fresh_page:
            pages.texts.append(text)
        else:
            pages.append(text)
        if last_page:
            return
        start = end


def quote_block(quote: Quote, start: int, end: int) -> str:
    """Return the block quote of one part of `quote`, proven to read back as that part."""
    part = quote.text[start:end]
    emphasis = [
        Span(max(span.start, start) - start, min(span.end, end) - start)
        for span in quote.emphasis
        if span.start < end and start < span.end
    ]
    block = "\n".join(f"> {line}" for line in escape(part, emphasis).split("\n"))
    if quote_text(block) != part:
        raise RenderingError(f"the quote {quote.article_id}[{quote.start}:{quote.end}] does not read back")
    return block
