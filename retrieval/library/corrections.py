"""Finds what an article corrects of itself, to be shown beside words that it concerns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from retrieval.domain.answers import Quote
from retrieval.domain.articles import Span
from retrieval.language.figures import figures_of
from retrieval.language.stems import content_words, stem
from retrieval.store import StoredArticle

_NOTE = re.compile(
    r"[ \t(\[*_]*(?:(?:correction|clarification|corrected|editor[’']?s[ ’']+note)\b[^\n]{0,60}?[:.–—-]"
    r"|(?:an?|the) (?:earlier|previous|original|first) version of this (?:article|story|report|post|piece)\b"
    r"|this (?:article|story|report|post|piece) (?:has been|was) (?:corrected|amended|updated)\b)[^\n]*",
    re.IGNORECASE,
)
_LINE = re.compile(r"[^\n]+")
SHARED_STEMS = 2
"""Content words that a correction and other words must share, where no figure is in both, to be about one thing."""


def correction_of(stored: StoredArticle, span: Span) -> Span | None:
    """Return where an article corrects what stands at `span`: a line of its own that shares a figure or its words."""
    text = stored.article.text
    if span.end > len(text):
        return None
    words = span.of(text)
    for line in _LINE.finditer(text):
        note = _NOTE.match(line.group())
        place = Span(*line.span())
        if note is not None and not place.overlaps(span) and _concerns(note.group(), words):
            return Span(place.start, place.start + len(line.group().rstrip()))
    return None


def with_corrections(quotes: Sequence[Quote], stored_of: Callable[[str], StoredArticle | None]) -> tuple[Quote, ...]:
    """Return some quotes, and behind them the corrections that their own articles have of them.

    `stored_of` gives the article of an id, None where it is not live.
    """
    out = list(quotes)
    for quote in quotes:
        stored = stored_of(quote.article_id)
        found = correction_of(stored, Span(quote.start, quote.end)) if stored is not None else None
        if stored is None or found is None or any(_shows(other, quote.article_id, found) for other in out):
            continue
        out.append(correction_quote(stored, found, score=quote.score))
    return tuple(out)


def correction_quote(stored: StoredArticle, span: Span, *, score: float) -> Quote:
    """Return a correction as a quote of its article, credited to nobody but who published it."""
    article = stored.article
    return Quote(span.of(article.text), article.article_id, span.start, span.end, score, article.credit)


def _shows(quote: Quote, article_id: str, span: Span) -> bool:
    return quote.article_id == article_id and quote.start < span.end and span.start < quote.end


def _concerns(note: str, words: str) -> bool:
    mine, theirs = figures_of(note), figures_of(words)
    if any(a.low == b.low and a.high == b.high and a.unit == b.unit for a in mine for b in theirs):
        return True
    shared = {stem(word.of(note)) for word in content_words(note)} & {
        stem(word.of(words)) for word in content_words(words)
    }
    return len(shared) >= SHARED_STEMS
