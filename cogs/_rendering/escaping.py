"""Writes text so that Discord's Markdown shows exactly its characters, and reads it back.

A character that Discord might act on gets a backslash, which Discord takes away again. Characters that
could change how others look (bidirectional overrides, control characters, half characters) are shown as
`⟦U+202E⟧` instead. Both can be undone without loss: `unescape(escape(text)) == text` for any text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from retrieval.models import Span

BOLD = "**"
_ALWAYS = frozenset("\\*_~`|[]<>@")
_LINE_START = frozenset("#-+>")
_SPACES = frozenset({" ", "\n", "\t", ""})  # the only white space written as it is, and the end
_DIGITS = frozenset("0123456789")
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
    opening, closing = _bold_edges(text, emphasis)
    written: list[str] = []
    line = _LineStart()
    for index, char in enumerate(text):
        if index in closing:
            written.append(BOLD)
        if index in opening:
            written.append(BOLD)
        special = line.makes_special(char)
        written.append(_write(text, index, special=special))
    if len(text) in closing:
        written.append(BOLD)
    return "".join(written)


def unescape(escaped: str) -> str:
    """Undo `escape`: return the text that Discord shows, bold marks taken away."""
    return _ESCAPED.sub(_read, escaped)


def _write(text: str, index: int, *, special: bool) -> str:
    char = text[index]
    if char in "\n\t":
        return char
    if special or char in _ALWAYS:
        return f"\\{char}"
    following = text[index + 1 : index + 2]
    if char == ":" and following not in _SPACES:
        return "\\:"  # else `:name:` becomes an emoji, and `https://` a link that takes in our backslashes
    if char == "." and _INVITING.search(text[max(0, index - 10) : index]):
        return "\\."
    if char in _TURNING or unicodedata.category(char) in _UNSAFE_CATEGORIES:
        return f"⟦U+{ord(char):04X}⟧"
    if char == "⟦" and text.startswith("U+", index + 1):
        return "⟦U+27E6⟧"  # a text that looks like our own notation must not be read back as it
    return char


def _read(match: re.Match[str]) -> str:
    literal, bold, code = match.groups()
    if literal is not None:
        return literal
    return "" if bold is not None else chr(int(code, 16))


class _LineStart:
    """Follows a text and tells which characters begin a heading, a list or a quote in Discord."""

    def __init__(self) -> None:
        self._blank = True
        self._number = False

    def makes_special(self, char: str) -> bool:
        if char == "\n":
            self._blank, self._number = True, False
            return False
        if self._blank:
            if char.isspace() or unicodedata.category(char) == "Cf":
                return False
            self._blank = False
            self._number = char in _DIGITS
            return char in _LINE_START
        if self._number and char not in _DIGITS:
            self._number = False
            return char in ".)"
        return False


def _bold_edges(text: str, emphasis: Iterable[Span]) -> tuple[frozenset[int], frozenset[int]]:
    """Return where bold opens and closes: never across a line, never beside a space, never twice."""
    pieces = [
        (span.start + offset, span.start + offset + len(line))
        for span in _joined(emphasis, len(text))
        for offset, line in _lines(span.of(text))
    ]
    trimmed = []
    for start, end in pieces:
        words = text[start:end]
        first = start + len(words) - len(words.lstrip())
        last = start + len(words.rstrip())
        if first < last:
            trimmed.append((first, last))
    return frozenset(start for start, _ in trimmed), frozenset(end for _, end in trimmed)


def _joined(spans: Iterable[Span], length: int) -> list[Span]:
    # Spans that touch become one: `**a****b**` is not bold in Discord.
    joined: list[Span] = []
    for span in sorted(span for span in spans if span.start < length):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, min(length, max(joined[-1].end, span.end)))
        else:
            joined.append(Span(span.start, min(length, span.end)))
    return joined


def _lines(text: str) -> Iterable[tuple[int, str]]:
    offset = 0
    for line in text.split("\n"):
        yield offset, line
        offset += len(line) + 1
