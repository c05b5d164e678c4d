"""Checks quotes against the libraries in memory, whose words it puts in order the first time it is asked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

from retrieval.asking.lookups.quote_check import check_quote
from retrieval.asking.lookups.word_places import WordIndex
from retrieval.domain.lookups import QuoteCheck
from retrieval.library.layout import Library
from retrieval.library.live import LiveLibraries


class QuoteChecker:
    """Keeps one word index a library, made anew when the library has changed."""

    def __init__(self, libraries: LiveLibraries) -> None:
        self._libraries = libraries
        self._indexes: dict[str, WordIndex] = {}
        self._making = threading.Lock()

    async def check(self, text: str, speaker: str | None, *, libraries: Sequence[str]) -> QuoteCheck:
        """Tell whether anyone, or `speaker`, said `text` in the given libraries; the work is done in a thread."""
        loaded = [await self._libraries.get(name) for name in libraries]
        return await asyncio.to_thread(self._check, loaded, text, speaker)

    def _check(self, libraries: Sequence[Library], text: str, speaker: str | None) -> QuoteCheck:
        return check_quote([self._index(library) for library in libraries], text, speaker)

    def _index(self, library: Library) -> WordIndex:
        with self._making:  # two that ask at once make it once
            index = self._indexes.get(library.name)
            if index is None or index.library is not library:
                index = self._indexes[library.name] = WordIndex(library)
            return index
