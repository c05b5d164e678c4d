"""Finds the time zone that a person means by a name or a city."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

MAX_MEANT = 3
SURE_LETTERS = 4
"""Few people misspell the beginning of their city."""


def zone_named(typed: str) -> str | None:
    """Return the name of a zone, given in any case, or by its city alone; None when there is none or several."""
    wanted = _key(typed)
    whole, by_city = _zones()
    if wanted in whole:
        return whole[wanted]
    cities = by_city.get(wanted, [])
    return cities[0] if len(cities) == 1 else None


def zones_meant(typed: str) -> list[str]:
    """Return up to three zones that may be meant by a name that is none."""
    wanted = _key(typed)
    _, by_city = _zones()
    if wanted in by_city:
        return by_city[wanted][:MAX_MEANT]
    beginning = wanted.rpartition("/")[2][:SURE_LETTERS]
    if len(beginning) < SURE_LETTERS:
        return []
    return [zones[0] for city, zones in sorted(by_city.items()) if city.startswith(beginning)][:MAX_MEANT]


def _key(name: str) -> str:
    return "_".join(name.casefold().replace("_", " ").split())


@cache
def _zones() -> tuple[dict[str, str], dict[str, list[str]]]:
    # `posix/` and `right/` hold every zone again, where a machine has them.
    names = sorted(name for name in available_timezones() if not name.startswith(("posix/", "right/")))
    by_city: dict[str, list[str]] = {}
    for name in names:
        if "/" in name and not name.startswith("Etc/"):
            by_city.setdefault(_key(name.rpartition("/")[2]), []).append(name)
    return {_key(name): name for name in names}, by_city
