"""What goes into and comes out of `library.db`, and how rows become objects."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from retrieval.encoder import Vectors
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


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage ready to be stored; `sentence_vectors` has the shape (sentences, dim)."""

    passage_id: int
    span: Span
    sentences: range
    header: str
    content_hash: str
    sentence_vectors: Vectors


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """Everything that makes a new version of an article visible in one step."""

    article: Article
    library: str
    origin: str
    text_sha256: str
    recipe: str
    sentences: tuple[Sentence, ...]
    attributions: tuple[Attribution, ...]
    passages: tuple[IndexedPassage, ...]


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


def sentence_vectors_of(row: sqlite3.Row) -> Vectors:
    """Return the sentence vectors of a row of `passages`, shape (sentences, dim); half precision on disk."""
    count = row["last_sentence"] - row["first_sentence"] + 1
    return np.frombuffer(row["sentence_vectors"], dtype=np.float16).astype(np.float32).reshape(count, -1)


def spans_json(attribution: Attribution) -> str:
    """Return an attribution's spans as `attribution_of` reads them."""
    parts = {"source": attribution.source, "cue": attribution.cue, "content": attribution.content}
    return json.dumps({key: [[span.start, span.end] for span in spans] for key, spans in parts.items()})
