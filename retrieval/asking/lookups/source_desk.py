"""The gathered sources of places, made anew when one of their libraries has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from weakref import WeakValueDictionary

from retrieval.asking.lookups.kept import KeptOfLibraries
from retrieval.asking.lookups.sources import Sources
from retrieval.library.layout import Library
from retrieval.library.live import LiveLibraries
from retrieval.store import StoredArticle

KEPT_SOURCES = 16
"""For how many places the gathered sources stay in memory; the one longest not asked goes first."""


class SourceDesk:
    """Gathers who is quoted in some libraries, once a change."""

    def __init__(self, libraries: LiveLibraries) -> None:
        self._libraries = libraries
        self.kept = KeptOfLibraries(self._gathered, most=KEPT_SOURCES)
        self._articles: WeakValueDictionary[tuple[int, int], StoredArticle] = WeakValueDictionary()

    async def of(self, libraries: Sequence[str]) -> Sources:
        """Return the sources of the libraries as they are now; gathered anew only when one has changed."""
        loaded = [self._libraries.open(name) for name in libraries]
        return await asyncio.to_thread(self.kept.of, loaded)

    def _gathered(self, libraries: Sequence[Library]) -> Sources:
        return Sources([list(self._of_library(library)) for library in libraries])

    def _of_library(self, library: Library) -> Iterator[StoredArticle]:
        """Yield the articles of a library; places that see one library share its articles."""
        with library.held():
            for number, revision in library.revisions():
                known = self._articles.get((number, revision))
                if known is None:
                    known = self._articles[number, revision] = library.stored[number]
                yield known
