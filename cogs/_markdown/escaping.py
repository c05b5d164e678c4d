"""Writes text so that Discord's Markdown shows exactly its characters, and reads it back.

A character that Discord might act on gets a backslash, which Discord takes away again. Characters that
could change how others look (bidirectional overrides, control characters, half characters) are shown as
`⟦U+202E⟧` instead. Both can be undone without loss: `unescape(escape(text)) == text` for any text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from retrieval.domain.articles import Span

BOLD = "**"
_ALWAYS = frozenset("\\*_~`|[]<>@")
_LINE_MARKS = frozenset("#-+>")
_NUMBERED = re.compile(r"[0-9]+[.)]")
# Every character but those that are safe anywhere; most of a text is, which makes escaping quick.
_NOTABLE = re.compile(r"[^0-9A-Za-z ,'\"“”‘’–—]")
_SPACES = frozenset({" ", "\t", ""})  # the only white space written as it is, and the end of the line
# Embeddings, overrides and isolates can turn a quote around; single marks (U+200E, U+200F) cannot.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
# Discord's clients show an invitation for these names even without `https://` before them.
_INVITING = re.compile(r"(?:discord|discordapp|dis)\Z", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])|(\*\*)|⟦U\+([0-9A-F]{4,6})⟧")


def escape(text: str, emphasis: Sequence[Span] = ()) -> str:
    """Return Markdown that shows `text`, with the spans in `emphasis` (offsets into it) in bold.

    The result is meant for the start of a line, or behind a `> ` there.
    """
    return "\n".join(
        _escape_line(text[start:end], _bold_edges(text, emphasis, start, end)) for start, end in _lines(text)
    )


def unescape(escaped: str) -> str:
    """Undo `escape`: return the text that Discord shows, bold marks taken away."""
    return _ESCAPED.sub(_read, escaped)


def _escape_line(line: str, bold_edges: Sequence[int]) -> str:
    written: list[str] = []
    for start, end in pairwise((0, *bold_edges, len(line))):
        special = _special_at(line, start)  # Discord reads the inside of bold as a text of its own
        done = start
        for match in _NOTABLE.finditer(line, start, end):
            index = match.start()
            written += line[done:index], _write(line, index, special=index == special)
            done = index + 1
        written += line[done:end], BOLD
    return "".join(written[:-1])


def _special_at(line: str, index: int) -> int:
    """Return where `line` from `index` on has the mark of a heading, a list or a quote, or -1."""
    while index < len(line) and (line[index].isspace() or unicodedata.category(line[index]) == "Cf"):
        index += 1
    if line[index : index + 1] in _LINE_MARKS:
        return index
    match = _NUMBERED.match(line, index)
    return match.end() - 1 if match else -1


def _write(line: str, index: int, *, special: bool) -> str:
    char = line[index]
    if special or char in _ALWAYS:
        return f"\\{char}"
    if char == ":" and line[index + 1 : index + 2] not in _SPACES:
        return "\\:"  # else `:name:` becomes an emoji, and `https://` a link that takes in our backslashes
    if char == "." and _INVITING.search(line[max(0, index - 10) : index]):
        return "\\."
    if char != "\t" and (char in _TURNING or unicodedata.category(char) in _UNSAFE_CATEGORIES):
        return f"⟦U+{ord(char):04X}⟧"
    if char == "⟦" and line.startswith("U+", index + 1):
        return "⟦U+27E6⟧"  # a text that looks like our own notation must not be read back as it
    return char


def _read(match: re.Match[str]) -> str:
    literal, bold, code = match.groups()
    if literal is not None:
        return literal
    return "" if bold is not None else chr(int(code, 16))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _bold_edges(text: str, emphasis: Sequence[Span], start: int, end: int) -> list[int]:
    """Return where bold begins and ends in the line `text[start:end]`, in turns, counted from its start.

    Bold never reaches across a line or ends beside a space, and spans that touch are one: `**a****b**` is
    not bold in Discord.
    """
    edges: list[int] = []
    for span in sorted(emphasis):
        first, last = max(span.start, start), min(span.end, end)
        if edges and first <= edges[-1]:
            last = max(last, edges.pop())
            first = edges.pop()
        if first < last:
            edges += first, last
    return [edge - start for pair in _trimmed(text, edges) for edge in pair]


def _trimmed(text: str, edges: Sequence[int]) -> Iterator[tuple[int, int]]:
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        words = text[first:last]
        if words.strip():
            yield first + len(words) - len(words.lstrip()), first + len(words.rstrip())
