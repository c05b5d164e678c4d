"""Finds, exports and deletes all that is kept of one person or one server, whichever tables hold it.

A table says whose a row is by its columns `user_id` and `guild_id`; every table that has one is looked at, so that
none is forgotten that is added later.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from bot.records.history import History, stamp

Owner = Literal["user_id", "guild_id"]

_NOT_OF_A_SERVER = frozenset(["left_guilds"])
"""The note that a server was left goes last, by itself: until then the deletion can be taken up again."""


async def rows_of_person(history: History, user_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return every row that is kept of a person, by table, oldest first."""
    found = {}
    for table in await _tables_with(history, "user_id"):
        rows = await history.read(f'SELECT * FROM "{table}" WHERE user_id = ? ORDER BY rowid', user_id)  # noqa: S608
        if rows:
            found[table] = [dict(zip(row.keys(), row, strict=True)) for row in rows]
    return found


async def delete_person(history: History, user_id: int) -> int:
    """Delete every row that is kept of a person, from the file as well; return how many."""
    return await _delete(history, "user_id", user_id, await _tables_with(history, "user_id"))


async def delete_guild(history: History, guild_id: int) -> int:
    """Delete every row that is kept of a server, from the file as well; return how many."""
    tables = [table for table in await _tables_with(history, "guild_id") if table not in _NOT_OF_A_SERVER]
    return await _delete(history, "guild_id", guild_id, tables)


async def known_guilds(history: History) -> frozenset[int]:
    """Return the servers of which anything is kept."""
    found: set[int] = set()
    for table in await _tables_with(history, "guild_id"):
        rows = await history.read(
            f'SELECT DISTINCT guild_id FROM "{table}" WHERE guild_id IS NOT NULL'  # noqa: S608
        )
        found.update(int(row["guild_id"]) for row in rows)
    return frozenset(found)


async def note_left(history: History, guild_ids: Iterable[int], *, at: datetime) -> None:
    """Note servers that the bot is no longer in; the first note of one stays."""
    async with history.write() as connection:
        await connection.executemany(
            "INSERT OR IGNORE INTO left_guilds (guild_id, left_at) VALUES (?, ?)",
            [(guild_id, stamp(at)) for guild_id in guild_ids],
        )


async def note_back(history: History, guild_ids: Iterable[int]) -> None:
    """Take back that servers were left: the bot is in them again, or nothing of them is kept any more."""
    async with history.write() as connection:
        await connection.executemany("DELETE FROM left_guilds WHERE guild_id = ?", [(one,) for one in guild_ids])


async def left_guilds(history: History, *, before: datetime | None = None) -> frozenset[int]:
    """Return the servers that the bot is no longer in, or those of them that it left before a moment."""
    if before is None:
        rows = await history.read("SELECT guild_id FROM left_guilds")
    else:
        rows = await history.read("SELECT guild_id FROM left_guilds WHERE left_at < ?", stamp(before))
    return frozenset(int(row["guild_id"]) for row in rows)


async def _tables_with(history: History, owner: Owner) -> list[str]:
    rows = await history.read(
        "SELECT m.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c "
        "WHERE m.type = 'table' AND c.name = ? ORDER BY m.name",
        owner,
    )
    return [str(row["name"]) for row in rows]


async def _delete(history: History, owner: Owner, value: int, tables: Iterable[str]) -> int:
    count = 0
    async with history.write() as connection:
        for table in tables:
            cursor = await connection.execute(f'DELETE FROM "{table}" WHERE {owner} = ?', (value,))  # noqa: S608
            count += cursor.rowcount
    await history.empty_log()
    return count
