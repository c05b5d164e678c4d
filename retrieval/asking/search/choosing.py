"""Which passages are worth a closer look: Chroma's, BM25's, each named publisher's and day's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from retrieval.arrays import Floats, Ints
from retrieval.asking.question.question import Question
from retrieval.asking.search.leaning import NO_LEANING, Leaning
from retrieval.asking.search.matching import EncodedQuestion, LexicalScores, relative
from retrieval.library.catalogue import Catalogue
from retrieval.library.layout import Library

# Of about 115 candidates; 64 lose nothing on the dev data (evidence@10 .740 of .741), 48 lose .006.
MOST_CANDIDATES = 64


def top(scores: Floats, count: int) -> Ints:
    """Return the rows of the highest positive scores, in no order."""
    few = len(scores) <= count
    rows = np.arange(len(scores)) if few else np.argpartition(-scores, count - 1)[:count]
    return rows[scores[rows] > 0].astype(np.int32)


def choose_candidates(
    question: Question,
    vectors: EncodedQuestion,
    scores: LexicalScores,
    library: Library,
    dense: Sequence[int],
    days: frozenset[date] = frozenset(),
    leaning: Leaning = NO_LEANING,
) -> Ints:
    """Return the passage rows worth a closer look: Chroma's, BM25's, each named publisher's and day's, the talk's."""
    rows: list[npt.NDArray[np.integer]] = [np.array(dense, np.int32), top(scores.whole, 50)]
    rows += [top(part, 25) for part in scores.parts[:6]]
    catalogue = library.catalogue
    groups = [library.rows_of(name) for name in sorted(question.publishers)[:8]]
    if days:
        groups.append(library.rows_on(days))
    if leaning.articles:
        groups.append(np.flatnonzero(np.isin(catalogue.article_of, list(leaning.articles))).astype(np.int32))
    lexical = relative(scores.whole)
    for group in groups:
        if len(group):
            quick = lexical[group] + (catalogue.passage_vectors[group] @ vectors.whole)
            rows.append(group[top(quick, 25)])
    found = np.unique(np.concatenate(rows)).astype(np.int32)
    return (
        found
        if len(found) <= MOST_CANDIDATES
        else _shortlist(found, question, vectors, scores, catalogue, days, leaning)
    )


def _shortlist(
    rows: Ints,
    question: Question,
    vectors: EncodedQuestion,
    scores: LexicalScores,
    catalogue: Catalogue,
    days: frozenset[date],
    leaning: Leaning,
) -> Ints:
    """Keep the candidates that plain BM25, plain similarity, publisher, day and talk put first."""
    dense = catalogue.passage_vectors[rows]
    parts = np.stack([relative(part) for part in scores.parts])[:, rows].max(axis=0)
    quick = relative(scores.whole)[rows] + parts + dense @ vectors.whole + (dense @ vectors.parts.T).max(axis=1)
    articles = catalogue.article_of[rows]
    quick += [
        0.5 * (catalogue.publishers[article] in question.publishers) + 0.5 * (catalogue.days[article] in days)
        for article in articles
    ]
    quick += leaning.of_articles(articles) > 0
    kept: Ints = np.sort(rows[np.argpartition(-quick, MOST_CANDIDATES - 1)[:MOST_CANDIDATES]])
    return kept
