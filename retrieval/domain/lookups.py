"""What looking up sources and checking quotes come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from retrieval.domain.answers import Quote
from retrieval.domain.articles import SourceKind


class Verdict(StrEnum):
    """What a quote turned out to be."""

    EXACT = "exact"
    ALTERED = "altered"
    SPLICED = "spliced"
    MISATTRIBUTED = "misattributed"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a difference; joined, all `asked` are the text and all `article` are the quotes."""

    op: str
    asked: str
    article: str


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """A verdict with the articles' own words, best first; changed words are each quote's `emphasis`.

    `diff` compares the text with the first quote, of a spliced text with all of them; it is empty where
    nothing differs. `speakers` are who really said it.
    """

    text: str
    speaker: str | None
    verdict: Verdict
    quotes: tuple[Quote, ...] = ()
    diff: tuple[Segment, ...] = ()
    speakers: tuple[str, ...] = ()


MAX_NAME_CHARS = 100
"""A longer name is offered cut to this, and found by it."""


MAX_SUGGESTIONS = 25


MAX_SUGGESTED_CHARS = MAX_NAME_CHARS
"""Discord offers no more choices, and no longer ones."""


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """One source: its name as the articles mostly write it, its other names, and how much there is of it.

    `quotes` counts what is attributed to it inside the texts, `articles` those it appears in or
    published. `first_at` and `last_at` are of the dated ones among these articles, aware UTC.
    """

    source: str
    aliases: tuple[str, ...]
    kind: SourceKind
    quotes: int
    articles: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class SourceQuotes:
    """What one source is quoted with, newest first; empty when nothing of it is on the topic.

    `others` are further sources that the typed name may mean; nothing of theirs is among the quotes.
    """

    source: str
    quotes: tuple[Quote, ...]
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeveralSources:
    """The full names that a typed name may mean; their quotes are not mixed."""

    names: tuple[str, ...]


SourceLookup = SourceQuotes | SeveralSources | None
"""None says that the library has nothing from such a source."""
