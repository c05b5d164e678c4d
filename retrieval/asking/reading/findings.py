"""What one library has on a question, in one step from its candidates to its reading."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from retrieval.arrays import Floats, Ints
from retrieval.asking.question.question import Question
from retrieval.asking.reading.reader import Reader
from retrieval.asking.search.candidates import find_candidates, rank_passages
from retrieval.asking.search.matching import EncodedQuestion, Evidence
from retrieval.index.passage_index import PassageIndex
from retrieval.library.layout import Library


@dataclass(frozen=True, slots=True)
class Findings:
    """What one library has on a question, ranked.

    `passage_scores` (candidates,) are the passages' scores, in the order of `evidence.rows`. `sentences` are
    sentence numbers of `evidence` with `sentence_scores` beside them. `confidence` and `threshold` are
    the reader's.
    """

    library: Library
    question: Question
    evidence: Evidence
    passage_scores: Floats
    sentences: Ints
    sentence_scores: Floats
    confidence: float
    threshold: float


def find(
    question: Question,
    vectors: EncodedQuestion,
    library: Library,
    *,
    index: PassageIndex,
    collection: str,
    reader: Reader,
    only_articles: Collection[int] | None = None,
) -> Findings | None:
    """Return what a library has on a question; None when it has no passage (in `only_articles`).

    Computes for some milliseconds: run it in a thread.
    """
    candidates = find_candidates(
        question, vectors, library, index=index, collection=collection, only_articles=only_articles
    )
    if candidates is None:
        return None
    ranked = rank_passages(candidates)
    reading = reader.read(candidates, ranked)
    return Findings(
        library=library,
        question=question,
        evidence=candidates.evidence,
        passage_scores=ranked.scores,
        sentences=reading.numbers,
        sentence_scores=reading.scores,
        confidence=reading.confidence,
        threshold=reading.threshold,
    )
