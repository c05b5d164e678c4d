"""Names that a question treats as publishers though nothing of theirs is in the library."""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.domain.articles import Span
from retrieval.language.outlets import Mention

_NAME = r"(?:[Tt]he )?[A-Z][\w.&’'-]*(?:\s+(?:of\s+|and\s+|the\s+|&\s+|-\s+|\|\s+)?[A-Z][\w.&-]*)*"


_PIECE = r"(?:articles?|reports?|reviews?|piece|story|coverage|interview|profile)"


_CALLED_A_SOURCE = (
    re.compile(
        rf"(?:\baccording to|\breported by|\bpublished (?:by|in)|\bas per"
        rf"|\b(?:{_PIECE}|one|another) (?:by|from|in|on))"
        rf"\s+[\"'‘“]?({_NAME})"
    ),
    re.compile(rf"({_NAME})[\"'’”]?(?:['’]s)?\s+{_PIECE}\b"),
)


def unknown_sources(text: str, mentions: Sequence[Mention]) -> tuple[str, ...]:
    """Return the names that a question treats as publishers but that publish nothing in the library.

    "Bloomberg" in "the Bloomberg article on ..."; sometimes a person ("according to Gantz").
    """
    found = []
    for pattern in _CALLED_A_SOURCE:
        for match in pattern.finditer(text):
            span = Span(*match.span(1))
            if span.start > 0 and not any(span.overlaps(mention.span) for mention in mentions):
                found.append(span.of(text).removeprefix("the "))
    return tuple(dict.fromkeys(found))
