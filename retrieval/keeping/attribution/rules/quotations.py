"""Finds direct quotations: pairs of quotation marks, and paragraphs that go on with one."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PARAGRAPH = re.compile(r"[^\n]+")
_PAIRS = {"“": "”", "„": "“”", "«": "»", "‟": "”"}
_SINGLE = re.compile(r"(?:(?<=\s)|(?<=\()|(?<=—)|^)‘(?=\w)([^‘\n]{4,}?)’(?!\w)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation with its marks; `open_ended` when its paragraph ends before it is closed."""

    start: int
    end: int
    open_ended: bool = False


def find_quotations(text: str) -> list[Quotation]:
    """Return the outermost quotations of `text` in order; they never overlap."""
    out: list[Quotation] = []
    for paragraph in _PARAGRAPH.finditer(text):
        found = _in_paragraph(text, paragraph.start(), paragraph.end())
        if not found:
            found = [Quotation(m.start(), m.end()) for m in _SINGLE.finditer(text, paragraph.start(), paragraph.end())]
        out.extend(found)
    return out


def _in_paragraph(text: str, start: int, end: int) -> list[Quotation]:
    out: list[Quotation] = []
    opened, closers = -1, ""
    for at in range(start, end):
        mark = text[at]
        if mark not in '"“”„‟«»':
            continue
        if opened < 0:
            if mark in _PAIRS or (mark == '"' and _may_open(text, at, end)):
                opened, closers = at, _PAIRS.get(mark, '"')
        elif mark in closers or (mark in '"”' and closers in '"”'):
            out.append(Quotation(opened, at + 1))
            opened = -1
        elif mark == "“" and closers == "”":
            # a second opening without a close between: the earlier one was never closed
            out.append(Quotation(opened, at))
            opened = at
    if opened >= 0 and end - opened > 2:
        out.append(Quotation(opened, end, open_ended=True))
    return out


def _may_open(text: str, at: int, end: int) -> bool:
    """Refuse an inch mark or a stray mark: an opening mark touches the word after it."""
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < end else " "
    return not after.isspace() and not (before.isdigit() and not after.isalnum())
