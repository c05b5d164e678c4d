"""Writes the address that opens an article's page at a quote: a text fragment, as browsers read it.

After WICG's "URL Fragment Text Directives": `#:~:text=start,end` marks from the first place of `start` that
begins and ends with a word to the next place of `end`; within one block of the page each. Text in it is
percent-encoded, and so are `-`, `,` and `&`, which part it.
"""

from __future__ import annotations

import re
from urllib.parse import quote as percent_encode

from retrieval.domain.articles import Span

LEAST_WORDS, MOST_WORDS = 4, 12
"""Of how many words a beginning or an end is made: as few as lead to the right place of the article."""

_DIRECTIVE = ":~:"
_WORDS = re.compile(r"\S+")


def at_quote(url: str, text: str, quoted: Span, *, limit: int) -> str:
    """Return `url` with a fragment that leads to `quoted` in an article's `text`, of at most `limit` characters.

    `url` is one that may be linked. Where no fragment fits, or none would lead there, it is returned as it is.
    """
    address, _, fragment = url.partition("#")
    fragment = fragment.partition(_DIRECTIVE)[0]
    for directive in _directives(text, quoted):
        whole = f"{address}#{fragment}{_DIRECTIVE}text={directive}"
        if len(whole) <= limit:
            return whole
    return url


def _directives(text: str, quoted: Span) -> list[str]:
    """Return what may stand behind `text=`, the best first."""
    body = quoted.of(text)
    lines = [line for line in body.split("\n") if line.strip()]
    if not lines:
        return []
    begins, ends = quoted.start + len(body) - len(body.lstrip()), quoted.start + len(body.rstrip())
    first, last = _WORDS.findall(lines[0]), _WORDS.findall(lines[-1])
    for count in range(min(LEAST_WORDS, len(first)), min(MOST_WORDS, len(first)) + 1):
        found = _place(text, first[:count], 0)
        if found is not None and found.start() == begins:
            break
    else:
        return []
    alone = _encoded(first[:count])
    rest = last if len(lines) > 1 else last[count:]
    for tail in range(min(LEAST_WORDS, len(rest)), min(MOST_WORDS, len(rest)) + 1):
        end = _place(text, rest[len(rest) - tail :], found.end()) if tail else None
        if end is not None and end.end() == ends:
            return [f"{alone},{_encoded(rest[len(rest) - tail :])}", alone]
    return [alone]


def _place(text: str, words: list[str], start: int) -> re.Match[str] | None:
    """Return the first place of some words in a row, from `start` on, that begins and ends with a word."""
    pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)"
    return re.compile(pattern, re.IGNORECASE).search(text, start)


def _encoded(words: list[str]) -> str:
    return percent_encode(" ".join(words), safe="").replace("-", "%2D")
