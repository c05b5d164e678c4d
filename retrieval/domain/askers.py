"""Who asks, as far as retrieval has to know it: to be fair."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asker:
    """A person in a place. Both are opaque keys of the surface, and only compared; `place` may be a server."""

    place: str
    person: str


TERMINAL = Asker("terminal", "terminal")
"""Whoever asks without saying who."""
