"""Under which folded names a credited source is found: without a nickname, by surname, by what the text calls it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from retrieval.domain.articles import Attribution, SourceKind
from retrieval.language.folding import name_key, surname_key
from retrieval.language.word_lists import TITLES

_NICKNAME = re.compile(r"[“\"‘(][^“”\"‘’()]{1,30}[”\"’)]\s*")
_BEHIND = re.compile(r",[ \u00a0](?:the|a|an)[ \u00a0]([^,.;:\n“”\"]{3,60}),")
_BEFORE = re.compile(r"(?:^|[\s“])[Tt]he[ \u00a0]([^,.;:\n“”\"]{3,60}),[ \u00a0]\Z")


def keys_of(attribution: Attribution, text: str) -> set[str]:
    """Return the folded names under which the source of an attribution is looked up."""
    name = attribution.name
    keys = {name_key(name), name_key(_NICKNAME.sub("", name))}
    if attribution.kind is SourceKind.PERSON:
        keys.add(surname_key(name))
        for span in attribution.source:
            behind = _BEHIND.match(text, span.end) or _BEHIND.search(span.of(text) + ",")
            before = _BEFORE.search(text[max(0, span.start - 70) : span.start])
            keys |= {name_key(found.group(1)) for found in (behind, before) if found}
    return keys - {""}


def forms_of(key: str) -> Iterator[str]:
    """Yield a folded name as asked for, then without what stands before it: "mayor bo lund", "bo lund".

    Of one word alone nothing is left but by taking titles away: Anna Lund is not Bo Lund.
    """
    parts = key.split()
    for first in range(len(parts)):
        if len(parts) - first > 1 or all(part in TITLES for part in parts[:first]):
            yield " ".join(parts[first:])
