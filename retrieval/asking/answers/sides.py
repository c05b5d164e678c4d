"""Gives each publisher that a question compares its own quote."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

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


def in_turn(
    sides: Sequence[Side], quotes: Sequence[Quote], best_of: Callable[[Side], Sequence[Quote]]
) -> tuple[Quote, ...]:
    """Return the best quote of each side, best first, then the second of each.

    `best_of` finds a side's quotes, best first. Who compares two has not asked what others say; but where fewer than
    two sides say anything, the `quotes` found without regard to sides stay.
    """
    found = [best_of(side) for side in sides]
    if sum(map(bool, found)) < 2:
        return tuple(quotes)
    chosen: list[Quote] = []
    for row in zip_longest(*found):
        for quote in sorted((quote for quote in row if quote is not None), key=lambda quote: -quote.score):
            if not any(quote.overlaps(other) for other in chosen):
                chosen.append(quote)
    return tuple(chosen)
