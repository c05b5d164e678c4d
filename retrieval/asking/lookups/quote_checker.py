"""Checks quotes against libraries: the articles that may hold one are found, and compared with it word by word."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from retrieval.asking.lookups.nearby import articles_with
from retrieval.asking.lookups.quote_check import check_quote
from retrieval.asking.lookups.word_places import WordIndex
from retrieval.domain.lookups import QuoteCheck
from retrieval.library.layout import Library
from retrieval.library.live import LiveLibraries


class QuoteChecker:
    """Checks quotes; keeps nothing between two."""

    def __init__(self, libraries: LiveLibraries) -> None:
        self._libraries = libraries

    async def check(self, text: str, speaker: str | None, *, libraries: Sequence[str]) -> QuoteCheck:
        """Tell whether anyone, or `speaker`, said `text` in the given libraries; the work is done in a thread."""
        opened = [self._libraries.open(name) for name in libraries]
        return await asyncio.to_thread(_check, opened, text, speaker)


def _check(libraries: Sequence[Library], text: str, speaker: str | None) -> QuoteCheck:
    return check_quote([_words_near(library, text, speaker) for library in libraries], text, speaker)


def _words_near(library: Library, text: str, speaker: str | None) -> WordIndex:
    with library.held():
        numbers = sorted(articles_with(library, text, speaker))
        return WordIndex(library.name, [library.stored[number] for number in numbers])
