"""Takes everything of one library out of `library.db`, so that no byte of it is left in the file."""

from __future__ import annotations

from retrieval.store.database import LibraryStore
from retrieval.store.entering import drop_library

_TABLES = ("articles", "feeds", "removed_articles", "runs")
"""The tables that name a library; all others hang on their rows."""


async def named_libraries(store: LibraryStore) -> list[str]:
    """Return the libraries of which anything is kept, articles or not."""
    union = " UNION ".join(f"SELECT library FROM {table}" for table in _TABLES)
    async with store.reading() as db:
        return [row[0] for row in await db.execute_fetchall(f"{union} ORDER BY library")]


async def clear(store: LibraryStore, library: str) -> int:
    """Delete all of a library in one transaction; return how many articles that were. Its vectors die."""
    async with store.writing() as db:
        rows = await db.execute_fetchall("SELECT article_id FROM articles WHERE library = ?", (library,))
        ids = [row["article_id"] for row in rows]
        await drop_library(db, library)
        for article_id in ids:
            await store.remove_within(db, article_id)
        for table in _TABLES:
            await db.execute(f"DELETE FROM {table} WHERE library = ?", (library,))
    await store.empty_log()
    return len(ids)
