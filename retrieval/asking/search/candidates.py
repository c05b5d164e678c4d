"""Finds candidate passages for a question and ranks them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from retrieval.arrays import Floats
from retrieval.asking.question.dates import DateWindow, find_dates, tie_to_publishers
from retrieval.asking.question.question import Asked, Question, take_apart
from retrieval.asking.search.choosing import MOST_CANDIDATES, choose_candidates
from retrieval.asking.search.matching import (
    Evidence,
    QuestionTerms,
    encode_question,
    gather,
    look_up,
    relative,
    score_lexically,
)
from retrieval.asking.search.passage_figures import passage_features
from retrieval.index.passage_index import PassageIndex
from retrieval.library.layout import Library
from retrieval.neural.vectors import EncodedText, Projection

DENSE_HITS, PART_HITS = 60, 20
"""Passages taken from Chroma for the whole question, and for each of its parts."""


MAX_PARTS = 4


@dataclass(frozen=True, slots=True)
class Candidates:
    """The passages of one library that are worth ranking, and everything measured of them.

    `features` is (candidates, len(PASSAGE_FEATURES)).
    """

    library: Library
    question: Question
    windows: tuple[DateWindow, ...]
    lexicon: QuestionTerms
    evidence: Evidence
    features: Floats


def find_candidates(
    asked: Asked,
    library: Library,
    *,
    encoded: EncodedText,
    projection: Projection,
    index: PassageIndex,
    collection: str,
    only_articles: Collection[int] | None = None,
) -> Candidates | None:
    """Return the passages worth ranking: Chroma's, BM25's, those of named publishers and days."""
    catalogue, lexical = library.catalogue, library.lexical
    windows = find_dates(asked.text, now=asked.at, zone=asked.zone)
    question = take_apart(asked.text, library.publisher_names, [window.span for window in windows])
    moments = [article.credit.published_at for article in catalogue.articles] if windows else []
    days: Mapping[date, frozenset[str]] = tie_to_publishers(windows, question.mentions, moments)
    vectors = encode_question(question, encoded, projection)
    lexicon = look_up(question, catalogue, lexical)
    scores = score_lexically(lexicon, lexical)
    if only_articles is None:
        queries = [vectors.whole, *(vectors.parts[:MAX_PARTS] if len(question.parts) > 1 else ())]
        found = index.query(collection, np.stack(queries), DENSE_HITS)
        known = catalogue.row_of_passage  # other ids belong to a version that is not live here
        dense = [
            known[hit.passage_id]
            for number, hits in enumerate(found)
            for hit in hits[: DENSE_HITS if number == 0 else PART_HITS]
            if hit.passage_id in known
        ]
        rows = choose_candidates(question, vectors, scores, catalogue, dense, frozenset(days))
    else:
        rows = np.flatnonzero(np.isin(catalogue.article_of, list(only_articles))).astype(np.int32)
        best = relative(scores.whole)[rows] + catalogue.passage_vectors[rows] @ vectors.whole
        rows = np.sort(rows[np.argsort(-best, kind="stable")[:MOST_CANDIDATES]])
    if not len(rows):
        return None
    evidence = gather(question, vectors, lexicon, catalogue, rows)
    features = passage_features(question, vectors, lexicon, scores, evidence, catalogue, lexical, days)
    return Candidates(library, question, windows, lexicon, evidence, features)
