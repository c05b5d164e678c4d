"""Keeps what is made of whole libraries, and makes it anew when one of them has changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from retrieval.library.layout import Library

T = TypeVar("T")


class KeptOfLibraries(Generic[T]):
    """One `T` a set of libraries; of more than `most` the one longest not asked for goes first."""

    def __init__(self, make: Callable[[Sequence[Library]], T], *, most: int | None = None) -> None:
        self._make = make
        self._most = most
        self._kept: dict[tuple[str, ...], tuple[tuple[tuple[int, int], ...], T]] = {}
        self._making = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, libraries: Sequence[Library]) -> T:
        """Return what is made of the libraries as they are; computes for a while, so call it in a thread."""
        places = tuple(library.name for library in libraries)
        with self._making:  # two that ask at once make it once
            known = self._kept.pop(places, None)
            stamps = tuple(library.stamp for library in libraries)
            if known is None or known[0] != stamps:
                known = (stamps, self._make(libraries))
            self._kept[places] = known
            if self._most is not None and len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]
            return known[1]
