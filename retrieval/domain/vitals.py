"""How retrieval stands, in figures that name nobody: for whoever runs the bot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Holding:
    """How much one library holds."""

    articles: int
    passages: int


@dataclass(frozen=True, slots=True)
class Vitals:
    """The figures of one moment.

    `holdings` are by library. `waiting` counts the questions that wait for the models or are with them. `failing_feeds`
    are those whose last poll failed; `polls` and `failed_polls` count since the process began.
    """

    holdings: Mapping[str, Holding]
    waiting: int
    feeds: int
    failing_feeds: int
    polls: int = 0
    failed_polls: int = 0


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether questions can be answered: `ready`, or still loading, or never (`fault` is the reason's sentence).

    `waiting` is as in `Vitals`.
    """

    ready: bool
    waiting: int
    fault: str | None = None
