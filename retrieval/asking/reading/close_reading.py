"""Has the trained model read the best passages, and lays out what it says beside the evidence's sentences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retrieval.arrays import Bools, Floats, Ints
from retrieval.asking.question.question import Shape, shape_of
from retrieval.asking.search.candidates import Candidates, RankedPassages
from retrieval.domain.articles import Credit, Span
from retrieval.neural.reader import ReaderInput, ReadsPassages

READ_CLOSELY = 4
"""Passages that the model reads; the answering one is among them for nearly all that search finds at all."""

UNREAD = -6.0
"""Stands for the logit of a sentence that was not read, among the lowest that are given."""

HIGHEST = 12.0
LEAST_SPAN = 0.6
"""How probable the answering words must be to be marked."""


@dataclass(frozen=True, slots=True)
class CloseReading:
    """What the model says; `numbers` (n,) are sentence numbers of the evidence.

    `logits` (n,) say how well each sentence answers against the passage not answering, `read` (n,) which of
    them were read at all. `no_answer` (passages read,) is the probability of each passage not to answer.
    """

    numbers: Ints
    logits: Floats
    read: Bools
    no_answer: Floats
    answers: tuple[Span | None, ...]


def header_of(credit: Credit) -> str:
    """Return the line that a passage is read below: "13 October 2023 – Title", as far as they are known."""
    at = credit.published_at
    day = f"{at.day} {at:%B %Y}" if at else ""
    title = "" if credit.title is None or credit.title_is_label else credit.title
    return " – ".join(part for part in (day, title) if part)


def read_closely(model: ReadsPassages, candidates: Candidates, ranked: RankedPassages) -> CloseReading:
    """Read the best passages; of the others that are looked at, the sentences stay unread.

    Of a question of several parts nothing is read: its evidence lies in several passages, and the model, which was
    trained on questions that one passage answers, made the order of its sentences worse.
    """
    closely = READ_CLOSELY if shape_of(candidates.question) is Shape.PLAIN else 0
    evidence, catalogue = candidates.evidence, candidates.library.catalogue
    ends = np.append(evidence.first[1:], len(evidence.sentences))
    sentences = [np.arange(evidence.first[p], ends[p]) for p in ranked.read]
    inputs = []
    for passage, numbers in zip(ranked.read[:closely], sentences, strict=False):
        row = int(evidence.rows[passage])
        article = catalogue.articles[catalogue.article_of[row]]
        texts = tuple(catalogue.sentence_text(int(evidence.sentences[number]), row) for number in numbers)
        inputs.append(ReaderInput(header_of(article.credit), texts))
    readings = model.read(" ".join(candidates.question.text.split()), inputs) if inputs else []
    numbers = np.concatenate(sentences).astype(np.int32)
    logits = np.full(len(numbers), UNREAD, np.float32)
    read = np.zeros(len(numbers), np.bool_)
    answers: list[Span | None] = [None] * len(numbers)
    place = 0
    for reading in readings:
        count = len(reading.sentences)
        logits[place : place + count] = np.clip(reading.sentences, UNREAD, HIGHEST)
        read[place : place + count] = np.isfinite(reading.sentences)
        for offset, span in enumerate(reading.spans):
            if span is not None and span[2] >= LEAST_SPAN:
                answers[place + offset] = Span(span[0], span[1])
        place += count
    return CloseReading(
        numbers=numbers,
        logits=logits,
        read=read,
        no_answer=np.array([reading.no_answer for reading in readings], np.float32),
        answers=tuple(answers),
    )
