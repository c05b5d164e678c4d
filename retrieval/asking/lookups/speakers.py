"""Tells who a passage of an article comes from, and whether a name that somebody gives for it is theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from retrieval.domain.articles import Attribution, SourceKind, Span
from retrieval.language.denials import is_denial
from retrieval.language.folding import name_key, surname_key
from retrieval.language.source_keys import each_of, forms_of, keys_of
from retrieval.store import StoredArticle

SURE_ENOUGH = 0.65
"""The confidence from which on somebody unnamed who speaks inside another's words takes these from that other."""

_SELF = frozenset({"i", "we", "it", "you", ""})
_MARK = re.compile(r"[“”„«»\"]")


def attributions_of(stored: StoredArticle, passage: Span) -> list[Attribution]:
    """Return the attributions that hold a good part of a passage, the one that holds most first.

    Of words that one hands on of another ("He told me, ‘...’") only the inner speaker's is returned.
    """
    found: list[tuple[int, Attribution]] = []
    for attribution in stored.attributions:
        shared = sum(max(0, min(passage.end, c.end) - max(passage.start, c.start)) for c in attribution.content)
        if shared * 2 >= passage.end - passage.start:
            found.append((shared, attribution))
    inner = [a for _, a in found if a.cue and _speaks(a) and not any(passage.overlaps(cue) for cue in a.cue)]
    found = [
        (shared, a) for shared, a in found
        if not any(c.contains(other.cue[0]) for other in inner if other is not a for c in a.content)
    ]  # fmt: skip
    return [attribution for _, attribution in sorted(found, key=lambda pair: (-pair[0], not pair[1].shown))]


def _speaks(attribution: Attribution) -> bool:
    """Tell whether somebody other than the one around speaks: "I said" inside of words is their speaker himself."""
    other = name_key(attribution.name) not in _SELF
    return other and (attribution.shown or attribution.confidence >= SURE_ENOUGH)


def is_from(stored: StoredArticle, passage: Span, speaker: str) -> bool:
    """Tell whether `speaker` is credited with the passage in the text, or published or wrote the article.

    Whether a reader would be shown the attribution does not matter here: a doubtful one is no ground to
    call somebody's words misattributed. What he denied he has not said.
    """
    wanted = list(forms_of(name_key(speaker)))
    if not wanted:
        return False
    for credit in (stored.article.credit, *stored.carriers):
        if wanted[0] in {name_key(credit.publisher or ""), name_key((credit.byline or "").removeprefix("By "))}:
            return True
    return any(
        set(wanted) & keys_of(attribution, stored.article.text) or _is_surname(attribution, wanted[0])
        for attribution in attributions_of(stored, passage)
        if not is_denial(attribution.cue_text)
    )


def names_of(stored: StoredArticle, passage: Span) -> Iterator[str]:
    """Name who really said it: who is shown as credited with it, or else who published it.

    Whoever published what stands in quotation marks, or is denied there, has not said it.
    """
    held = [a for a in attributions_of(stored, passage) if a.shown]
    said = [a.name for a in held if not is_denial(a.cue_text)]
    if said:
        yield said[0]
    elif not held and stored.article.credit.publisher and not in_quotation(stored.article.text, passage):
        yield stored.article.credit.publisher


def in_quotation(text: str, passage: Span) -> bool:
    """Tell whether a passage stands inside quotation marks that open and close in its paragraph."""
    line = text.rfind("\n", 0, passage.start) + 1
    end = text.find("\n", passage.end)
    before = [m.group() for m in _MARK.finditer(text, line, passage.start)]
    after = _MARK.search(text, passage.end, end if end >= 0 else len(text))
    if not before or after is None:
        return False
    return before[-1] in "“„«" or (before[-1] == '"' and before.count('"') % 2 == 1)


def _is_surname(attribution: Attribution, wanted: str) -> bool:
    """Tell whether a person's surname is all that the text gives of the name that is wanted."""
    names = each_of(attribution.name) if attribution.kind is SourceKind.PERSON else []
    return any(name_key(name) == surname_key(wanted) for name in names)
