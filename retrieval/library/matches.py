"""BM25 over postings: of a question's words, which passages and articles have them, and how much they weigh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.arrays import Floats, Ints
from retrieval.store.postings import Table

K1, B = 1.2, 0.75

Keys = npt.NDArray[np.int64]
"""Passages, each as its article's number << `PLACE_BITS` | its place there."""

PLACE_BITS = 16


def passage_keys(numbers: npt.NDArray[np.integer], places: npt.NDArray[np.integer]) -> Keys:
    """Return (passages,): the key of each, by its article's number and its place there."""
    return numbers.astype(np.int64) << PLACE_BITS | places


def passage_key(number: int, place: int) -> int:
    """Return the key of one passage."""
    return number << PLACE_BITS | place


def articles_in(keys: Keys) -> Keys:
    """Return (passages,): the number of each one's article."""
    return keys >> PLACE_BITS


def article_and_place(key: int) -> tuple[int, int]:
    """Return the number of a passage's article, and its place there."""
    return key >> PLACE_BITS, key & ((1 << PLACE_BITS) - 1)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much a library holds; lengths are in stems, a passage's and an article's with the title."""

    articles: int = 0
    passages: int = 0
    words: int = 0
    passage_words: int = 0
    title_words: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """A stem of a library: its number, and how many passages, articles and titles have it."""

    word: int
    passages: int
    articles: int
    titles: int


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of terms in documents, each pair once: `documents` (n,) ascending; `term`, `at` and `weight` flat."""

    documents: Keys
    term: Ints
    at: Ints
    weight: Floats

    def total(self) -> Floats:
        """Return (documents,): the sum of all terms' weights."""
        return np.bincount(self.at, self.weight, len(self.documents)).astype(np.float32)

    def shares(self, coefficients: Floats) -> Floats:
        """Return (rows, documents): the sums weighed by `coefficients` (rows, terms)."""
        rows = [np.bincount(self.at, self.weight * row[self.term], len(self.documents)) for row in coefficients]
        return np.array(rows, np.float32).reshape(len(coefficients), len(self.documents))

    def presence(self, values: Floats) -> Floats:
        """Return (rows, documents): for each row of `values` (rows, terms) the sum over the terms a document has."""
        rows = [np.bincount(self.at, row[self.term], len(self.documents)) for row in values]
        return np.array(rows, np.float32).reshape(len(values), len(self.documents))

    def table(self, documents: Keys, terms: int) -> Floats:
        """Return (terms, documents): the weights in some documents, each given once; 0 where a term is not there."""
        column = np.full(len(self.documents) + 1, -1, np.int32)
        place = np.searchsorted(self.documents, documents)
        known = np.flatnonzero(np.append(self.documents, -1)[place] == documents)
        column[place[known]] = known
        found = column[self.at]
        held = np.flatnonzero(found >= 0)
        table = np.zeros((terms, len(documents)), np.float32)
        table[self.term[held], found[held]] = self.weight[held]
        return table

    def times(self) -> Ints:
        """Return (documents,): how many of the terms each has."""
        return np.bincount(self.at, minlength=len(self.documents)).astype(np.int32)


def idf(documents: int, having: int) -> float:
    """Return the inverse document frequency that BM25 weighs a term with."""
    return float(np.log(1 + (documents - having + 0.5) / (having + 0.5))) if having else 0.0


def damped(times: npt.ArrayLike, lengths: npt.ArrayLike, mean: float) -> Floats:
    """Return how much a term counts that stands so often in documents of such lengths."""
    often, long = np.asarray(times, np.float32), np.asarray(lengths, np.float32)
    found: Floats = (often * (K1 + 1) / (often + K1 * (1 - B + B * long / mean))).astype(np.float32)
    return found


def mean_length(words: int, documents: int) -> float:
    """Return the mean length of documents, at least one word."""
    return max(words / documents, 1.0) if documents else 1.0


def weigh_passages(found: Sequence[tuple[int, Term, Table]], sizes: Sizes) -> Weights:
    """Weigh the passages that have each of some terms, given with its place among the question's."""
    mean = mean_length(sizes.passage_words, sizes.passages)
    return _joined(
        [
            (
                place,
                passage_keys(rows["article"], rows["place"]),
                idf(sizes.passages, term.passages) * damped(rows["times"], rows["length"], mean),
            )
            for place, term, rows in found
        ]
    )


def weigh_articles(found: Sequence[tuple[int, Term, Table]], sizes: Sizes) -> Weights:
    """Weigh the articles that have each of some terms, in their text or title."""
    mean = mean_length(sizes.words, sizes.articles)
    return _joined(
        [
            (
                place,
                rows["article"].astype(np.int64),
                idf(sizes.articles, term.articles) * damped(rows["times"], rows["length"], mean),
            )
            for place, term, rows in found
        ]
    )


def weigh_titles(found: Sequence[tuple[int, Term, Table]], sizes: Sizes) -> Weights:
    """Weigh the titles that have each of some terms, by their articles' numbers."""
    mean = mean_length(sizes.title_words, sizes.articles)
    titled = [(place, term, rows[rows["in_title"] > 0]) for place, term, rows in found]
    return _joined(
        [
            (
                place,
                rows["article"].astype(np.int64),
                idf(sizes.articles, term.titles) * damped(rows["in_title"], rows["title"], mean),
            )
            for place, term, rows in titled
        ]
    )


def _joined(found: Sequence[tuple[int, Keys, Floats]]) -> Weights:
    if not found:
        nothing = np.zeros(0, np.int32)
        return Weights(np.zeros(0, np.int64), nothing, nothing, np.zeros(0, np.float32))
    keys = np.concatenate([keys for _, keys, _ in found])
    term = np.repeat(np.array([place for place, _, _ in found], np.int32), [len(keys) for _, keys, _ in found])
    weight = np.concatenate([weights for _, _, weights in found]).astype(np.float32)
    order = np.argsort(keys, kind="stable")  # each term's are in order already, which makes this a merge
    keys = keys[order]
    new = np.ones(len(keys), np.bool_)
    new[1:] = keys[1:] != keys[:-1]
    at = (np.cumsum(new) - 1).astype(np.int32)
    return Weights(keys[new], term[order], at, weight[order])
