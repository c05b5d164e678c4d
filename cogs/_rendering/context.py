"""Writes what the buttons under an answer show: a quote among its neighbours, further quotes, and the articles used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.words.answers import date_words
from bot.words.crediting import publisher_named, titled
from bot.words.grammar import counted, listed
from cogs._markdown.lengths import MESSAGE_LIMIT, shown, units
from cogs._rendering.answers import render, render_quotes
from cogs._rendering.credit import safe_url
from cogs._rendering.library import paged
from retrieval.domain.answers import Answer, Comparison, Quote
from retrieval.domain.articles import Span, StoredArticle

SENTENCES_AROUND = 3
"""How many sentences before and behind a quote are shown, as far as they fit into one message."""

_QUESTION_LIMIT, _NAME_LIMIT, _TITLE_LIMIT, _CARRIERS = 200, 80, 200, 4
_IN_BOLD = "-# What I quoted is in bold."
_SOURCES_A_PAGE = 5


def in_context(stored: StoredArticle, quote: Quote) -> Quote | None:
    """Return the sentences around a quote as one quote that marks it; None where the article does not read so.

    Nobody is credited with it inside the text: who is credited with the quote may not be with its neighbours.
    """
    text = stored.article.text
    if text[quote.start : quote.end] != quote.text:
        return None
    return next(
        made
        for around in range(SENTENCES_AROUND, -1, -1)
        if len(render_quotes(_IN_BOLD, [made := _around(stored, quote, around)])) == 1 or around == 0
    )


def context_messages(quotes: Sequence[Quote], *, lost: str | None) -> list[str]:
    """Return the messages that show quotes in their context; `lost` says what could not be shown."""
    messages = [message for quote in quotes for message in render_quotes(_IN_BOLD, [quote])]
    return _with_note(messages, lost)


def further_messages(
    question: str, quotes: Sequence[Quote], comparisons: Sequence[Comparison] = (), *, lost: str | None
) -> list[str]:
    """Return the messages that show the quotes that did not stand in the answer."""
    answer = Answer(question, tuple(quotes), 1.0, tuple(comparisons))
    return _with_note(render(answer, above=f"-# More on “{shown(question, limit=_QUESTION_LIMIT)}”"), lost)


def nearest_messages(lead: str, quotes: Sequence[Quote], *, lost: str | None) -> list[str]:
    """Return the messages that show what is nearest to a refused question, labelled as such."""
    return _with_note(render_quotes(f"-# {lead}", quotes), lost)


def source_messages(articles: Sequence[StoredArticle], *, lost: str | None) -> list[str]:
    """Return the messages that list the articles of an answer, each with its date and address."""
    pages = paged(f"**From {counted(len(articles), 'article')}**", [*map(_source, articles)], per_page=_SOURCES_A_PAGE)
    return _with_note(pages, lost)


def _around(stored: StoredArticle, quote: Quote, count: int) -> Quote:
    quoted = Span(quote.start, quote.end)
    places = [number for number, sentence in enumerate(stored.sentences) if sentence.span.overlaps(quoted)]
    start, end = quote.start, quote.end
    if places:
        first, last = max(places[0] - count, 0), min(places[-1] + count, len(stored.sentences) - 1)
        start = min(start, stored.sentences[first].span.start)
        end = max(end, stored.sentences[last].span.end)
    return replace(
        quote,
        text=stored.article.text[start:end],
        start=start,
        end=end,
        credit=stored.article.credit,
        attribution=None,
        emphasis=(Span(quote.start - start, quote.end - start),),
        also_carried_by=stored.carriers,
    )


def _source(stored: StoredArticle) -> str:
    credit = stored.article.credit
    title, publisher = titled(credit), publisher_named(credit)
    name = f"“{shown(title, limit=_TITLE_LIMIT)}”" if title else "An article without a title"
    kept_as = " (what I call it; it states no title)" if title and credit.title_is_label else ""
    told = [
        shown(publisher, limit=_NAME_LIMIT) if publisher else "publisher not stated",
        date_words(credit.published_at) or "date not stated",
    ]
    carriers = [shown(name, limit=_NAME_LIMIT) for name in stored.publishers if name != credit.publisher]
    if carriers:
        told.append(f"also in {listed(carriers[:_CARRIERS])}")
    lines = [f"- {name}{kept_as}", " · ".join(told)]
    if (url := safe_url(credit.url)) is not None:
        lines.append(f"<{url}>")
    return "\n  ".join(lines)


def _with_note(messages: list[str], note: str | None) -> list[str]:
    if note is None:
        return messages
    whole = f"{messages[-1]}\n-# {note}"
    return [*messages[:-1], whole] if units(whole) <= MESSAGE_LIMIT else [*messages, f"-# {note}"]
