"""Checks quotes against the libraries in memory, whose words it puts in order the first time it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from retrieval.asking.lookups.kept import KeptOfLibraries
from retrieval.asking.lookups.quote_check import check_quote
from retrieval.asking.lookups.word_places import WordIndex
from retrieval.domain.lookups import QuoteCheck
from retrieval.library.layout import Library
from retrieval.library.live import LiveLibraries


class QuoteChecker:
    """Keeps one word index a library."""

    def __init__(self, libraries: LiveLibraries) -> None:
        self._libraries = libraries
        self._indexes = KeptOfLibraries(lambda one: WordIndex(one[0].name, list(one[0].stored.values())))

    async def check(self, text: str, speaker: str | None, *, libraries: Sequence[str]) -> QuoteCheck:
        """Tell whether anyone, or `speaker`, said `text` in the given libraries; the work is done in a thread."""
        loaded = [self._libraries.open(name) for name in libraries]
        return await asyncio.to_thread(self._check, loaded, text, speaker)

    def _check(self, libraries: Sequence[Library], text: str, speaker: str | None) -> QuoteCheck:
        return check_quote([self._indexes.of([library]) for library in libraries], text, speaker)
