"""Tells whether a PDF's own table of its parts can be followed, without which each part is searched for."""

from __future__ import annotations

import re

MOST_SEARCHED_BYTES = 4_000_000_000
"""Of a PDF without a sound table: where a stream's length is wrong too, its end is looked for up to the file's end."""
_TAIL_BYTES = 2_048
_TABLE_AT = re.compile(rb"startxref\s+(\d{1,10})\b")
_TABLE = re.compile(rb"\s*xref\s+\d+\s+(\d{1,7})\s*")
_PART = re.compile(rb"\s*\d+\s+\d+\s+obj\b")
_ENTRY = re.compile(rb"(\d{10}) \d{5} n\s{1,2}")


def costs_too_much(data: bytes) -> bool:
    """Tell whether reading a PDF may take time that grows with the square of its length."""
    return data.count(b"stream") * len(data) > MOST_SEARCHED_BYTES and not _has_sound_table(data)


def _has_sound_table(data: bytes) -> bool:
    """Tell whether the last table is where the file says, and its first part leads to objects."""
    places = _TABLE_AT.findall(data, max(0, len(data) - _TAIL_BYTES))
    start = max(0, data.find(b"%PDF-", 0, _TAIL_BYTES))  # places are counted from there
    if not places or not (at := int(places[-1])):
        return False
    table = _TABLE.match(data, start + at)
    if table is None:
        return _PART.match(data, start + at) is not None  # a table that is an object itself
    entries = _ENTRY.findall(data, table.end(), table.end() + 20 * int(table[1]))
    return bool(entries) and all(_PART.match(data, start + int(entry)) for entry in entries)
