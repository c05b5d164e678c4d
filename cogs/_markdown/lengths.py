"""Counts as Discord counts, and shortens our own words where they would not fit."""

from __future__ import annotations

from cogs._markdown.escaping import escape

MESSAGE_LIMIT = 2000
ELLIPSIS = "…"


def units(text: str) -> int:
    """Return the length in UTF-16 units: never fewer than Discord counts, whichever way it counts."""
    return len(text) + sum(char > "\uffff" for char in text)


def shown(text: str, *, limit: int) -> str:
    """Return `text` on one line, escaped, and cut with an ellipsis where it passes `limit` units.

    For what surrounds a quote (titles, names, questions); a quote itself is never shortened so.
    """
    line = " ".join(text.split())
    escaped = escape(line)
    if units(escaped) <= limit:
        return escaped
    fitting, too_long = 0, len(line)
    while too_long - fitting > 1:
        middle = (fitting + too_long) // 2
        if units(escape(line[:middle])) <= limit - 1:
            fitting = middle
        else:
            too_long = middle
    return escape(line[:fitting].rstrip()) + ELLIPSIS
