"""How rare a word is in a library, with ordinary news counted along."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np

from retrieval.arrays import Floats
from retrieval.language.stems import stem

_BACKGROUND_PASSAGES = 100.0


# Zipf's law: the word of rank r is about this much divided by r of all words; a passage has some 170 words.
_MOST_COMMON_SHARE = 0.08


_PASSAGE_WORDS = 170


@cache
def ranks() -> dict[str, int]:
    """Load the ordinary words, as they are written: word -> rank, from 1, the most common one."""
    lines = files(__package__).joinpath("common_words.txt").read_text(encoding="utf-8").splitlines()
    words = (word for line in lines if not line.startswith("#") for word in line.split())
    return {word: rank for rank, word in enumerate(words, start=1)}


@cache
def common_words() -> dict[str, float]:
    """Return how often ordinary words occur in news passages: stem -> share of passages, by Zipf's law."""
    shares: dict[str, float] = {}
    for word, rank in ranks().items():
        shares.setdefault(stem(word), 1.0 - math.exp(-_PASSAGE_WORDS * _MOST_COMMON_SHARE / rank))
    return shares


def rarity(words: Sequence[str], counts: Sequence[int], rows: int) -> Floats:
    """Return the inverse document frequency of words, of which `counts` of `rows` passages hold each.

    A hundred passages of ordinary news are counted along. In a library of one article "go" would otherwise
    be as telling as "London", because it has neither.
    """
    shares = np.array([common_words().get(word, 0.0) for word in words])
    held = np.asarray(counts) + _BACKGROUND_PASSAGES * shares
    total = rows + _BACKGROUND_PASSAGES
    return np.log(1 + (total - held + 0.5) / (held + 0.5)).astype(np.float32)
