"""Named figures of the sentences of the best passages."""

from __future__ import annotations

import numpy as np

from retrieval.arrays import Floats, Ints
from retrieval.asking.question.wants import asks_for_news, defined_in, holds_wanted
from retrieval.asking.reading.close_reading import CloseReading
from retrieval.asking.search.candidates import Candidates, RankedPassages
from retrieval.asking.search.linear import Figures


@np.errstate(invalid="ignore")  # matmul raises the flag here on AVX-512 machines although every figure is finite
def sentence_figures(candidates: Candidates, ranked: RankedPassages, close: CloseReading) -> Figures:
    """Return the figures of each sentence that was looked at, in the order of `close.numbers`."""
    question, lexicon, evidence = candidates.question, candidates.lexicon, candidates.evidence
    catalogue, numbers, passage_scores = candidates.library.catalogue, close.numbers, ranked.scores
    owner = evidence.owner[numbers]
    place = np.empty(len(evidence.rows), np.int32)
    place[ranked.read] = np.arange(len(ranked.read))
    rank = place[owner]
    parts = len(question.parts)
    cosines = evidence.cosines[numbers]
    own = evidence.own[owner]
    own |= ~own.any(axis=1, keepdims=True)

    idf = lexicon.idf[lexicon.of_word]
    weight = idf / max(float(idf.sum()), 1e-6)
    in_part = lexicon.in_part[:, lexicon.of_word] * idf
    in_part /= np.maximum(in_part.sum(axis=1, keepdims=True), 1e-6)
    best = evidence.best_word[numbers]
    wide = _with_neighbours(best, owner)
    passage_best = np.maximum.reduceat(evidence.best_word, evidence.first, axis=0)[owner]

    holds = evidence.holds[:, numbers].T
    before = holds.copy()
    before[1:] = np.maximum(before[1:], holds[:-1] * (owner[1:] == owner[:-1])[:, None])
    share = lexicon.idf / max(float(lexicon.idf.sum()), 1e-6)
    names = lexicon.names * lexicon.idf
    total = float(names.sum())
    names = names / max(total, 1e-6)
    neutral = np.full(len(numbers), 0.5, np.float32)

    for_news = asks_for_news(question.text, question.wants, dated=bool(question.windows))
    known = frozenset(term.stem for term in question.terms)
    texts = [
        catalogue.sentence_text(int(evidence.sentences[number]), int(evidence.rows[passage]))
        for number, passage in zip(numbers, owner, strict=True)
    ]
    defined = defined_in(question.text)
    wanted = np.array([holds_wanted(question.wants, text, known, defined) for text in texts], np.float32)
    lengths = evidence.lengths[numbers]
    words = best @ weight
    opening = evidence.sentences[numbers] == catalogue.sentence_start[evidence.rows[owner]]
    opening_line = (opening & (catalogue.place_in_article[evidence.rows[owner]] == 0)).astype(np.float32)
    return Figures.of(
        {
            "reader": close.logits,
            "reader_rank": np.log1p(_rank(close.logits)),
            "asks": np.array([text.rstrip("\"'”’ ").endswith("?") for text in texts], np.float32),
            "opening_of_news": opening_line * float(for_news),
            "published_then": _published_then(candidates)[owner],
            "sentence_whole": cosines[:, 0],
            "sentence_clause": cosines[:, 1 + parts :].max(axis=1),
            "sentence_part": np.where(own, cosines[:, 1 : 1 + parts], -1.0).max(axis=1),
            "words": words,
            "words_part": np.where(own, best @ in_part.T, -1.0).max(axis=1),
            "words_with_neighbours": wide @ weight,
            "words_missed_nearby": np.maximum(passage_best - best, 0) @ weight,
            "coverage": holds @ share,
            "coverage_with_previous": before @ share,
            "names_with_neighbours": _with_neighbours(holds, owner) @ names if total > 0 else neutral,
            "wanted_kind": wanted,
            "news": np.minimum(np.maximum(lengths - holds.sum(axis=1), 0), 20) / 20,
            "length": np.minimum(lengths, 60) / 30,
            "opening": opening_line,
            "passage_score": passage_scores[owner] - passage_scores.max(),
            "passage_rank": np.log1p(rank),
        }
    )


def _published_then(candidates: Candidates) -> Floats:
    """Return (passages,): 1 where the article was published in a time that the question names, .5 just after it.

    .5 too where the question names none.
    """
    windows = [window for window in candidates.question.windows if window.start or window.end]
    catalogue = candidates.library.catalogue
    moments = [
        catalogue.articles[article].credit.published_at for article in catalogue.article_of[candidates.evidence.rows]
    ]
    if not windows:
        return np.full(len(moments), 0.5, np.float32)
    best = [
        max(0.5 * window.near(moment) + 0.5 * window.covers(moment) for window in windows) if moment else 0.25
        for moment in moments
    ]
    return np.array(best, np.float32)


def _rank(scores: Floats) -> Ints:
    order = np.empty(len(scores), np.int32)
    order[np.argsort(-scores, kind="stable")] = np.arange(len(scores), dtype=np.int32)
    return order


def _with_neighbours(table: Floats, owner: Ints) -> Floats:
    """Return each row's highest figures over itself and the sentences beside it in its passage."""
    wide = table.copy()
    same = (owner[1:] == owner[:-1])[:, None]
    wide[1:] = np.maximum(wide[1:], table[:-1] * same)
    wide[:-1] = np.maximum(wide[:-1], table[1:] * same)
    return wide
