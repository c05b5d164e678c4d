"""The libraries as questions find them: nothing of one is in memory but what was read last, bounded in bytes."""

from __future__ import annotations

from retrieval.library.cache import Cache
from retrieval.library.layout import Library
from retrieval.store import LibraryStore

CACHE_MB = 64
"""How much of what was read is kept, of all libraries together."""


class LiveLibraries:
    """Opens libraries for questions. A library nobody asks costs nothing but disk."""

    def __init__(self, store: LibraryStore, *, cache_mb: int = CACHE_MB) -> None:
        self._store = store
        self.cache = Cache(cache_mb * 1_000_000)

    def open(self, name: str) -> Library:
        """Return a library for one question; what is live when it is first asked, or held, is what it sees."""
        return Library(name, self._store.readings, self.cache)
