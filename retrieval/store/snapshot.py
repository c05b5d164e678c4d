"""One consistent view of `library.db`: everything read through it belongs to the same moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import aiosqlite

from retrieval.domain.articles import Article, ArticleSummary, Origin, Span, StoredArticle
from retrieval.store.records import (
    PassageVersion,
    attribution_of,
    credit_from_json,
    credit_of,
    origin_of,
    passage_of,
    sentence_of,
)


class Snapshot:
    """Reads inside one read transaction. Only what lies in `libraries` can be seen through it."""

    def __init__(self, connection: aiosqlite.Connection, libraries: Sequence[str]) -> None:
        self._connection = connection
        self._libraries = tuple(libraries)
        self._marks = ", ".join("?" * len(self._libraries))

    async def summaries(self) -> list[ArticleSummary]:
        """Return all articles without their text, newest first, undated last."""
        rows = await self._rows(
            "SELECT a.article_id, library, origin, text_sha256, recipe, revision, title, title_is_label, publisher, "
            "byline, published_at, url, length(text) AS characters, "
            "(SELECT count(*) FROM passages p WHERE p.article_id = a.article_id) AS passages "
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
                row["revision"],
                row["characters"],
            )
            for row in rows
        ]

    async def origins(self) -> list[Origin]:
        """Return every address and file at which the articles were found."""
        rows = await self._rows(f"SELECT * FROM origins WHERE library IN ({self._marks})", self._libraries)
        return [origin_of(row) for row in rows]

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
        carriers = await self._rows(
            "SELECT credit FROM origins WHERE article_id = ? AND credit IS NOT NULL ORDER BY origin", (article_id,)
        )
        return StoredArticle(
            Article(article_id, rows[0]["text"], credit_of(rows[0]), rows[0]["language"]),
            rows[0]["library"],
            tuple(map(sentence_of, sentences)),
            tuple(map(attribution_of, attributions)),
            tuple(credit_from_json(row["credit"]) for row in carriers),
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

    async def passages(self, article_id: str) -> list[PassageVersion]:
        """Return an article's passages with their vectors, in the order of the text."""
        rows = await self._rows(
            "SELECT p.* FROM passages p JOIN articles a USING (article_id) "
            f"WHERE article_id = ? AND a.library IN ({self._marks}) ORDER BY start",
            (article_id, *self._libraries),
        )
        return [passage_of(row) for row in rows]

    async def passage_ids(self, article_id: str) -> list[int]:
        """Return the ids of an article's passages, in the order of the text."""
        rows = await self._rows(
            "SELECT passage_id FROM passages JOIN articles a USING (article_id) "
            f"WHERE article_id = ? AND a.library IN ({self._marks}) ORDER BY start",
            (article_id, *self._libraries),
        )
        return [row["passage_id"] for row in rows]

    async def revisions(self) -> dict[str, int]:
        """Return the revision of every article, which is another one whenever anything of it changed."""
        rows = await self._rows(
            f"SELECT article_id, revision FROM articles WHERE library IN ({self._marks})", self._libraries
        )
        return {row["article_id"]: row["revision"] for row in rows}

    async def _rows(self, sql: str, parameters: Sequence[object]) -> list[sqlite3.Row]:
        return list(await self._connection.execute_fetchall(sql, parameters))
