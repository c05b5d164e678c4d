"""What a soak counts, what it must find, and how much of anything may grow."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

ABOUT_HELD = 3
"""The medians of so many samples are compared: one may be taken amid something."""

MOST_FILES = 6
MOST_TASKS = 2
MOST_THREADS = 6
"""Pools of threads, and what each opens, fill as it happens; what leaks goes past this in minutes."""

MB_ANYWAY = 10.0
KB_AN_EXCHANGE = 4.0
"""Memory that may grow: the allocator's own, and what SimCord still keeps of messages (it is in the same process)."""

MB_A_RESTART = 4.0
"""Embedded Chroma keeps 2 MB each time it is opened and closed in one process, all of the engine 3.4 MB.

A real restart is a new process.
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """What the process held when nothing was under way."""

    minutes: float
    exchanges: int
    restarts: int
    own_mb: float
    files: int
    threads: int
    tasks: int


@dataclass
class Counts:
    """What has happened so far."""

    exchanges: int = 0
    """Questions that must be in the history: asked by mention, by reply or by command."""
    answered: int = 0
    own_figure: int = 0
    """Answers that held the figure that was asked for."""
    follow_ups: int = 0
    clicks: int = 0
    reindexed: int = 0
    polled: int = 0
    restarts: int = 0
    violations: list[str] = field(default_factory=list)


def growth(samples: Sequence[Sample]) -> list[str]:
    """Compare the last samples with those after the first third, in which caches fill; return what grew too much."""
    settled = samples[len(samples) // 3 :]
    if len(settled) < 2 * ABOUT_HELD:
        return [f"{len(samples)} samples are too few to tell whether anything grows; soak for longer"]
    first, last = settled[:ABOUT_HELD], settled[-ABOUT_HELD:]

    def grown(name: str) -> float:
        return statistics.median(getattr(one, name) for one in last) - statistics.median(
            getattr(one, name) for one in first
        )

    allowed = {
        "own_mb": MB_ANYWAY + KB_AN_EXCHANGE * grown("exchanges") / 1000 + MB_A_RESTART * grown("restarts"),
        "files": MOST_FILES,
        "threads": MOST_THREADS,
        "tasks": MOST_TASKS,
    }
    too_much = {name: most for name, most in allowed.items() if grown(name) > most}
    return [f"{name} grew by {grown(name):.1f}, more than {most:.1f}" for name, most in too_much.items()]
