"""Remembers for a while what has been seen or said, so that nothing is taken or told twice."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Hashable


class Recently:
    """Keys of the last `seconds`, the newest `most` of them."""

    def __init__(self, *, seconds: float, most: int = 10_000) -> None:
        self._seconds = seconds
        self._most = most
        self._noted: OrderedDict[Hashable, float] = OrderedDict()

    def first(self, key: Hashable) -> bool:
        """Note `key`, and tell whether it is new."""
        now = time.monotonic()
        while self._noted and next(iter(self._noted.values())) <= now - self._seconds:
            self._noted.popitem(last=False)
        if key in self._noted:
            return False
        self._noted[key] = now
        if len(self._noted) > self._most:
            self._noted.popitem(last=False)
        return True
