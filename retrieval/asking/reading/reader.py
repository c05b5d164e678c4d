"""What a reader does: says which sentences of the best passages answer, and whether any does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from retrieval.arrays import Floats, Ints
from retrieval.asking.search.candidates import Candidates, RankedPassages


@dataclass(frozen=True, slots=True)
class Reading:
    """The sentences that were read, and whether they answer.

    `numbers` (n,) are sentence numbers of the candidates' evidence with `scores` (n,) beside them, higher is
    better. `confidence` is the probability that the library answers, and `threshold` the one below which it
    is said not to: set so that few answerable questions are refused.
    """

    numbers: Ints
    scores: Floats
    confidence: float
    threshold: float


class Reader(Protocol):
    """Reads the best passages of one library."""

    def read(self, candidates: Candidates, ranked: RankedPassages) -> Reading:
        """Return how well each sentence of the passages `ranked.read` answers."""
        ...
