"""Candidates of one library as flat arrays: what the rankers look at between Chroma's answer and the quotes.

Everything here is read from `library.db` for one question. Passages and sentences are rows, numbered from 0 in the
order in which their articles were laid out, an article's in reading order and together; an article laid out later
never changes a row. Articles are known by their number in `library.db`. Vectors are there of the passages that were
asked for; of others, of which only words are read, they are zeros.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import overload

import numpy as np
import numpy.typing as npt

from retrieval.arrays import Bools, Floats, Ints
from retrieval.domain.articles import Article, Passage, Span
from retrieval.neural.vectors import SMALL_DIM, PassageEncoding


@dataclass(frozen=True, slots=True)
class LaidArticle:
    """An article as it is laid out. `sentences` is (n, 5) as in `retrieval.store.entries`, `first` (passages,)."""

    number: int
    article: Article
    passages: tuple[Passage, ...]
    sentences: Ints
    first: Ints
    title: Ints
    tokens: Ints

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        arrays = (self.sentences, self.first, self.title, self.tokens)
        return 2_000 + 2 * len(self.article.text) + 200 * len(self.passages) + sum(array.nbytes for array in arrays)


class Spans(Sequence[Span]):
    """Spans by row, made when they are asked for."""

    def __init__(self, bounds: Ints) -> None:
        self._bounds = bounds

    def __len__(self) -> int:
        return len(self._bounds)

    @overload
    def __getitem__(self, row: int) -> Span: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Span]: ...
    def __getitem__(self, row: int | slice) -> Span | Sequence[Span]:
        if isinstance(row, slice):
            return Spans(self._bounds[row])
        start, end = self._bounds[row]
        return Span(int(start), int(end))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The arrays of the candidates. `*_start` arrays have one element more than rows, CSR style.

    `articles`, `publishers`, `days` and `rows_of` (the passage rows) are by article number. `headings` says of each
    sentence whether it is one; `credited` which of its article's attributions it belongs to, -1 for none.
    """

    articles: Mapping[int, Article]
    publishers: Mapping[int, str | None]
    days: Mapping[int, date | None]
    passages: Sequence[Passage]
    article_of: Ints
    place_in_article: Ints
    sentence_start: Ints
    sentence_spans: Spans
    headings: Bools
    credited: Ints
    passage_vectors: Floats
    sentence_vectors: npt.NDArray[np.float16]
    word_vectors: npt.NDArray[np.int8]
    word_start: Ints
    tokens: Ints
    token_start: Ints
    rows_of: Mapping[int, range] = field(default_factory=dict)

    def sentence_text(self, sentence: int, passage: int) -> str:
        """Return the words of a sentence that stands in the given passage row."""
        return self.sentence_spans[sentence].of(self.articles[int(self.article_of[passage])].text)


def _starts(counts: Sequence[int] | Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def build_catalogue(
    laid: Sequence[LaidArticle], encodings: Mapping[tuple[int, int], PassageEncoding], dimension: int
) -> Catalogue:
    """Lay articles side by side, with the vectors that are given by article number and place."""
    passages = [passage for one in laid for passage in one.passages]
    article_of = np.repeat([one.number for one in laid], [len(one.passages) for one in laid]).astype(np.int32)
    place = np.concatenate([np.zeros(0, np.int32), *(np.arange(len(one.passages)) for one in laid)]).astype(np.int32)
    sentences = np.concatenate([np.zeros((0, 5), np.int32), *(one.sentences for one in laid)])
    begins: list[Ints] = []
    before = 0
    for one in laid:
        begins.append(one.first + before)
        before += len(one.sentences)
    sentence_start = np.concatenate([*begins, [before]]).astype(np.int32)
    passage_start = _starts([len(one.passages) for one in laid]).tolist()
    passage_vectors = np.zeros((len(passages), dimension), np.float32)
    sentence_vectors = np.zeros((before, dimension), np.float16)
    word_counts = np.zeros(before, np.int32)
    words: list[npt.NDArray[np.int8]] = [np.zeros((0, SMALL_DIM), np.int8)]
    for row, (number, at) in enumerate(zip(article_of.tolist(), place.tolist(), strict=True)):
        encoding = encodings.get((number, at))
        if encoding is None:
            continue
        rows = slice(sentence_start[row], sentence_start[row + 1])
        passage_vectors[row] = encoding.vector
        sentence_vectors[rows] = encoding.sentence_vectors
        word_counts[rows] = encoding.sentence_words
        words.append(encoding.word_vectors)
    articles = {one.number: one.article for one in laid}
    return Catalogue(
        articles=articles,
        publishers={number: article.credit.publisher for number, article in articles.items()},
        days={n: a.credit.published_at.date() if a.credit.published_at else None for n, a in articles.items()},
        passages=passages,
        article_of=article_of,
        place_in_article=place,
        sentence_start=sentence_start,
        sentence_spans=Spans(sentences[:, :2]),
        headings=sentences[:, 2].astype(np.bool_),
        credited=sentences[:, 3],
        passage_vectors=passage_vectors,
        sentence_vectors=sentence_vectors,
        word_vectors=np.concatenate(words),
        word_start=_starts(word_counts),
        tokens=np.concatenate([np.zeros(0, np.int32), *(one.tokens for one in laid)]),
        token_start=_starts(sentences[:, 4]),
        rows_of={one.number: range(*bounds) for one, bounds in zip(laid, pairwise(passage_start), strict=True)},
    )
