"""Finds candidate passages for a question and ranks them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from retrieval.arrays import Floats, Ints
from retrieval.asking.question.dates import days_within
from retrieval.asking.question.question import Question, shape_of
from retrieval.asking.search.choosing import MOST_CANDIDATES, choose_candidates, quick_scores
from retrieval.asking.search.leaning import NO_LEANING, Leaning
from retrieval.asking.search.linear import Coefficients, Figures, stored_coefficients, weigh
from retrieval.asking.search.matching import (
    EncodedQuestion,
    Evidence,
    QuestionTerms,
    gather,
    look_up,
    match_words,
    score_lexically,
)
from retrieval.asking.search.passage_figures import passage_figures
from retrieval.asking.search.spreading import spread
from retrieval.index.passage_index import PassageIndex
from retrieval.library.layout import Library
from retrieval.library.matches import Keys

DENSE_HITS, PART_HITS = 60, 20
"""Passages taken from Chroma for the whole question, and for each of its parts."""

NEAR_HITS = 400
"""Passages taken from Chroma where those of a large group are sought among them."""

MAX_PARTS = 4

PASSAGES_READ = 12
"""Passages whose sentences are read."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The passages of one library that are worth ranking, and everything measured of them."""

    library: Library
    question: Question
    lexicon: QuestionTerms
    evidence: Evidence
    figures: Figures


@dataclass(frozen=True, slots=True)
class RankedPassages:
    """`scores` (candidates,) of the passages, and `read` the numbers of those to be read, best first."""

    scores: Floats
    read: Ints


def find_candidates(
    question: Question,
    vectors: EncodedQuestion,
    library: Library,
    *,
    index: PassageIndex,
    collection: str,
    only_articles: Collection[int] | None = None,
    leaning: Leaning = NO_LEANING,
) -> Candidates | None:
    """Return the passages worth ranking: Chroma's, BM25's, those of named publishers and days, and the talk's."""
    moments = library.moments() if question.windows else []
    days: Mapping[date, frozenset[str]] = days_within(question.windows, moments)
    lexicon = look_up(question, library)
    matches = match_words(lexicon, library)

    def near() -> Keys:
        (hits,) = index.query(collection, vectors.whole[None, :], NEAR_HITS)
        return np.array(list(library.numbers_of([hit.passage_id for hit in hits]).values()), np.int64)

    if only_articles is None:
        queries = [vectors.whole, *(vectors.parts[:MAX_PARTS] if len(question.parts) > 1 else ())]
        found = index.query(collection, np.stack(queries), DENSE_HITS)
        taken = [hits[: DENSE_HITS if number == 0 else PART_HITS] for number, hits in enumerate(found)]
        ids = list(dict.fromkeys(hit.passage_id for hits in taken for hit in hits))
        dense = list(library.numbers_of(ids).values())  # other ids belong to a version that is not live here
        keys = choose_candidates(question, vectors, matches, library, dense, frozenset(days), leaning, near)
    else:
        keys, best = quick_scores(only_articles, vectors, matches, library, near)
        keys = np.sort(keys[np.argsort(-best, kind="stable")[:MOST_CANDIDATES]])
    if not len(keys):
        return None
    rows = library.lay_out(keys)
    catalogue = library.catalogue
    scores = score_lexically(matches, lexicon, library, rows)
    evidence = gather(question, vectors, lexicon, catalogue, rows)
    figures = passage_figures(question, vectors, lexicon, scores, evidence, catalogue, days)
    return Candidates(library, question, lexicon, evidence, figures)


def rank_passages(
    candidates: Candidates, *, coefficients: Coefficients | None = None, leaning: Leaning = NO_LEANING
) -> RankedPassages:
    """Order the candidates by their figures; those to be read share their places among articles and parts."""
    weights = (coefficients or stored_coefficients())["passage"][shape_of(candidates.question)]
    articles = candidates.library.catalogue.article_of[candidates.evidence.rows]
    scores = weigh(candidates.figures, weights) + leaning.of_articles(articles)
    read = np.array(spread(scores, articles, candidates.evidence.own, PASSAGES_READ), np.int32)
    return RankedPassages(scores, read)
