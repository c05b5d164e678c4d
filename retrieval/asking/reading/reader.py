"""Says which sentences of the best passages answer, and whether any does.

A trained model reads question and passage together; what it says of each sentence is weighed with search's
named figures in two small linear models, fitted by `benchmarks/fit_coefficients.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.arrays import Floats
from retrieval.asking.question.question import shape_of
from retrieval.asking.reading.close_reading import CloseReading, read_closely
from retrieval.asking.reading.confidence_figures import confidence_figures, probability
from retrieval.asking.reading.sentence_figures import sentence_figures
from retrieval.asking.search.candidates import Candidates, RankedPassages
from retrieval.asking.search.linear import Coefficients, stored_coefficients, weigh
from retrieval.neural.reader import ReadsPassages


@dataclass(frozen=True, slots=True)
class Reading:
    """The sentences that were read, and whether they answer.

    `close` is what the model says of each; `scores` (n,) stand beside its `numbers`, higher is better.
    `confidence` is the probability that the library answers, and `threshold` the one below which it is said
    not to: set so that few answerable questions are refused.
    """

    close: CloseReading
    scores: Floats
    confidence: float
    threshold: float


class Reader:
    """Reads the best passages of one library."""

    def __init__(self, model: ReadsPassages, coefficients: Coefficients | None = None) -> None:
        self._model = model
        self._coefficients = coefficients or stored_coefficients()

    def read(self, candidates: Candidates, ranked: RankedPassages) -> Reading:
        """Return how well each sentence of the passages `ranked.read` answers."""
        close = read_closely(self._model, candidates, ranked)
        return judge(candidates, ranked, close, self._coefficients)


def judge(candidates: Candidates, ranked: RankedPassages, close: CloseReading, coefficients: Coefficients) -> Reading:
    """Weigh what the model has said with search's figures."""
    shape = shape_of(candidates.question)
    figures = sentence_figures(candidates, ranked, close)
    scores = weigh(figures, coefficients["sentence"][shape])
    judged = confidence_figures(candidates, ranked.scores, close, figures, scores)
    weights = coefficients["confidence"][shape]
    return Reading(
        close=close,
        scores=scores,
        confidence=probability(float(weigh(judged, weights)[0])),
        threshold=probability(weights["threshold"]),
    )
