"""Copies databases that are in use, looks whether one is whole, and puts restored ones in the place of others.

Blocks: run it in a thread, or where nothing else waits.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from retrieval.errors import NewerDataError, StorageError
from retrieval.store.sqlite import ADVICE_DAMAGED, connect_read_only, translated

STAGED, STAGED_WHOLE = "restoring", "whole"
"""The folder in a data folder in which a restore lies until all of it is there, and the mark that it is."""

LEFTOVERS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database; a restored one must not meet another one's."""

DERIVED = "chroma"
"""The folder that is made anew from the databases."""


def copy_databases(pairs: Sequence[tuple[Path, Path]]) -> None:
    """Copy each database to a new file by SQLite's backup API, all as they are at one moment, whoever writes meanwhile.

    The moments differ by the microseconds between two statements. Raises `StorageError`.
    """
    with ExitStack() as stack:
        pinned = [(stack.enter_context(_reading(source)), source, target) for source, target in pairs]
        for connection, source, _ in pinned:
            with translated(f"The database {source}"):
                connection.execute("BEGIN")
                connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # from here on it sees this moment
        for connection, _, target in pinned:
            with (
                translated(f"The copy {target}", (sqlite3.Error, OSError)),
                closing(sqlite3.connect(target)) as copy,
            ):
                connection.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it


def inspect_database(path: Path, *, newest: int) -> int:
    """Return a database's schema version, having read all of it; nothing in it is changed.

    Raises `StorageError` where it is damaged or cannot be read, `NewerDataError` where its schema is newer than
    `newest`.
    """
    what = f"The database {path}"
    with _reading(path) as connection, translated(what):
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise StorageError(f"{what} is damaged ({' '.join(str(found).split())[:200]}); {ADVICE_DAMAGED}.")
        if (broken := connection.execute("PRAGMA foreign_key_check").fetchone()) is not None:
            raise StorageError(f"{what} is damaged (a row of {broken[0]} belongs to nothing); {ADVICE_DAMAGED}.")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > newest:
        raise NewerDataError(
            f"{path} was written by a newer version of Pullquote (schema {version}, this one knows {newest}); upgrade "
            "Pullquote."
        )
    return int(version)


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection that changes nothing; it works while another process writes."""
    what = f"The database {path}"
    with translated(what, (sqlite3.Error, OSError)):
        connection = connect_read_only(path)
    with closing(connection):
        yield connection


def finish_restore(data_dir: Path) -> bool:
    """Put staged databases in the place of those that are there; tell whether there were any.

    Every step is a rename, and what is done already is left alone: a restore that was interrupted is finished by
    whoever owns the folder next. One that was not staged whole goes. The old databases stay, in `replaced`.
    Raises `OSError`.
    """
    staged = data_dir / STAGED
    if not staged.is_dir():
        return False
    if not (staged / STAGED_WHOLE).exists():
        shutil.rmtree(staged)
        return False
    aside = data_dir / "replaced"
    aside.mkdir(exist_ok=True)
    shutil.rmtree(data_dir / DERIVED, ignore_errors=True)
    for database in sorted(staged.glob("*.db")):
        # The log first: a database beside another one's log would be mended with it.
        for name in (*(f"{database.name}{end}" for end in LEFTOVERS), database.name):
            if (data_dir / name).exists():
                (data_dir / name).replace(aside / name)
        database.replace(data_dir / database.name)
    _sync_folder(data_dir)
    shutil.rmtree(staged)
    if not any(aside.iterdir()):
        aside.rmdir()
    return True


def mark_whole(staged: Path) -> None:
    """Say that all of a restore lies in its folder, once it is on the disk. Raises `OSError`."""
    for path in staged.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    (staged / STAGED_WHOLE).touch()
    _sync_folder(staged)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
