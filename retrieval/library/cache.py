"""What is kept in memory of what was read, bounded in bytes: what was longest not asked for goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable


class Cache:
    """Values by key, each good as long as its stamp is the one it was made of. Safe in several threads."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held = 0
        self._values: OrderedDict[Hashable, tuple[Hashable, object, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, stamp: Hashable = None) -> object:
        """Return what was put under a key with this stamp, or None."""
        with self._lock:
            known = self._values.get(key)
            if known is None or known[0] != stamp:
                return None
            self._values.move_to_end(key)
            return known[1]

    def put(self, key: Hashable, value: object, size: int, stamp: Hashable = None) -> None:
        """Keep a value of about `size` bytes, unless it alone is more than all that may be kept."""
        with self._lock:
            self._forget(key)
            if size <= self._most:
                self._values[key] = (stamp, value, size)
                self._held += size
            while self._held > self._most:
                self._forget(next(iter(self._values)))

    def _forget(self, key: Hashable) -> None:
        known = self._values.pop(key, None)
        if known is not None:
            self._held -= known[2]

    @property
    def held_bytes(self) -> int:
        """How much is kept."""
        return self._held
