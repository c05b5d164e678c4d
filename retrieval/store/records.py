"""What goes into and comes out of `library.db`, and how rows become objects."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from retrieval.late import SMALL_DIM, PassageEncoding
from retrieval.models import Article, Attribution, Credit, SourceKind, Span
from retrieval.sentences import Sentence


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """A live article with everything that indexing found in it."""

    article: Article
    library: str
    sentences: tuple[Sentence, ...]
    attributions: tuple[Attribution, ...]


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


@dataclass(frozen=True, slots=True)
class PassageVersion:
    """A passage with what its one encoder pass gave.

    `guesses` is JSON: the attributions that the network guesses in it, as `retrieval.reading` writes them.
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
