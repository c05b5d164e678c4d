"""One score for a passage out of many figures: a linear model whose coefficients are in a readable file.

Fitted by `benchmarks/fit_coefficients.py`: softmax over a question's candidates.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from retrieval.arrays import Bools, Floats
from retrieval.asking.question.question import Question
from retrieval.asking.search.linear import Figures
from retrieval.asking.search.matching import EncodedQuestion, Evidence, LexicalScores, QuestionTerms
from retrieval.library.catalogue import Catalogue


def _best_own(table: npt.NDArray[np.floating[Any]], own: Bools) -> Floats:
    """Return each row's highest figure among its own parts (all parts when it owns none)."""
    allowed = own | ~own.any(axis=1, keepdims=True)
    best: Floats = np.where(allowed, table, -1.0).max(axis=1).astype(np.float32)
    return best


@np.errstate(invalid="ignore")  # matmul raises the flag here on AVX-512 machines although every figure is finite
def passage_figures(
    question: Question,
    vectors: EncodedQuestion,
    lexicon: QuestionTerms,
    scores: LexicalScores,
    evidence: Evidence,
    catalogue: Catalogue,
    named_days: Mapping[date, frozenset[str]],
) -> Figures:
    """Return the figures of each candidate passage.

    `named_days` maps each day that the question names to the publishers it is tied to (none: any).
    """
    rows, first, own = evidence.rows, evidence.first, evidence.own
    articles = catalogue.article_of[rows]
    parts = len(question.parts)

    def over_sentences(table: npt.NDArray[np.floating[Any]]) -> Floats:
        best: Floats = np.maximum.reduceat(table, first, axis=0)
        return best

    dense = catalogue.passage_vectors[rows]
    by_sentence = over_sentences(evidence.cosines)

    word_idf = lexicon.idf[lexicon.of_word]
    word_weight = word_idf / max(float(word_idf.sum()), 1e-6)
    word_in_part = lexicon.in_part[:, lexicon.of_word] * word_idf
    word_in_part /= np.maximum(word_in_part.sum(axis=1, keepdims=True), 1e-6)
    best_in_passage = over_sentences(evidence.best_word)

    holds = over_sentences(evidence.holds.T).T
    share = lexicon.idf / max(float(lexicon.idf.sum()), 1e-6)
    part_share = lexicon.in_part * lexicon.idf
    part_share = part_share / np.maximum(part_share.sum(axis=1, keepdims=True), 1e-6)
    names = lexicon.names * lexicon.idf
    neutral = np.full(len(rows), 0.5, np.float32)
    has_names = float(names.sum()) > 0
    names = names / max(float(names.sum()), 1e-6)

    days = [catalogue.days[article] for article in articles.tolist()]
    publishers = [catalogue.publishers[article] for article in articles.tolist()]
    dated = np.array([day in named_days for day in days], np.float32)
    tied = np.array(
        [
            day is not None and day in named_days and (not named_days[day] or publisher in named_days[day])
            for day, publisher in zip(days, publishers, strict=True)
        ],
        np.float32,
    )
    return Figures.of(
        {
            "dense_whole": dense @ vectors.whole,
            "dense_clause": (dense @ vectors.clauses.T).max(axis=1),
            "dense_part": _best_own(dense @ vectors.parts.T, own),
            "sentence_whole": by_sentence[:, 0],
            "sentence_clause": by_sentence[:, 1 + parts :].max(axis=1),
            "sentence_part": _best_own(by_sentence[:, 1 : 1 + parts], own),
            "words_passage": best_in_passage @ word_weight,
            "words_sentence": over_sentences(evidence.best_word @ word_weight),
            "words_part": _best_own(best_in_passage @ word_in_part.T, own),
            "words_part_sentence": _best_own(over_sentences(evidence.best_word @ word_in_part.T), own),
            "bm25_whole": scores.whole,
            "bm25_part": scores.best_part,
            "bm25_own_part": _best_own(scores.parts.T, own),
            "bm25_article": scores.articles,
            "bm25_title": scores.titles,
            "coverage_passage": share @ holds,
            "coverage_part": _best_own((part_share @ holds).T, own),
            "coverage_sentence": over_sentences(share @ evidence.holds),
            "names_passage": names @ holds if has_names else neutral,
            "names_sentence": over_sentences(names @ evidence.holds) if has_names else neutral,
            "publisher_named": np.array([publisher in question.publishers for publisher in publishers], np.float32),
            "date_named": dated,
            "publisher_and_date": tied,
            "length": np.minimum(np.add.reduceat(evidence.lengths, first) / 200, 2.0),
        }
    )
