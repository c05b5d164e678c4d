"""The one door to attribution: rules alone, or rules and network when its weights are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.attribution.extraction import analyse
from retrieval.attribution.features import Marked, mark
from retrieval.attribution.learned import Seen, candidates
from retrieval.attribution.merging import merge
from retrieval.attribution.weights import WEIGHTS, Trained, load
from retrieval.models import Attribution, Span


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

    def extract(self, readings: Sequence[Reading]) -> list[list[Attribution]]:
        """Return the attributions of each article, in reading order. Many articles at once cost less."""
        analyses = [analyse(r.text, r.sentences) for r in readings]
        if self._trained is None:
            return [a.attributions for a in analyses]
        seen: list[Seen] = []
        marked: list[Marked] = []
        owners: list[int] = []
        for number, (one, found) in enumerate(zip(readings, analyses, strict=True)):
            if one.seen:
                marks = mark(one.text, one.sentences, found.tokens, found.quotations, found.attributions)
                seen += one.seen
                marked += [marks] * len(one.seen)
                owners += [number] * len(one.seen)
        guesses = candidates(self._trained, seen, marked)
        out = []
        for number, (one, found) in enumerate(zip(readings, analyses, strict=True)):
            if not one.seen:
                out.append(found.attributions)
                continue
            own = [c for owner, cs in zip(owners, guesses, strict=True) if owner == number for c in cs]
            out.append(merge(own, found.attributions, found.names, one.sentences, self._trained))
        return out
