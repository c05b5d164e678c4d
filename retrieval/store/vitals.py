"""Counts what the libraries hold and how their feeds fare, for whoever runs the bot."""

from __future__ import annotations

from retrieval.domain.vitals import Holding
from retrieval.store.database import LibraryStore


async def holdings(store: LibraryStore) -> dict[str, Holding]:
    """Return how much each library that has articles holds."""
    async with store.reading() as db:
        rows = await db.execute_fetchall(
            "SELECT library, count(*) AS articles, sum(passage_count) AS passages FROM articles GROUP BY library"
        )
    return {row["library"]: Holding(row["articles"], row["passages"]) for row in rows}


async def feed_counts(store: LibraryStore) -> tuple[int, int]:
    """Return how many feeds are followed, and of how many of them the last poll failed."""
    async with store.reading() as db:
        rows = await db.execute_fetchall("SELECT count(*) AS feeds, total(failures > 0) AS failing FROM feeds")
    row = next(iter(rows))
    return row["feeds"], int(row["failing"])
