"""Under which folded names a credited source is found: without a nickname, by surname, by what the text calls it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from retrieval.domain.articles import Attribution, SourceKind
from retrieval.language.folding import name_key, surname_key
from retrieval.language.word_lists import TITLES

_NICKNAME = re.compile(r"[“\"‘(][^“”\"‘’()]{1,30}[”\"’)]\s*")
_JOINED = re.compile(r",\s*(?:and\s+|&\s*)?|\s+(?:and|&)\s+", re.IGNORECASE)
_DETERMINER = re.compile(r"^(?:an?|the|its|his|her|their|one|another|some)\s+", re.IGNORECASE)
_OF = re.compile(r"\s+(?:for|of|at|from|in|with|who)\s+")
_BEHIND = re.compile(r",[ \u00a0](?:the|a|an)[ \u00a0]([^,.;:\n“”\"]{3,60}),")
_BEFORE = re.compile(r"(?:^|[\s“])[Tt]he[ \u00a0]([^,.;:\n“”\"]{3,60}),[ \u00a0]\Z")


def keys_of(attribution: Attribution, text: str) -> set[str]:
    """Return the folded names under which the source of an attribution is looked up."""
    names = {attribution.name, *each_of(attribution.name)}  # "Lea Dahl and Bo Lund" are found one by one too
    keys = {name_key(form) for name in names for form in (name, _NICKNAME.sub("", name))}
    if attribution.kind is SourceKind.OUTLET:
        short = [name_key(span.of(text)) for span in attribution.source]  # "the Post", where the text says so
        keys |= {form for form in short if set(form.split()) < set(name_key(attribution.name).split())}
    if attribution.kind is SourceKind.UNNAMED:  # "the director" is how one asks for "its director"
        plain = _DETERMINER.sub("", attribution.name)
        keys |= {name_key(plain), name_key(_OF.split(plain)[0])}
    if attribution.kind is SourceKind.PERSON:
        keys |= {surname_key(name) for name in names}
        parts = [name_key(name).split() for name in names]
        keys |= {" ".join(own[first:]) for own in parts for first in range(1, len(own) - 1)}  # without what they are
        for span in attribution.source:
            behind = _BEHIND.match(text, span.end) or _BEHIND.search(span.of(text) + ",")
            before = _BEFORE.search(text[max(0, span.start - 70) : span.start])
            keys |= {name_key(found.group(1)) for found in (behind, before) if found}
    return keys - {""}


def each_of(names: str) -> list[str]:
    """Return the names that are joined in one: "Dahl and Lund", "Dahl, Lund & Rolf"."""
    return [name for part in _JOINED.split(names) if (name := part.strip())]


def forms_of(key: str) -> Iterator[str]:
    """Yield a folded name as asked for, then without what stands before it: "mayor bo lund", "bo lund".

    Of one word alone nothing is left but by taking titles away: Anna Lund is not Bo Lund.
    """
    parts = key.split()
    for first in range(len(parts)):
        if len(parts) - first > 1 or all(part in TITLES for part in parts[:first]):
            yield " ".join(parts[first:])
