"""What one library has on a question, in one step from its candidates to its reading."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from retrieval.arrays import Floats, Ints
from retrieval.asking.question.question import Question
from retrieval.asking.reading.reader import Reader, Reading
from retrieval.asking.search.candidates import Candidates, RankedPassages, find_candidates, rank_passages
from retrieval.asking.search.leaning import NO_LEANING, Leaning
from retrieval.asking.search.matching import EncodedQuestion, Evidence
from retrieval.domain.articles import Span
from retrieval.domain.stages import Stage, Stopwatch
from retrieval.index.passage_index import PassageIndex
from retrieval.library.layout import Library


@dataclass(frozen=True, slots=True)
class Findings:
    """What one library has on a question: the passages that were found, their order, and what was read in them."""

    candidates: Candidates
    ranked: RankedPassages
    reading: Reading

    @property
    def library(self) -> Library:
        """The library."""
        return self.candidates.library

    @property
    def question(self) -> Question:
        """The question."""
        return self.candidates.question

    @property
    def evidence(self) -> Evidence:
        """How the candidates match the question."""
        return self.candidates.evidence

    @property
    def sentences(self) -> Ints:
        """The sentences that were looked at, as sentence numbers of the evidence."""
        return self.reading.close.numbers

    @property
    def sentence_scores(self) -> Floats:
        """How well each of them answers, higher is better."""
        return self.reading.scores

    @property
    def answers(self) -> tuple[Span | None, ...]:
        """The answering words of each of them, as spans of the sentence."""
        return self.reading.close.answers

    @property
    def confidence(self) -> float:
        """The probability that the library answers."""
        return self.reading.confidence

    @property
    def threshold(self) -> float:
        """The confidence below which it is said not to."""
        return self.reading.threshold


def find(
    question: Question,
    vectors: EncodedQuestion,
    library: Library,
    *,
    index: PassageIndex,
    collection: str,
    reader: Reader,
    only_articles: Collection[int] | None = None,
    leaning: Leaning = NO_LEANING,
    times: Stopwatch | None = None,
) -> Findings | None:
    """Return what a library has on a question; None when it has no passage (in `only_articles`).

    Computes for a fraction of a second: run it in a thread.
    """
    times = times or Stopwatch()
    with times.timing(Stage.SEARCH):
        candidates = find_candidates(
            question,
            vectors,
            library,
            index=index,
            collection=collection,
            only_articles=only_articles,
            leaning=leaning,
        )
        if candidates is None:
            return None
        ranked = rank_passages(candidates, leaning=leaning)
    with times.timing(Stage.READ):
        reading = reader.read(candidates, ranked)
    if leaning.sentences:
        rows = candidates.evidence.sentences[reading.close.numbers]
        reading = replace(reading, scores=reading.scores + leaning.of_sentences(rows))
    return Findings(candidates, ranked, reading)
