"""The ledger of what was ever sent to Chroma, and what starting up needs of `library.db`: a check, stored vectors."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import Mapping, Sequence

import numpy as np

from retrieval.arrays import Floats
from retrieval.errors import StorageError
from retrieval.store.database import LibraryStore, bump_revision
from retrieval.store.sqlite import ADVICE_DAMAGED

READ_AT_ONCE = 500
"""Ids bound in one statement; SQLite allows 999 in old builds."""


async def check(store: LibraryStore) -> None:
    """Read the database through, a second a gigabyte, and compare each text with its hash.

    SQLite itself notices damage only where it happens to read, and in a text not at all. Raises
    `StorageError` with what to do.
    """
    async with store.reading() as db:
        found = [row[0] for row in await db.execute_fetchall("PRAGMA quick_check(1)")]
        if found != ["ok"]:
            raise StorageError(f"library.db is damaged ({' '.join(found[0].split())[:200]}); {ADVICE_DAMAGED}.")
        rows = await db.execute_fetchall("SELECT article_id, CAST(text AS BLOB) AS text, text_sha256 FROM articles")
    for row in await asyncio.to_thread(_altered, list(rows)):
        raise StorageError(f"library.db is damaged (the text of {row} is not as it was stored); {ADVICE_DAMAGED}.")


def _altered(rows: Sequence[sqlite3.Row]) -> list[str]:
    return [row["article_id"] for row in rows if hashlib.sha256(row["text"]).hexdigest() != row["text_sha256"]]


async def skip_ids(store: LibraryStore, up_to: int) -> None:
    """Never give out passage ids up to this one, which a database put back from a backup does not know of."""
    async with store.writing() as db:
        await db.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'vectors'", (up_to,))


async def stored_vectors(store: LibraryStore, passage_ids: Sequence[int]) -> dict[int, Floats]:
    """Return the vectors of live passages by id, each (dim,) of length one."""
    found: dict[int, Floats] = {}
    async with store.reading() as db:
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
    async with store.writing() as db:
        articles: set[str] = set()
        for old, new in new_ids.items():
            rows = await db.execute_fetchall(
                "UPDATE passages SET passage_id = ? WHERE passage_id = ? RETURNING article_id", (new, old)
            )
            articles |= {row["article_id"] for row in rows}
        await db.executemany("UPDATE vectors SET state = 'live' WHERE passage_id = ?", [(i,) for i in new_ids.values()])
        await db.executemany("UPDATE vectors SET state = 'dead' WHERE passage_id = ?", [(i,) for i in new_ids])
        for article_id in sorted(articles):
            await bump_revision(db, article_id)
    return len(articles)


async def is_in_use(store: LibraryStore, collection: str) -> bool:
    """Tell whether any vector of a collection is live or about to be; costs the same in any library."""
    async with store.reading() as db:
        rows = await db.execute_fetchall(
            "SELECT 1 FROM vectors WHERE state IN ('live', 'pending') AND collection = ? LIMIT 1", (collection,)
        )
    return bool(list(rows))


async def reserve(store: LibraryStore, collection: str, count: int) -> list[int]:
    """Return new passage ids, entered in the ledger as pending before Chroma hears of them."""
    async with store.writing() as db:
        ids = []
        for _ in range(count):
            cursor = await db.execute(
                "INSERT INTO vectors (collection, state) VALUES (?, 'pending') RETURNING passage_id",
                (collection,),
            )
            row = await cursor.fetchone()
            assert row is not None
            ids.append(int(row[0]))
        return ids


async def in_state(store: LibraryStore, *states: str) -> dict[str, list[int]]:
    """Return the passage ids in any of the states, by collection."""
    async with store.reading() as db:
        rows = await db.execute_fetchall(
            f"SELECT collection, passage_id FROM vectors WHERE state IN ({', '.join('?' * len(states))})",
            states,
        )
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(row["collection"], []).append(row["passage_id"])
    return found


async def forget(store: LibraryStore, passage_ids: Sequence[int]) -> None:
    """Strike vectors that Chroma has let go of from the ledger."""
    async with store.writing() as db:
        await db.executemany(
            "DELETE FROM vectors WHERE passage_id = ? AND state != 'live'", [(i,) for i in passage_ids]
        )
