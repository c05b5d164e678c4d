"""Answers a question with quotes, or says that the articles do not, and why."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.asking.answers.quotes import make_quotes
from retrieval.asking.question.question import Question, Shape, shape_of
from retrieval.asking.reading.findings import Findings
from retrieval.domain.answers import Answer, Outcome, Quote

MAX_QUOTES = 3
MAX_COMPOSED_QUOTES = 5
"""A question of several parts needs evidence for each."""

MAX_NEAR_MISSES = 2
SURE = 0.6
"""A confidence from which on a sentence answers even if it lacks what such answers mostly hold."""

NEAR_WORD = 0.7
"""Cosine of small word vectors from which on an article's word stands for one that no article has."""

LATEST_MARGIN = 2.0
"""How much worse, in log units, a newer quote may fit than an older one when the latest is asked for."""

NEAR_MISS_SIMILARITY = 0.25
"""Below this a sentence is not near enough to be worth showing beside a refusal."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """An outcome, and what was found on the way to it, best first, a library each."""

    outcome: Outcome
    found: tuple[Findings, ...] = ()

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The quotes shown, or, of a refusal, those that would have been shown."""
        if isinstance(self.outcome, Answer) or not self.found:
            return self.outcome.quotes if isinstance(self.outcome, Answer) else ()
        return make_quotes(self.found[0], most_quotes(self.found[0].question))


def most_quotes(question: Question) -> int:
    """Return how many quotes an answer may have."""
    return MAX_COMPOSED_QUOTES if shape_of(question) is Shape.COMPOSED else MAX_QUOTES
