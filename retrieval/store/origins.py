"""Where articles were found: the addresses that carry one text, and what was removed and can come back."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from retrieval.domain.articles import Article, Credit, Origin
from retrieval.store.database import LibraryStore, bump_revision
from retrieval.store.records import Freshness, credit_from_json, credit_json, credit_of, origin_of

KEPT_REMOVALS = 10_000
"""Of how many removed articles of a library it is known that they are to stay away; older ones may come back."""


@dataclass(frozen=True, slots=True)
class RemovedRecord:
    """An article that was removed, as it was; its own origin comes first."""

    article: Article
    origins: tuple[Origin, ...]
    removed_at: datetime


class OriginStore:
    """Changes to `origins` and `removed_articles`, each in one transaction."""

    def __init__(self, store: LibraryStore) -> None:
        self._store = store

    async def move(self, library: str, old: str, new: str) -> None:
        """Note that what was found at `old`, itself unchanged, is now found at `new`."""
        async with self._store.writing() as db:
            for table in ("articles", "origins"):
                await db.execute(f"UPDATE {table} SET origin = ? WHERE library = ? AND origin = ?", (new, library, old))

    async def carry(self, library: str, origin: str, article_id: str, credit: Credit) -> None:
        """Note that `origin` carries the text of an article, and how it credits it."""
        async with self._store.writing() as db:
            await db.execute(
                "INSERT INTO origins (library, origin, article_id, credit) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (library, origin) DO UPDATE SET "
                "article_id = excluded.article_id, credit = excluded.credit",
                (library, origin, article_id, credit_json(credit)),
            )
            await bump_revision(db, article_id)

    async def forget(self, library: str, origin: str) -> None:
        """Note that nothing is found at an origin any more that was not an article's own."""
        async with self._store.writing() as db:
            rows = await db.execute_fetchall(
                "DELETE FROM origins WHERE library = ? AND origin = ? RETURNING article_id", (library, origin)
            )
            for row in rows:
                await bump_revision(db, row["article_id"])

    async def remember(self, library: str, read: Sequence[Freshness]) -> None:
        """Note what tells that origins have not changed since they were read, and the feeds that named them."""
        async with self._store.writing() as db:
            await db.executemany(
                "UPDATE origins SET digest = ?, etag = ?, last_modified = ?, "
                # A feed may be removed while it is polled.
                "feed_id = coalesce((SELECT feed_id FROM feeds WHERE feed_id = ?), feed_id) "
                "WHERE library = ? AND origin = ?",
                [(one.digest, one.etag, one.last_modified, one.feed_id, library, one.origin) for one in read],
            )

    async def remove(self, library: str, article_id: str, *, at: datetime, stays_away: bool = True) -> Credit | None:
        """Take an article out of its library and keep it aside; None when the library has none of this id.

        With `stays_away`, what reads folders, feeds and pages again does not bring it back.
        """
        async with self._store.writing() as db:
            rows = list(
                await db.execute_fetchall(
                    "SELECT * FROM articles WHERE library = ? AND article_id = ?", (library, article_id)
                )
            )
            if not rows:
                return None
            origins = await db.execute_fetchall(
                "SELECT * FROM origins WHERE article_id = ? ORDER BY origin != ?", (article_id, rows[0]["origin"])
            )
            credit = credit_of(rows[0])
            await db.execute(
                "INSERT OR REPLACE INTO removed_articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    article_id, library, rows[0]["text"], rows[0]["text_sha256"], rows[0]["language"],
                    credit_json(credit), _origins_json([origin_of(row) for row in origins]), at.isoformat(),
                    int(stays_away),
                ),
            )  # fmt: skip
            await self._store.remove_within(db, article_id)
            return credit

    async def removed(self, library: str, *, since: datetime) -> list[RemovedRecord]:
        """Return what was removed since then, the last removed first."""
        async with self._store.reading() as db:
            rows = await db.execute_fetchall(
                "SELECT * FROM removed_articles WHERE library = ? AND removed_at >= ? ORDER BY removed_at DESC",
                (library, since.isoformat()),
            )
            return [
                RemovedRecord(
                    Article(row["article_id"], row["text"], credit_from_json(row["credit"]), row["language"]),
                    _origins_from(row["origins"], row["article_id"]),
                    datetime.fromisoformat(row["removed_at"]),
                )
                for row in rows
            ]

    async def removed_marks(self, library: str) -> set[str]:
        """Return every origin, and the hash of the text, of what was removed and is to stay away."""
        async with self._store.reading() as db:
            rows = await db.execute_fetchall(
                "SELECT origins, text_sha256 FROM removed_articles WHERE library = ? AND stays_away", (library,)
            )
        return {mark for row in rows for mark in (row["text_sha256"], *(o for o, _ in json.loads(row["origins"])))}

    async def blank_removed(self, *, before: datetime) -> None:
        """Let go of the texts of what was removed before a moment; the origins of a library's last ones stay known."""
        async with self._store.writing() as db:
            await db.execute("UPDATE removed_articles SET text = '' WHERE removed_at < ?", (before.isoformat(),))
            await db.execute(
                "DELETE FROM removed_articles WHERE text = '' AND article_id IN (SELECT article_id FROM ("
                "SELECT article_id, row_number() OVER (PARTITION BY library ORDER BY removed_at DESC) AS place "
                "FROM removed_articles) WHERE place > ?)",
                (KEPT_REMOVALS,),
            )

    async def forget_removed(self, library: str, marks: Collection[str]) -> None:
        """Forget the removals of articles whose own origin or text is among the marks: they are back."""
        async with self._store.writing() as db:
            rows = await db.execute_fetchall(
                "SELECT article_id, origins, text_sha256 FROM removed_articles WHERE library = ?", (library,)
            )
            back = [
                (row["article_id"],)
                for row in rows
                if row["text_sha256"] in marks or json.loads(row["origins"])[0][0] in marks
            ]
            await db.executemany("DELETE FROM removed_articles WHERE article_id = ?", back)


def _origins_json(origins: Sequence[Origin]) -> str:
    return json.dumps([[o.origin, credit_json(o.credit) if o.credit else None] for o in origins], ensure_ascii=False)


def _origins_from(text: str, article_id: str) -> tuple[Origin, ...]:
    return tuple(
        Origin(origin, article_id, credit_from_json(credit) if credit else None) for origin, credit in json.loads(text)
    )
