"""Tells who a passage of an article comes from, and whether a name that somebody gives for it is theirs."""

from __future__ import annotations

from collections.abc import Iterator

from retrieval.domain.articles import Attribution, SourceKind, Span
from retrieval.language.denials import is_denial
from retrieval.language.folding import name_key, surname_key
from retrieval.language.word_lists import TITLES
from retrieval.store import StoredArticle


def attributions_of(stored: StoredArticle, passage: Span) -> list[Attribution]:
    """Return the attributions that hold a good part of a passage, the one that holds most first."""
    found: list[tuple[int, Attribution]] = []
    for attribution in stored.attributions:
        shared = sum(max(0, min(passage.end, c.end) - max(passage.start, c.start)) for c in attribution.content)
        if shared * 2 >= passage.end - passage.start:
            found.append((shared, attribution))
    return [attribution for _, attribution in sorted(found, key=lambda pair: (-pair[0], not pair[1].shown))]


def is_from(stored: StoredArticle, passage: Span, speaker: str) -> bool:
    """Tell whether `speaker` is credited with the passage in the text, or published or wrote the article.

    Whether a reader would be shown the attribution does not matter here: a doubtful one is no ground to
    call somebody's words misattributed. What he denied he has not said.
    """
    wanted = _without_titles(name_key(speaker))
    if not wanted:
        return False
    for credit in (stored.article.credit, *stored.carriers):
        if wanted in {name_key(credit.publisher or ""), name_key((credit.byline or "").removeprefix("By "))}:
            return True
    return any(
        wanted == name or (attribution.kind is SourceKind.PERSON and _same_person(wanted, name))
        for attribution in attributions_of(stored, passage)
        if not is_denial(attribution.cue_text)
        for name in (_without_titles(name_key(attribution.name)),)
    )


def names_of(stored: StoredArticle, passage: Span) -> Iterator[str]:
    """Name who really said it: who is shown as credited with it, or else who published it."""
    shown = [a.name for a in attributions_of(stored, passage) if a.shown and not is_denial(a.cue_text)]
    if shown:
        yield shown[0]
    elif stored.article.credit.publisher:
        yield stored.article.credit.publisher


def _same_person(one: str, other: str) -> bool:
    """Tell whether two folded names can be of one person: one of them is the other's surname."""
    return surname_key(one) == other or surname_key(other) == one


def _without_titles(name: str) -> str:
    words = name.split()
    while len(words) > 1 and words[0] in TITLES:
        words.pop(0)
    return " ".join(words)
