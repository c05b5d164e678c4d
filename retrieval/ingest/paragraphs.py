"""Joins the lines of printed pages into paragraphs, without what is repeated at the edges of pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from retrieval.ingest.pdf_lines import Line

EDGE_LINES = 2
GAP = 1.35
"""A line this many usual distances below the last one opens a paragraph."""
SIZE_CHANGE = 0.12
SHORT = 0.85
"""A line that ends a sentence and reaches less far than this share of its column ends a paragraph."""

_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"\W*(?:page |p\. ?|seite )?#(?:\s*(?:/|of|von|\|)\s*#)?\W*", re.IGNORECASE)
_ENDS_SENTENCE = re.compile(r"[.!?:…。！？]['\"”’»)\]]*$")


def join_pages(pages: Sequence[Sequence[Line]]) -> str:
    """Return the text of the pages, paragraphs apart by a blank line; a paragraph may go on over pages."""
    furniture = _furniture(pages)
    if all(_pattern(line) in furniture for page in pages for line in page):
        furniture = set()  # pages of a line or two that are alike: a poster's words are its text
    lines: list[tuple[Line, bool]] = []
    for page in pages:
        edges = _edges(page)
        kept = [line for line in page if not (line in edges and _pattern(line) in furniture)]
        lines += _opened(kept)
    return _join(lines)


def _furniture(pages: Sequence[Sequence[Line]]) -> set[str]:
    """Return the patterns of headers, footers and page numbers: what stands at the edges of half of all pages."""
    seen = Counter(pattern for page in pages for pattern in {_pattern(line) for line in _edges(page)})
    enough = max(2, len(pages) / 2)
    return {pattern for pattern, count in seen.items() if count >= enough or _PAGE_NUMBER.fullmatch(pattern)}


def _edges(page: Sequence[Line]) -> list[Line]:
    by_height = sorted(page, key=lambda line: line.bottom)
    return by_height[:EDGE_LINES] + by_height[-EDGE_LINES:]


def _pattern(line: Line) -> str:
    return _NUMBER.sub("#", line.text).casefold()


def _opened(page: Sequence[Line]) -> list[tuple[Line, bool]]:
    """Tell of each line of a page whether it opens a paragraph by the way it is set."""
    steps = [above.bottom - below.bottom for above, below in pairwise(page)]
    usual = median([step for step in steps if step > 0] or [0.0])
    opened: list[tuple[Line, bool]] = []
    for number, line in enumerate(page):
        if number == 0:
            opened.append((line, False))  # whether it goes on from the last page, its words tell
            continue
        last, step = page[number - 1], steps[number - 1]
        new_column = step <= 0
        resized = abs(line.size - last.size) > SIZE_CHANGE * max(line.size, last.size)
        apart = step > GAP * usual
        indented = not new_column and line.left > last.left + line.size * 0.8 and _ends_sentence(last)
        column = [other.right for other in page if abs(other.left - last.left) < 2 * last.size]
        width = max(column, default=last.right) - last.left
        short = _ends_sentence(last) and last.right - last.left < SHORT * width
        opened.append((line, resized or short or indented or (apart and not new_column)))
    return opened


def _ends_sentence(line: Line) -> bool:
    return _ENDS_SENTENCE.search(line.text) is not None


def _join(lines: Sequence[tuple[Line, bool]]) -> str:
    text = ""
    last: Line | None = None
    for line, opens in lines:
        if last is None:
            text = line.text
        elif last.hyphenated:
            text += line.text
        elif opens or (_ends_sentence(last) and line.bottom >= last.bottom and not line.text[:1].islower()):
            text += "\n\n" + line.text
        else:
            text += " " + line.text
        last = line
    return text
