"""Reads `library.db` in threads that compute: each block sees one moment, and waits for no writer."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.store.sqlite import connect_read_only, translated

KEPT_OPEN = 8
"""Connections that stay open; more are made when more read at once."""

CACHE_KB = 8_000
"""What a connection may keep of the file in memory."""


class Readings:
    """Connections for reading, made as they are needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection in a read transaction. Raises `StorageError`."""
        with translated("library.db"):
            connection = self._take()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                connection.rollback()
                self._give(connection)

    def _take(self) -> sqlite3.Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        connection = connect_read_only(self._path)
        connection.row_factory = sqlite3.Row
        connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        return connection

    def _give(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if not self._closed and len(self._idle) < KEPT_OPEN:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Close what is open."""
        with self._lock:
            self._closed = True
            for connection in self._idle:
                connection.close()
            self._idle.clear()
