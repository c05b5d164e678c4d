"""One consistent view of `library.db`: everything read through it belongs to the same moment."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import aiosqlite

from retrieval.domain.articles import ArticleSummary, Origin, Span, StoredArticle
from retrieval.store.records import (
    ATTRIBUTIONS,
    CARRIERS,
    SENTENCES,
    PassageVersion,
    credit_of,
    origin_of,
    passage_of,
    stored_article_of,
)

_NEWEST_FIRST = "ORDER BY published_at IS NULL, published_at DESC, title, article_id"
_LABEL = "coalesce(nullif(trim(title), ''), origin) || coalesce(' · ' || publisher, '') || ' ' || article_id"
_LISTED = "(SELECT value FROM json_each(?))"


def _listed(values: Collection[str]) -> str:
    """Return values as `_LISTED` takes them: any number of them is one bound parameter."""
    return json.dumps(list(values))


@dataclass(frozen=True, slots=True)
class LibrarySize:
    """How much a library holds; each address of an article is an origin, and texts kept aside count as characters."""

    articles: int
    passages: int
    characters: int
    origins: int


class Snapshot:
    """Reads inside one read transaction. Only what lies in `libraries` can be seen through it."""

    def __init__(self, connection: aiosqlite.Connection, libraries: Sequence[str]) -> None:
        self._connection = connection
        self._libraries = tuple(libraries)
        self._marks = ", ".join("?" * len(self._libraries))

    async def summaries(self, article_ids: Collection[str] | None = None) -> list[ArticleSummary]:
        """Return all articles, or those of the ids, without their text, newest first, undated last."""
        chosen, values = ("", ()) if article_ids is None else (f"AND article_id IN {_LISTED}", (_listed(article_ids),))
        by = "library" if article_ids is None else "+library"  # by the index of ids, not through the whole library
        return await self._summaries(f"{chosen} {_NEWEST_FIRST}", values, library=by)

    async def summaries_like(self, typed: str, limit: int) -> list[ArticleSummary]:
        """Return up to `limit` articles whose title (else origin), publisher or id has each of the words typed."""
        words = typed.casefold().split()
        has_all = " ".join(f"AND instr(casefold({_LABEL}), ?)" for _ in words)
        return await self._summaries(f"{has_all} {_NEWEST_FIRST} LIMIT ?", (*words, limit))

    async def _summaries(
        self, condition: str, values: Sequence[object], *, library: str = "library"
    ) -> list[ArticleSummary]:
        rows = await self._rows(
            "SELECT article_id, library, origin, text_sha256, recipe, revision, title, title_is_label, publisher, "
            "byline, published_at, url, excerpt, grounds, characters, passage_count "
            f"FROM articles WHERE {library} IN ({self._marks}) {condition}",
            (*self._libraries, *values),
        )
        return [
            ArticleSummary(
                row["article_id"],
                row["library"],
                row["origin"],
                row["text_sha256"],
                row["recipe"],
                credit_of(row),
                row["passage_count"],
                row["revision"],
                row["characters"],
            )
            for row in rows
        ]

    async def size(self) -> LibrarySize:
        """Return how much the libraries hold."""
        (articles,) = await self._rows(
            "SELECT count(*) AS articles, coalesce(sum(characters), 0) AS characters, "
            f"coalesce(sum(passage_count), 0) AS passages FROM articles WHERE library IN ({self._marks})",
            self._libraries,
        )
        (aside,) = await self._rows(
            "SELECT coalesce(sum(characters), 0) AS characters FROM doubtful_versions "
            f"WHERE library IN ({self._marks})",
            self._libraries,
        )
        (origins,) = await self._rows(
            f"SELECT count(*) AS origins FROM origins WHERE library IN ({self._marks})", self._libraries
        )
        characters = articles["characters"] + aside["characters"]
        return LibrarySize(articles["articles"], articles["passages"], characters, origins["origins"])

    async def held(
        self, origins: Collection[str], digests: Collection[str]
    ) -> tuple[list[ArticleSummary], list[Origin]]:
        """Return the articles that are at one of the origins or have one of the texts, and all of their origins."""
        ids = [
            row["article_id"]
            for row in await self._rows(
                f"SELECT article_id FROM origins WHERE library IN ({self._marks}) AND origin IN {_LISTED} "
                f"UNION SELECT article_id FROM articles WHERE library IN ({self._marks}) AND text_sha256 IN {_LISTED}",
                (*self._libraries, _listed(origins), *self._libraries, _listed(digests)),
            )
        ]
        found = await self._rows(
            f"SELECT * FROM origins WHERE article_id IN {_LISTED} ORDER BY origin", (_listed(ids),)
        )
        return await self.summaries(ids), [origin_of(row) for row in found]

    async def origins(self, origins: Collection[str] | None = None) -> list[Origin]:
        """Return every address and file at which the articles were found, or those named."""
        chosen, values = ("", ()) if origins is None else (f"AND origin IN {_LISTED}", (_listed(origins),))
        rows = await self._rows(
            f"SELECT * FROM origins WHERE library IN ({self._marks}) {chosen}", (*self._libraries, *values)
        )
        return [origin_of(row) for row in rows]

    async def article(self, article_id: str) -> StoredArticle | None:
        """Return a live article with its sentences and attributions, or None."""
        rows = await self._rows(
            f"SELECT * FROM articles WHERE article_id = ? AND library IN ({self._marks})",
            (article_id, *self._libraries),
        )
        if not rows:
            return None
        parts = [await self._rows(sql, (article_id,)) for sql in (SENTENCES, ATTRIBUTIONS, CARRIERS)]
        return stored_article_of(rows[0], *parts)

    async def slice_of(self, article_id: str, span: Span) -> str | None:
        """Return `article.text[start:end]` of the live version, whatever its library, or None.

        For checking a quote that was already found; it tells nothing that the asker does not have.
        """
        rows = await self._rows(
            "SELECT substr(text, ?, ?) AS piece FROM articles WHERE article_id = ?",
            (span.start + 1, span.end - span.start, article_id),
        )
        return rows[0]["piece"] if rows else None

    async def text(self, article_id: str) -> str | None:
        """Return the text of a live article, or None."""
        rows = await self._rows(
            f"SELECT text FROM articles WHERE article_id = ? AND library IN ({self._marks})",
            (article_id, *self._libraries),
        )
        return rows[0]["text"] if rows else None

    async def passages(self, article_id: str) -> list[PassageVersion]:
        """Return an article's passages with their vectors, in the order of the text."""
        rows = await self._rows(
            "SELECT p.* FROM passages p JOIN articles a USING (article_id) "
            f"WHERE article_id = ? AND a.library IN ({self._marks}) ORDER BY start",
            (article_id, *self._libraries),
        )
        return [passage_of(row) for row in rows]

    async def of_other_recipes(self, recipe: str) -> list[tuple[str, str, str]]:
        """Return id, origin and recipe of the articles that were made by another recipe."""
        rows = await self._rows(
            f"SELECT article_id, origin, recipe FROM articles WHERE library IN ({self._marks}) AND recipe != ? "
            "ORDER BY article_id",
            (*self._libraries, recipe),
        )
        return [(row[0], row[1], row[2]) for row in rows]

    async def first_sentences(self, article_id: str) -> list[int]:
        """Return the number of the first sentence of each passage of an article, in the order of the text."""
        rows = await self._rows(
            "SELECT first_sentence FROM passages JOIN articles a USING (article_id) "
            f"WHERE article_id = ? AND a.library IN ({self._marks}) ORDER BY start",
            (article_id, *self._libraries),
        )
        return [row[0] for row in rows]

    async def _rows(self, sql: str, parameters: Sequence[object]) -> list[sqlite3.Row]:
        return list(await self._connection.execute_fetchall(sql, parameters))
