"""The stages on the way from a question to its answer, and how long one question spends in each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum


class Stage(StrEnum):
    """Where the time of one question goes, in the order in which it goes there."""

    KIND = "kind"  # telling small talk from a question
    LIBRARIES = "libraries"  # until what may be seen can be searched
    QUEUE = "queue"  # waiting for its turn
    SEARCH = "search"  # finding and ranking candidates
    READ = "read"  # the reader, and what it says weighed
    DECIDE = "decide"  # all else in its thread: understanding, gates, quotes


Observe = Callable[[Mapping[str, float]], None]
"""Hears the seconds that one question spent in each stage; called in the event loop, must not raise."""


def unobserved(_: Mapping[str, float]) -> None:
    """Hear nothing."""


class Stopwatch:
    """Adds up what one question spends in its stages; a stage inside another is not counted twice.

    One thread at a time may use it. `clock` gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: dict[str, float] = {}
        self._clock = clock
        self._inner = 0.0

    @contextmanager
    def timing(self, stage: str) -> Iterator[None]:
        """Count the block for `stage`, but for what other stages count within it."""
        began, outer = self._clock(), self._inner
        self._inner = 0.0
        try:
            yield
        finally:
            spent = self._clock() - began
            self.seconds[stage] = self.seconds.get(stage, 0.0) + spent - self._inner
            self._inner = outer + spent
