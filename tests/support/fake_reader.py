"""A stand-in for the trained reader: a sentence answers as far as it has the question's words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from retrieval.language.stems import content_words, stem
from retrieval.neural.reader import PassageReading, ReaderInput, ReadingRequest


def content_stems(text: str) -> set[str]:
    return {stem(word.of(text)) for word in content_words(text)}


class FakeReader:
    """Deterministic and fast."""

    def read(self, question: str, passages: Sequence[ReaderInput]) -> list[PassageReading]:
        asked = content_stems(question)
        return [self._reading(asked, passage) for passage in passages]

    def read_all(self, requests: Sequence[ReadingRequest]) -> list[list[PassageReading]]:
        return [self.read(request.question, request.passages) for request in requests]

    def _reading(self, asked: set[str], passage: ReaderInput) -> PassageReading:
        shares = [len(asked & content_stems(text)) / max(len(asked), 1) for text in passage.sentences]
        logits = np.array([12 * share - 5 for share in shares], np.float32)
        no_answer = 1 / (1 + float(np.exp(logits).sum()))
        return PassageReading(logits, no_answer, (None,) * len(shares))
