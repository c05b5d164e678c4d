"""The one door to attribution: trusted words and layout alone, or with the network when its weights are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from retrieval.domain.articles import Attribution, Span
from retrieval.keeping.attribution.merging import merge
from retrieval.keeping.attribution.network.guessing import AttributionGuess, Seen, candidates
from retrieval.keeping.attribution.network.marks import Marked, mark
from retrieval.keeping.attribution.network.stored import WEIGHTS, Trained, load
from retrieval.keeping.attribution.rules.analysis import Analysis, analyse


@dataclass(frozen=True, slots=True)
class Reading:
    """One article as the indexer read it: text, sentences, and what the encoder saw of its passages.

    Without `seen` (no encoder at hand) the rules alone answer.
    """

    text: str
    sentences: Sequence[Span]
    seen: Sequence[Seen] = ()


class Extractor:
    """Finds the attributions of articles. Pure apart from reading its weights once."""

    def __init__(self, trained: Trained | None = None, *, digest: str = "") -> None:
        self._trained = trained
        self._digest = digest

    @classmethod
    def from_weights(cls, path: Path = WEIGHTS) -> Extractor:
        """Load the learned extractor; without its weights file the rules alone work."""
        return cls(load(path), digest=sha256(path.read_bytes()).hexdigest()[:8] if path.exists() else "")

    @property
    def layers(self) -> tuple[int, ...]:
        """Return the hidden states that `Seen.states` must hold (0 are the embeddings); empty: none."""
        return self._trained.layers if self._trained else ()

    @property
    def name(self) -> str:
        """Name what guesses, weights included, to tell articles that were read otherwise."""
        return f"learned-{self._digest}" if self._trained else "rules"

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

    def extract(self, readings: Sequence[Reading]) -> list[list[Attribution]]:
        """Return the attributions of each article, in reading order. Many articles at once cost less."""
        analyses = [analyse(reading.text, reading.sentences) for reading in readings]
        seen = [(number, passage) for number, reading in enumerate(readings) for passage in reading.seen]
        marks = [mark_article(r.text, r.sentences, a) for r, a in zip(readings, analyses, strict=True)]
        guesses = self.guess([passage for _, passage in seen], [marks[number] for number, _ in seen])
        own: list[list[AttributionGuess]] = [[] for _ in readings]
        for (number, _), found in zip(seen, guesses, strict=True):
            own[number] += found
        return [
            self.conclude(analysis, reading.sentences, found)
            for reading, analysis, found in zip(readings, analyses, own, strict=True)
        ]


def mark_article(text: str, sentences: Sequence[Span], analysis: Analysis) -> Marked:
    """Return the features of an article's characters that the network reads beside the hidden states."""
    return mark(text, sentences, analysis.tokens, analysis.quotations, analysis.attributions)
