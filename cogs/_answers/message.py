"""Composes the message that answers a question: its texts and the buttons below the last of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import discord

from bot.ports import ShowsArticles
from bot.records.answers import KeptAnswer
from bot.records.gaps import SMALL_TALK
from cogs._answers.as_typed import AsTyped
from cogs._answers.buttons import ARTICLE_LABEL, LINK_LIMIT, answer_view
from cogs._rendering import render, safe_url
from cogs._rendering.fragments import at_quote
from retrieval.domain.answers import NoAnswer, Outcome, Quote, Refusal
from retrieval.domain.articles import Span

NOTHING_TO_PRESS = SMALL_TALK | {Refusal.EMPTY_LIBRARY}
"""Small talk, and a library without articles: nothing to look up, and nothing to be judged."""

_LINKS = 3
_NAME_LIMIT = 30


@dataclass(frozen=True, slots=True)
class AnswerMessage:
    """The texts of an answer, each a message, and the buttons of the last one."""

    texts: tuple[str, ...]
    view: discord.ui.View | None


async def compose(
    outcome: Outcome, kept: KeptAnswer | None, /, *, library: ShowsArticles, libraries: Sequence[str], above: str | None
) -> AnswerMessage:
    """Return the message of `outcome`; where it could not be `kept` it is whole in itself, without buttons."""
    if kept is None or (isinstance(outcome, NoAnswer) and outcome.refusal in NOTHING_TO_PRESS):
        return AnswerMessage(tuple(render(outcome, above=above)), None)
    if isinstance(outcome, NoAnswer):
        return AnswerMessage(tuple(render(outcome, above=above, buttons=True)), _view(kept, outcome, ()))
    shown = outcome.quotes[: kept.shown]
    links = await _links(shown, library=library, libraries=libraries)
    texts = render(replace(outcome, quotes=shown), above=above, buttons=True)
    return AnswerMessage(tuple(texts), _view(kept, outcome, links))


def _view(kept: KeptAnswer, outcome: Outcome, links: Sequence[tuple[str, str]]) -> discord.ui.View:
    """Return the buttons; one more under an answer that the talk before it has shaped."""
    view = answer_view(kept, links)
    if outcome.about:
        view.add_item(AsTyped())
    return view


async def _links(quotes: Sequence[Quote], *, library: ShowsArticles, libraries: Sequence[str]) -> list[tuple[str, str]]:
    """Return label and address of the articles of some quotes, each opening at the first quote from it."""
    found: dict[str, tuple[Quote, str]] = {}
    for quote in quotes:
        if quote.article_id not in found and (url := safe_url(quote.credit.url)) is not None:
            stored = await library.article(quote.article_id, libraries=libraries)
            if stored is not None:
                url = at_quote(url, stored.article.text, Span(quote.start, quote.end), limit=LINK_LIMIT)
            found[quote.article_id] = (quote, url)
    linked = list(found.values())[:_LINKS]
    if len(linked) == 1:
        return [(ARTICLE_LABEL, linked[0][1])]
    return [(_label(quote, number), url) for number, (quote, url) in enumerate(linked, 1)]


def _label(quote: Quote, number: int) -> str:
    """Return what tells one of several articles from the others: its publisher, else its number."""
    publisher = " ".join((quote.credit.publisher or "").split())
    if not publisher.isprintable() or not publisher:
        return f"{ARTICLE_LABEL} {number}"
    return publisher if len(publisher) <= _NAME_LIMIT else f"{publisher[: _NAME_LIMIT - 1].rstrip()}…"
