"""Postings as arrays: which passages and articles have a word, how often, and how long they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from retrieval.arrays import Ints

PASSAGE = np.dtype([("article", "<u4"), ("place", "<u2"), ("times", "<u2"), ("length", "<u2")])
"""A passage, by its article's number and its place there, with its article's title counted along."""

ARTICLE = np.dtype([("article", "<u4"), ("times", "<u4"), ("length", "<u4"), ("in_title", "<u2"), ("title", "<u2")])
"""An article with its title: how often the word is in it and in the title, and how many words both have."""

KINDS = (PASSAGE, ARTICLE)
MOST = 65_535
"""What a column of two bytes holds; no word is oftener in a passage, and no article has more of these."""

Table = npt.NDArray[np.void]


@dataclass(frozen=True, slots=True)
class NumberedEntry:
    """An entry of the database: its number and its words by number; `counts` are the words of each sentence."""

    number: int
    title: Ints
    tokens: Ints
    counts: Ints
    passages: Ints


@dataclass(frozen=True, slots=True)
class Postings:
    """Postings of some entries: `words` (n,) ascending beside `rows` (n,), which ascend by article and place."""

    words: npt.NDArray[np.int64]
    rows: Table

    def of(self, word: int) -> Table:
        """Return the rows of one word."""
        first, last = np.searchsorted(self.words, [word, word + 1])
        return self.rows[first:last]


def invert(entries: Sequence[NumberedEntry]) -> tuple[Postings, Postings]:
    """Return the postings of entries, which ascend by number: of their passages, and of themselves."""
    if not entries:
        return _nothing(PASSAGE), _nothing(ARTICLE)
    numbers = np.array([entry.number for entry in entries], np.int64)
    in_passages: list[Ints] = []
    owners: list[npt.NDArray[np.int64]] = []
    places: list[npt.NDArray[np.int64]] = []
    articles: list[npt.NDArray[np.int64]] = []
    first = 0
    for number, entry in enumerate(entries):
        count = len(entry.passages)
        if not count:
            continue
        sentence_owner = np.searchsorted(entry.passages, np.arange(len(entry.counts)), side="right") - 1
        in_passages += [entry.tokens, np.tile(entry.title, count)]
        owners.append(first + np.repeat(sentence_owner, entry.counts))
        owners.append(first + np.repeat(np.arange(count), len(entry.title)))
        places.append(np.arange(count))
        articles.append(np.full(count, number))
        first += count
    if not first:
        return _nothing(PASSAGE), _of_articles(entries, numbers)
    place, article = np.concatenate(places), np.concatenate(articles)
    words, owner, times, lengths = _counted(in_passages, owners, first)
    rows = np.zeros(len(words), PASSAGE)
    rows["article"], rows["place"] = numbers[article[owner]], np.minimum(place[owner], MOST)
    rows["times"], rows["length"] = np.minimum(times, MOST), np.minimum(lengths[owner], MOST)
    return Postings(words, rows), _of_articles(entries, numbers)


def _of_articles(entries: Sequence[NumberedEntry], numbers: npt.NDArray[np.int64]) -> Postings:
    titles = [entry.title for entry in entries]
    title_owner = [np.full(len(title), number) for number, title in enumerate(titles)]
    bodies = [entry.tokens for entry in entries]
    body_owner = [np.full(len(body), number) for number, body in enumerate(bodies)]
    words, owner, times, lengths = _counted([*titles, *bodies], [*title_owner, *body_owner], len(entries))
    rows = np.zeros(len(words), ARTICLE)
    rows["article"], rows["times"], rows["length"] = numbers[owner], times, lengths[owner]
    in_title, own, often, title_lengths = _counted(titles, title_owner, len(entries))
    rows["title"] = np.minimum(title_lengths[owner], MOST)
    at = np.searchsorted(words * len(entries) + owner, in_title * len(entries) + own)
    rows["in_title"][at] = np.minimum(often, MOST)
    return Postings(words, rows)


def _counted(
    tokens: Sequence[Ints], owners: Sequence[npt.NDArray[np.int64]], documents: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[Any]]:
    """Return each pair of word and document once, by word, with how often it is; and each document's length."""
    word = np.concatenate(tokens).astype(np.int64)
    owner = np.concatenate(owners).astype(np.int64)
    pairs, times = np.unique(word * max(documents, 1) + owner, return_counts=True)
    return (
        pairs // max(documents, 1),
        pairs % max(documents, 1),
        times.astype(np.int64),
        np.bincount(owner, minlength=documents),
    )


def _nothing(kind: np.dtype[Any]) -> Postings:
    return Postings(np.zeros(0, np.int64), np.zeros(0, kind))


def key_of(word: int, kind: int, number: int = 0) -> int:
    """Return the key of the block of a word that begins with an entry."""
    return (word << 32) | (kind << 31) | number
