"""Sentences joined into quotes: the shortest verbatim spans that most likely hold the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from retrieval.arrays import Floats, Ints
from retrieval.asking.question.question import Shape
from retrieval.domain.articles import Span
from retrieval.language.clock_lines import is_clock_line
from retrieval.library.catalogue import Catalogue
from retrieval.library.layout import Library

# Against a quote's likelihood stands its length, in log units for a hundred words. On SQuAD .3 gives
# 54 words and .844 of first quotes with the answer, .5 gives 42 words and .818, 1.5 gives 29 and .78.
# A question with several parts gets several quotes, so that each can be short.
LENGTH_PRICE = {Shape.PLAIN: 0.3, Shape.COMPOSED: 1.2}
SHARPNESS = 0.7
MOST_WORDS = 120
MOST_WITH_HEAD = 600
"""Characters of a quote that takes in what stands above it."""
MOST_SENTENCES = 8
_LEANING = re.compile(
    r"[\"“‘'(]*(?:he|she|it|they|him|his|her|their|its|this|that|these|those|such"
    r"|the (?:move|decision|visit|trip|plan|deal|company|firm|group|report"
    r"|study|case|ruling|announcement|statement|incident|attack|former|latter))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Window:
    """A run of sentences of one article: catalogue sentence rows [first, last], and its score."""

    first: int
    last: int
    article: int
    score: float


def leans_back(sentence: str) -> bool:
    """Tell whether a sentence opens with words that refer to the one before ("This visit", "He")."""
    return bool(_LEANING.match(sentence))


def join_sentences(
    sentences: Ints,
    articles: Ints,
    words: Sequence[int],
    scores: Floats,
    count: int,
    *,
    length_price: float,
    sharpness: float = SHARPNESS,
    most_words: int = MOST_WORDS,
) -> list[Window]:
    """Return up to `count` disjoint windows, best first.

    A window's score is the logarithm of its sentences' summed likelihoods minus the price of its length.
    `sentences` are catalogue rows in any order, `articles`, `words` (lengths) and `scores` beside them.
    A single sentence may be longer than `most_words`; a window of several may not.
    """
    if not len(sentences):
        return []
    order = np.argsort(sentences, kind="stable")
    rows, owners = sentences[order], articles[order]
    lengths = np.asarray(words)[order]
    likelihood = np.exp((scores[order] - scores.max()) * sharpness).astype(np.float64)
    windows: list[Window] = []
    for start in range(len(order)):
        mass = 0.0
        length = 0
        for end in range(start, min(start + MOST_SENTENCES, len(order))):
            if end > start and (rows[end] != rows[end - 1] + 1 or owners[end] != owners[start]):
                break
            mass += float(likelihood[end])
            length += int(lengths[end])
            if end > start and length > most_words:
                break
            score = float(np.log(max(mass, 1e-12))) - length_price * length / 100
            windows.append(Window(int(rows[start]), int(rows[end]), int(owners[start]), score))
    windows.sort(key=lambda window: (-window.score, window.first, window.last))
    chosen: list[Window] = []
    for window in windows:
        if all(window.last < other.first or other.last < window.first for other in chosen):
            chosen.append(window)
            if len(chosen) == count:
                break
    return chosen


def widen(window: Window, catalogue: Catalogue, passage: int, taken: Sequence[Window] = ()) -> Window:
    """Take in the sentence before when the quote opens with words that refer to it.

    Only within the same paragraph run: the sentence must be in the same passage and not in another quote.
    """
    before = window.first - 1
    if before < catalogue.sentence_start[passage] or any(other.first <= before <= other.last for other in taken):
        return window
    if not leans_back(catalogue.sentence_text(window.first, passage)):
        return window
    return Window(before, window.last, window.article, window.score)


def with_head(window: Window, library: Library, taken: Sequence[Window] = ()) -> Window:
    """Take in what a quote must be read with: the head of a table for its row, the time above a live blog's post.

    It is taken with all that stands between, where that is short, credited alike, and in no other quote.
    """
    catalogue, article = library.catalogue, library.sentence(window.first).article
    text, spans = catalogue.articles[article].text, catalogue.sentence_spans
    of_table = "\t" in spans[window.first].of(text)
    head = window.first
    for row in range(window.first - 1, -1, -1):
        words = spans[row].of(text)
        if library.sentence(row).article != article or (of_table and "\t" not in words):
            break
        if spans[window.last].end - spans[row].start > MOST_WITH_HEAD:
            return window
        if any(other.first <= row <= other.last for other in taken):
            return window
        is_time = is_clock_line(" ".join(words.split()))
        if is_time or of_table:
            head = row
        if is_time:
            break
        if not library.headings[row] and library.credited[row] != library.credited[window.first]:
            return window
    return replace(window, first=head)


def span_of(window: Window, catalogue: Catalogue) -> Span:
    """Return the characters of the article that a window covers."""
    return Span(catalogue.sentence_spans[window.first].start, catalogue.sentence_spans[window.last].end)
