"""Lets a bot that stops finish the questions that are open, within a bound, and refuse what is left with a sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")

TELL_WITHIN_S = 2.0
"""How long those who were not answered in time are given to be told so."""


class StoppedError(Exception):
    """A question whose answer the stopping bot did not wait for any longer."""


class OpenQuestions:
    """The questions that are being answered."""

    def __init__(self) -> None:
        self._working: set[asyncio.Task[Any]] = set()
        self._open = 0
        self._ended = asyncio.Event()
        self._over = False

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count a question as open from its arrival on for as long as the block runs, what is said last included."""
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1
            self._ended.set()

    async def work(self, answering: Coroutine[Any, Any, T]) -> T:
        """Do, within `one`, what may be cut off when the bot stops; raises `StoppedError` then."""
        if self._over:
            answering.close()
            raise StoppedError
        task = asyncio.create_task(answering)
        self._working.add(task)
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            raise
        finally:
            self._working.discard(task)
        if task.cancelled():
            raise StoppedError
        return task.result()

    async def finish(self, within_s: float) -> None:
        """Wait until none is open; after `within_s` seconds cut off those that are, and let them be told."""
        if await self._none_open(within_s):
            return
        self._over = True
        for task in self._working:
            task.cancel()
        await self._none_open(TELL_WITHIN_S)

    async def _none_open(self, within_s: float) -> bool:
        try:
            async with asyncio.timeout(within_s):
                while self._open:
                    self._ended.clear()
                    await self._ended.wait()
        except TimeoutError:
            return False
        return True
