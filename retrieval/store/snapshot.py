"""One consistent view of `library.db`: everything read through it belongs to the same moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import aiosqlite

from retrieval.encoder import Vectors
from retrieval.models import Article, Passage, Span
from retrieval.store.records import (
    ArticleSummary,
    StoredArticle,
    attribution_of,
    credit_of,
    sentence_of,
    sentence_vectors_of,
)


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A live passage with its sentences' ordinals and vectors, shape (sentences, dim)."""

    passage: Passage
    sentences: range
    sentence_vectors: Vectors


@dataclass(frozen=True, slots=True)
class TextHit:
    """A passage and its BM25 score; higher is better."""

    passage_id: int
    score: float


class Snapshot:
    """Reads inside one read transaction. Only what lies in `libraries` can be seen through it."""

    def __init__(self, connection: aiosqlite.Connection, libraries: Sequence[str]) -> None:
        self._connection = connection
        self._libraries = tuple(libraries)
        self._marks = ", ".join("?" * len(self._libraries))

    async def is_empty(self) -> bool:
        """Tell whether there is no article at all."""
        return not await self._rows(f"SELECT 1 FROM articles WHERE library IN ({self._marks}) LIMIT 1", self._libraries)

    async def summaries(self) -> list[ArticleSummary]:
        """Return all articles without their text, newest first, undated last."""
        rows = await self._rows(
            "SELECT a.*, (SELECT count(*) FROM passages p WHERE p.article_id = a.article_id) AS passages "
            f"FROM articles a WHERE library IN ({self._marks}) "
            "ORDER BY published_at IS NULL, published_at DESC, title, article_id",
            self._libraries,
        )
        return [
            ArticleSummary(
                row["article_id"],
                row["library"],
                row["origin"],
                row["text_sha256"],
                row["recipe"],
                credit_of(row),
                row["passages"],
            )
            for row in rows
        ]

    async def article(self, article_id: str) -> StoredArticle | None:
        """Return a live article with its sentences and attributions, or None."""
        rows = await self._rows(
            f"SELECT * FROM articles WHERE article_id = ? AND library IN ({self._marks})",
            (article_id, *self._libraries),
        )
        if not rows:
            return None
        sentences = await self._rows("SELECT * FROM sentences WHERE article_id = ? ORDER BY ordinal", (article_id,))
        attributions = await self._rows(
            "SELECT * FROM attributions WHERE article_id = ? ORDER BY ordinal", (article_id,)
        )
        return StoredArticle(
            Article(article_id, rows[0]["text"], credit_of(rows[0])),
            rows[0]["library"],
            tuple(map(sentence_of, sentences)),
            tuple(map(attribution_of, attributions)),
        )

    async def slice_of(self, article_id: str, span: Span) -> str | None:
        """Return `article.text[start:end]` of the live version, whatever its library, or None.

        For checking a quote that was already found; it tells nothing that the asker does not have.
        """
        rows = await self._rows(
            "SELECT substr(text, ?, ?) AS piece FROM articles WHERE article_id = ?",
            (span.start + 1, span.end - span.start, article_id),
        )
        return rows[0]["piece"] if rows else None

    async def passages(self, passage_ids: Iterable[int]) -> dict[int, StoredPassage]:
        """Return those of the passages that are live, by id."""
        ids = list(passage_ids)
        rows = await self._rows(
            "SELECT p.* FROM passages p JOIN articles a USING (article_id) "
            f"WHERE p.passage_id IN ({', '.join('?' * len(ids))}) AND a.library IN ({self._marks})",
            (*ids, *self._libraries),
        )
        return {row["passage_id"]: _stored_passage(row) for row in rows}

    async def passage_ids(self, article_id: str) -> list[int]:
        """Return the ids of an article's passages, in the order of the text."""
        rows = await self._rows(
            "SELECT passage_id FROM passages JOIN articles a USING (article_id) "
            f"WHERE article_id = ? AND a.library IN ({self._marks}) ORDER BY start",
            (article_id, *self._libraries),
        )
        return [row["passage_id"] for row in rows]

    async def search_text(self, terms: Sequence[str], limit: int, *, header_weight: float = 1.0) -> list[TextHit]:
        """Return the best passages by BM25 for any of the words, best first."""
        if not terms:
            return []
        rows = await self._rows(
            "SELECT t.rowid AS passage_id, bm25(passage_text, 1.0, ?) AS rank FROM passage_text t "
            "JOIN passages p ON p.passage_id = t.rowid JOIN articles a USING (article_id) "
            f"WHERE passage_text MATCH ? AND a.library IN ({self._marks}) ORDER BY rank LIMIT ?",
            (header_weight, match_any(terms), *self._libraries, limit),
        )
        return [TextHit(row["passage_id"], -row["rank"]) for row in rows]

    async def count_passages(self) -> int:
        """Return how many passages are live."""
        rows = await self._rows(
            f"SELECT count(*) AS n FROM passages JOIN articles a USING (article_id) WHERE a.library IN ({self._marks})",
            self._libraries,
        )
        return int(rows[0]["n"])

    async def passage_frequencies(self, phrases: Sequence[str]) -> dict[str, int]:
        """Return how many passages hold each word or phrase, inflected forms and headers counted."""
        counts = dict.fromkeys(phrases, 0)
        for phrase in counts:
            rows = await self._rows(
                "SELECT count(*) AS n FROM passage_text t JOIN passages p ON p.passage_id = t.rowid "
                f"JOIN articles a USING (article_id) WHERE passage_text MATCH ? AND a.library IN ({self._marks})",
                (match_any([phrase]), *self._libraries),
            )
            counts[phrase] = int(rows[0]["n"])
        return counts

    async def sources_named(self, keys: Sequence[str]) -> list[sqlite3.Row]:
        """Return (article_id, ordinal, name, name_key, surname_key) of shown attributions to one of the names."""
        marks = ", ".join("?" * len(keys))
        return await self._rows(
            "SELECT t.article_id, t.ordinal, t.name, t.name_key, t.surname_key FROM attributions t "
            f"JOIN articles a USING (article_id) WHERE t.shown AND (t.name_key IN ({marks}) "
            f"OR (t.kind = 'person' AND t.surname_key IN ({marks}))) AND a.library IN ({self._marks})",
            (*keys, *keys, *self._libraries),
        )

    async def articles_published_by(self, keys: Sequence[str]) -> dict[str, str]:
        """Return article ids with the key of their publisher, for the publishers with one of the keys."""
        rows = await self._rows(
            f"SELECT article_id, publisher_key FROM articles WHERE publisher_key IN ({', '.join('?' * len(keys))}) "
            f"AND library IN ({self._marks})",
            (*keys, *self._libraries),
        )
        return {row["article_id"]: row["publisher_key"] for row in rows}

    async def _rows(self, sql: str, parameters: Sequence[object]) -> list[sqlite3.Row]:
        return list(await self._connection.execute_fetchall(sql, parameters))


def match_any(terms: Sequence[str]) -> str:
    """Return an FTS5 query for any of the terms; quoted, so that nothing a person typed is syntax."""
    return " OR ".join('"' + term.replace('"', '""') + '"' for term in terms)


def _stored_passage(row: sqlite3.Row) -> StoredPassage:
    return StoredPassage(
        Passage(row["passage_id"], row["article_id"], Span(row["start"], row["stop"])),
        range(row["first_sentence"], row["last_sentence"] + 1),
        sentence_vectors_of(row),
    )
