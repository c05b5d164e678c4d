"""Whom a source span means: pronouns by the linker, short forms made full, the kind of source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.domain.articles import SourceKind, Span
from retrieval.keeping.attribution.rules.linker import SURE, Places, Told, link
from retrieval.keeping.attribution.rules.mentions import Mention, is_fresh, sign_of
from retrieval.keeping.attribution.rules.names import Names, clean, full_name

_LONGEST = 160  # characters; a longer source span is no name
_NO_NAME = re.compile(r"(?:who|whom|whose|which)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Credited:
    """Whom a source span means: the name for readers, its kind, the chance that it is so, and the key of the people."""

    name: str
    kind: SourceKind
    chance: float
    key: str = ""

    @property
    def certain(self) -> bool:
        """Tell whether a reader may be told."""
        return self.chance >= SURE


def who(source: Span, names: Names, places: Places, last: Told | None) -> Credited:
    """Return whom a source span means."""
    words = clean(source.of(names.text))
    role = names.lex.pronouns.get(words.lower())
    if role in {"m", "f"}:
        mention, chance = link(places, role, source.start, last)
        return _meant(mention, chance, words, names)
    if role == "r":
        near = [m for m in places.people if source.start - 90 < m.span.start < source.start]
        if near and _ends_before_who(near[-1], source, names.text):
            return _meant(near[-1], 0.9, words, names)
        return Credited(words, SourceKind.PERSON, 0.0)
    if role is not None or not words or words.lower() in names.lex["not_a_source"] or len(words) > _LONGEST:
        return Credited(words[:_LONGEST], SourceKind.UNNAMED, 0.0)
    name = full_name(names, source)
    kind = names.kind(name, words)
    if _NO_NAME.match(name):  # a clause that says something of somebody, not who it is
        return Credited(name, kind, 0.0)
    return Credited(name, kind, 1.0, name if kind is SourceKind.PERSON else name.lower())


def _meant(mention: Mention | None, chance: float, words: str, names: Names) -> Credited:
    if mention is None:
        return Credited(words, SourceKind.PERSON, 0.0)
    if mention.named:
        return Credited(mention.key if chance >= SURE else words, SourceKind.PERSON, chance, mention.key)
    own = " ".join(mention.span.of(names.text).split())
    return Credited(own if chance >= SURE else words, SourceKind.UNNAMED, chance, mention.key)


def _ends_before_who(mention: Mention, source: Span, text: str) -> bool:
    """Tell whether 'who' follows the mention at once ('Gantz, who said', 'a nurse who said')."""
    if mention.named:
        return text[: source.start].rstrip(" ,\u00a0").endswith(mention.key.split()[-1])
    return not text[mention.span.end : source.start].strip(" ,\u00a0")


def told_after(found: Credited, source: Span, names: Names, last: Told | None) -> Told | None:
    """Return the last one credited after a source: an uncertain 'he' leaves it as it was."""
    if source.of(names.text).lower() in names.lex.pronouns and not found.certain:
        return last
    if not found.key or not (found.kind is SourceKind.PERSON or sign_of(_head(found.name), names.lex)):
        return None if found.kind is SourceKind.PERSON else last
    pronoun = source.of(names.text).lower() in names.lex.pronouns
    return Told(source.start, found.key, pronoun)


def with_sources(people: Sequence[Mention], sources: Sequence[Span], names: Names) -> list[Mention]:
    """Return the people of an article and the nameless sources beside: who speaks is somebody, whatever the noun."""
    out = list(people)
    for span in sources:
        words = clean(span.of(names.text))
        low = words.lower()
        known = any(m.span.start < span.end and span.start <= m.span.start for m in people)
        if known or low in names.lex.pronouns or names.kind(words, words) is not SourceKind.UNNAMED:
            continue
        if low.startswith(("a ", "an ", "one ", "another ", "his ", "her ")):
            out.append(Mention(span, low, "", fresh=is_fresh(low.split()[0])))
    return sorted(out, key=lambda m: m.span)


def _head(name: str) -> str:
    return re.split(r" (?:of|for|from|in|at|with|who)\b", name)[0].split()[-1].lower() if name.split() else ""
