"""Finds what a library has on a question: one encoder pass, Chroma, BM25, then passages and sentences ranked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from retrieval.arrays import Floats, Ints
from retrieval.asking.question.dates import DateWindow
from retrieval.asking.question.question import Asked, Question, shape_of
from retrieval.asking.reading.confidence_figures import CONFIDENCE_FEATURES, confidence_features, probability
from retrieval.asking.reading.sentence_figures import SENTENCE_FEATURES, sentence_features
from retrieval.asking.search.candidates import Candidates, find_candidates
from retrieval.asking.search.linear import linear_model, stored_coefficients
from retrieval.asking.search.matching import (
    Evidence,
)
from retrieval.asking.search.passage_figures import PASSAGE_FEATURES
from retrieval.index.passage_index import PassageIndex
from retrieval.library.layout import Library
from retrieval.neural.reranker import Reranker
from retrieval.neural.vectors import EncodedText, Projection

PASSAGES_READ = 12
"""Passages whose sentences are ranked."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What one library has on a question, ranked.

    `passage_scores` (candidates,) are the passages' scores, in the order of `evidence.rows`. `sentences` are
    sentence numbers of `evidence` with `sentence_scores` beside them.
    `confidence` is the probability that the library answers, and `threshold` the one below which it is
    said not to: set so that few answerable questions are refused.
    """

    library: Library
    question: Question
    windows: tuple[DateWindow, ...]
    evidence: Evidence
    passage_scores: Floats
    sentences: Ints
    sentence_scores: Floats
    confidence: float
    threshold: float


def find(
    asked: Asked,
    library: Library,
    *,
    encoded: EncodedText,
    projection: Projection,
    index: PassageIndex,
    collection: str,
    only_articles: Collection[int] | None = None,
    reranker: Reranker | None = None,
) -> Findings | None:
    """Return what a library has on a question; None when it has no passage (in `only_articles`).

    `encoded` is the one encoder pass over the question, whatever the number of libraries. Computes for
    some milliseconds: run it in a thread.
    """
    candidates = find_candidates(
        asked,
        library,
        encoded=encoded,
        projection=projection,
        index=index,
        collection=collection,
        only_articles=only_articles,
    )
    return rank(candidates, reranker) if candidates is not None else None


def rank(candidates: Candidates, reranker: Reranker | None = None) -> Findings:
    """Rank passages, then the sentences of the best, and judge whether they answer."""
    question, lexicon, evidence = candidates.question, candidates.lexicon, candidates.evidence
    catalogue = candidates.library.catalogue
    shape = shape_of(question)
    passage_scores = linear_model("passage", shape, PASSAGE_FEATURES).score(candidates.features)
    read = np.argsort(-passage_scores, kind="stable")[:PASSAGES_READ].astype(np.int32)
    if reranker is not None:
        catalogue_rows = evidence.rows[read]
        texts = [
            catalogue.passages[row].span.of(catalogue.articles[catalogue.article_of[row]].text)
            for row in catalogue_rows
        ]
        # The order is the reranker's; the scores stay ours, which the sentence model was fitted with.
        order = np.argsort(-reranker.score(question.text, texts), kind="stable")
        passage_scores[read[order]] = passage_scores[read]
        read = read[order]
    numbers, table = sentence_features(question, lexicon, evidence, catalogue, read, passage_scores)
    sentence_scores = linear_model("sentence", shape, SENTENCE_FEATURES).score(table)
    judged = confidence_features(
        question, lexicon, evidence, catalogue, candidates.features, passage_scores, numbers, table, sentence_scores
    )
    logit = float(linear_model("confidence", shape, CONFIDENCE_FEATURES).score(judged[None, :])[0])
    return Findings(
        library=candidates.library,
        question=question,
        windows=candidates.windows,
        evidence=evidence,
        passage_scores=passage_scores,
        sentences=numbers,
        sentence_scores=sentence_scores,
        confidence=probability(logit),
        threshold=probability(stored_coefficients()["confidence"][shape]["threshold"]),
    )
