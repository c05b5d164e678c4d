"""Whom a source span means: pronouns resolved when certain, short forms made full, the kind of source."""

from __future__ import annotations

from bisect import bisect_left

from retrieval.attribution.lexicon import Lexicon
from retrieval.attribution.names import Names, clean, distinct, full_name, gender
from retrieval.models import SourceKind, Span


def who(
    source: Span, text: str, names: Names, lex: Lexicon, paragraph: int, recent: str | None
) -> tuple[str, SourceKind, bool]:
    """Return a source's name for readers, its kind, and whether it is certain who is meant.

    `paragraph` is where the source's paragraph starts; `recent` names the source credited before in
    the same paragraph.
    """
    words = clean(source.of(text))
    low = words.lower()
    role = lex.pronouns.get(low)
    if role in {"m", "f"}:
        for begin in (paragraph, text.rfind("\n", 0, max(0, text.rfind("\n", 0, paragraph - 1))) + 1):
            found = _resolve_pronoun(names, low, source.start, (max(0, begin), source.start), recent)
            if found:
                return found, SourceKind.PERSON, True
        return words, SourceKind.PERSON, False
    if role == "r":
        return _before_who(source, text, names, words)
    if role is not None or not words:
        return words, SourceKind.UNNAMED, False
    name = full_name(names, source)
    kind = names.kind(name, words)
    return name, kind, bool(name) and len(words) <= 160


def _before_who(source: Span, text: str, names: Names, words: str) -> tuple[str, SourceKind, bool]:
    """'Gantz, who said ...': the person named right before 'who'."""
    before = text[max(0, source.start - 60) : source.start].rstrip(" ,\u00a0")
    at = bisect_left(names.persons, (source.start, "")) - 1
    if at >= 0:
        place, name = names.persons[at]
        if source.start - place < 60 and before.endswith(name.split()[-1]):
            return name, SourceKind.PERSON, True
    return words, SourceKind.PERSON, False


def _resolve_pronoun(
    names: Names, pronoun: str, at: int, window: tuple[int, int], last: str | None
) -> str | None:
    """Return whom 'he' or 'she' at `at` means, or None unless it is certain.

    `window` is where the antecedent may stand; `last` is the previous source of the same paragraph.
    Certain: only one fitting person is named in the window before the pronoun.
    """
    wanted = names.lex.pronouns.get(pronoun.lower())
    if wanted not in {"m", "f"}:
        return None
    low, high = (bisect_left(names.persons, (place, "")) for place in (window[0], at))
    near = [name for _, name in names.persons[low:high]]
    known = {n: gender(names, n) for n in near}
    fits = distinct({n for n in near if known[n] in {wanted, ""}})
    if last is not None and last in names.genders and gender(names, last) in {wanted, ""}:
        others = [n for n in fits if n != last and last not in distinct({n, last})]
        if not others or (gender(names, last) == wanted and all(known.get(n) != wanted for n in others)):
            return last
    if len(fits) == 1:
        return fits[0]
    sure = distinct({n for n in near if known[n] == wanted})
    return sure[0] if len(sure) == 1 else None
