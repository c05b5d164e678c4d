"""Gives each publisher that a question compares its own quote."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.asking.question.chatter import blank
from retrieval.asking.question.question import Question, find_terms
from retrieval.domain.answers import Quote
from retrieval.domain.articles import Span

LEAST_TERMS = 2
"""Content words below which a part of a question asks nothing by itself."""

MOST_SIDES = 5
"""Sides that get a quote of their own, each by a search of its own; an answer has no room for more."""

_COMPARING = re.compile(
    r"\b(?:dis)?agree(?:\s+(?:on|that|about|over|with))?\b|\bdiffer(?:\s+(?:on|about|over|from))?\b|\bcompare\b"
    r"|\bsays?(?:\s+about)?\b|\breports?(?:\s+on)?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Side:
    """What is asked of some publishers: their names are no part of it."""

    publishers: frozenset[str]
    text: str


def sides_of(question: Question) -> tuple[Side, ...]:
    """Return the sides of a question that names at least two publishers, the first of many; else none."""
    named = tuple(dict.fromkeys(mention.publishers for mention in question.mentions))[:MOST_SIDES]
    if len(named) < 2:
        return ()
    bare = blank(question.text, [mention.span for mention in question.mentions])
    bare = blank(bare, [Span(*match.span()) for match in _COMPARING.finditer(bare)])
    behind = bare[question.mentions[-1].span.end :]
    whole = behind if len(find_terms(behind)) >= LEAST_TERMS else bare
    own = {part.publishers: part.span.of(bare) for part in question.parts}
    texts = {publishers: own.get(publishers, "") for publishers in named}
    return tuple(Side(who, text if len(find_terms(text)) >= LEAST_TERMS else whole) for who, text in texts.items())


def one_from_each(
    sides: Sequence[Side], quotes: Sequence[Quote], best_of: Callable[[Side], Quote | None]
) -> tuple[Quote, ...]:
    """Return the best quote of each side, best first, then the other quotes; `best_of` finds a side's best."""
    first: list[Quote] = []
    for side in sides:
        quote = best_of(side)
        if quote is not None and not any(quote.overlaps(other) for other in first):
            first.append(quote)
    first.sort(key=lambda quote: -quote.score)
    others = [quote for quote in quotes if not any(quote.overlaps(other) for other in first)]
    return (*first, *others)
