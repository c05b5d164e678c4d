"""The data that flows through retrieval: articles, passages, attributions, quotes and outcomes.

All offsets are character (code point) offsets into `Article.text`, end exclusive, so that
`article.text[start:end]` is the thing meant. All dataclasses are immutable.
"""

from __future__ import annotations

import hashlib
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


class Ground(StrEnum):
    """Where a part of a credit comes from. A guess is no ground: what is only guessed is left out."""

    GIVEN = "given"  # by whoever handed the article in, or in the file's own head
    DATA = "data"  # stated for machines: JSON-LD, OpenGraph, meta elements, a PDF's properties
    SHOWN = "shown"  # stands beside the headline for readers
    ADDRESS = "address"  # where it was found: the host, a day in the path
    FEED = "feed"  # only its feed says so
    CLAIM = "claim"  # stated for machines, and not borne out by the address: anybody can state any name


@dataclass(frozen=True, slots=True)
class Grounds:
    """Where each part of a credit comes from; None where the part is unknown, or was stored before this was kept."""

    title: Ground | None = None
    publisher: Ground | None = None
    byline: Ground | None = None
    published_at: Ground | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """Who published an article. Every field may be unknown; none is ever invented.

    `published_at` is aware and in the zone that the article states, so that its `date()` is the day that the article
    has; midnight UTC where a day is all that is known. `title_is_label` marks a title that the article itself does not
    state and that serves only to tell articles apart; `excerpt` an article of which the page gives only a part to those
    who do not pay. Two credits that say the same are the same, whatever they
    rest on (`grounds`).
    """

    title: str | None = None
    publisher: str | None = None
    byline: str | None = None
    published_at: datetime | None = None
    url: str | None = None
    title_is_label: bool = False
    excerpt: bool = False
    grounds: Grounds = field(default=Grounds(), compare=False)


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


def text_sha256(text: str) -> str:
    """Return the SHA-256 of a text as hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: its span, which paragraph it stands in (from 0), and whether it is a heading."""

    span: Span
    paragraph: int
    heading: bool = False


@dataclass(frozen=True, slots=True, weakref_slot=True)
class StoredArticle:
    """A live article with everything that indexing found in it.

    `carriers` are the credits of other addresses that carry the very same text.
    """

    article: Article
    library: str
    sentences: tuple[Sentence, ...]
    attributions: tuple[Attribution, ...]
    carriers: tuple[Credit, ...] = ()

    @property
    def publishers(self) -> tuple[str, ...]:
        """Everyone who published the text, the one of its own origin first."""
        names = (credit.publisher for credit in (self.article.credit, *self.carriers))
        return tuple(dict.fromkeys(name for name in names if name))


@dataclass(frozen=True, slots=True)
class Origin:
    """An address or file at which an article was found, and what tells that it has not changed since.

    `credit` is how this place credits the text, None for the article's own origin. `digest` is the
    SHA-256 of what was read there; `etag` and `last_modified` are what its server said.
    """

    origin: str
    article_id: str
    credit: Credit | None = None
    feed_id: int | None = None
    digest: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """An article without its text, as lists and the indexer's comparison need it."""

    article_id: str
    library: str
    origin: str
    text_sha256: str
    recipe: str
    credit: Credit
    passages: int
    revision: int = 0
    characters: int = 0
