"""Which articles may hold a quote, or a part of it: those with passages that have most of its words, by rarity."""

from __future__ import annotations

import numpy as np

from retrieval.arrays import Floats
from retrieval.language.folding import name_key
from retrieval.language.stems import stems
from retrieval.library.layout import Library

MOST_ARTICLES = 48
"""Articles whose words are compared one by one; three milliseconds each."""

WHOLE, OF_WINDOW, OF_SPEAKER = 12, 5, 8
"""Passages taken for the whole text, for each stretch of it, and of what the speaker said or published."""

WINDOW = 5
MOST_WINDOWS = 24
"""Words of a stretch, and how many stretches of a text are looked for by themselves: parts may stand anywhere."""


def articles_with(library: Library, text: str, speaker: str | None = None) -> list[int]:
    """Return the numbers of the articles that are likeliest to hold a text or long parts of it, likeliest first."""
    words = stems(text)
    distinct = list(dict.fromkeys(words))
    if not distinct:
        return []
    terms = library.term_ids(distinct)
    passages = library.bm25(terms).passages
    if not len(passages.documents):
        return []
    rarity = library.rarity(distinct)
    place = {word: number for number, word in enumerate(distinct)}
    stride = max(WINDOW // 2, -(-len(words) // MOST_WINDOWS))
    windows = [words[start : start + WINDOW] for start in range(0, max(1, len(words) - WINDOW // 2), stride)]
    wanted = np.zeros((1 + len(windows), len(distinct)), np.float32)
    for row, window in enumerate([distinct, *windows]):
        held = [place[word] for word in window]
        wanted[row, held] = rarity[held]
    scores = passages.presence(wanted)
    numbers = passages.documents >> 16
    found = dict.fromkeys(numbers[_best(scores[0], WHOLE)].tolist())
    if speaker and (own := _of_speaker(library, speaker)):
        theirs = np.flatnonzero(np.isin(numbers, list(own)))
        found |= dict.fromkeys(numbers[theirs[_best(scores[0][theirs], OF_SPEAKER)]].tolist())
    for rank in range(OF_WINDOW):  # the best of each stretch before the second best of any
        for row in scores[1:]:
            best = _best(row, OF_WINDOW)
            if rank < len(best):
                found[int(numbers[best[rank]])] = None
    return list(found)[:MOST_ARTICLES]


def _of_speaker(library: Library, speaker: str) -> set[int]:
    key = name_key(speaker)
    return {credited.article for credited in library.credited_to(key)} | set(library.published_by(key))


def _best(scores: Floats, count: int) -> np.ndarray:
    """Return the places of the highest positive scores, best first."""
    few = np.argpartition(-scores, count - 1)[:count] if len(scores) > count else np.arange(len(scores))
    ordered: np.ndarray = few[np.argsort(-scores[few], kind="stable")]
    positive: np.ndarray = ordered[scores[ordered] > 0]
    return positive
