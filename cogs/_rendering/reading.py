"""Writes an article for who looks it up: who published it, and its text, word for word, in pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.words.answers import date_words
from bot.words.crediting import publisher_named, titled, who_published_it
from bot.words.grammar import counted
from cogs._markdown.escaping import escape
from cogs._markdown.lengths import shown, units
from cogs._markdown.splitting import split_point
from cogs._rendering.answers import quote_block
from cogs._rendering.sources import Page
from retrieval.domain.answers import Quote
from retrieval.domain.articles import ArticleSummary, Span, StoredArticle

LISTED = 10
_PAGE_UNITS = 1_200  # a page is to be read on a phone without losing one's place
_TITLE_LIMIT, _NAME_LIMIT, _TYPED_LIMIT = 200, 60, 100


def reading_pages(stored: StoredArticle) -> list[Page]:
    """Return the pages of an article, each with the piece of its text that it shows."""
    article = stored.article

    def show(text: str, limit: int) -> str:
        return shown(text, limit=limit)

    title = titled(article.credit)
    published = who_published_it(article.credit, stored.carriers, show=show)
    heading = f"**{show(title, _TITLE_LIMIT)}**\n-# {published}" if title else f"-# {published}"
    quotes = [_piece(stored, span) for span in pieces(article.text)]
    return [
        Page(
            f"{heading}\n{quote_block(quote, 0, len(quote.text))}\n-# Page {number:,} of {len(quotes):,}"
            if len(quotes) > 1
            else f"{heading}\n{quote_block(quote, 0, len(quote.text))}",
            (quote,),
        )
        for number, quote in enumerate(quotes, 1)
    ]


def pieces(text: str) -> Iterator[Span]:
    """Yield the spans of the pages of a text: whole paragraphs where they fit, and nothing of it left out."""

    def fits(piece: str) -> bool:
        return units(escape(piece)) + 2 * piece.count("\n") <= _PAGE_UNITS

    start = 0
    while start < len(text):
        end = start + split_point(text[start : start + _PAGE_UNITS], fits)
        first, last = start, end
        while first < last and text[first].isspace():
            first += 1
        while last > first and text[last - 1].isspace():
            last -= 1
        if first < last:
            yield Span(first, last)
        start = end


def several_articles(typed: str, summaries: Sequence[ArticleSummary]) -> str:
    """Return the list of articles that may be meant."""
    lines = [_line(summary) for summary in summaries[:LISTED]]
    more = ["-# and more"] if len(summaries) > LISTED else []
    heading = f"**{counted(len(lines), 'article')}** on “{shown(typed, limit=_TYPED_LIMIT)}”. Which one?"
    return "\n".join([heading, *lines, *more, "-# Choose one from the list that opens while you type."])


def no_article(typed: str) -> str:
    """Return what is said when nothing is found."""
    return f"I have no article on “{shown(typed, limit=_TYPED_LIMIT)}”."


def _line(summary: ArticleSummary) -> str:
    credit = summary.credit
    parts = [
        shown(titled(credit) or "An article without a title", limit=80),
        shown(publisher_named(credit), limit=_NAME_LIMIT),
        date_words(credit.published_at),
    ]
    return f"- {' · '.join(part for part in parts if part)}"


def _piece(stored: StoredArticle, span: Span) -> Quote:
    article = stored.article
    return Quote(span.of(article.text), article.article_id, span.start, span.end, 0.0, article.credit)
