"""Reads the lines of a PDF's pages with where they stand and how large they are, by PDFium."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

_LINE_ENDS = frozenset({10, 13})
_HYPHENS = frozenset({0x02, 0x2D, 0xAD, 0xFFFE})
"""What may be a hyphen at the end of a line; PDFium gives one for it and for the line's end."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line in points, y upwards. `hyphenated`: its last word goes on in the next line, the hyphen is left out."""

    text: str
    left: float
    right: float
    bottom: float
    size: float
    hyphenated: bool


def page_lines(page: pdfium.PdfPage) -> list[Line]:
    """Return a page's lines in reading order."""
    text_page = page.get_textpage()
    try:
        return [line for line in _lines(text_page) if line.text]
    finally:
        text_page.close()


def _lines(text_page: pdfium.PdfTextPage) -> Iterator[Line]:
    characters: list[tuple[int, int]] = []
    for index in range(text_page.count_chars()):
        unit = pdfium_c.FPDFText_GetUnicode(text_page, index)
        if unit in _HYPHENS and pdfium_c.FPDFText_IsHyphen(text_page, index) == 1:
            yield _line(text_page, characters, hyphenated=True)
            characters = []
        elif unit in _LINE_ENDS:
            yield _line(text_page, characters, hyphenated=False)
            characters = []
        else:
            characters.append((index, unit))
    yield _line(text_page, characters, hyphenated=False)


def _line(text_page: pdfium.PdfTextPage, characters: list[tuple[int, int]], *, hyphenated: bool) -> Line:
    units = [unit for _, unit in characters]
    # Some builds give UTF-16 units; pairing surrogates is right for both.
    text = "".join(map(chr, units)).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    drawn = [index for index, _ in characters if pdfium_c.FPDFText_IsGenerated(text_page, index) != 1]
    if not drawn:
        return Line("", 0, 0, 0, 0, hyphenated=False)
    left, _, bottom = _box(text_page, drawn[0])
    _, right, _ = _box(text_page, drawn[-1])
    size = pdfium_c.FPDFText_GetFontSize(text_page, drawn[len(drawn) // 2])
    return Line(" ".join(text.split()), left, right, bottom, size, hyphenated)


def _box(text_page: pdfium.PdfTextPage, index: int) -> tuple[float, float, float]:
    """Return left, right and base line of a character, in points."""
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    pdfium_c.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
    pdfium_c.FPDFText_GetCharOrigin(text_page, index, x, y)
    return left.value, right.value, y.value
