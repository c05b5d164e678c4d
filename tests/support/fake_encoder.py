"""An `Encoder` without a model: a word is hashed into a vector, so that shared words mean similarity."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from retrieval.arrays import Floats
from retrieval.language.stems import WORD, stem
from retrieval.neural.vectors import EncodedText, random_projection, unit

DIMENSIONS = 64


class FakeEncoder:
    """Deterministic and fast; remembers what it encoded."""

    max_tokens = 254
    projection = random_projection(DIMENSIONS)

    def __init__(self, fingerprint: str = "fake-1") -> None:
        self.fingerprint = fingerprint
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str], *, layers: Sequence[int] = ()) -> list[EncodedText]:
        self.encoded += texts
        return [_encode(text) for text in texts]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


def _encode(text: str) -> EncodedText:
    words = list(WORD.finditer(text))
    tokens = np.stack([np.zeros(DIMENSIONS, np.float32), *(_vector(word.group()) for word in words)])
    spans = np.array([(0, 0), *(word.span() for word in words)], np.int32)
    return EncodedText(tokens, spans, unit(tokens.mean(axis=0) + 1e-3))


@lru_cache(maxsize=20_000)
def _vector(word: str) -> Floats:
    return unit(np.random.default_rng(zlib.crc32(stem(word).encode())).normal(size=DIMENSIONS))
