"""Named figures of the sentences of the best passages."""

from __future__ import annotations

import numpy as np

from retrieval.arrays import Floats, Ints
from retrieval.asking.question.wants import holds_wanted
from retrieval.asking.search.candidates import Candidates
from retrieval.asking.search.linear import Figures


@np.errstate(invalid="ignore")  # matmul raises the flag here on AVX-512 machines although every figure is finite
def sentence_figures(
    candidates: Candidates,
    passages: Ints,
    passage_scores: Floats,
) -> tuple[Ints, Figures]:
    """Return the numbers (n,) of sentences among the evidence's, and the figures of each.

    `passages` are candidate numbers, best first; `passage_scores` the fused scores of all candidates.
    """
    question, lexicon, evidence = candidates.question, candidates.lexicon, candidates.evidence
    catalogue = candidates.library.catalogue
    ends = np.append(evidence.first[1:], len(evidence.sentences))
    numbers = np.concatenate([np.arange(evidence.first[p], ends[p]) for p in passages]).astype(np.int32)
    rank = np.repeat(np.arange(len(passages)), [ends[p] - evidence.first[p] for p in passages])
    owner = evidence.owner[numbers]
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

    known = frozenset(term.stem for term in question.terms)
    texts = [
        catalogue.sentence_text(int(evidence.sentences[number]), int(evidence.rows[passage]))
        for number, passage in zip(numbers, owner, strict=True)
    ]
    wanted = np.array([holds_wanted(question.wants, text, known) for text in texts], np.float32)
    lengths = evidence.lengths[numbers]
    words = best @ weight
    opening = evidence.sentences[numbers] == catalogue.sentence_start[evidence.rows[owner]]
    return numbers, Figures.of(
        {
            "sentence_whole": cosines[:, 0],
            "sentence_clause": cosines[:, 1 + parts :].max(axis=1),
            "sentence_part": np.where(own, cosines[:, 1 : 1 + parts], -1.0).max(axis=1),
            "words": words,
            "words_part": np.where(own, best @ in_part.T, -1.0).max(axis=1),
            "words_with_neighbours": wide @ weight,
            "words_missed_nearby": np.maximum(passage_best - best, 0) @ weight,
            "coverage": holds @ share,
            "coverage_with_previous": before @ share,
            "names": holds @ names if total > 0 else neutral,
            "names_with_neighbours": _with_neighbours(holds, owner) @ names if total > 0 else neutral,
            "wanted_kind": wanted,
            "news": np.minimum(np.maximum(lengths - holds.sum(axis=1), 0), 20) / 20,
            "length": np.minimum(lengths, 60) / 30,
            "opening": (opening & (catalogue.place_in_article[evidence.rows[owner]] == 0)).astype(np.float32),
            "passage_score": passage_scores[owner] - passage_scores.max(),
            "passage_rank": np.log1p(rank),
            "sentence_whole_rank": np.log1p(_rank(cosines[:, 0])),
            "words_rank": np.log1p(_rank(words)),
        }
    )


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
