"""What a talk makes likelier, or less likely, before a question is asked of one library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from retrieval.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class Leaning:
    """Log units added to the scores of an article's passages, and to those of sentence rows."""

    articles: Mapping[int, float] = field(default_factory=dict)
    sentences: Mapping[int, float] = field(default_factory=dict)

    def of_articles(self, articles: Ints) -> Floats:
        """Return (n,): what is added for each of n article numbers."""
        return _added(self.articles, articles)

    def of_sentences(self, rows: Ints) -> Floats:
        """Return (n,): what is added for each of n sentence rows."""
        return _added(self.sentences, rows)


NO_LEANING = Leaning()


def _added(units: Mapping[int, float], numbers: Ints) -> Floats:
    return np.array([units.get(int(number), 0.0) for number in numbers], np.float32)
