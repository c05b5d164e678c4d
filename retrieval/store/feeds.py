"""The feeds that libraries follow, and which of their entries have been seen."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from retrieval.domain.libraries import Feed
from retrieval.store.database import LibraryStore

NEVER_LATER = timedelta(days=8)
ENTRIES_KEPT = timedelta(days=60)
"""How long an entry is remembered that its feed no longer lists; an older one that comes back is read as a new one."""

_FEED = "SELECT f.*, (SELECT count(*) FROM origins o WHERE o.feed_id = f.feed_id) AS articles FROM feeds f"


@dataclass(frozen=True, slots=True)
class SeenEntry:
    """An entry of a feed: `stamp` changes with what the feed says of it; `failures` counts vain attempts."""

    stamp: str
    failures: int


class FeedStore:
    """The tables `feeds` and `feed_entries`."""

    def __init__(self, store: LibraryStore) -> None:
        self._store = store

    async def add(self, library: str, url: str, *, title: str | None, announce_to: str | None) -> Feed:
        """Enter a feed that is due at once; one that is there is gone on with, and announced as asked now."""
        now = datetime.now(UTC).isoformat()
        async with self._store.writing() as db:
            await db.execute(
                "INSERT INTO feeds (library, url, title, announce_to, added_at, next_poll_at) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (library, url) DO UPDATE SET announce_to = excluded.announce_to, paused = 0",
                (library, url, title, announce_to, now, now),
            )
            rows = await db.execute_fetchall(f"{_FEED} WHERE library = ? AND url = ?", (library, url))
            return _feed_of(next(iter(rows)))

    async def all(self, library: str) -> list[Feed]:
        """Return the feeds of a library, oldest first."""
        async with self._store.reading() as db:
            rows = await db.execute_fetchall(f"{_FEED} WHERE library = ? ORDER BY feed_id", (library,))
            return [_feed_of(row) for row in rows]

    async def get(self, library: str, feed_id: int) -> Feed | None:
        """Return one feed of a library, or None."""
        return next((feed for feed in await self.all(library) if feed.feed_id == feed_id), None)

    async def due(self, now: datetime) -> list[Feed]:
        """Return the feeds of all libraries that are to be polled now, the longest due first.

        One that is due later than any schedule says was put off by a wrong clock.
        """
        async with self._store.reading() as db:
            rows = await db.execute_fetchall(
                f"{_FEED} WHERE NOT paused AND (next_poll_at <= ? OR next_poll_at > ?) ORDER BY next_poll_at",
                (now.isoformat(), (now + NEVER_LATER).isoformat()),
            )
            return [_feed_of(row) for row in rows]

    async def remove(self, library: str, feed_id: int) -> Feed | None:
        """Strike a feed; its articles stay. None when the library has none of this id."""
        feed = await self.get(library, feed_id)
        if feed is not None:
            async with self._store.writing() as db:
                await db.execute("DELETE FROM feeds WHERE feed_id = ?", (feed_id,))
        return feed

    async def pause(self, library: str, feed_id: int, *, paused: bool) -> Feed | None:
        """Pause a feed, or go on with it at once. None when the library has none of this id."""
        async with self._store.writing() as db:
            await db.execute(
                "UPDATE feeds SET paused = ?, failures = 0, next_poll_at = ? WHERE library = ? AND feed_id = ?",
                (int(paused), datetime.now(UTC).isoformat(), library, feed_id),
            )
        return await self.get(library, feed_id)

    async def conditions(self, feed_id: int) -> tuple[str | None, str | None]:
        """Return the `(etag, last_modified)` that the feed's server gave last."""
        async with self._store.reading() as db:
            rows = await db.execute_fetchall("SELECT etag, last_modified FROM feeds WHERE feed_id = ?", (feed_id,))
        return next(((row["etag"], row["last_modified"]) for row in rows), (None, None))

    async def polled(
        self,
        feed_id: int,
        *,
        complete: bool,
        next_poll_at: datetime,
        title: str | None,
        etag: str | None,
        last_modified: str | None,
    ) -> None:
        """Note a poll that went well; until one was `complete`, what the feed holds is no news."""
        async with self._store.writing() as db:
            await db.execute(
                "UPDATE feeds SET polled_at = iif(? OR polled_at IS NOT NULL, ?, NULL), next_poll_at = ?, "
                "failures = 0, last_error = NULL, title = coalesce(?, title), etag = ?, last_modified = ? "
                "WHERE feed_id = ?",
                (
                    complete,
                    datetime.now(UTC).isoformat(),
                    next_poll_at.isoformat(),
                    title,
                    etag,
                    last_modified,
                    feed_id,
                ),
            )

    async def failed(self, feed_id: int, *, next_poll_at: datetime, error: str) -> None:
        """Note a poll that failed, and why."""
        async with self._store.writing() as db:
            await db.execute(
                "UPDATE feeds SET next_poll_at = ?, failures = failures + 1, last_error = ? WHERE feed_id = ?",
                (next_poll_at.isoformat(), error, feed_id),
            )

    async def entries(self, feed_id: int) -> dict[str, SeenEntry]:
        """Return the entries that were seen, by entry id."""
        async with self._store.reading() as db:
            rows = await db.execute_fetchall("SELECT * FROM feed_entries WHERE feed_id = ?", (feed_id,))
        return {row["entry_id"]: SeenEntry(row["stamp"], row["failures"]) for row in rows}

    async def saw(self, feed_id: int, entries: Mapping[str, SeenEntry]) -> None:
        """Note how entries of a feed that is still there were seen."""
        now = datetime.now(UTC).isoformat()
        async with self._store.writing() as db:
            await db.executemany(
                "INSERT INTO feed_entries SELECT feed_id, ?, ?, ?, ? FROM feeds WHERE feed_id = ? "
                "ON CONFLICT DO UPDATE SET stamp = excluded.stamp, failures = excluded.failures",
                [(entry_id, seen.stamp, seen.failures, now, feed_id) for entry_id, seen in entries.items()],
            )

    async def lists(self, feed_id: int, entry_ids: Collection[str]) -> None:
        """Note which entries a feed lists now; those that it has not listed for long are forgotten."""
        now, listed = datetime.now(UTC), json.dumps(list(entry_ids))
        async with self._store.writing() as db:
            await db.execute(
                "UPDATE feed_entries SET seen_at = ? WHERE feed_id = ? AND seen_at < ? "
                "AND entry_id IN (SELECT value FROM json_each(?))",
                (now.isoformat(), feed_id, (now - timedelta(days=1)).isoformat(), listed),
            )
            await db.execute(
                "DELETE FROM feed_entries WHERE feed_id = ? AND seen_at < ?",
                (feed_id, (now - ENTRIES_KEPT).isoformat()),
            )


def _feed_of(row: sqlite3.Row) -> Feed:
    return Feed(
        feed_id=row["feed_id"],
        library=row["library"],
        url=row["url"],
        title=row["title"],
        announce_to=row["announce_to"],
        paused=bool(row["paused"]),
        added_at=datetime.fromisoformat(row["added_at"]),
        polled_at=datetime.fromisoformat(row["polled_at"]) if row["polled_at"] else None,
        next_poll_at=datetime.fromisoformat(row["next_poll_at"]),
        failures=row["failures"],
        last_error=row["last_error"],
        articles=row["articles"],
    )
