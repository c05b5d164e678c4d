"""Suggests sources while somebody types: the database is asked for some names, and not for the library."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.asking.lookups.gathering import can_be_looked_up
from retrieval.domain.lookups import MAX_SUGGESTED_CHARS, MAX_SUGGESTIONS
from retrieval.language.folding import name_key
from retrieval.library.layout import Library

KEYS = 3 * MAX_SUGGESTIONS
"""Keys that are looked at: a person is found by name and by surname."""


def suggest_sources(libraries: Sequence[Library], typed: str) -> list[str]:
    """Return up to 25 names with a word that begins as typed, the most quoted first, then who only publishes.

    Each name once, in its commonest spelling, cut to Discord's length.
    """
    key = name_key(typed)
    if typed.strip() and not key:
        return []
    found: dict[str, tuple[int, str]] = {}
    for library in libraries:
        for name, kind, times in library.sources_like(key, KEYS):
            own = name_key(name)
            if can_be_looked_up(name, kind) and times > found.get(own, (0, ""))[0]:
                found[own] = times, found.get(own, (0, name))[1]
    quoted = [name for _, name in sorted(found.values(), key=lambda one: (-one[0], one[1].casefold()))]
    publishers = [name for library in libraries for name in library.publishers_like(key, MAX_SUGGESTIONS)]
    others = [name for name in publishers if name_key(name) not in found]
    names = dict.fromkeys(name[:MAX_SUGGESTED_CHARS].rstrip() for name in (*quoted, *others))
    return list(names)[:MAX_SUGGESTIONS]
