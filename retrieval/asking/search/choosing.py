"""Which passages are worth a closer look: Chroma's, BM25's, each named publisher's and day's.

Passages are known here by their keys (`retrieval.library.matches.Keys`); only those that are chosen are laid out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

import numpy as np

from retrieval.arrays import Floats
from retrieval.asking.question.question import Question
from retrieval.asking.search.leaning import NO_LEANING, Leaning
from retrieval.asking.search.matching import EncodedQuestion, LexicalMatches
from retrieval.library.layout import Library
from retrieval.library.matches import Keys, articles_in

# Of about 115 candidates; 64 lose nothing on the dev data (evidence@10 .740 of .741), 48 lose .006.
MOST_CANDIDATES = 64

READ_WHOLE = 1_500
"""Passages of a group (a publisher's, a day's) up to which the vectors of all are looked at."""

LEXICAL_OF_GROUP = 200
"""Of a larger group, so many that BM25 puts first are looked at, beside those that are near the question."""

Near = Callable[[], Keys]
"""Gives the passages that are nearest to a question, more of them than are candidates."""


def top(scores: Floats, count: int) -> np.ndarray:
    """Return the places of the highest positive scores, in no order."""
    few = len(scores) <= count
    places = np.arange(len(scores)) if few else np.argpartition(-scores, count - 1)[:count]
    found: np.ndarray = places[scores[places] > 0]
    return found


def choose_candidates(
    question: Question,
    vectors: EncodedQuestion,
    matches: LexicalMatches,
    library: Library,
    dense: Sequence[int],
    days: frozenset[date] = frozenset(),
    leaning: Leaning = NO_LEANING,
    near: Near = lambda: np.zeros(0, np.int64),
) -> Keys:
    """Return the passages worth a closer look: Chroma's, BM25's, each named publisher's and day's, the talk's."""
    chosen: list[Keys] = [np.array(dense, np.int64), matches.keys[top(matches.whole, 50)]]
    chosen += [matches.keys[top(part, 25)] for part in matches.parts[:6]]
    groups: list[Iterable[int]] = [library.published_as(name).tolist() for name in sorted(question.publishers)[:8]]
    if days:
        groups.append(library.published_on(days).tolist())
    if leaning.articles:
        groups.append(leaning.articles)
    for group in groups:
        keys, quick = quick_scores(group, vectors, matches, library, near)
        chosen.append(keys[top(quick, 25)])
    found = np.unique(np.concatenate(chosen))
    if len(found) <= MOST_CANDIDATES:
        return found
    return _shortlist(found, question, vectors, matches, library, days, leaning)


def quick_scores(
    numbers: Iterable[int], vectors: EncodedQuestion, matches: LexicalMatches, library: Library, near: Near
) -> tuple[Keys, Floats]:
    """Return passages of some articles, and how well plain BM25 and plain similarity together like each.

    All of them where they are few, else those that either of the two puts first.
    """
    numbers = list(numbers)
    if not numbers:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    if len(numbers) <= READ_WHOLE and library.passages_of(numbers) <= READ_WHOLE:
        keys, dense = library.vectors_of_articles(numbers)
    else:
        known = np.flatnonzero(np.isin(articles_in(matches.keys), numbers))
        nearest = near()
        keys = np.union1d(
            matches.keys[known[top(matches.whole[known], LEXICAL_OF_GROUP)]],
            nearest[np.isin(articles_in(nearest), numbers)],
        )
        dense = library.vectors(keys)
    if not len(keys):
        return keys, np.zeros(0, np.float32)
    return keys, _relative(matches.of(keys)[0], matches.whole) + dense @ vectors.whole


def _relative(scores: Floats, among: Floats) -> Floats:
    highest = float(among.max(initial=0.0))
    return scores / np.float32(highest) if highest > 1e-9 else scores


def _shortlist(
    keys: Keys,
    question: Question,
    vectors: EncodedQuestion,
    matches: LexicalMatches,
    library: Library,
    days: frozenset[date],
    leaning: Leaning,
) -> Keys:
    """Keep the candidates that plain BM25, plain similarity, publisher, day and talk put first."""
    dense = library.vectors(keys)
    whole, parts = matches.of(keys)
    best_part = np.stack([_relative(own, among) for own, among in zip(parts, matches.parts, strict=True)]).max(axis=0)
    quick = _relative(whole, matches.whole) + best_part + dense @ vectors.whole
    quick += (dense @ vectors.parts.T).max(axis=1)
    numbers = articles_in(keys).tolist()
    known = library.publishers_and_days(list(dict.fromkeys(numbers)))
    quick += [0.5 * (known[number][0] in question.publishers) + 0.5 * (known[number][1] in days) for number in numbers]
    quick += leaning.of_articles(np.array(numbers, np.int32)) > 0
    kept: Keys = np.sort(keys[np.argpartition(-quick, MOST_CANDIDATES - 1)[:MOST_CANDIDATES]])
    return kept
