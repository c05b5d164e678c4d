"""Which articles may hold a quote, or parts of it: first by its words, then by how many of them stand in a row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from retrieval.arrays import Bools, Floats, Ints
from retrieval.language.folding import name_key
from retrieval.language.stems import index_stems
from retrieval.library.layout import Library
from retrieval.library.matches import articles_in

MOST_ARTICLES = 40
"""Articles whose words are compared one by one; three milliseconds each."""

MOST_LOOKED_AT = 400
"""Articles of which it is looked up which of the text's words stand in a row."""

WHOLE, OF_WINDOW, OF_SPEAKER = 60, 30, 20
"""Passages taken for the whole text, for each stretch of it, and of what the speaker said or published."""

WINDOW, MOST_WINDOWS = 5, 24
"""Words of a stretch, and how many stretches of a text are looked for by themselves: parts may stand anywhere."""

BEST_IN_ALL, BEST_AT_PLACE = 12, 3
"""Articles that have most of all neighbours of the text, and those with the longest row at each of its places."""


def articles_with(library: Library, text: str, speaker: str | None = None) -> list[int]:
    """Return the numbers of the articles that are likeliest to hold a text or long parts of it, likeliest first."""
    words = index_stems(text)
    terms = library.term_ids(words)
    pool = _with_the_words(library, words, speaker)
    pairs = terms[:-1].astype(np.int64) << 32 | terms[1:]
    pairs[(terms[:-1] < 0) | (terms[1:] < 0)] = -1
    if not len(pairs) or not pool:
        return pool[:MOST_ARTICLES]
    rows = np.stack([_runs(_has(pairs, tokens)) for tokens in library.tokens_of(pool)])
    order = np.argsort(-(rows > 0).sum(axis=1), kind="stable")
    found = dict.fromkeys(order[:BEST_IN_ALL].tolist())
    best = np.argsort(-rows, axis=0, kind="stable")[:BEST_AT_PLACE]
    lengths = np.take_along_axis(rows, best, axis=0)
    for place in np.argsort(-lengths, axis=None, kind="stable"):
        if lengths.flat[place] > 0:
            found[int(best.flat[place])] = None
    return [pool[number] for number in found][:MOST_ARTICLES]


def _with_the_words(library: Library, words: Sequence[str], speaker: str | None) -> list[int]:
    """Return the articles with passages that have most of the words, by rarity, of all or of a stretch of them."""
    distinct = list(dict.fromkeys(words))
    passages = library.bm25(library.term_ids(distinct)).passages
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
    numbers = articles_in(passages.documents)
    found = dict.fromkeys(numbers[_best(scores[0], WHOLE)].tolist())
    if speaker and (own := _of_speaker(library, speaker)):
        theirs = np.flatnonzero(np.isin(numbers, list(own)))
        found |= dict.fromkeys(numbers[theirs[_best(scores[0][theirs], OF_SPEAKER)]].tolist())
    best = [_best(row, OF_WINDOW) for row in scores[1:]]
    for rank in range(OF_WINDOW):  # the best of each stretch before the second best of any
        found |= dict.fromkeys(int(numbers[row[rank]]) for row in best if rank < len(row))
    return list(found)[:MOST_LOOKED_AT]


def _has(pairs: npt.NDArray[np.int64], tokens: Ints) -> Bools:
    """Return (pairs,): which neighbours of the text are neighbours in an article."""
    known = np.unique(pairs)
    own = tokens[:-1].astype(np.int64) << 32 | tokens[1:]
    at = np.minimum(np.searchsorted(known, own), len(known) - 1)
    there = np.unique(at[known[at] == own])
    return np.isin(pairs, known[there]) & (pairs >= 0)


def _runs(has: Bools) -> Ints:
    """Return for each place how long the run is that it lies in, 0 outside of any."""
    edges = np.flatnonzero(np.diff(has.astype(np.int8), prepend=0, append=0))
    lengths = np.zeros(len(has), np.int32)
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        lengths[start:end] = end - start
    return lengths


def _of_speaker(library: Library, speaker: str) -> set[int]:
    key = name_key(speaker)
    return {credited.article for credited in library.credited_to(key)} | set(library.published_by(key))


def _best(scores: Floats, count: int) -> npt.NDArray[np.intp]:
    """Return the places of the highest positive scores, best first."""
    few = np.argpartition(-scores, count - 1)[:count] if len(scores) > count else np.arange(len(scores))
    ordered = few[np.argsort(-scores[few], kind="stable")]
    positive: npt.NDArray[np.intp] = ordered[scores[ordered] > 0]
    return positive
