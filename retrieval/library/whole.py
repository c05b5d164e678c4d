"""What is asked of a whole library: a query over its tables each, whatever the library's size."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property

import numpy as np

from retrieval.arrays import Bools, Floats, Ints
from retrieval.domain.articles import SourceKind
from retrieval.language.outlets import PublisherNames
from retrieval.language.rarity import rarity
from retrieval.language.source_keys import forms_of
from retrieval.language.stems import WORD
from retrieval.language.stems import stem as stem_of
from retrieval.language.word_lists import bare
from retrieval.library.cache import Cache
from retrieval.library.laying import Laying, listed
from retrieval.library.matches import Keys, passage_key
from retrieval.library.postings import Bm25, Words
from retrieval.store.reading import Readings

PASSAGES_LOOKED_AT = 20
"""In how many passages the spelling of a word is looked up."""

CREDITS_LOOKED_AT = 20
"""From how many credits the name of a source is taken."""

# These step from one value to the next in an index, whatever the number of rows.
_PUBLISHERS = (
    "WITH RECURSIVE each(value) AS (SELECT min(name) FROM publishers WHERE library = ?1 UNION ALL "
    "SELECT (SELECT min(name) FROM publishers WHERE library = ?1 AND name > each.value) FROM each "
    "WHERE each.value IS NOT NULL) SELECT value FROM each WHERE value IS NOT NULL"
)
_DAYS = (
    "WITH RECURSIVE each(value) AS (SELECT min(day) FROM entries WHERE library = ?1 UNION ALL "
    "SELECT (SELECT min(day) FROM entries WHERE library = ?1 AND day > each.value) FROM each "
    "WHERE each.value IS NOT NULL) SELECT value FROM each WHERE value IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class CreditedSource:
    """One attribution of one article, by the article's number."""

    article: int
    attribution: int


class WholeLibrary:
    """One library as it is asked; articles are known by their number in `library.db`, which a new version changes."""

    def __init__(self, name: str, readings: Readings, cache: Cache) -> None:
        self.name = name
        self._readings = readings
        self._cache = cache
        self._db: sqlite3.Connection | None = None
        self._laying = Laying(name, self._rows, cache)
        self._words = Words(name, self._rows, cache)

    @contextmanager
    def held(self) -> Iterator[None]:
        """See the library as it is at the beginning of the block, for as long as it runs."""
        with self._readings.reading() as db:
            self._db = db
            try:
                yield
            finally:
                self._db = None

    def _rows(self, sql: str, *values: object) -> Sequence[sqlite3.Row]:
        if self._db is not None:
            return self._db.execute(sql, values).fetchall()
        with self._readings.reading() as db:
            return db.execute(sql, values).fetchall()

    @property
    def articles(self) -> int:
        """How many articles it has."""
        return self._words.sizes.articles

    @property
    def passages(self) -> int:
        """How many passages it has."""
        return self._words.sizes.passages

    @property
    def stamp(self) -> tuple[int, int]:
        """What is another whenever anything of the library has changed."""
        rows = self._rows("SELECT coalesce(max(revision), 0) FROM articles WHERE library = ?", self.name)
        return rows[0][0], self.articles

    def revisions(self) -> list[tuple[int, int]]:
        """Return number and revision of every article; either is another when anything of it has changed."""
        return [
            (row[0], row[1])
            for row in self._rows(
                "SELECT e.number, a.revision FROM entries AS e JOIN articles AS a USING (article_id) "
                "WHERE e.library = ? ORDER BY e.number",
                self.name,
            )
        ]

    @cached_property
    def publisher_names(self) -> PublisherNames:
        """What finds its publishers in questions."""
        names = tuple(self._each(_PUBLISHERS))
        key = ("publishers", self.name)
        known = self._cache.get(key, names)
        if not isinstance(known, PublisherNames):
            known = PublisherNames(names)
            self._cache.put(key, known, 2_000 + sum(400 + 10 * len(name) for name in names), names)
        return known

    def term_ids(self, stems: Sequence[str]) -> Ints:
        """Return (stems,): the id of each stem, -1 for one that no article or title has."""
        return np.array([term.word if term else -1 for term in self._words.terms(stems)], np.int32)

    def rarity(self, stems: Sequence[str]) -> Floats:
        """Return (stems,): the inverse document frequency of each; see `retrieval.language.rarity`."""
        if not stems:
            return np.zeros(0, np.float32)
        counts = [term.passages if term else 0 for term in self._words.terms(stems)]
        return rarity(stems, counts, self.passages)

    def bm25(self, terms: Ints) -> Bm25:
        """Weigh passages, articles and titles by term ids."""
        return self._words.bm25(terms)

    def best_articles(self, terms: Ints, count: int, *, every: bool = False) -> list[tuple[int, float]]:
        """Return up to `count` articles with their BM25 weight, best first; with `every`, those that have all terms."""
        if every and (terms < 0).any():
            return []
        found = self.bm25(terms)
        scores = found.articles.total()
        kept = np.arange(len(scores))
        if every:
            kept = kept[found.articles.times() >= len(terms) - len(found.common)]
        order = kept[np.argsort(-scores[kept], kind="stable")]
        numbers = found.articles.documents
        best: list[tuple[int, float]] = []
        for place in order:
            number = int(numbers[place])
            if every and found.common and not self.holds(number, terms).all():
                continue
            best.append((number, float(scores[place])))
            if len(best) == count:
                break
        return best

    def holds(self, article: int, terms: Ints) -> Bools:
        """Return (terms,): which term ids the article or its title has."""
        (laid,) = self._laying.articles([article])
        return np.isin(terms, laid.tokens) | np.isin(terms, laid.title)

    def knows(self, stem: str) -> bool:
        """Tell whether any article or title has a word with this stem."""
        return self._words.terms([stem])[0] is not None

    def spelt_like(self, stem: str) -> str | None:
        """Return a stem of the library that one letter changed, added or taken away makes of this one."""
        return self._words.spelt_like(stem)

    def as_written(self, stem: str) -> str | None:
        """Return a word of a stem as an article writes it, with a capital where any does within a sentence."""
        (term,) = self._words.terms([stem])
        places = self._words.first_places(term.word)[:PASSAGES_LOOKED_AT] if term is not None else []
        written: str | None = None
        for number, place in places:
            (laid,) = self._laying.articles([number])
            text = laid.passages[place].span.of(laid.article.text)
            found = [match.group() for match in WORD.finditer(text) if stem_of(match.group()) == stem]
            written = next((word for word in found if word[0].isupper()), written or next(iter(found), None))
            if written and written[0].isupper():
                return bare(written)
        return written

    def number_of(self, article_id: str) -> int | None:
        """Return the number of a live article, or None."""
        rows = self._rows("SELECT number FROM entries WHERE article_id = ? AND library = ?", article_id, self.name)
        return rows[0][0] if rows else None

    def published_as(self, publisher: str) -> Ints:
        """Return the articles of a publisher, by its name as it stands in credits."""
        return self._numbers("SELECT number FROM publishers WHERE library = ? AND name = ?", publisher)

    def published_by(self, key: str) -> tuple[int, ...]:
        """Return the articles of a publisher, by the key of its name."""
        found = self._numbers("SELECT DISTINCT number FROM publishers WHERE library = ? AND key = ?", key)
        return tuple(found.tolist()) if key else ()

    def published_on(self, days: Collection[date]) -> Ints:
        """Return the articles that were published on any of the days."""
        return self._numbers(
            "SELECT number FROM entries WHERE library = ? AND day IN (SELECT value FROM json_each(?)) ORDER BY number",
            json.dumps([day.isoformat() for day in days]),
        )

    def moments(self) -> list[datetime]:
        """Return one moment of each day on which an article of the library was published."""
        return [datetime.combine(date.fromisoformat(day), time()) for day in self._each(_DAYS)]

    def published_within(self, covers: Callable[[datetime], bool]) -> list[int]:
        """Return the articles that were published on a day of which `covers` accepts a moment."""
        numbers: list[int] = self.published_on([at.date() for at in self.moments() if covers(at)]).tolist()
        return numbers

    def credited_to(self, key: str) -> tuple[CreditedSource, ...]:
        """Return what is credited in the texts to a source, by the key of its name, surname or description."""
        for form in forms_of(key):
            rows = self._rows(
                "SELECT number, ordinal FROM source_keys WHERE library = ? AND key = ? ORDER BY number, ordinal",
                self.name,
                form,
            )
            if rows:
                return tuple(CreditedSource(number, ordinal) for number, ordinal in rows)
        return ()

    def sources_like(self, typed: str, count: int) -> list[tuple[str, SourceKind, int]]:
        """Return names of credited sources with a word of a key that begins as typed, their kind and how often.

        The names of up to `count` keys, the most credited key first; `typed` is folded as keys are.
        """
        keys = self._rows(
            "SELECT key, count(*) AS times FROM source_keys WHERE library = ? AND instr(' ' || key, ' ' || ?) "
            "GROUP BY key ORDER BY times DESC, key LIMIT ?",
            self.name,
            typed,
            count,
        )
        return [
            (name, SourceKind(kind), times)
            for key, times in keys
            for name, kind in self._rows(
                "SELECT name, kind FROM (SELECT a.name, a.kind FROM source_keys AS k JOIN entries AS e USING (number) "
                "JOIN attributions AS a ON a.article_id = e.article_id AND a.ordinal = k.ordinal "
                "WHERE k.library = ? AND k.key = ? AND a.shown LIMIT ?) GROUP BY name, kind ORDER BY count(*) DESC",
                self.name,
                key,
                CREDITS_LOOKED_AT,
            )
        ]

    def publishers_like(self, typed: str, count: int) -> list[str]:
        """Return up to `count` publishers with a word of their key that begins as typed, with most articles first."""
        rows = self._rows(
            "SELECT name FROM publishers WHERE library = ? AND instr(' ' || key, ' ' || ?) "
            "GROUP BY name ORDER BY count(*) DESC, name LIMIT ?",
            self.name,
            typed,
            count,
        )
        return [row[0] for row in rows]

    def numbers_of(self, passage_ids: Sequence[int]) -> dict[int, int]:
        """Return the keys (`matches.Keys`) of those passage ids that are live here."""
        return {
            passage_id: passage_key(number, place)
            for passage_id, number, place in self._rows(
                # CROSS JOIN keeps the order: from the few ids to their rows, not through the library.
                "SELECT p.passage_id, e.number, (SELECT count(*) FROM passages AS q "
                "WHERE q.article_id = p.article_id AND q.start < p.start) FROM json_each(?2) AS j "
                "CROSS JOIN passages AS p ON p.passage_id = j.value "
                "CROSS JOIN entries AS e ON e.article_id = p.article_id AND e.library = ?1",
                self.name,
                listed(passage_ids),
            )
        }

    def tokens_of(self, numbers: Sequence[int]) -> list[Ints]:
        """Return the term ids of the texts of some articles, in the order of these."""
        found = {
            number: np.frombuffer(tokens, np.int32)
            for number, tokens in self._rows(
                "SELECT e.number, e.tokens FROM json_each(?) AS j CROSS JOIN entries AS e ON e.number = j.value",
                listed(numbers),
            )
        }
        return [found[number] for number in numbers]

    def passages_of(self, numbers: Iterable[int]) -> int:
        """Return how many passages some articles have."""
        return int(
            self._rows(
                "SELECT coalesce(sum(length(passages)), 0) / 4 FROM entries "
                "WHERE number IN (SELECT value FROM json_each(?))",
                listed(numbers),
            )[0][0]
        )

    def vectors_of_articles(self, numbers: Iterable[int]) -> tuple[Keys, Floats]:
        """Return the keys of all passages of some articles, and their vectors (passages, dim)."""
        return self._laying.vectors_of_articles(numbers)

    def vectors(self, keys: Keys) -> Floats:
        """Return (passages, dim): the vectors of passages by their keys."""
        return self._laying.vectors(keys)

    def publishers_and_days(self, numbers: Sequence[int]) -> dict[int, tuple[str | None, date | None]]:
        """Return who published some articles, and when."""
        return {
            number: (publisher, date.fromisoformat(day) if day else None)
            for number, publisher, day in self._rows(
                "SELECT e.number, a.publisher, e.day FROM json_each(?) AS j CROSS JOIN entries AS e "
                "ON e.number = j.value CROSS JOIN articles AS a ON a.article_id = e.article_id",
                listed(numbers),
            )
        }

    def _numbers(self, sql: str, value: object) -> Ints:
        return np.array([row[0] for row in self._rows(sql, self.name, value)], np.int32)

    def _each(self, sql: str) -> list[str]:
        return [row[0] for row in self._rows(sql, self.name)]
