"""What goes into and comes out of `library.db`, and how rows become objects."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np

from retrieval.domain.articles import (
    Article,
    Attribution,
    Credit,
    Ground,
    Grounds,
    Origin,
    Sentence,
    SourceKind,
    Span,
    StoredArticle,
)
from retrieval.neural.vectors import SMALL_DIM, PassageEncoding


@dataclass(frozen=True, slots=True)
class Freshness:
    """What will tell that an origin has not changed since it was read, as in `Origin`."""

    origin: str
    digest: str | None
    etag: str | None
    last_modified: str | None
    feed_id: int | None


@dataclass(frozen=True, slots=True)
class PassageVersion:
    """A passage with what its one encoder pass gave.

    `guesses` is JSON: the attributions that the network guesses in it, as `keeping/indexing/encoding.py` writes them.
    """

    passage_id: int
    span: Span
    sentences: range
    content_hash: str
    encoding: PassageEncoding
    guesses: str


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """Everything that makes a new version of an article visible in one step."""

    article: Article
    library: str
    origin: str
    text_sha256: str
    recipe: str
    sentences: tuple[Sentence, ...]
    attributions: tuple[Attribution, ...]
    passages: tuple[PassageVersion, ...]


def credit_of(row: sqlite3.Row) -> Credit:
    """Return the credit of a row of `articles`."""
    return Credit(
        title=row["title"],
        publisher=row["publisher"],
        byline=row["byline"],
        published_at=datetime.fromisoformat(row["published_at"]) if row["published_at"] else None,
        url=row["url"],
        title_is_label=bool(row["title_is_label"]),
        excerpt=bool(row["excerpt"]),
        grounds=_grounds_of(json.loads(row["grounds"])),
    )


def credit_fields(credit: Credit) -> dict[str, object]:
    """Return a credit as JSON has it, its moment as text."""
    return asdict(credit) | {"published_at": credit.published_at.isoformat() if credit.published_at else None}


def credit_json(credit: Credit) -> str:
    """Return a credit as `credit_from_json` reads it."""
    return json.dumps(credit_fields(credit), ensure_ascii=False)


def credit_from_json(text: str) -> Credit:
    """Return the credit that `credit_json` wrote."""
    fields = json.loads(text)
    moment = fields["published_at"]
    read = {
        "published_at": datetime.fromisoformat(moment) if moment else None,
        "grounds": _grounds_of(fields.get("grounds", {})),
    }
    return Credit(**fields | read)


def grounds_json(grounds: Grounds) -> str:
    """Return where a credit comes from as a row of `articles` has it: what is known of it."""
    return json.dumps({part: ground for part, ground in asdict(grounds).items() if ground})


def _grounds_of(fields: dict[str, str | None]) -> Grounds:
    return Grounds(**{part: Ground(ground) for part, ground in fields.items() if ground})


def origin_of(row: sqlite3.Row) -> Origin:
    """Return the origin of a row of `origins`."""
    return Origin(
        origin=row["origin"],
        article_id=row["article_id"],
        credit=credit_from_json(row["credit"]) if row["credit"] else None,
        feed_id=row["feed_id"],
        digest=row["digest"],
        etag=row["etag"],
        last_modified=row["last_modified"],
    )


def sentence_of(row: sqlite3.Row) -> Sentence:
    """Return the sentence of a row of `sentences`."""
    return Sentence(Span(row["start"], row["stop"]), row["paragraph"], bool(row["heading"]))


def attribution_of(row: sqlite3.Row) -> Attribution:
    """Return the attribution of a row of `attributions`."""
    spans = json.loads(row["spans"])
    source, cue, content = (tuple(Span(*pair) for pair in spans[key]) for key in ("source", "cue", "content"))
    return Attribution(
        source=source,
        cue=cue,
        content=content,
        kind=SourceKind(row["kind"]),
        name=row["name"],
        cue_text=row["cue_text"],
        confidence=row["confidence"],
        shown=bool(row["shown"]),
    )


SENTENCES = "SELECT * FROM sentences WHERE article_id = ? ORDER BY ordinal"
ATTRIBUTIONS = "SELECT * FROM attributions WHERE article_id = ? ORDER BY ordinal"
CARRIERS = "SELECT credit FROM origins WHERE article_id = ? AND credit IS NOT NULL ORDER BY origin"
"""What makes a row of `articles` a stored article, for `stored_article_of`."""


def stored_article_of(
    row: sqlite3.Row,
    sentences: Iterable[sqlite3.Row],
    attributions: Iterable[sqlite3.Row],
    carriers: Iterable[sqlite3.Row],
) -> StoredArticle:
    """Return an article of its own row and those of `SENTENCES`, `ATTRIBUTIONS` and `CARRIERS`."""
    return StoredArticle(
        Article(row["article_id"], row["text"], credit_of(row), row["language"]),
        row["library"],
        tuple(map(sentence_of, sentences)),
        tuple(map(attribution_of, attributions)),
        tuple(credit_from_json(carrier["credit"]) for carrier in carriers),
    )


def passage_of(row: sqlite3.Row) -> PassageVersion:
    """Return the passage of a row of `passages`."""
    return PassageVersion(
        row["passage_id"],
        Span(row["start"], row["stop"]),
        range(row["first_sentence"], row["last_sentence"] + 1),
        row["content_hash"],
        encoding_of(row),
        row["guesses"],
    )


def encoding_of(row: sqlite3.Row) -> PassageEncoding:
    """Return the vectors of a row of `passages`."""
    sentences = row["last_sentence"] - row["first_sentence"] + 1
    words = np.frombuffer(row["sentence_words"], dtype=np.int32)
    return PassageEncoding(
        vector=np.frombuffer(row["vector"], dtype=np.float32),
        sentence_vectors=np.frombuffer(row["sentence_vectors"], dtype=np.float16).reshape(sentences, -1),
        word_vectors=np.frombuffer(row["word_vectors"], dtype=np.int8).reshape(-1, SMALL_DIM),
        sentence_words=words,
    )


def encoding_columns(encoding: PassageEncoding) -> tuple[bytes, bytes, bytes, bytes]:
    """Return the vectors as `encoding_of` reads them."""
    return (
        encoding.vector.astype(np.float32).tobytes(),
        encoding.sentence_vectors.astype(np.float16).tobytes(),
        encoding.word_vectors.astype(np.int8).tobytes(),
        encoding.sentence_words.astype(np.int32).tobytes(),
    )


def spans_json(attribution: Attribution) -> str:
    """Return an attribution's spans as `attribution_of` reads them."""
    parts = {"source": attribution.source, "cue": attribution.cue, "content": attribution.content}
    return json.dumps({key: [[span.start, span.end] for span in spans] for key, spans in parts.items()})
