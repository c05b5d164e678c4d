"""What a search reads of an article version, made of its words once: stems, places of sentences, who is credited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.arrays import Ints
from retrieval.domain.articles import Article, Attribution, Credit, Sentence, Span
from retrieval.language.source_keys import keys_of
from retrieval.language.stems import index_stems

SENTENCE_COLUMNS = 5
"""Start, end, heading, credited attribution or -1, number of stems."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An article version as it is searched, its words still as stems.

    `sentences` is (n, 5) as `SENTENCE_COLUMNS` says, `passages` (n,) the first sentence of each passage. `keys` are the
    folded names of what is credited, each with the attribution's place.
    """

    title: tuple[str, ...]
    stems: tuple[str, ...]
    sentences: Ints
    passages: Ints
    keys: tuple[tuple[str, int], ...]
    day: str | None


def make_entry(
    article: Article, sentences: Sequence[Sentence], attributions: Sequence[Attribution], passages: Sequence[int]
) -> Entry:
    """Take a version apart; `passages` are the first sentences. Takes milliseconds: run it in a thread."""
    stems: list[str] = []
    rows = np.zeros((len(sentences), SENTENCE_COLUMNS), np.int32)
    for row, sentence in zip(rows, sentences, strict=True):
        span = sentence.span
        found = index_stems(span.of(article.text))
        row[:] = span.start, span.end, sentence.heading, credited(attributions, span), len(found)
        stems += found
    keys = {
        (key, place): None
        for place, attribution in enumerate(attributions)
        if attribution.shown
        for key in keys_of(attribution, article.text)
    }
    at = article.credit.published_at
    return Entry(
        title=tuple(index_stems(title_of(article.credit))),
        stems=tuple(stems),
        sentences=rows,
        passages=np.array(passages, np.int32),
        keys=tuple(keys),
        day=at.date().isoformat() if at else None,
    )


def ints_of(data: bytes) -> Ints:
    """Return the numbers of a column of `entries`."""
    return np.frombuffer(data, np.int32)


def title_of(credit: Credit) -> str:
    """Return a title that the article itself states, else nothing."""
    return "" if credit.title is None or credit.title_is_label else credit.title


def credited(attributions: Sequence[Attribution], sentence: Span) -> int:
    """Return the shown attribution that a sentence belongs to, if it holds a good part of it; else -1."""
    best, most = -1, 0
    for position, attribution in enumerate(attributions):
        if not attribution.shown:
            continue
        shared = sum(max(0, min(sentence.end, c.end) - max(sentence.start, c.start)) for c in attribution.content)
        content = sum(c.end - c.start for c in attribution.content)
        if shared > most and shared * 2 >= min(content, sentence.end - sentence.start):
            best, most = position, shared
    return best
