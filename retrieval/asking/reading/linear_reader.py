"""The reader that weighs named figures of sentences, and of their best, in linear models."""

from __future__ import annotations

from retrieval.arrays import Floats, Ints
from retrieval.asking.question.question import shape_of
from retrieval.asking.reading.confidence_figures import confidence_figures, probability
from retrieval.asking.reading.reader import Reading
from retrieval.asking.reading.sentence_figures import sentence_figures
from retrieval.asking.search.candidates import Candidates, RankedPassages
from retrieval.asking.search.linear import Coefficients, Figures, stored_coefficients, weigh


class LinearReader:
    """Orders sentences, and judges whether they answer, by coefficients that `benchmarks/fit_coefficients.py` fits."""

    def __init__(self, coefficients: Coefficients | None = None) -> None:
        self._coefficients = coefficients or stored_coefficients()

    def read(self, candidates: Candidates, ranked: RankedPassages) -> Reading:
        """Return how well each sentence of the passages `ranked.read` answers."""
        numbers, figures = self.figures_of_sentences(candidates, ranked)
        scores = self._score(candidates, figures)
        judged = confidence_figures(candidates, ranked.scores, numbers, figures, scores)
        weights = self._coefficients["confidence"][shape_of(candidates.question)]
        return Reading(
            numbers=numbers,
            scores=scores,
            confidence=probability(float(weigh(judged, weights)[0])),
            threshold=probability(weights["threshold"]),
        )

    @staticmethod
    def figures_of_sentences(candidates: Candidates, ranked: RankedPassages) -> tuple[Ints, Figures]:
        """Return the sentence numbers of the passages read, and what their order is fitted on."""
        return sentence_figures(candidates, ranked.read, ranked.scores)

    def figures_of_confidence(self, candidates: Candidates, ranked: RankedPassages) -> Figures:
        """Return the one row of figures that the judgement is fitted on."""
        numbers, figures = self.figures_of_sentences(candidates, ranked)
        return confidence_figures(candidates, ranked.scores, numbers, figures, self._score(candidates, figures))

    def _score(self, candidates: Candidates, figures: Figures) -> Floats:
        return weigh(figures, self._coefficients["sentence"][shape_of(candidates.question)])
