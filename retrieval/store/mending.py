"""What keeping Chroma in step with `library.db` needs of it: stored vectors, and new ids for lost ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from retrieval.arrays import Floats
from retrieval.store.store import LibraryStore

READ_AT_ONCE = 500
"""Ids bound in one statement; SQLite allows 999 in old builds."""


async def stored_vectors(store: LibraryStore, passage_ids: Sequence[int]) -> dict[int, Floats]:
    """Return the vectors of live passages by id, each (dim,) of length one."""
    found: dict[int, Floats] = {}
    async with store._writing() as db:
        for first in range(0, len(passage_ids), READ_AT_ONCE):
            batch = tuple(passage_ids[first : first + READ_AT_ONCE])
            rows = await db.execute_fetchall(
                f"SELECT passage_id, vector FROM passages WHERE passage_id IN ({', '.join('?' * len(batch))})", batch
            )
            found |= {row["passage_id"]: np.frombuffer(row["vector"], dtype=np.float32) for row in rows}
    return found


async def renumber(store: LibraryStore, new_ids: Mapping[int, int]) -> int:
    """Give live passages the ids under which Chroma now has their vectors; returns of how many articles.

    The articles get a new revision each, so that the library in memory takes the new ids over.
    """
    async with store._writing() as db:
        articles: set[str] = set()
        for old, new in new_ids.items():
            rows = await db.execute_fetchall(
                "UPDATE passages SET passage_id = ? WHERE passage_id = ? RETURNING article_id", (new, old)
            )
            articles |= {row["article_id"] for row in rows}
        await db.executemany("UPDATE vectors SET state = 'live' WHERE passage_id = ?", [(i,) for i in new_ids.values()])
        await db.executemany("UPDATE vectors SET state = 'dead' WHERE passage_id = ?", [(i,) for i in new_ids])
        for article_id in sorted(articles):
            await db.execute("UPDATE meta SET value = value + 1 WHERE key = 'revision'")
            await db.execute(
                "UPDATE articles SET revision = (SELECT value FROM meta WHERE key = 'revision') WHERE article_id = ?",
                (article_id,),
            )
    return len(articles)


async def is_in_use(store: LibraryStore, collection: str) -> bool:
    """Tell whether any vector of a collection is live or about to be; costs the same in any library."""
    async with store._writing() as db:
        rows = await db.execute_fetchall(
            "SELECT 1 FROM vectors WHERE state IN ('live', 'pending') AND collection = ? LIMIT 1", (collection,)
        )
    return bool(list(rows))
