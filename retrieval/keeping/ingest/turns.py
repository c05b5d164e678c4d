"""Who goes next, where few can go at once and strangers stand in the same queue."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """A queue that is fair between owners: each in turn, however many of one wait, and none has all places.

    `places` can go at once, `of_one` of them for one owner.
    """

    def __init__(self, places: int, *, of_one: int) -> None:
        self._free = places
        self._of_one = of_one
        self._active: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def turn(self, owner: str) -> AsyncIterator[None]:
        """Wait for a place, and have it for as long as the block runs."""
        admitted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(owner, deque()).append(admitted)
        self._admit()
        try:
            await admitted
        except asyncio.CancelledError:
            if admitted.done() and not admitted.cancelled():  # admitted and cancelled at the same moment
                self._leave(owner)
            raise
        try:
            yield
        finally:
            self._leave(owner)

    def _leave(self, owner: str) -> None:
        self._free += 1
        self._active[owner] -= 1
        if not self._active[owner]:
            del self._active[owner]
        self._admit()

    def _admit(self) -> None:
        while self._free and (owner := self._next()) is not None:
            queue = self._waiting[owner]
            admitted = queue.popleft()
            if queue:
                self._waiting.move_to_end(owner)
            else:
                del self._waiting[owner]
            if not admitted.cancelled():
                self._free -= 1
                self._active[owner] += 1
                admitted.set_result(None)

    def _next(self) -> str | None:
        return next((owner for owner in self._waiting if self._active[owner] < self._of_one), None)
