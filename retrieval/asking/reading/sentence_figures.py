"""Which sentences of the best passages answer, and how they are joined into quotes."""

from __future__ import annotations

import numpy as np

from retrieval.arrays import Floats, Ints
from retrieval.asking.question.question import Question
from retrieval.asking.question.wants import holds_wanted
from retrieval.asking.search.matching import Evidence, QuestionTerms
from retrieval.library.catalogue import Catalogue

SENTENCE_FEATURES = (
    "sentence_whole",
    "sentence_clause",
    "sentence_part",
    "words",
    "words_part",
    "words_with_neighbours",
    "words_missed_nearby",
    "coverage",
    "coverage_with_previous",
    "names",
    "names_with_neighbours",
    "wanted_kind",
    "news",
    "length",
    "opening",
    "passage_score",
    "passage_rank",
    "sentence_whole_rank",
    "words_rank",
)


@np.errstate(invalid="ignore")  # matmul raises the flag here on AVX-512 machines although every figure is finite
def sentence_features(
    question: Question,
    lexicon: QuestionTerms,
    evidence: Evidence,
    catalogue: Catalogue,
    passages: Ints,
    passage_scores: Floats,
) -> tuple[Ints, Floats]:
    """Return (numbers of sentences among the evidence's, (n, len(SENTENCE_FEATURES))).

    `passages` are candidate numbers, best first; `passage_scores` the fused scores of all candidates.
    """
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
    table = np.column_stack(
        [
            cosines[:, 0],
            cosines[:, 1 + parts :].max(axis=1),
            np.where(own, cosines[:, 1 : 1 + parts], -1.0).max(axis=1),
            words,
            np.where(own, best @ in_part.T, -1.0).max(axis=1),
            wide @ weight,
            np.maximum(passage_best - best, 0) @ weight,
            holds @ share,
            before @ share,
            holds @ names if total > 0 else neutral,
            _with_neighbours(holds, owner) @ names if total > 0 else neutral,
            wanted,
            np.minimum(np.maximum(lengths - holds.sum(axis=1), 0), 20) / 20,
            np.minimum(lengths, 60) / 30,
            (opening & (catalogue.place_in_article[evidence.rows[owner]] == 0)).astype(np.float32),
            passage_scores[owner] - passage_scores.max(),
            np.log1p(rank),
            np.log1p(_rank(cosines[:, 0])),
            np.log1p(_rank(words)),
        ]
    )
    return numbers, table.astype(np.float32)


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
