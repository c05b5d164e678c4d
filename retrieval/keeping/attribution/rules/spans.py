"""Keeps spans whole: no name crosses a line or a dateline, none is cut inside quotation marks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from retrieval.domain.articles import Span
from retrieval.keeping.attribution.rules.quotations import Quotation

_DATELINE = re.compile(r"^.*(?:\)|[A-Z]{2,}[^—–\n]{0,40}?)\s*(?:--|[—–-])\s+(?=\S)")
_PAIRS = (("“", "”"), ("‘", "’"), ("«", "»"))


def at_one_line(source: Span, cue: Span, text: str, sentences: Sequence[Span]) -> Span:
    """Return the part of a source on the line, and in the sentence, of the words that credit it; no dateline."""
    before = source.start < cue.start
    words = source.of(text)
    if "\n" in words:
        cut = words.rstrip().rfind("\n") + 1 if before else 0
        end = len(words) if before else words.find("\n")
        source = Span(source.start + cut, source.start + max(end, cut))
    if before and sentences:
        at = sentences[max(0, bisect_right(sentences, cue.start, key=lambda s: s.start) - 1)]
        if source.start < at.start < source.end:
            source = Span(at.start, source.end)
    if dateline := _DATELINE.match(source.of(text)):
        source = Span(source.start + dateline.end(), source.end)
    inside = source.of(text)
    lead = len(inside) - len(inside.lstrip())
    return Span(source.start + lead, max(source.start + lead, source.start + len(inside.rstrip())))


def closed(name: str, text: str) -> str:
    """Return a name whose quotation marks are closed: widened to the closing one where the text has it soon."""
    for opening, closing in _PAIRS:
        if name.count(opening) <= name.count(closing):
            continue
        at = text.find(name)
        end = text.find(closing, at + len(name), at + len(name) + 40) if at >= 0 else -1
        line = text.find("\n", at + len(name)) if at >= 0 else -1
        if end >= 0 and not (0 <= line < end):
            return text[at : end + 1].rstrip(",")
        return name.replace(opening, "").strip()
    if name.count('"') % 2:
        return name.replace('"', "").strip()
    return name if name.count("”") <= name.count("“") else name.replace("”", "").strip()


def whole_quotations(span: Span, quotations: Sequence[Quotation]) -> Span:
    """Widen a span that cuts a quotation near its end to the mark that closes it."""
    for quotation in quotations:
        if quotation.start <= span.start + 1 and span.start < quotation.end and 0 < quotation.end - span.end <= 2:
            return Span(min(span.start, quotation.start), quotation.end)
    return span
