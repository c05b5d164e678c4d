"""What the attribution tests share: sentences, attributions of trusted words and of the whole."""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from benchmarks.attribution.attributing import ReadArticle, attribute_all
from retrieval.domain.articles import Attribution, Span
from retrieval.keeping.attribution.extractor import Extractor, mark_article
from retrieval.keeping.attribution.rules.analysis import analyse
from retrieval.language.sentences import split_sentences
from retrieval.neural.encoder import Encoder, load_encoder

_CUT = re.compile(r"[^\n]+?(?:(?<!\bMr)(?<!\bDr)(?<!\b[A-Z])[.!?][”\"’)]*(?=\s)(?![ ]+[a-z])|(?=\n|$))")


def sentences(text: str) -> list[Span]:
    """Cut a text into sentences, well enough for tests."""
    out = []
    for found in _CUT.finditer(text):
        start, end = found.span()
        while start < end and text[start].isspace():
            start += 1
        if start < end:
            out.append(Span(start, end))
    return out


def attribute(text: str) -> list[Attribution]:
    """Return what trusted words and layout alone give."""
    return attribute_all(Extractor(), [ReadArticle(text, sentences(text))])[0]


def shown(text: str) -> list[tuple[str, str]]:
    """Return (name, words of the content) of each attribution of trusted words that a reader may be told."""
    return _told(text, attribute(text))


def read(text: str) -> list[Attribution]:
    """Return the attributions of a short text as indexing finds them, by encoder and network."""
    encoder, extractor = _models()
    cut = split_sentences(text)
    analysis = analyse(text, [s.span for s in cut], [s.span for s in cut if s.heading])
    (encoded,) = encoder.encode([text], layers=extractor.layers)
    assert encoded.states is not None
    seen = _Seen(0, encoded.spans.astype(np.int64), encoded.states)
    (guesses,) = extractor.guess([seen], [mark_article(text, [s.span for s in cut], analysis)])
    return extractor.conclude(analysis, [s.span for s in cut], guesses)


def told(text: str) -> list[tuple[str, str]]:
    """Return (name, words of the content) of each attribution that a reader may be told, as indexing finds it."""
    return _told(text, read(text))


@dataclass(frozen=True)
class _Seen:
    start: int
    offsets: npt.NDArray[np.int64]
    states: npt.NDArray[np.float32]


def _told(text: str, found: list[Attribution]) -> list[tuple[str, str]]:
    return [(a.name, " ... ".join(s.of(text) for s in a.content)) for a in found if a.shown]


@lru_cache(maxsize=1)
def _models() -> tuple[Encoder, Extractor]:
    return load_encoder(), Extractor.from_weights()
