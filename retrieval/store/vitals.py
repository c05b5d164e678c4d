"""Counts what the libraries hold and how their feeds fare, for whoever runs the bot."""

from __future__ import annotations

from retrieval.domain.vitals import Holding
from retrieval.store.database import LibraryStore


async def holdings(store: LibraryStore) -> dict[str, Holding]:
    """Return how much each library that has articles holds; reads indexes alone, and no row of an article."""
    async with store.reading() as db:
        articles = await db.execute_fetchall("SELECT library, count(*) AS count FROM articles GROUP BY library")
        passages = await db.execute_fetchall(
            "SELECT substr(collection, 1, instr(collection, '.') - 1) AS library, count(*) AS count "
            "FROM vectors WHERE state = 'live' GROUP BY collection"  # a library's collection begins with its name
        )
    counts: dict[str, int] = {}
    for row in passages:
        counts[row["library"]] = counts.get(row["library"], 0) + row["count"]
    return {row["library"]: Holding(row["count"], counts.get(row["library"], 0)) for row in articles}


async def feed_counts(store: LibraryStore) -> tuple[int, int]:
    """Return how many feeds are followed, and of how many of them the last poll failed."""
    async with store.reading() as db:
        rows = await db.execute_fetchall("SELECT count(*) AS feeds, total(failures > 0) AS failing FROM feeds")
    row = next(iter(rows))
    return row["feeds"], int(row["failing"])
