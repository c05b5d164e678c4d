"""The clauses of a question, and the stretch of it that belongs to each named publisher."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.domain.articles import Span
from retrieval.language.outlets import Mention
from retrieval.language.stems import WORD, is_content


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a question and the publishers whose articles it asks about (none: any)."""

    span: Span
    publishers: frozenset[str] = frozenset()


MOST_PARTS = 16
"""Clauses and parts of a question; what would be more belongs to the last."""

_CUT = re.compile(
    r"[;?!\n]+|,\s+|\b(?:while|whereas|compared to|as well as|between)\b"
    r"|\s+(?:and|or|but)\s+(?=(?:does|did|do|is|was|has|have|are|were|the|another|an?|its|in|who|whose|which|that)\b)",
    re.IGNORECASE,
)


_GLUE = re.compile(r"[\s,'\"’‘“”]*(?:and|or|both|&)?[\s,'\"’‘“”]*", re.IGNORECASE)


_TRAILING = re.compile(
    r"['’]?s?['\"”]?\s*(?:articles?|reports?|reporting|coverage|piece|story|stories)?\s*"
    r"(?:[,?.;]|$|and (?:is|was|has|had|who|also|later|whose)\b)",
)


_AFTER_TRAILING = re.compile(r"[,?.;]|\band\b")


_BETWEEN = re.compile(r"[,;?]|\b(?:while|whereas|and|or|but|compared to|than|as)\b")


def _content_words(text: str) -> int:
    return sum(is_content(match.group()) for match in WORD.finditer(text))


def find_clauses(text: str, *, least_words: int = 3) -> tuple[Span, ...]:
    """Cut a question into clauses of at least `least_words` content words each."""
    cuts = sorted({0, len(text), *(match.start() or match.end() for match in _CUT.finditer(text))})
    clauses: list[tuple[int, int]] = []
    held = 0  # content words of the last clause
    for start, end in itertools.pairwise(cuts):
        own = _content_words(text[start:end])
        if clauses and (len(clauses) == MOST_PARTS or min(own, held) < least_words):
            clauses[-1] = (clauses[-1][0], end)
            held += own
        else:
            clauses.append((start, end))
            held = own
    return tuple(Span(start, end) for start, end in clauses) or (Span(0, len(text)),)


def find_parts(text: str, mentions: Sequence[Mention]) -> tuple[Part, ...]:
    """Give each named publisher (or list of publishers) the stretch of the question that belongs to it.

    "as reported by The Verge, and ..." closes its stretch; "does the article from The Verge suggest ..."
    opens one.
    """
    groups: list[list[Mention]] = []
    for mention in mentions:
        if len(groups) == MOST_PARTS or (
            groups and _GLUE.fullmatch(text[groups[-1][-1].span.end : mention.span.start])
        ):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    trailing = [bool(_TRAILING.match(text, group[-1].span.end)) for group in groups]
    parts: list[Part] = []
    start = 0
    for number, group in enumerate(groups):
        here = group[-1].span.end
        last = number + 1 == len(groups)
        following = len(text) if last else groups[number + 1][0].span.start
        between = text[here:following]
        if last:
            end = len(text)
        elif trailing[number]:
            cut = _AFTER_TRAILING.search(between)
            end = here + (cut.start() if cut else 0)
        else:
            cuts = [match.start() for match in _BETWEEN.finditer(between)] or [len(between)]
            end = here + (cuts[0] if trailing[number + 1] else cuts[-1])
        parts.append(Part(Span(start, end), frozenset().union(*(mention.publishers for mention in group))))
        start = end
    return tuple(parts)
