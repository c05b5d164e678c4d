"""How long to wait after a fault, so that what goes on failing costs less and less."""

from __future__ import annotations


class BackOff:
    """Waits that double from `first_s` to `longest_s` with each fault in a row."""

    def __init__(self, first_s: float, longest_s: float) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._next_s = first_s

    def fault(self) -> float:
        """Return how many seconds to wait after another fault."""
        wait_s, self._next_s = self._next_s, min(2 * self._next_s, self._longest_s)
        return wait_s

    def well(self) -> None:
        """Begin anew: it went well."""
        self._next_s = self._first_s
