"""Tells what a message is: a question to the articles, or talk, an opinion asked for, another task.

A softmax regression over the encoder's vectors of the whole message, which says what it is about, and of its first
words, which say what is wanted; trained by `benchmarks/train_messages.py`.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np

from retrieval.arrays import Floats
from retrieval.domain.articles import Span
from retrieval.language.stems import WORD
from retrieval.neural.encoder import EncodesTexts
from retrieval.neural.vectors import EncodedText

WEIGHTS = Path(__file__).with_name("weights") / "messages.npz"

SURE = 0.9
"""How probable it must be that a message is no question; of 3,390 public questions .1% are taken for talk then."""


OPENING_WORDS = 4


class MessageKind(StrEnum):
    """What a message asks for."""

    QUESTION = "question"
    GREETING = "greeting"
    THANKS = "thanks"
    ABOUT_THE_BOT = "about_the_bot"
    OPINION = "opinion"
    OTHER_TASK = "other_task"


KINDS = tuple(MessageKind)
"""The order of the weights' rows."""


def message_kind(text: str, encoder: EncodesTexts) -> MessageKind:
    """Return what a message is; encodes it, so run it in a thread.

    The weights read the vectors of one encoder: with any other, every message counts as a question.
    """
    weights, offsets, fingerprint = _weights()
    if encoder.fingerprint != fingerprint:
        return MessageKind.QUESTION
    shares = probabilities(message_features(text, encoder.encode([text])[0]), weights, offsets)
    return KINDS[1 + int(np.argmax(shares[1:]))] if shares[0] < 1 - SURE else MessageKind.QUESTION


def message_features(text: str, encoded: EncodedText) -> Floats:
    """Return the (2 * dim,) figures of a message: its own vector, and that of its first words."""
    end = max((match.end() for match in islice(WORD.finditer(text), OPENING_WORDS)), default=len(text))
    features: Floats = np.concatenate([encoded.vector, encoded.pooled([Span(0, end)])[0]])
    return features


def probabilities(features: Floats, weights: Floats, offsets: Floats) -> Floats:
    """Return (kinds,) probabilities of a message, of its features and (kinds, features) weights and offsets."""
    scores = weights @ features + offsets
    shares = np.exp(scores - scores.max())
    result: Floats = shares / shares.sum()
    return result


@cache
def _weights() -> tuple[Floats, Floats, str]:
    with np.load(WEIGHTS, allow_pickle=False) as stored:
        return stored["weights"], stored["offsets"], str(stored["fingerprint"])
