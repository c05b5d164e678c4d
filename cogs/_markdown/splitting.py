"""Finds where a quote that is too long for one message may be parted."""

from __future__ import annotations

import re
from collections.abc import Callable

# Best first: after a paragraph, after a sentence (with its closing quotation marks), after a word.
_BOUNDARIES = (
    re.compile(r"\n\s*"),
    re.compile(r"[.!?…][\"'”’»)\]]*\s+"),
    re.compile(r"\s+"),
)


def split_point(text: str, fits: Callable[[str], bool]) -> int:
    """Return how many characters of `text` to put into this message: the most that read well and fit.

    `fits` tells whether a beginning of `text` fits; it must be true for one character. White space at
    a boundary stays with the first part, so that the parts joined are the text, character by character.
    """
    if fits(text):
        return len(text)
    low, high = 1, len(text)
    while high - low > 1:
        middle = (low + high) // 2
        if fits(text[:middle]):
            low = middle
        else:
            high = middle
    for boundary in _BOUNDARIES:
        ends = [match.end() for match in boundary.finditer(text, 0, low) if low // 2 < match.end() <= low]
        # A shorter text can need more room than a longer one by a backslash, hence the second look.
        for end in reversed(ends):
            if fits(text[:end]):
                return end
    return low
