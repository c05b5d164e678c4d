"""What was said before a question: the questions of one line of talk and the quotes that were shown for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.domain.answers import Answer, Outcome


@dataclass(frozen=True, slots=True)
class QuotedSpan:
    """A quote as a talk remembers it: where it stood, and its words at the time."""

    article_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One earlier question, as typed, and what was quoted for it; nothing for a refusal."""

    question: str
    quotes: tuple[QuotedSpan, ...] = ()


def exchange_of(question: str, outcome: Outcome) -> Exchange:
    """Return what a talk remembers of a question that was just asked."""
    quotes = outcome.quotes if isinstance(outcome, Answer) else ()
    return Exchange(
        question, tuple(QuotedSpan(quote.article_id, quote.start, quote.end, quote.text) for quote in quotes)
    )


Talk = Sequence[Exchange]
"""One line of talk, oldest first. Whoever asks sees to it that it is of one channel and of one line there."""
