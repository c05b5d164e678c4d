"""What the learned extractor sees of a text beside the encoder's states: marks, case, word class, rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from retrieval.domain.articles import Attribution, Span
from retrieval.keeping.attribution.rules.lexicon import lexicon
from retrieval.keeping.attribution.rules.quotations import Quotation
from retrieval.keeping.attribution.rules.tokens import Token

Bytes = NDArray[np.int8]
Ints = NDArray[np.int64]

SIZES = {"shape": 7, "quote": 5, "word": 16, "rule": 8, "place": 4}
_CLASSES = (
    ("organisation_words", 15),
    ("calendar", 14),
    ("outlet_words", 13),
    ("document_words", 13),
    ("people", 7),
    ("titles", 8),
    ("determiners", 9),
    ("auxiliaries", 10),
    ("negations", 11),
)


@dataclass(frozen=True, slots=True)
class Marked:
    """Features of every character of an article, to be picked at the encoder's token offsets.

    `layers[name][c]` is a small number below `SIZES[name]`; `sentence[c]` and `paragraph[c]` count
    from 0.
    """

    layers: dict[str, Bytes]
    sentence: Ints
    paragraph: Ints


def mark(
    text: str,
    sentences: Sequence[Span],
    tokens: Sequence[Token],
    quotations: Sequence[Quotation],
    ruled: Sequence[Attribution],
) -> Marked:
    """Compute the features of every character of `text`."""
    size = len(text) + 1
    layers = {name: np.zeros(size, np.int8) for name in SIZES}
    sentence, paragraph = np.zeros(size, np.int64), np.zeros(size, np.int64)
    classes = _word_classes()
    shape, word, place = layers["shape"], layers["word"], layers["place"]
    for tok in tokens:
        shape[tok.start : tok.end] = _shape(tok.text)
        number = classes.get(tok.lower)
        if number:
            word[tok.start : tok.end] = number
        place[tok.start] = 1
    for quote in quotations:
        layers["quote"][quote.start : quote.end] = 4 if quote.open_ended else 2
        layers["quote"][quote.start] = 1
        if not quote.open_ended:
            layers["quote"][quote.end - 1] = 3
    number = -1
    previous = 0
    for at, span in enumerate(sentences):
        new = at == 0 or "\n" in text[previous : span.start]
        number += new
        sentence[previous : span.end] = at
        paragraph[previous : span.end] = number
        layers["place"][span.start] = 3 if new else 2
        previous = span.end
    sentence[previous:], paragraph[previous:] = len(sentences), number + 1
    for attribution in ruled:
        for bit, spans in ((1, attribution.source), (2, attribution.cue), (4, attribution.content)):
            for span in spans:
                layers["rule"][span.start : span.end] |= bit
    return Marked(layers, sentence, paragraph)


def pick(marked: Marked, starts: Ints) -> dict[str, Bytes]:
    """Return the features at the given character offsets; tokens at -1 (special ones) get zeros."""
    inside = starts >= 0
    return {
        name: np.where(inside, values[np.maximum(starts, 0)], 0).astype(np.int8)
        for name, values in marked.layers.items()
    }


def _shape(word: str) -> int:
    if not word[0].isalnum():
        return 5
    if word[0].isdigit():
        return 4
    if not word[0].isupper():
        return 1 if word.islower() else 6
    return 3 if len(word) > 1 and word.isupper() else 2


@lru_cache(maxsize=1)
def _word_classes() -> dict[str, int]:
    """Return the class number of every word of the lexicon; the last class written wins."""
    lex = lexicon()
    out: dict[str, int] = {}
    for name, number in _CLASSES:
        out |= dict.fromkeys(lex[name], number)
    out["according"] = 12
    out |= dict.fromkeys(lex.pronouns, 6)
    out |= dict.fromkeys(lex.stance, 5)
    return out | {word: 1 + min(3, int(chance * 4)) for word, chance in lex.speech.items()}
