"""Keeps what was asked in each channel, in `history.db`: private data, with retention and deletion."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Self

import aiosqlite

from retrieval.domain.answers import Refusal
from retrieval.domain.talk import QuotedSpan
from retrieval.errors import StorageError
from retrieval.store.sqlite import open_database, open_for_reading, transaction


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what the bot answered; `refusal` is None when it answered with quotes.

    `guild_id` is None in a direct message. `message_ids` are the bot's answer, first message first. `follows` is the
    turn that it came after in its line of talk. `for_asker_only` is one whose answer nobody else was shown.
    `turn_id` is given when it is recorded.
    """

    guild_id: int | None
    channel_id: int
    user_id: int
    question: str
    asked_at: datetime
    refusal: Refusal | None = None
    reason: str | None = None
    quotes: tuple[QuotedSpan, ...] = ()
    message_ids: tuple[int, ...] = ()
    follows: int | None = None
    for_asker_only: bool = False
    turn_id: int | None = field(default=None, compare=False)


_OF_USER = "user_id = ? AND (? IS NULL OR channel_id = ?)"


class History:
    """The turns of every channel, and a few named notes of the bot itself.

    What is read is read by a connection of its own, which waits for no writer.
    """

    def __init__(self, *, connection: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self._connection = connection
        self._reader = reader
        self._writing = asyncio.Lock()

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open (or create) the database at `path`; raises `StorageError`."""
        connection = await open_database(path, migrations())
        # What a person deletes is to be gone from the file as well, not only from the tables.
        await connection.execute("PRAGMA secure_delete = ON")
        try:
            return cls(connection=connection, reader=await open_for_reading(path, migrations()))
        except BaseException:
            await connection.close()
            raise

    async def close(self) -> None:
        """Close the database, after a write under way has ended."""
        async with self._writing:
            await self._reader.close()
            await self._connection.close()

    async def record(self, turn: Turn) -> int:
        """Remember `turn` and return its id; its time must be aware, and is kept as UTC."""
        if turn.asked_at.tzinfo is None:
            raise ValueError(f"asked_at must be aware, not {turn.asked_at!r}")
        quotes = [[quote.article_id, quote.start, quote.end, quote.text] for quote in turn.quotes]
        async with self.write() as connection:
            cursor = await connection.execute(
                "INSERT INTO turns (guild_id, channel_id, user_id, question, refusal, reason, quotes, "
                "message_ids, asked_at, follows, for_asker_only) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    turn.guild_id,
                    turn.channel_id,
                    turn.user_id,
                    turn.question,
                    turn.refusal,
                    turn.reason,
                    json.dumps(quotes),
                    json.dumps(turn.message_ids),
                    stamp(turn.asked_at),
                    turn.follows,
                    turn.for_asker_only,
                ),
            )
        assert cursor.lastrowid is not None  # a row was inserted
        return cursor.lastrowid

    async def sent(self, turn_id: int, message_ids: Sequence[int]) -> None:
        """Remember which messages the answer of a recorded turn became."""
        async with self.write() as connection:
            await connection.execute(
                "UPDATE turns SET message_ids = ? WHERE turn_id = ?", (json.dumps(list(message_ids)), turn_id)
            )

    async def take_back(self, turn_id: int) -> None:
        """Forget a turn whose answer could not be sent or was taken back, with all that is kept of the answer."""
        await self._delete("turn_id = ?", turn_id)

    async def recent(self, channel_id: int, *, limit: int, reader: int | None = None) -> tuple[Turn, ...]:
        """Return the latest turns of one channel, newest first; to a `reader` none that were for others alone."""
        rows = await self.read(
            "SELECT * FROM turns WHERE channel_id = ? AND (? IS NULL OR user_id = ? OR NOT for_asker_only) "
            "ORDER BY turn_id DESC LIMIT ?",
            channel_id,
            reader,
            reader,
            limit,
        )
        return tuple(turn_of(row) for row in rows)

    async def count_of_user(self, *, user_id: int, channel_id: int | None = None) -> int:
        """Count what one person asked in one channel, or everywhere."""
        query = f"SELECT count(*) FROM turns WHERE {_OF_USER}"  # noqa: S608 - a constant
        ((count,),) = await self.read(query, user_id, channel_id, channel_id)
        return int(count)

    async def count_of_channel(self, channel_id: int) -> int:
        """Count what was asked in one channel."""
        ((count,),) = await self.read("SELECT count(*) FROM turns WHERE channel_id = ?", channel_id)
        return int(count)

    async def delete_of_user(self, *, user_id: int, channel_id: int | None = None) -> int:
        """Delete what one person asked in one channel, or everywhere, and thought of answers there.

        Returns how many turns that were.
        """
        async with self.write() as connection:
            await connection.execute(
                f"DELETE FROM feedback WHERE {_OF_USER}",  # noqa: S608 - a constant
                (user_id, channel_id, channel_id),
            )
        return await self._delete(_OF_USER, user_id, channel_id, channel_id)

    async def delete_channel(self, channel_id: int) -> int:
        """Delete all turns of a channel; return how many."""
        return await self._delete("channel_id = ?", channel_id)

    async def prune(self, *, before: datetime, guild_id: int | None = None) -> int:
        """Delete the turns asked earlier than `before` (aware), of one server or of all; return how many."""
        return await self._delete("asked_at < ? AND (? IS NULL OR guild_id = ?)", stamp(before), guild_id, guild_id)

    async def note(self, name: str) -> str | None:
        """Return the note of that name, or None."""
        rows = await self.read("SELECT value FROM notes WHERE name = ?", name)
        return str(rows[0]["value"]) if rows else None

    async def set_note(self, name: str, value: str) -> None:
        """Keep `value` under `name`, in place of an earlier one."""
        async with self.write() as connection:
            await connection.execute("INSERT OR REPLACE INTO notes (name, value) VALUES (?, ?)", (name, value))

    async def _delete(self, condition: str, *values: int | str | None) -> int:
        async with self.write() as connection:
            cursor = await connection.execute(f"DELETE FROM turns WHERE {condition}", values)  # noqa: S608
        await self.empty_log()
        return cursor.rowcount

    async def empty_log(self) -> None:
        """Write the write-ahead log back and empty it: until then it holds words that were deleted."""
        async with self._writing:
            try:
                await self._connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.Error as error:
                raise StorageError(f"The history cannot be written ({error}).") from error

    async def read(self, query: str, *values: int | str | None) -> list[aiosqlite.Row]:
        """Return the rows of a query, also for those who keep other tables in this file."""
        try:
            return list(await self._reader.execute_fetchall(query, values))
        except sqlite3.Error as error:
            raise StorageError(f"The history cannot be read ({error}).") from error

    @asynccontextmanager
    async def write(self) -> AsyncIterator[aiosqlite.Connection]:
        """Run the block in one write transaction, one at a time."""
        async with self._writing:
            try:
                async with transaction(self._connection):
                    yield self._connection
            except sqlite3.Error as error:
                raise StorageError(f"The history cannot be written ({error}).") from error


def migrations() -> list[str]:
    """Return the SQL scripts of `history.db`, in the order of their numbers."""
    folder = resources.files(__package__).joinpath("migrations")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [folder.joinpath(name).read_text(encoding="utf-8") for name in names]


def stamp(moment: datetime) -> str:
    """Return an aware moment as the history keeps it: of one width and one zone, so texts sort as moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def turn_of(row: aiosqlite.Row) -> Turn:
    """Return the turn of a row of `turns`."""
    return Turn(
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        user_id=row["user_id"],
        question=row["question"],
        asked_at=datetime.fromisoformat(row["asked_at"]),
        refusal=None if row["refusal"] is None else Refusal(row["refusal"]),
        reason=row["reason"],
        quotes=tuple(QuotedSpan(*quote) for quote in json.loads(row["quotes"])),
        message_ids=tuple(json.loads(row["message_ids"])),
        follows=row["follows"],
        for_asker_only=bool(row["for_asker_only"]),
        turn_id=row["turn_id"],
    )
