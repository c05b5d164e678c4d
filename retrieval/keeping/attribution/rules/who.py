"""Whom a source span means: pronouns resolved when certain, short forms made full, the kind of source."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.domain.articles import SourceKind, Span
from retrieval.keeping.attribution.rules.names import Names, clean, distinct, full_name, gender

_LONGEST = 160  # characters; a longer source span is no name


@dataclass(frozen=True, slots=True)
class Credited:
    """The last one credited before a place: where, and by what name."""

    at: int
    name: str


def who(source: Span, names: Names, sentences: Sequence[Span], last: Credited | None) -> tuple[str, SourceKind, bool]:
    """Return a source's name for readers, its kind, and whether it is certain who is meant."""
    lex = names.lex
    words = clean(source.of(names.text))
    role = lex.pronouns.get(words.lower())
    if role in {"m", "f"}:
        found = _resolve_pronoun(names, role, source.start, sentences, last)
        return found or words, SourceKind.PERSON, found is not None
    if role == "r":
        found = _before_who(source, names)
        return found or words, SourceKind.PERSON, found is not None
    if role is not None or not words or words.lower() in lex["not_a_source"]:
        return words, SourceKind.UNNAMED, False
    name = full_name(names, source)
    return name, names.kind(name, words), bool(name) and len(words) <= _LONGEST


def credited_after(found: tuple[str, SourceKind, bool], source: Span, last: Credited | None) -> Credited | None:
    """Return the last one credited after a source: an uncertain 'he' makes it nobody."""
    name, kind, certain = found
    if kind is not SourceKind.PERSON:
        return last
    return Credited(source.start, name) if certain else None


def _before_who(source: Span, names: Names) -> str | None:
    """Return the person named right before 'who' ('Gantz, who said ...')."""
    before = names.text[max(0, source.start - 60) : source.start].rstrip(" ,\u00a0")
    at = bisect_left(names.mentions, source.start, key=lambda m: m[0]) - 1
    if at < 0:
        return None
    place, people = names.mentions[at]
    near = source.start - place < 60 and len(people) == 1
    name = min(people)
    return name if near and before.endswith(name.split()[-1]) else None


def _resolve_pronoun(
    names: Names, wanted: str, at: int, sentences: Sequence[Span], last: Credited | None
) -> str | None:
    """Return whom 'he' ("m") or 'she' ("f") at `at` means, or None unless it is certain.

    Certain: of the persons that can be meant, the nearest sentence before that names any outside a
    quotation names only one; the last one credited counts as named where it was credited.
    """
    begin = _paragraphs_back(names.text, at, 2)
    low, high = (bisect_left(names.mentions, place, key=lambda m: m[0]) for place in (begin, at))
    mentions = names.mentions[low:high]
    if last is not None and begin <= last.at < at:
        mentions = sorted([*mentions, (last.at, frozenset({last.name}))], key=lambda m: m[0])

    def number_of(place: int) -> int:
        return bisect_right(sentences, place, key=lambda s: s.start)

    chosen: set[str] = set()
    sentence = -1
    for place, people in reversed(mentions):
        number = number_of(place)
        if chosen and number != sentence:
            break
        fits = {n for n in people if gender(names, n) in {wanted, ""}}
        sure = {n for n in fits if gender(names, n) == wanted}
        if fits:
            chosen |= sure or fits
            sentence = number
    folded = distinct(chosen)
    if len(folded) > 1 and last is not None and last.name in folded:
        # several fit: the last one credited, if known to fit or the first whom that sentence names
        leads = all(place >= last.at or number_of(place) != sentence for place, _ in mentions)
        if gender(names, last.name) == wanted or leads:
            return last.name
    return folded[0] if len(folded) == 1 else None


def _paragraphs_back(text: str, at: int, count: int) -> int:
    """Return where the paragraph `count` paragraphs before that of `at` starts."""
    begin = text.rfind("\n", 0, at)
    for _ in range(count):
        while begin > 0 and text[begin - 1].isspace():
            begin -= 1
        begin = text.rfind("\n", 0, max(0, begin))
    return max(0, begin)
