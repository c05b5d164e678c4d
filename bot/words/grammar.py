"""Numbers of things and lists of names, as English writes them."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, thing: str) -> str:
    """Return "1 quote" or "1,200 quotes"."""
    return f"{number:,} {thing}{'s' * (number != 1)}"


def listed(names: Sequence[str], joint: str = "and") -> str:
    """Return "a", "a and b" or "a, b and c"; `joint` stands before the last."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {joint} {names[-1]}"
