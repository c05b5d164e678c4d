"""Joins the lines of printed pages into paragraphs, without what is repeated at the edges of pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

import simplemma

from retrieval.keeping.formats.furniture import is_furniture
from retrieval.keeping.formats.pdf.lines import Line

EDGE_LINES = 4
GAP = 1.35
"""A line this many usual distances below the last one opens a paragraph."""
SIZE_CHANGE = 0.12
SHORT = 0.85
"""A line that ends a sentence and reaches less far than this share of its column ends a paragraph."""

_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"\W*(?:page |pg\.? |p\. ?|seite |página |pagina )?(?:#(?:\s*(?:/|of|von|de|\|)\s*#)?|[ivx]+)\W*", re.IGNORECASE
)
_PRINTED_AROUND = re.compile(
    r"(?:https?://|www\.)\S+(?:\s+\d+/\d+)?|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},?\s+\d{1,2}:\d{2}(?:\s?[AP]M)?\b.*"
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST_WORD = re.compile(r"[^\W\d_]+\Z")
_HYPHEN = re.compile(r"\w-\Z")
_SUSPENDED = re.compile(r"(?:and|or|to|und|oder|bis)\b")
_COMPOUND = re.compile(r"(?:well|ill|self|half|long|short|high|low|far|hard|newly)-\w+(?:ed|ing|en|wn)", re.IGNORECASE)
"""Keeps its hyphen, though lists of words know some of these as one word too."""
_ENDS_SENTENCE = re.compile(r"[.!?:…。！？]['\"”’»)\]]*$")


def join_pages(pages: Sequence[Sequence[Line]]) -> str:
    """Return the text of the pages, paragraphs apart by a blank line; a paragraph may go on over pages."""
    furniture = _furniture(pages)
    if all(_pattern(line) in furniture for page in pages for line in page):
        furniture = set()  # pages of a line or two that are alike: a poster's words are its text
    lines: list[tuple[Line, bool]] = []
    for page in pages:
        edges = _edges(page)
        kept = [line for line in page if not (line in edges and (_pattern(line) in furniture or _is_aside(line)))]
        lines += _opened(kept)
    return _join(lines)


def _furniture(pages: Sequence[Sequence[Line]]) -> set[str]:
    """Return the patterns of headers, footers and page numbers: what stands at the edges of a third of all pages.

    Left and right pages often have a header each.
    """
    seen = Counter(pattern for page in pages for pattern in {_pattern(line) for line in _edges(page)})
    enough = max(2, len(pages) / 3)
    return {pattern for pattern, count in seen.items() if count >= enough or _PAGE_NUMBER.fullmatch(pattern)}


def _is_aside(line: Line) -> bool:
    """Tell whether a line at the edge of a page is a menu, or what a browser prints around a page."""
    return is_furniture(line.text) or _PRINTED_AROUND.fullmatch(line.text) is not None


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
    words = {word.casefold() for line, _ in lines for word in _WORD.findall(line.text)}
    text = ""
    last: Line | None = None
    for line, opens in lines:
        if last is None or _is_initial(last, line):
            text += line.text
        elif last.hyphenated and _SUSPENDED.match(line.text):
            text += f"- {line.text}"
        elif last.hyphenated:
            text += line.text if _is_one_word(last.text, line.text, words) else f"-{line.text}"
        elif _HYPHEN.search(last.text) and line.text[:1].isalnum() and not _SUSPENDED.match(line.text):
            text = text[:-1] if _is_one_word(last.text[:-1], line.text, words) else text
            text += line.text
        elif _goes_on(last, line):
            text += f" {line.text}"
        elif opens or (_ends_sentence(last) and line.bottom >= last.bottom):
            text += f"\n\n{line.text}"
        else:
            text += f" {line.text}"
        last = line
    return text


def _is_initial(last: Line, line: Line) -> bool:
    """Tell whether a line is the large first letter of the next one's first word."""
    return len(last.text) == 1 and last.text.isalpha() and last.size > 1.5 * line.size and line.text[:1].islower()


def _goes_on(last: Line, line: Line) -> bool:
    """Tell by the words that a sentence goes on, whatever stands between the lines."""
    alike = abs(line.size - last.size) <= SIZE_CHANGE * max(line.size, last.size)
    return alike and line.text[:1].islower() and not _ends_sentence(last)


def _is_one_word(left: str, right: str, words: set[str]) -> bool:
    """Tell whether a hyphen at the end of a line only breaks a word: "govern-ment", but not "well-known"."""
    first, second = _LAST_WORD.search(left), _WORD.match(right)
    if first is None or second is None:
        return False
    joined = first.group() + second.group()
    if joined.casefold() in words:
        return True
    if f"{first.group()}-{second.group()}".casefold() in words:
        return False
    if _COMPOUND.fullmatch(f"{first.group()}-{second.group()}") and simplemma.is_known(second.group(), lang="en"):
        return False
    if simplemma.is_known(joined, lang="en"):
        return True
    return not (simplemma.is_known(first.group(), lang="en") and simplemma.is_known(second.group(), lang="en"))
