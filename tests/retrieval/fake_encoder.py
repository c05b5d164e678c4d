"""An `Encoder` without a model: words are hashed into dimensions, so that shared words mean similarity."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from retrieval.encoder import PassageText, PassageVectors, Vectors
from retrieval.text import stems

DIMENSIONS = 64


class FakeEncoder:
    """Deterministic and fast; counts what it encodes."""

    max_tokens = 254

    def __init__(self, fingerprint: str = "fake-1") -> None:
        self.fingerprint = fingerprint
        self.encoded: list[str] = []

    def encode_question(self, text: str) -> Vectors:
        return _vector(text)

    def encode_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        self.encoded += [passage.text for passage in passages]
        return [
            PassageVectors(_vector(p.text), np.stack([_vector(s.of(p.text)) for s in p.sentences])) for p in passages
        ]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


def _vector(text: str) -> Vectors:
    vector = np.full(DIMENSIONS, 1e-3, dtype=np.float32)
    for stem in stems(text):
        vector[zlib.crc32(stem.encode()) % DIMENSIONS] += 1.0
    return (vector / np.linalg.norm(vector)).astype(np.float32)
