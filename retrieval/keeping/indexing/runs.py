"""What a run is to do, and who hears how it goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from retrieval.domain.libraries import Change, IndexProgress, IndexReport, Quota


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run is to do beside bringing in what can be read.

    `explicit`: somebody asked for just these: what was removed comes back, and a place that leads elsewhere is
    followed. `keep`: what the library has at an origin stays as it is. `accept`: what lost most of its text is taken
    all the same. `prune`: what is gone is removed and not only reported. `quota` is how much the library may hold.
    """

    prune: bool = False
    explicit: bool = False
    keep: bool = False
    accept: bool = False
    quota: Quota | None = None


class RunListener:
    """Hears how a run goes on and keeps its report; `cancelled` is asked before each article."""

    def __init__(
        self,
        total: int,
        progress: Callable[[IndexProgress], None] = lambda _: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self.report = IndexReport()
        self.cancelled = cancelled
        self._progress = progress
        self._total = total
        self._done = 0

    def at(self, done: int) -> None:
        """Hear that so many places have been gone through."""
        self._done = done
        self._progress(IndexProgress(done, self._total, self.report.passages))

    def encoded(self, passages: int) -> None:
        """Hear that passages were encoded."""
        self.report.passages += passages
        self.at(self._done)

    def note(self, origin: str, article_id: str, change: Change) -> None:
        """Hear what became of an article."""
        self.report.note(origin, article_id, change)
