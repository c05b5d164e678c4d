"""Outlets' names and how people call them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from retrieval.domain.articles import Span


@dataclass(frozen=True, slots=True)
class Mention:
    """A publisher of the library named in a question; several when a short name fits several."""

    span: Span
    publishers: frozenset[str]


_SHORT = re.compile(r"\s+[-|–—]\s+|:\s+|\s+\|\s*")


_DOMAIN = re.compile(r"(.+?)\.(?:com|org|net|co\.uk|news)$", re.IGNORECASE)


_INITIALS = re.compile(r"([A-Z]{2,}) (?:News|Sports?)$")


def aliases(publisher: str) -> set[str]:
    """Return the names by which people call a publisher: without section, article or domain ending."""
    short = outlet_name(publisher)
    found = {publisher.strip(), short}
    if short.lower().startswith("the ") and len(short.split()) > 2:
        found.add(short[4:])
    for name in tuple(found):
        for pattern in (_DOMAIN, _INITIALS):
            if match := pattern.match(name):
                found.add(match.group(1))
    return {name for name in found if len(name) > 2}


def outlet_name(publisher: str) -> str:
    """Return a publisher's name without its section: "BBC News" for "BBC News - Technology"."""
    return _SHORT.split(publisher)[0].strip() or publisher


_CUE_BEFORE = re.compile(r"(?:according to|by|from|in|did|does|has|says?|said|the)\s+[\"'“‘]?$", re.IGNORECASE)


_CUE_AFTER = re.compile(
    r"[\"'’”]*(?:'s|’s)?\s+(?:articles?|reports?|reported|says?|said|stor(?:y|ies)|piece|coverage|writes?|claims?)\b",
    re.IGNORECASE,
)


class PublisherNames:
    """Finds the publishers of a library in questions; built from the credits, never from a fixed list."""

    def __init__(self, publishers: Iterable[str]) -> None:
        self._owners: dict[str, set[str]] = {}
        for publisher in publishers:
            for alias in aliases(publisher):
                self._owners.setdefault(alias.lower(), set()).add(publisher)
        longest_first = sorted(self._owners, key=len, reverse=True)
        pattern = "|".join(re.escape(alias) for alias in longest_first) or r"(?!)"
        self._pattern = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)

    def find(self, text: str) -> tuple[Mention, ...]:
        """Return the mentions in a question, in order.

        A name typed without a capital counts only beside words such as "according to" or "article":
        "fortune" and "the age" are also ordinary words.
        """
        found = []
        for match in self._pattern.finditer(text):
            words = match.group()
            capital = any(character.isupper() for character in words.removeprefix("The "))
            cued = _CUE_BEFORE.search(text[: match.start()]) or _CUE_AFTER.match(text, match.end())
            if capital or cued:
                found.append(Mention(Span(*match.span()), frozenset(self._owners[words.lower()])))
        return tuple(found)


def find_publishers(text: str, libraries: Sequence[PublisherNames]) -> tuple[Mention, ...]:
    """Return the publishers that a question names in any of several libraries, in order; the longest name counts."""
    found: dict[Span, frozenset[str]] = {}
    for names in libraries:
        for mention in names.find(text):
            found[mention.span] = found.get(mention.span, frozenset()) | mention.publishers
    kept: list[Mention] = []
    for span in sorted(found, key=lambda span: (span.start - span.end, span.start)):
        if not any(span.overlaps(other.span) for other in kept):
            kept.append(Mention(span, found[span]))
    return tuple(sorted(kept, key=lambda mention: mention.span))
