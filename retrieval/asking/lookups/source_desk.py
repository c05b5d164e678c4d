"""The gathered sources of places, made anew when one of their libraries has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from retrieval.asking.lookups.sources import Sources
from retrieval.library.live import LiveLibraries

KEPT_SOURCES = 16
"""For how many places the gathered sources stay in memory; the one longest not asked goes first."""


class SourceDesk:
    """Gathers who is quoted in some libraries, once a change."""

    def __init__(self, libraries: LiveLibraries) -> None:
        self._libraries = libraries
        self._sources: dict[tuple[str, ...], Sources] = {}

    async def of(self, libraries: Sequence[str]) -> Sources:
        """Return the sources of the libraries as they are now; gathered anew only when one has changed."""
        loaded = [await self._libraries.get(name) for name in libraries]
        known = self._sources.pop(tuple(libraries), None)
        # A changed library is another object, and comparing two by value would read all their articles.
        if known is None or any(old is not new for old, new in zip(known.libraries, loaded, strict=True)):
            known = await asyncio.to_thread(Sources, loaded)
        self._sources[tuple(libraries)] = known
        if len(self._sources) > KEPT_SOURCES:
            del self._sources[next(iter(self._sources))]
        return known
