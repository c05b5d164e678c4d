"""Reads passages closely: one encoder pass gives the vectors that are kept and the attributions guessed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from retrieval.arrays import Floats
from retrieval.domain.articles import Article, Sentence, Span
from retrieval.keeping.attribution.rules.analysis import Analysis
from retrieval.keeping.indexing.passages import PassagePlan
from retrieval.neural.encoder import Encoder
from retrieval.neural.vectors import EncodedText, PassageEncoding, condense

if TYPE_CHECKING:
    from retrieval.keeping.attribution.extractor import Extractor
    from retrieval.keeping.attribution.network.guessing import AttributionGuess


@dataclass(frozen=True, slots=True)
class PreparedArticle:
    """An article that is cut up but whose new passages are not read yet."""

    article: Article
    library: str
    origin: str
    sentences: tuple[Sentence, ...]
    analysis: Analysis
    plans: tuple[PassagePlan, ...]


@dataclass(frozen=True, slots=True)
class EncodedPassage:
    """What is kept of reading a passage: its vectors, and as JSON what the network guesses in it."""

    encoding: PassageEncoding
    guesses: str


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the encoder saw of a passage itself, without the header before it."""

    start: int
    offsets: npt.NDArray[np.int64]
    states: Floats


def encode_passages(
    encoder: Encoder, extractor: Extractor, passages: Sequence[tuple[PreparedArticle, PassagePlan]]
) -> list[EncodedPassage]:
    """Read passages in one batch; computes for a while, so run it in the encoder's thread."""
    from retrieval.keeping.attribution.extractor import mark_article

    passes = encoder.encode([plan.encoded for _, plan in passages], layers=extractor.layers)
    encodings = [
        condense(plan.encoded, plan.inner, encoded, encoder.projection)
        for (_, plan), encoded in zip(passages, passes, strict=True)
    ]
    if not extractor.layers:
        return [EncodedPassage(encoding, "[]") for encoding in encodings]
    marks = {
        id(prepared): mark_article(
            prepared.article.text, [sentence.span for sentence in prepared.sentences], prepared.analysis
        )
        for prepared, _ in passages
    }
    guesses = extractor.guess(
        [_without_header(plan, encoded) for (_, plan), encoded in zip(passages, passes, strict=True)],
        [marks[id(prepared)] for prepared, _ in passages],
    )
    return [
        EncodedPassage(encoding, _to_json(found, plan.span.start))
        for encoding, found, (_, plan) in zip(encodings, guesses, passages, strict=True)
    ]


def _without_header(plan: PassagePlan, encoded: EncodedText) -> _Seen:
    assert encoded.states is not None  # layers were asked for
    header = plan.inner[0].start
    special = encoded.spans[:, 0] == encoded.spans[:, 1]
    kept = special | (encoded.spans[:, 0] >= header)
    offsets = np.where(special[kept, None], 0, encoded.spans[kept] - header).astype(np.int64)
    return _Seen(plan.span.start, offsets, encoded.states[kept])


def _to_json(guesses: Sequence[AttributionGuess], start: int) -> str:
    def pair(span: Span) -> list[int]:
        return [span.start - start, span.end - start]

    return json.dumps(
        [
            [
                pair(guess.source) if guess.source else None,
                pair(guess.cue),
                [pair(span) for span in guess.content],
                [round(float(score), 4) for score in guess.scores],
            ]
            for guess in guesses
        ]
    )
