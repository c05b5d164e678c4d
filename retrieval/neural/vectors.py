"""Vectors of sentences, clauses and words out of one encoder pass ("late chunking", late interaction).

The encoder reads a passage once and gives a vector for every token. Their mean is the passage's vector;
the mean over a sentence or a clause is that one's; the mean over a word, made small, is kept for matching
question words with article words (ColBERT's MaxSim, on a model that was not trained for it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from retrieval.arrays import Floats
from retrieval.domain.articles import Span
from retrieval.language.stems import content_words

SMALL_DIM = 64


@dataclass(frozen=True, slots=True)
class EncodedText:
    """One encoder pass: `tokens` (n, dim) of the last layer and the characters that each covers.

    `spans` is (n, 2); special tokens cover nothing (start == end). `vector` (dim,) is the model's own
    vector of the whole text, of length one. `states` (n, layers, dim) are the hidden states of the layers
    that were asked for, None if none were.
    """

    tokens: Floats
    spans: npt.NDArray[np.int32]
    vector: Floats
    states: Floats | None = None

    def pooled(self, spans: Sequence[Span]) -> Floats:
        """Return (len(spans), dim) vectors of length one: the mean of the tokens inside each span.

        A span that the encoder's limit cut off gets zeros.
        """
        starts, ends = self.spans[:, 0], self.spans[:, 1]
        real = ends > starts
        out = np.zeros((len(spans), self.tokens.shape[1]), np.float32)
        for row, span in enumerate(spans):
            inside = real & (starts >= span.start) & (ends <= span.end)
            if inside.any():
                out[row] = self.tokens[inside].sum(axis=0)
        return unit(out)


def unit(vectors: npt.NDArray[np.floating]) -> Floats:
    """Scale vectors to length one; zeros stay zeros."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Floats = np.divide(vectors, np.maximum(length, 1e-9), dtype=np.float32, casting="unsafe")
    return scaled


@dataclass(frozen=True, slots=True)
class Projection:
    """Makes word vectors small: minus the mean word, onto the main directions, as whole numbers.

    64 of 384 directions keep the ranking (docs/decisions/0003-retrieval.md).
    """

    mean: Floats
    basis: Floats
    scale: float = 127.0

    def small(self, vectors: Floats) -> Floats:
        """Return (n, small dim) vectors of length one."""
        return unit((unit(vectors) - self.mean) @ self.basis)

    def packed(self, vectors: Floats) -> npt.NDArray[np.int8]:
        """Return `small` in one byte a number."""
        packed: npt.NDArray[np.int8] = np.rint(self.small(vectors) * self.scale).astype(np.int8)
        return packed


@cache
def default_projection() -> Projection:
    """Load the projection for all-MiniLM-L6-v2 that comes with the package."""
    with files(__package__).joinpath("word_projection.npz").open("rb") as file:
        stored = np.load(file)
        return Projection(stored["mean"].astype(np.float32), stored["basis"].astype(np.float32))


def random_projection(dimension: int) -> Projection:
    """Return a projection for a model that none was fitted for (Johnson and Lindenstrauss 1984)."""
    basis = np.linalg.qr(np.random.default_rng(0).normal(size=(dimension, SMALL_DIM)))[0]
    return Projection(np.zeros(dimension, np.float32), basis.astype(np.float32))


def word_means(encoded: EncodedText, words: Sequence[Span]) -> Floats:
    """Return (words, dim): for each word the mean of its length-one token vectors; zeros when cut off."""
    starts, ends = encoded.spans[:, 0], encoded.spans[:, 1]
    real = np.flatnonzero(ends > starts)
    totals = np.concatenate(
        [np.zeros((1, encoded.tokens.shape[1]), np.float32), np.cumsum(unit(encoded.tokens[real]), axis=0)]
    )
    first = np.searchsorted(starts[real], [word.start for word in words])
    last = np.searchsorted(starts[real], [word.end for word in words])
    means: Floats = (totals[last] - totals[first]) / np.maximum(last - first, 1)[:, None]
    return means.astype(np.float32)


@dataclass(frozen=True, slots=True)
class PassageEncoding:
    """What is kept of a passage's one encoder pass.

    `vector` (dim,) and `sentence_vectors` (sentences, dim) have length one; `word_vectors` (words, small
    dim) are those of the content words in reading order, `sentence_words` (sentences,) how many each
    sentence has.
    """

    vector: Floats
    sentence_vectors: npt.NDArray[np.float16]
    word_vectors: npt.NDArray[np.int8]
    sentence_words: npt.NDArray[np.int32]


def condense(text: str, sentences: Sequence[Span], encoded: EncodedText, projection: Projection) -> PassageEncoding:
    """Reduce a passage's pass to what is kept; `sentences` are spans of the encoded `text`."""
    words = [
        [Span(sentence.start + word.start, sentence.start + word.end) for word in content_words(sentence.of(text))]
        for sentence in sentences
    ]
    return PassageEncoding(
        vector=encoded.vector,
        sentence_vectors=encoded.pooled(sentences).astype(np.float16),
        word_vectors=projection.packed(word_means(encoded, [word for found in words for word in found])),
        sentence_words=np.array([len(found) for found in words], np.int32),
    )
