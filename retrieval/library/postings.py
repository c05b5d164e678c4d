"""The words of one library on disk: how many articles have them, where they stand, how they are spelt."""

from __future__ import annotations

import json
import sqlite3
import string
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np

from retrieval.arrays import Ints
from retrieval.language.spelling import one_letter_apart
from retrieval.library.cache import Cache
from retrieval.library.matches import Sizes, Term, Weights, weigh_articles, weigh_passages, weigh_titles
from retrieval.store.entering import numbered
from retrieval.store.postings import KINDS, Postings, Table, invert, key_of

MOST_ROWS = 100_000
"""Rows of postings that are read for one question, of the rarest words first; of the others only what candidates have
of them is weighed. Some ten milliseconds' worth."""

LETTERS = string.ascii_lowercase + string.digits + "'-.&"
"""With what a misspelt word is tried."""

Rows = Callable[..., Sequence[sqlite3.Row]]
"""Runs a query: `rows(sql, *values)`."""


@dataclass(frozen=True, slots=True)
class Bm25:
    """BM25 weights of some terms in the passages, articles and titles that have them.

    `common` are the places of those terms that were not looked up, being in too many passages.
    """

    passages: Weights
    articles: Weights
    titles: Weights
    common: tuple[int, ...] = ()


class Words:
    """The words of a library, as of one moment."""

    def __init__(self, library: str, rows: Rows, cache: Cache) -> None:
        self._library = library
        self._rows = rows
        self._cache = cache
        self._terms: dict[str, Term | None] = {}
        self._numbered: dict[int, Term] = {}

    @cached_property
    def sizes(self) -> Sizes:
        """How much the library holds."""
        rows = self._rows(
            "SELECT articles, passages, words, passage_words, title_words FROM library_sizes WHERE library = ?",
            self._library,
        )
        return Sizes(*rows[0]) if rows else Sizes()

    def terms(self, stems: Iterable[str]) -> list[Term | None]:
        """Return what the library has of each stem, None of one that no article or title has."""
        stems = list(stems)
        missing = [stem for stem in dict.fromkeys(stems) if stem not in self._terms]
        if missing:
            self._terms.update(dict.fromkeys(missing))
            for stem, word, *counts in self._rows(
                "SELECT stem, word_id, passages, articles, titles FROM words "
                "WHERE library = ? AND stem IN (SELECT value FROM json_each(?))",
                self._library,
                json.dumps(missing, ensure_ascii=False),
            ):
                in_passages, in_articles = (postings.of(word) for postings in self._waiting)
                waiting = len(in_passages), len(in_articles), int((in_articles["in_title"] > 0).sum())
                term = Term(word, *(count + more for count, more in zip(counts, waiting, strict=True)))
                if term.articles:
                    self._terms[stem] = self._numbered[word] = term
        return [self._terms[stem] for stem in stems]

    def spelt_like(self, stem: str) -> str | None:
        """Return a stem of the library that one letter changed, added or taken away makes of this one."""
        tried: dict[str, None] = {}
        letters = "".join(sorted(set(LETTERS + stem)))

        class _Trying:
            def __contains__(self, spelling: object) -> bool:
                tried[str(spelling)] = None
                return False

        one_letter_apart(stem, _Trying(), letters)
        found = self.terms(tried)
        return next((spelling for spelling, term in zip(tried, found, strict=True) if term is not None), None)

    def bm25(self, words: Ints) -> Bm25:
        """Weigh what has the words of these numbers, -1 for one that nothing has."""
        known = {place: self._numbered[word] for place, word in enumerate(words.tolist()) if word in self._numbered}
        by_rarity = sorted(known, key=lambda place: (known[place].passages, place))
        read: list[int] = []
        total = 0
        for place in by_rarity:
            total += known[place].passages
            if read and total > MOST_ROWS:
                break
            read.append(place)
        found = [[(place, known[place], self._table(known[place].word, kind)) for place in read] for kind in (0, 1)]
        return Bm25(
            weigh_passages(found[0], self.sizes),
            weigh_articles(found[1], self.sizes),
            weigh_titles(found[1], self.sizes),
            tuple(by_rarity[len(read) :]),
        )

    def term(self, word: int) -> Term:
        """Return a term that was looked up, by its number."""
        return self._numbered[word]

    def first_places(self, word: int) -> list[tuple[int, int]]:
        """Return some passages that have a word, by article number and place, in the order of numbers."""
        blocks = self._rows(
            "SELECT entries FROM postings WHERE key BETWEEN ? AND ? ORDER BY key LIMIT 1", *_range(word, 0)
        )
        rows = [np.frombuffer(block[0], KINDS[0]) for block in blocks] + [self._waiting[0].of(word)]
        return [(int(row["article"]), int(row["place"])) for table in rows for row in table]

    def _table(self, word: int, kind: int) -> Table:
        blocks = self._rows("SELECT entries FROM postings WHERE key BETWEEN ? AND ? ORDER BY key", *_range(word, kind))
        merged = np.frombuffer(b"".join(block[0] for block in blocks), KINDS[kind])
        waiting = self._waiting[kind].of(word)
        return np.concatenate([merged, waiting]) if len(waiting) else merged

    @cached_property
    def _waiting(self) -> tuple[Postings, Postings]:
        """The postings of entries that are not merged yet."""
        numbers = tuple(
            row[0]
            for row in self._rows(
                "SELECT number FROM entries WHERE library = ? AND merged = 0 ORDER BY number", self._library
            )
        )
        key = ("waiting", self._library)
        known = cast("tuple[Postings, Postings] | None", self._cache.get(key, numbers))
        if known is None:
            rows = self._rows(
                "SELECT number, title, tokens, sentences, passages FROM entries "
                "WHERE library = ? AND merged = 0 ORDER BY number",
                self._library,
            )
            known = invert([numbered(row) for row in rows])
            size = sum(postings.rows.nbytes + postings.words.nbytes for postings in known)
            self._cache.put(key, known, size + 1_000, numbers)
        return known


def _range(word: int, kind: int) -> tuple[int, int]:
    return key_of(word, kind), key_of(word, kind, (1 << 31) - 1)
