"""Writes the list of sources and the pages of what one source is quoted with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.words.answers import may_also_be, nothing_from, several_bear, summary_words
from bot.words.grammar import counted
from cogs._markdown.lengths import MESSAGE_LIMIT, shown, units
from cogs._rendering.answers import render
from retrieval.domain.answers import Answer, Quote
from retrieval.domain.lookups import SourceQuotes, SourceSummary

SOURCES_A_PAGE, QUOTES_A_PAGE = 10, 3
# A name, a topic and the count of pages must fit into what `render` leaves of a message.
_NAME_LIMIT, _TOPIC_LIMIT, _LISTED_LIMIT = 40, 20, 100


@dataclass(frozen=True, slots=True)
class Page:
    """One message of several, and the quotes that it shows or shows a part of."""

    text: str
    quotes: tuple[Quote, ...] = ()


def source_pages(found: SourceQuotes, *, topic: str | None = None) -> list[Page]:
    """Return the pages of a source, each within Discord's limit; a long quote goes over several."""
    quotes = found.quotes
    heading = f"**{shown(found.source, limit=_NAME_LIMIT)}**"
    if topic:
        heading += f" on {shown(topic, limit=_TOPIC_LIMIT)}"
    heading += f" · {counted(len(quotes), 'quote')}"
    bodies: list[Page] = []
    group: tuple[Quote, ...] = ()
    for quote in quotes:
        longer = (*group, quote)
        if group and (len(longer) > QUOTES_A_PAGE or len(_messages(longer)) > 1):
            bodies += _bodies(group)
            longer = (quote,)
        group = longer
    bodies += _bodies(group) if group else []
    note = f"-# {may_also_be([shown(name, limit=_NAME_LIMIT) for name in found.others])}" if found.others else ""
    return [
        Page(_framed(heading, body.text, number, len(bodies), note=note), body.quotes)
        for number, body in enumerate(bodies, 1)
    ]


def list_pages(summaries: Sequence[SourceSummary], *, topic: str | None = None) -> list[Page]:
    """Return the pages that list sources; one that says so if there are none."""
    about = f" on {shown(topic, limit=_LISTED_LIMIT)}" if topic else ""
    if not summaries:
        return [Page(f"No source in the library is quoted{about}.")]
    heading = f"**Who is quoted{about}** · {counted(len(summaries), 'source')}"
    groups = [summaries[start : start + SOURCES_A_PAGE] for start in range(0, len(summaries), SOURCES_A_PAGE)]
    return [
        Page(_framed(heading, "\n".join(map(_line, group)), number, len(groups)))
        for number, group in enumerate(groups, 1)
    ]


def nothing_text(name: str, topic: str | None = None) -> str:
    """Return what is said when there is nothing from a source, or nothing on the topic."""
    return nothing_from(shown(name, limit=_LISTED_LIMIT), shown(topic, limit=_LISTED_LIMIT) if topic else None)


def several_text(name: str, names: Sequence[str]) -> str:
    """Return what is said when a short name may mean several sources."""
    listed = [f"**{shown(full, limit=_LISTED_LIMIT)}**" for full in names[:SOURCES_A_PAGE]]
    return several_bear(shown(name, limit=_LISTED_LIMIT), listed)


def _messages(quotes: tuple[Quote, ...]) -> list[str]:
    return render(Answer(question="", quotes=quotes, confidence=1.0))


def _bodies(quotes: tuple[Quote, ...]) -> list[Page]:
    return [Page(text, quotes) for text in _messages(quotes)]


def _framed(heading: str, body: str, number: int, count: int, *, note: str = "") -> str:
    """Return a page with as much around its quotes as fits; the quotes themselves always do."""
    footer = f"\n-# Page {number:,} of {count:,}" if count > 1 else ""
    framed = (f"{heading}\n{note}\n\n{body}{footer}" if note else "", f"{heading}\n\n{body}{footer}")
    return next((text for text in framed if text and units(text) <= MESSAGE_LIMIT), body)


def _line(summary: SourceSummary) -> str:
    return f"- {shown(summary.source, limit=_LISTED_LIMIT)} ({summary.kind.value}): {summary_words(summary)}"
