"""One library in memory, as flat arrays: what the rankers look at between Chroma's answer and the quotes.

Everything here is derived from `library.db` and rebuilt on load. Rows are numbered from 0: articles,
passages, sentences and words each in reading order, every sentence in exactly one passage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from retrieval.arrays import Floats, Ints
from retrieval.domain.articles import Article, Passage, Span
from retrieval.language.stems import index_stems


@dataclass(frozen=True, slots=True)
class CatalogueArticle:
    """An article with what one encoder pass over each of its passages gave.

    `passage_vectors` is (passages, dim) float32 of length one; `sentence_vectors` (sentences, dim)
    float16 of length one; `word_vectors` (words, small dim) int8, for the content words of
    `late_words` in reading order; `sentence_words` counts those of each sentence. `publishers` are all
    who published the text.
    """

    article: Article
    passages: tuple[Passage, ...]
    sentences: tuple[tuple[Span, ...], ...]
    passage_vectors: Floats
    sentence_vectors: npt.NDArray[np.float16]
    word_vectors: npt.NDArray[np.int8]
    sentence_words: Ints
    publishers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The arrays of one library. `*_start` arrays have one element more than rows, CSR style."""

    articles: tuple[Article, ...]
    publishers: tuple[str | None, ...]
    days: tuple[date | None, ...]
    passages: tuple[Passage, ...]
    row_of_passage: dict[int, int]
    article_of: Ints
    place_in_article: Ints
    sentence_start: Ints
    sentence_spans: tuple[Span, ...]
    passage_vectors: Floats
    sentence_vectors: npt.NDArray[np.float16]
    word_vectors: npt.NDArray[np.int8]
    word_start: Ints
    vocabulary: dict[str, int]
    tokens: Ints
    token_start: Ints
    title_tokens: tuple[Ints, ...]
    rows_of_publisher: dict[str, Ints] = field(default_factory=dict)

    def sentence_text(self, sentence: int, passage: int) -> str:
        """Return the words of a sentence that stands in the given passage row."""
        return self.sentence_spans[sentence].of(self.articles[self.article_of[passage]].text)


def _starts(counts: Sequence[int] | Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def _ids(words: Sequence[str], vocabulary: dict[str, int]) -> Ints:
    return np.array([vocabulary.setdefault(word, len(vocabulary)) for word in words], np.int32)


def build_catalogue(indexed: Sequence[CatalogueArticle]) -> Catalogue:
    """Lay the articles of a library side by side."""
    vocabulary: dict[str, int] = {}
    tokens: list[Ints] = []
    titles: list[Ints] = []
    spans: list[Span] = []
    sentence_counts: list[int] = []
    article_of: list[int] = []
    place: list[int] = []
    passages: list[Passage] = []
    for number, item in enumerate(indexed):
        credit = item.article.credit
        title = "" if credit.title is None or credit.title_is_label else credit.title
        titles.append(_ids(index_stems(title), vocabulary))
        for position, (passage, sentences) in enumerate(zip(item.passages, item.sentences, strict=True)):
            passages.append(passage)
            article_of.append(number)
            place.append(position)
            sentence_counts.append(len(sentences))
            spans += sentences
            tokens += [_ids(index_stems(span.of(item.article.text)), vocabulary) for span in sentences]
    articles = tuple(item.article for item in indexed)
    publishers = tuple(article.credit.publisher for article in articles)
    owners = np.array(article_of, np.int32)
    rows: dict[str, list[int]] = {}
    for row, owner in enumerate(article_of):
        for publisher in indexed[owner].publishers:
            rows.setdefault(publisher, []).append(row)

    def stacked(name: str, width: int, kind: type) -> npt.NDArray[np.generic]:
        blocks = [getattr(item, name) for item in indexed]
        return np.concatenate(blocks) if blocks else np.zeros((0, width), kind)

    return Catalogue(
        articles=articles,
        publishers=publishers,
        days=tuple(article.credit.published_at.date() if article.credit.published_at else None for article in articles),
        passages=tuple(passages),
        row_of_passage={passage.passage_id: row for row, passage in enumerate(passages)},
        article_of=owners,
        place_in_article=np.array(place, np.int32),
        sentence_start=_starts(sentence_counts),
        sentence_spans=tuple(spans),
        passage_vectors=stacked("passage_vectors", 384, np.float32),  # type: ignore[arg-type]
        sentence_vectors=stacked("sentence_vectors", 384, np.float16),  # type: ignore[arg-type]
        word_vectors=stacked("word_vectors", 64, np.int8),  # type: ignore[arg-type]
        word_start=_starts(np.concatenate([item.sentence_words for item in indexed]) if indexed else []),
        vocabulary=vocabulary,
        tokens=np.concatenate(tokens) if tokens else np.zeros(0, np.int32),
        token_start=_starts([len(block) for block in tokens]),
        title_tokens=tuple(titles),
        rows_of_publisher={name: np.array(found, np.int32) for name, found in rows.items()},
    )
