"""Lines that say nothing but when: the times above the posts of a live blog."""

from __future__ import annotations

import re

LONGEST = 40

_CLOCK = re.compile(
    r"(?:(?:posted|updated|published)(?: at)?:?\s*)?"
    r"(?:(?:[^\W\d_]{3,9}\.?\s\d{1,2}(?:,?\s\d{4})?|\d{1,2}\s[^\W\d_]{3,9}\.?(?:,?\s\d{4})?),?\s(?:at\s)?)?"
    r"(?:\d{1,2}[:.h]\d{2}(?::\d{2})?\s?(?:[ap]\.?\s?m\.?)?|\d{1,2}\s?[ap]\.?\s?m\.?)"
    r"\s?(?:[A-Z]{2,5}|(?:local|eastern|pacific) time)?\.?",
    re.IGNORECASE,
)


def is_clock_line(line: str) -> bool:
    """Tell whether a line, its blanks made single, is a time of day, perhaps with its day and zone."""
    return len(line) <= LONGEST and _CLOCK.fullmatch(line) is not None
