"""What the attribution tests share: sentences of a text, cut plainly, and attributions as words."""

import re

from retrieval.domain.articles import Attribution, Span
from retrieval.keeping.attribution.rules.analysis import extract

_CUT = re.compile(r"[^\n]+?(?:(?<!\bMr)(?<!\bDr)(?<!\b[A-Z])[.!?][”\"’)]*(?=\s)(?![ ]+[a-z])|(?=\n|$))")


def sentences(text: str) -> list[Span]:
    """Cut a text into sentences, well enough for tests."""
    out = []
    for found in _CUT.finditer(text):
        start, end = found.span()
        while start < end and text[start].isspace():
            start += 1
        if start < end:
            out.append(Span(start, end))
    return out


def attribute(text: str) -> list[Attribution]:
    """Run the rules over a text."""
    return extract(text, sentences(text))


def shown(text: str) -> list[tuple[str, str]]:
    """Return (name, words of the content) of each attribution that a reader may be told."""
    return [(a.name, " ... ".join(s.of(text) for s in a.content)) for a in attribute(text) if a.shown]
