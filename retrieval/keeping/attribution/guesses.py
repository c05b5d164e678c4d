"""What the network guesses about one passage, out of its hidden states."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from retrieval.domain.articles import Span

if TYPE_CHECKING:
    from retrieval.keeping.attribution.network.guessing import AttributionGuess


def guesses_at(stored: str, start: int) -> list[AttributionGuess]:
    """Return the guesses of a passage that stands at `start` of its article."""
    from retrieval.keeping.attribution.network.guessing import AttributionGuess

    def span(pair: list[int]) -> Span:
        return Span(pair[0] + start, pair[1] + start)

    return [
        AttributionGuess(span(source) if source else None, span(cue), tuple(map(span, content)), tuple(scores))
        for source, cue, content, scores in json.loads(stored)
    ]
