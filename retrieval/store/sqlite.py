"""Opens a SQLite file the way both of our databases need it: WAL, numbered migrations, clear errors."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite

from retrieval.errors import NewerDataError, StorageError

BUSY_TIMEOUT_MS = 10_000

ADVICE_DAMAGED = "restore it from a backup, or move it away to start with an empty one"
"""What to do about a database that is damaged."""


async def open_database(path: Path, migrations: Sequence[str]) -> aiosqlite.Connection:
    """Open (or create) the database at `path` and bring its schema up to date.

    `migrations` are SQL scripts without transaction statements; number n brings the schema from
    version n to n + 1, whole or not at all. The connection is in autocommit mode: writers use
    `transaction`. Raises `NewerDataError` or `StorageError`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = await aiosqlite.connect(path, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise StorageError(_cannot_open(path, error)) from error
    try:
        connection.row_factory = aiosqlite.Row
        await connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        await connection.execute("PRAGMA journal_mode = WAL")
        await connection.execute("PRAGMA synchronous = NORMAL")
        await connection.execute("PRAGMA foreign_keys = ON")
        await _migrate(connection, path, migrations)
    except sqlite3.Error as error:
        await connection.close()
        raise StorageError(_cannot_open(path, error)) from error
    except BaseException:
        await connection.close()
        raise
    return connection


async def _migrate(connection: aiosqlite.Connection, path: Path, migrations: Sequence[str]) -> None:
    # The version is read again inside the write lock: two processes may open a new file at once.
    async with transaction(connection):
        row = await (await connection.execute("PRAGMA user_version")).fetchone()
        version = int(row[0]) if row else 0
        if version > len(migrations):
            raise NewerDataError(
                f"{path} was written by a newer version of Pullquote (schema {version}, this one knows "
                f"{len(migrations)}); upgrade Pullquote or choose another data folder with --data."
            )
        for number in range(version, len(migrations)):
            for statement in split_statements(migrations[number]):
                await connection.execute(statement)
        await connection.execute(f"PRAGMA user_version = {len(migrations)}")


def split_statements(script: str) -> list[str]:
    """Split an SQL script into its statements, as SQLite itself sees them.

    `executescript` would do, but it commits first, and a migration must be whole or absent.
    """
    statements, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            statements.append(pending.strip())
            pending = ""
    if pending.strip():
        raise ValueError(f"unfinished SQL statement: {pending.strip()[:80]!r}")
    return statements


@asynccontextmanager
async def transaction(connection: aiosqlite.Connection) -> AsyncIterator[None]:
    """Run the block in one write transaction: committed when it ends, rolled back when it raises.

    One connection serves one transaction at a time; callers that share one hold a lock around it.
    """
    await connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        await connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk makes SQLite roll back by itself
            await connection.execute("ROLLBACK")
        raise


def _cannot_open(path: Path, error: Exception) -> str:
    detail = str(error)
    if isinstance(error, PermissionError) or "unable to open" in detail or "readonly" in detail:
        return f"The database {path} cannot be opened for writing ({detail}); check the folder's permissions."
    if "full" in detail or "No space" in detail:
        return f"The disk that holds {path} is full; free some space and try again."
    if "malformed" in detail or "not a database" in detail:
        return f"The database {path} is damaged ({detail}); {ADVICE_DAMAGED}."
    return f"The database {path} cannot be used ({detail})."
