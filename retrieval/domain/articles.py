"""The data that flows through retrieval: articles, passages, attributions, quotes and outcomes.

All offsets are character (code point) offsets into `Article.text`, end exclusive, so that
`article.text[start:end]` is the thing meant. All dataclasses are immutable.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of characters of an article's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: start={self.start}, end={self.end}")

    def of(self, text: str) -> str:
        """Return the characters of `text` that the span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two spans share at least one character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Tell whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Credit:
    """Who published an article. Every field may be unknown; none is ever invented.

    `published_at` is aware UTC. `title_is_label` marks a title that the article itself does not
    state and that serves only to tell articles apart.
    """

    title: str | None = None
    publisher: str | None = None
    byline: str | None = None
    published_at: datetime | None = None
    url: str | None = None
    title_is_label: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """A news document: its cleaned text, which quotes are slices of, and its credit.

    `language` is an ISO 639-1 code, None where its page states none.
    """

    article_id: str
    text: str
    credit: Credit
    language: str | None = None


class SourceKind(StrEnum):
    """What sort of source is credited inside a text."""

    OUTLET = "outlet"
    PERSON = "person"
    ORGANISATION = "organisation"
    DOCUMENT = "document"
    UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who, inside an article's text, is credited with what.

    `source`, `cue` and `content` are spans of the article (each may be empty, or in several
    pieces). `name` is the source's name as shown to readers: the longest form that the article
    gives for it, or the words of the source span. `cue_text` is the cue's words. `confidence` is
    in [0, 1]; only an attribution with `shown` may be told to a reader.
    """

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    kind: SourceKind
    name: str
    cue_text: str
    confidence: float = 1.0
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Passage:
    """An indexed span of an article, made of whole sentences."""

    passage_id: int
    article_id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim span of an article with both layers of who it comes from.

    `text == article.text[start:end]` of the live version. `score` orders quotes, higher is better.
    `emphasis` are the answering words, as offsets into `text`. `attribution` is who is credited
    inside the text, or None when nobody is; `credit` is who published it, `also_carried_by` who else
    published nearly the same words.
    """

    text: str
    article_id: str
    start: int
    end: int
    score: float
    credit: Credit
    attribution: Attribution | None = None
    emphasis: tuple[Span, ...] = ()
    also_carried_by: tuple[Credit, ...] = ()


class Refusal(StrEnum):
    """Why a question is not answered."""

    NOT_A_QUESTION = "not_a_question"
    EMPTY_LIBRARY = "empty_library"
    UNKNOWN_NAME = "unknown_name"
    NOTHING_FROM_SOURCE = "nothing_from_source"
    NOT_ANSWERED = "not_answered"


class Relation(StrEnum):
    """What quotes of different reporters are to each other."""

    SAME = "same"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Quotes of one answer that tell the same, or of which two differ.

    `quotes` stand in a row in the answer; `reporters` says who tells each: the outlet credited in the text,
    else the publisher, else who is credited. `outlets` is true when all of these are outlets. `values` are the
    figures in which two differ, in the articles' words; empty where they differ in a "not".
    """

    relation: Relation
    quotes: tuple[Quote, ...]
    reporters: tuple[str, ...]
    outlets: bool
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One to five quotes that answer, best first; those that `comparisons` hold together stand in a row.

    `reporters` are who the quotes come from, where the question asks for that ("which outlets say ...?").
    """

    question: str
    quotes: tuple[Quote, ...]
    confidence: float
    comparisons: tuple[Comparison, ...] = ()
    reporters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """A refusal: its kind, the reason as a sentence for a person, and the nearest quotes."""

    question: str
    refusal: Refusal
    reason: str
    near_misses: tuple[Quote, ...] = ()
    confidence: float = 0.0
    missing: tuple[str, ...] = field(default=())


Outcome = Answer | NoAnswer
