"""Quotations without a credit of their own that go on from one that has it, where the layout leaves no doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from retrieval.domain.articles import Attribution, Span
from retrieval.keeping.attribution.rules.quotations import Quotation

_CREDIT = 250  # characters that a credit between two parts of a quotation may take


def going_on(found: Sequence[Attribution], quotations: Sequence[Quotation], text: str) -> list[Attribution]:
    """Give each such quotation to the speaker of the one before.

    It goes on when the one before was left open at its paragraph's end, or when nothing but that one's credit
    stands between the two in one paragraph.
    """
    out = list(found)
    cues = sorted(c.start for a in out for c in a.cue)
    for before, quotation in pairwise(quotations):
        span = Span(quotation.start, quotation.end)
        if any(c.overlaps(span) for a in out for c in a.content):
            continue
        held = Span(before.start, before.end)
        number = next((n for n, a in enumerate(out) if a.shown and any(c.overlaps(held) for c in a.content)), None)
        if number is None:
            continue
        between = text[before.end : quotation.start]
        owner = out[number]
        if "\n" in between:
            follows = before.open_ended and not between.strip()
        else:
            own = [c.start for c in owner.cue if before.end <= c.start < quotation.start]
            others = [c for c in cues if before.end <= c < quotation.start]
            opens = between.rstrip().endswith((".", "!", "?")) or not between.strip()
            follows = len(between) < _CREDIT and others == own and opens and (bool(own) or not between.strip())
            follows = follows and between.count(".") <= 1 and _ends_a_sentence(text, quotation)
        if follows:
            out[number] = replace(owner, content=(*owner.content, span))
    return out


def _ends_a_sentence(text: str, quotation: Quotation) -> bool:
    inner = text[quotation.start : quotation.end].rstrip('”"»')[-1:]
    return inner in ".!?…" and not text[quotation.end : quotation.end + 3].lstrip()[:1].islower()
