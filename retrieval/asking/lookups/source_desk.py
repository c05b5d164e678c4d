"""The gathered sources of places, made anew when one of their libraries has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from retrieval.asking.lookups.kept import KeptOfLibraries
from retrieval.asking.lookups.sources import Sources
from retrieval.library.layout import Library
from retrieval.library.live import LiveLibraries

KEPT_SOURCES = 16
"""For how many places the gathered sources stay in memory; the one longest not asked goes first."""


class SourceDesk:
    """Gathers who is quoted in some libraries, once a change."""

    def __init__(self, libraries: LiveLibraries) -> None:
        self._libraries = libraries
        self.kept = KeptOfLibraries(_gathered, most=KEPT_SOURCES)

    async def of(self, libraries: Sequence[str]) -> Sources:
        """Return the sources of the libraries as they are now; gathered anew only when one has changed."""
        loaded = [self._libraries.open(name) for name in libraries]
        return await asyncio.to_thread(self.kept.of, loaded)


def _gathered(libraries: Sequence[Library]) -> Sources:
    return Sources([library.stored.values() for library in libraries])
