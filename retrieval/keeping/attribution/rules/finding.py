"""One attribution of a sentence as the rules pass it on, and how token ranges become spans."""

from __future__ import annotations

from dataclasses import dataclass, field

from retrieval.domain.articles import Span
from retrieval.keeping.attribution.rules.tokens import DOUBLE_QUOTES, TERMINAL, Token

UNSAFE = 0.4  # the confidence of what a source did not say, or only might
_OPENS = DOUBLE_QUOTES | {"$", "(", "‘", "#", "@"}
_CLOSES = DOUBLE_QUOTES | {")", "%", "’", "!", "?"}


@dataclass(slots=True)
class Finding:
    """One attribution of a sentence, before names are resolved."""

    source: Span | None
    cue: Span
    content: list[Span] = field(default_factory=list)
    confidence: float = 0.8
    safe: bool = True


def span_of(toks: list[Token], begin: int, end: int) -> Span | None:
    """Return the span of tokens [begin, end) without marks at its edges, quotation marks excepted."""
    while begin < end and not toks[begin].word and toks[begin].text not in _OPENS:
        begin += 1
    while end > begin and not toks[end - 1].word and toks[end - 1].text not in _CLOSES:
        end -= 1
    return Span(toks[begin].start, toks[end - 1].end) if begin < end else None


def last_word(toks: list[Token]) -> int:
    """Return the index after the last word: the sentence's closing mark is no content."""
    end = len(toks)
    while end and toks[end - 1].text in TERMINAL and not toks[end - 1].quoted:
        end -= 1
    return end
