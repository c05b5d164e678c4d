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
from retrieval.library.catalogue import Catalogue

_K1 = 1.2
_B = 0.75


@dataclass(frozen=True, slots=True)
class Postings:
    """Which of `rows` documents hold which terms, with each BM25 weight; CSR by term id."""

    rows: int
    start: npt.NDArray[np.int64]
    documents: Ints
    weights: Floats

    def count(self, terms: Ints) -> list[int]:
        """Return how many documents hold each term id; -1 stands for a word not in the library."""
        return [int(self.start[term + 1] - self.start[term]) if term >= 0 else 0 for term in terms]

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
