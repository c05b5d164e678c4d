"""BM25 over a library in memory: postings as numpy arrays, rebuilt when the library changes.

Measured against SQLite's FTS5 and bm25s in docs/decisions/0003-retrieval.md; the point of having the
postings is that the score of every part of a question comes out of one pass over its terms.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.arrays import Floats, Ints
from retrieval.catalogue import Catalogue
from retrieval.terms import commonness

_K1 = 1.2
_B = 0.75

BACKGROUND = 500
"""Passages of other news that a word's rarity is counted with; beside 7,000 of the library's own they hardly weigh."""


@dataclass(frozen=True, slots=True)
class Postings:
    """Which of `rows` documents hold which terms, with each BM25 weight; CSR by term id."""

    rows: int
    start: npt.NDArray[np.int64]
    documents: Ints
    weights: Floats

    def rarity(self, terms: Ints, stems: Sequence[str]) -> Floats:
        """Return how telling each term is: its idf, as if `BACKGROUND` passages of other news stood beside.

        In a library of three passages the counts alone would make a name that is in all of them worth
        nothing, and any word that is in none worth everything. -1 is a term that the library lacks.
        """
        safe = np.where(terms >= 0, terms, 0)
        counts = np.diff(self.start)
        seen = np.where(terms >= 0, counts[safe], 0) if len(counts) else np.zeros(len(terms))
        expected = seen + BACKGROUND * np.array([commonness(stem) for stem in stems])
        rarity: Floats = np.log(1 + (self.rows + BACKGROUND - expected + 0.5) / (expected + 0.5)).astype(np.float32)
        return rarity

    def weigh(self, terms: Ints) -> Floats:
        """Return (terms, rows): the BM25 weight of each term in each document."""
        table = np.zeros((len(terms), self.rows), np.float32)
        for row, term in enumerate(terms):
            if 0 <= term < len(self.start) - 1:
                cut = slice(self.start[term], self.start[term + 1])
                table[row, self.documents[cut]] = self.weights[cut]
        return table


def build_postings(documents: Sequence[Ints], vocabulary_size: int) -> Postings:
    """Invert documents given as term ids."""
    rows = len(documents)
    lengths = np.array([len(document) for document in documents], np.float32)
    flat = np.concatenate(documents).astype(np.int64) if rows else np.zeros(0, np.int64)
    owner = np.repeat(np.arange(rows, dtype=np.int64), lengths.astype(np.int64))
    pairs, counts = np.unique(flat * max(rows, 1) + owner, return_counts=True)
    term, document = pairs // max(rows, 1), pairs % max(rows, 1)
    start = np.searchsorted(term, np.arange(vocabulary_size + 1))
    frequency = np.diff(start)
    idf = np.where(frequency > 0, np.log(1 + (rows - frequency + 0.5) / (frequency + 0.5)), 0).astype(np.float32)
    mean = max(float(lengths.mean()), 1.0) if rows else 1.0
    tf = counts.astype(np.float32)
    damped = tf * (_K1 + 1) / (tf + _K1 * (1 - _B + _B * lengths[document] / mean)) if len(tf) else tf
    return Postings(rows, start, document.astype(np.int32), (idf[term] * damped).astype(np.float32))


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """BM25 of passages (with their article's title), of whole articles and of titles."""

    passages: Postings
    articles: Postings
    titles: Postings


def build_lexical(catalogue: Catalogue) -> LexicalIndex:
    """Invert a catalogue at its three levels."""
    size = len(catalogue.vocabulary)
    bounds = catalogue.token_start[catalogue.sentence_start]
    bodies = [catalogue.tokens[a:b] for a, b in itertools.pairwise(bounds)]
    passages = [
        np.concatenate([catalogue.title_tokens[article], body])
        for article, body in zip(catalogue.article_of, bodies, strict=True)
    ]
    whole: list[list[Ints]] = [[title] for title in catalogue.title_tokens]
    for article, body in zip(catalogue.article_of, bodies, strict=True):
        whole[article].append(body)
    return LexicalIndex(
        passages=build_postings(passages, size),
        articles=build_postings([np.concatenate(blocks) for blocks in whole], size),
        titles=build_postings(catalogue.title_tokens, size),
    )
