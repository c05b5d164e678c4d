"""The words of a library in order, so that any run of words is found wherever it stands, letter for letter.

Words are compared without case, accents and typography: quotation marks, dashes, spaces and points are no
words. A sign that changes what is said (a currency, a per cent) is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from retrieval.arrays import Ints
from retrieval.domain.articles import Span
from retrieval.language.folding import fold
from retrieval.store import StoredArticle

# A combining mark, a soft hyphen or a joiner does not end a word.
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u00ad\u200b-\u200d])*|[$£€¥₪₹%]")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200d]")

BOUNDARY = 0
"""Stands between two articles; no word has this number."""

UNKNOWN = -1
"""Stands for a word that no article has."""

Positions = npt.NDArray[np.int64]


@lru_cache(maxsize=100_000)
def _key(word: str) -> str:
    return _INVISIBLE.sub("", fold(word))


def split_words(text: str) -> list[tuple[str, Span]]:
    """Return the words of `text` as they are compared, each with where it stands."""
    return [(_key(match.group()), Span(*match.span())) for match in _WORD.finditer(text)]


@dataclass(frozen=True, slots=True)
class Runs:
    """Where two or more words in a row stand in the library: three parallel arrays.

    Words `first` to `first + length` of the text are the library's from position `place` on. None can be
    made longer. `seen` counts for each pair of neighbours in the text how often the library has it.
    """

    first: Positions
    length: Positions
    place: Positions
    seen: Positions


class WordIndex:
    """Every word of some articles of one library, numbered, with its place; takes three milliseconds an article."""

    def __init__(self, library: str, articles: Sequence[StoredArticle]) -> None:
        self.library = library
        self.stored = tuple(articles)
        self._ids: dict[str, int] = {}
        words: list[int] = [BOUNDARY]
        starts: list[int] = [0]
        ends: list[int] = [0]
        bounds: list[int] = []
        for stored in self.stored:
            bounds.append(len(words))
            for match in _WORD.finditer(stored.article.text):
                words.append(self._ids.setdefault(_key(match.group()), len(self._ids) + 1))
                starts.append(match.start())
                ends.append(match.end())
            words.append(BOUNDARY)
            starts.append(0)
            ends.append(0)
        self.words: Ints = np.array(words, np.int32)
        self._starts: Ints = np.array(starts, np.int32)
        self._ends: Ints = np.array(ends, np.int32)
        self._bounds = np.array([*bounds, len(words)], np.int64)
        self._counts = np.bincount(self.words, minlength=len(self._ids) + 1)
        pairs = self.words[:-1].astype(np.int64) * (len(self._ids) + 1) + self.words[1:]
        order = np.argsort(pairs, kind="stable")
        self._pairs, self._pair_places = pairs[order], order.astype(np.int32)

    def numbers(self, keys: Sequence[str]) -> Ints:
        """Return the numbers of words as `split_words` gives them."""
        return np.array([self._ids.get(key, UNKNOWN) for key in keys], np.int32)

    def weigh(self, numbers: Ints) -> npt.NDArray[np.float64]:
        """Return how telling each word is: the logarithm of how rare; a word not in the library most."""
        counts = np.where(numbers > 0, self._counts[np.maximum(numbers, 0)], 0)
        return np.log((len(self.words) + 1) / (counts + 1))

    def places(self, number: int) -> Positions:
        """Return where one word stands."""
        return np.flatnonzero(self.words == number) if number > 0 else np.zeros(0, np.int64)

    def runs(self, numbers: Ints) -> Runs:
        """Return every run of two or more of the text's words that the library has."""
        left, right = numbers[:-1].astype(np.int64), numbers[1:].astype(np.int64)
        pairs = np.where((left > 0) & (right > 0), left * (len(self._ids) + 1) + right, -1)
        low, high = np.searchsorted(self._pairs, pairs), np.searchsorted(self._pairs, pairs, side="right")
        seen = high - low
        index = np.repeat(np.arange(len(pairs)), seen)
        place = np.concatenate([[], *(self._pair_places[a:b] for a, b in zip(low, high, strict=True))]).astype(np.int64)
        diagonal = place - index
        order = np.lexsort((index, diagonal))
        index, diagonal, place = index[order], diagonal[order], place[order]
        begins = np.ones(len(index), np.bool_)
        begins[1:] = (np.diff(diagonal) != 0) | (np.diff(index) != 1)
        heads = np.flatnonzero(begins)
        lengths = np.diff(np.append(heads, len(index))) + 1
        return Runs(first=index[heads], length=lengths, place=place[heads], seen=seen)

    def article_at(self, place: int) -> int:
        """Return which article has the word at a position."""
        return int(np.searchsorted(self._bounds, place, side="right")) - 1

    def words_of(self, article: int) -> tuple[int, int]:
        """Return the positions of an article's first word and of the boundary behind its last one."""
        return int(self._bounds[article]), int(self._bounds[article + 1]) - 1

    def span(self, first: int, end: int) -> Span:
        """Return where the words at positions `first` to `end` stand in their article's text."""
        return Span(int(self._starts[first]), int(self._ends[end - 1]))
