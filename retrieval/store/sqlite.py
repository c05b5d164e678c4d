"""Opens a SQLite file the way both of our databases need it: WAL, numbered migrations, clear errors."""

from __future__ import annotations

import logging
import os
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiosqlite

from retrieval.errors import NewerDataError, StorageError, disk_fault

BUSY_TIMEOUT_MS = 10_000
log = logging.getLogger(__name__)

COPY_BEFORE = ".before-schema-"
"""What stands between the name of a database and its old version in the name of the copy that a migration makes."""

ADVICE_DAMAGED = "restore it from a backup, or move it away to start with an empty one"
"""What to do about a database that is damaged."""


def use_writable_temporary_folder(fallback: Path) -> None:
    """See to it that SQLite, ours and Chroma's, finds a folder for its temporary files, before it first looks.

    Where TMPDIR names one that cannot be written, another is used; where there is none, as on a read-only
    machine, `fallback` is. SQLite alone would blame the database.
    """
    try:
        found = Path(tempfile.gettempdir())
        usable = found if found != Path.cwd() else fallback  # Python's last resort, and no place for such files
    except FileNotFoundError:
        usable = fallback
    tempfile.tempdir = str(usable)
    wanted = os.environ.get("SQLITE_TMPDIR") or os.environ.get("TMPDIR")
    if wanted is None and usable != fallback:
        return
    if wanted is None or Path(wanted).absolute() != usable.absolute():
        log.warning("temporary files go to %s: %s cannot be written", usable, wanted or "no temporary folder")
        os.environ["SQLITE_TMPDIR"] = str(usable)


async def open_database(path: Path, migrations: Sequence[str], *, for_reading: bool = False) -> aiosqlite.Connection:
    """Open (or create) the database at `path` and bring its schema up to date.

    `migrations` are SQL scripts without transaction statements; number n brings the schema from
    version n to n + 1, whole or not at all. The connection is in autocommit mode: writers use
    `transaction`. Opened `for_reading`, a file that is up to date is not written to, and no writer waited for.
    Raises `NewerDataError` or `StorageError`.
    """
    what = f"The database {path}"
    with translated(what, (sqlite3.Error, OSError)):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = await aiosqlite.connect(path, isolation_level=None)
    try:
        connection.row_factory = aiosqlite.Row
        await connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        with translated(what):
            await connection.execute("PRAGMA journal_mode = WAL")
            await connection.execute("PRAGMA synchronous = NORMAL")
            await connection.execute("PRAGMA foreign_keys = ON")
            # SQLite's own `lower` and LIKE know no letters beyond ASCII.
            await connection.create_function("casefold", 1, str.casefold, deterministic=True)
            await _copy_before_migration(connection, path, newest=len(migrations))
            if not for_reading or await _version(connection) != len(migrations):
                await _migrate(connection, path, migrations)
    except BaseException:
        await connection.close()
        raise
    return connection


async def _copy_before_migration(connection: aiosqlite.Connection, path: Path, *, newest: int) -> None:
    """Copy a database of an older schema beside it, whole or not at all, before anything in it is changed."""
    version = await _version(connection)
    if not 0 < version < newest:
        return
    copy = path.with_name(f"{path.name}{COPY_BEFORE}{version}")
    unfinished = copy.with_name(f"{copy.name}.part")
    with translated(f"The copy {copy}, which a newer version makes of the database first,", (sqlite3.Error, OSError)):
        unfinished.unlink(missing_ok=True)
        async with aiosqlite.connect(unfinished) as target:
            await connection.backup(target)
        unfinished.replace(copy)
    log.info("%s has schema %d; it was copied to %s before it is brought up to date", path.name, version, copy.name)


def drop_old_copies(folder: Path, *, before: float) -> int:
    """Delete the copies that migrations made earlier than `before` (a POSIX time); return how many.

    They hold what people have deleted since. Raises `OSError`.
    """
    old = [copy for copy in folder.glob(f"*{COPY_BEFORE}*") if copy.stat().st_mtime < before]
    for copy in old:
        copy.unlink(missing_ok=True)
    return len(old)


async def _migrate(connection: aiosqlite.Connection, path: Path, migrations: Sequence[str]) -> None:
    # The version is read again inside the write lock: two processes may open a new file at once.
    async with transaction(connection):
        version = await _version(connection)
        if version > len(migrations):
            raise NewerDataError(
                f"{path} was written by a newer version of Pullquote (schema {version}, this one knows "
                f"{len(migrations)}); upgrade Pullquote or choose another data folder with --data."
            )
        for number in range(version, len(migrations)):
            for statement in split_statements(migrations[number]):
                await connection.execute(statement)
        await connection.execute(f"PRAGMA user_version = {len(migrations)}")


async def _version(connection: aiosqlite.Connection) -> int:
    row = await (await connection.execute("PRAGMA user_version")).fetchone()
    return int(row[0]) if row else 0


async def open_for_reading(path: Path, migrations: Sequence[str]) -> aiosqlite.Connection:
    """Open a database that `open_database` has brought up to date for reading alone: it can take no write lock."""
    connection = await open_database(path, migrations, for_reading=True)
    await connection.execute("PRAGMA query_only = ON")
    return connection


def connect_read_only(path: Path) -> sqlite3.Connection:
    """Open a database that another may write meanwhile; it is never changed, and any one thread at a time may use it.

    Raises `sqlite3.Error` or `OSError`.
    """
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=ro",
        uri=True,
        isolation_level=None,
        timeout=BUSY_TIMEOUT_MS / 1000,
        check_same_thread=False,
    )


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


@contextmanager
def translated(what: str, faults: tuple[type[Exception], ...] = (sqlite3.Error,)) -> Iterator[None]:
    """Turn what sqlite3 raises about the database `what` into a `StorageError` with a sentence.

    `faults` may name `OSError` too where nothing but the database is touched. In the block of a snapshot it may
    be the network's, and a time that is over is one.
    """
    try:
        yield
    except faults as error:
        raise StorageError(
            disk_fault(what, error, if_damaged=ADVICE_DAMAGED)
            or f"{what} cannot be read or written ({error}); check the disk and the folder's permissions and try again."
        ) from error
