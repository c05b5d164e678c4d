"""Lets a terminal that is not UTF-8 show what it can, instead of ending in a traceback."""

from __future__ import annotations

import codecs
import io
import sys
from typing import TextIO

PLAIN = str.maketrans(
    {
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "–": "-", "—": "-", "‑": "-",
        "…": "...", "·": "-", "•": "-", "→": "->", "\u00a0": " ", "\u202f": " ", "\u2009": " ",
    }
)  # fmt: skip
"""What stands for a mark in a character set that has it not; anything else is a question mark there."""
_NAME = "pullquote.plain"


def plain_marks(error: UnicodeError) -> tuple[str | bytes, int]:
    """Write marks that a terminal's character set has not as plain ones, other characters as question marks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    words = error.object[error.start : error.end].translate(PLAIN)
    return "".join(char if char.isascii() else "?" for char in words), error.end


def speak_any_encoding() -> None:
    """Let the standard streams take whatever their character set cannot say; UTF-8 is as it was.

    Lone surrogates, which UTF-8 has not either, become question marks too.
    """
    codecs.register_error(_NAME, plain_marks)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_NAME)
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")


def is_unicode(stream: TextIO) -> bool:
    """Tell whether a stream can say every character."""
    return codecs.lookup(stream.encoding or "utf-8").name.startswith("utf")
