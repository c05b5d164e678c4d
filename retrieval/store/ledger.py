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

READ_THROUGH = 250_000_000
"""Bytes of a database that is read through at each start: a quarter of a second."""

TEXTS_CHECKED = 2_000
"""Texts of a larger one that are compared with their hashes at each start, in a row from a random one on."""


async def check(store: LibraryStore) -> None:
    """Look for damage in the database, and compare texts with their hashes; a file of any size within a second or so.

    A file of up to `READ_THROUGH` bytes is read through, each text compared. Of a larger one, `TEXTS_CHECKED` texts
    are compared, others at each start: SQLite itself notices damage where it happens to read, and in a text not at all.
    Raises `StorageError` with what to do.
    """
    async with store.reading() as db:
        (pages,) = await db.execute_fetchall("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        whole = pages[0] <= READ_THROUGH
        if whole:
            found = [row[0] for row in await db.execute_fetchall("PRAGMA quick_check(1)")]
            if found != ["ok"]:
                raise StorageError(f"library.db is damaged ({' '.join(found[0].split())[:200]}); {ADVICE_DAMAGED}.")
        chosen = "" if whole else "WHERE rowid >= (SELECT abs(random()) % max(rowid) FROM articles)"
        cursor = await db.execute(
            f"SELECT article_id, CAST(text AS BLOB) AS text, text_sha256 FROM articles {chosen} LIMIT ?",
            (-1 if whole else TEXTS_CHECKED,),
        )
        while rows := list(await cursor.fetchmany(READ_AT_ONCE)):
            for altered in await asyncio.to_thread(_altered, rows):
                raise StorageError(
                    f"library.db is damaged (the text of {altered} is not as it was stored); {ADVICE_DAMAGED}."
                )


def _altered(rows: Sequence[sqlite3.Row]) -> list[str]:
    return [row["article_id"] for row in rows if hashlib.sha256(row["text"]).hexdigest() != row["text_sha256"]]


async def count_live(store: LibraryStore, collection: str) -> int:
    """Return how many vectors of a collection are live."""
    async with store.reading() as db:
        rows = await db.execute_fetchall(
            "SELECT count(*) FROM vectors WHERE state = 'live' AND collection = ?", (collection,)
        )
    return int(next(iter(rows))[0])


async def newest(store: LibraryStore, collection: str, count: int) -> list[int]:
    """Return the ids of the vectors of a collection that were made live last."""
    async with store.reading() as db:
        rows = await db.execute_fetchall(
            "SELECT passage_id FROM vectors WHERE state = 'live' AND collection = ? ORDER BY passage_id DESC LIMIT ?",
            (collection, count),
        )
    return [row[0] for row in rows]


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
