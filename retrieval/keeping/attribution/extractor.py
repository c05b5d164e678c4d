"""The one door to attribution: trusted words and layout alone, or with the network when its weights are there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from retrieval.domain.articles import Attribution, Span
from retrieval.keeping.attribution.merging import merge
from retrieval.keeping.attribution.network.guessing import AttributionGuess, Seen, candidates
from retrieval.keeping.attribution.network.marks import Marked, mark
from retrieval.keeping.attribution.network.stored import WEIGHTS, Trained, load
from retrieval.keeping.attribution.rules.analysis import Analysis


class Extractor:
    """Finds the attributions of articles. Pure apart from reading its weights once."""

    def __init__(self, trained: Trained | None = None) -> None:
        self._trained = trained

    @classmethod
    def from_weights(cls, path: Path = WEIGHTS) -> Extractor:
        """Load the learned extractor; without its weights file the rules alone work."""
        return cls(load(path))

    @property
    def layers(self) -> tuple[int, ...]:
        """Return the hidden states that `Seen.states` must hold (0 are the embeddings); empty: none."""
        return self._trained.layers if self._trained else ()

    @property
    def name(self) -> str:
        """Name what the attributions are made with, to tell articles that were indexed otherwise."""
        return "learned" if self._trained else "rules"

    def guess(self, seen: Sequence[Seen], marked: Sequence[Marked]) -> list[list[AttributionGuess]]:
        """Return what the network guesses of each passage; `marked[i]` are the marks of passage i's article."""
        return candidates(self._trained, seen, marked) if self._trained and seen else [[] for _ in seen]

    def conclude(
        self, analysis: Analysis, sentences: Sequence[Span], guesses: Sequence[AttributionGuess]
    ) -> list[Attribution]:
        """Return the attributions of an article, in reading order, from its rules and its passages' guesses."""
        if self._trained is None:
            return sorted((*analysis.attributions, *analysis.forms.attributions), key=lambda a: (a.cue or a.content)[0])
        return merge(guesses, analysis, sentences, self._trained)


def mark_article(text: str, sentences: Sequence[Span], analysis: Analysis) -> Marked:
    """Return the features of an article's characters that the network reads beside the hidden states."""
    return mark(text, sentences, analysis.tokens, analysis.quotations, analysis.attributions)
