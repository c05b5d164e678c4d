"""One library as a question sees it: found in `library.db` as it is asked for, nothing of it held.

What asks the whole library is a query (`whole.py`); what looks at candidates reads `catalogue`, which holds the
articles that were laid out for this question and grows with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from retrieval.arrays import Bools, Floats, Ints
from retrieval.domain.articles import Attribution, Span, StoredArticle
from retrieval.library.cache import Cache
from retrieval.library.catalogue import Catalogue, LaidArticle, build_catalogue
from retrieval.library.laying import Laying
from retrieval.library.matches import Keys, article_and_place, articles_in, damped, idf, mean_length, passage_keys
from retrieval.library.whole import WholeLibrary
from retrieval.neural.vectors import PassageEncoding
from retrieval.store.reading import Readings


@dataclass(frozen=True, slots=True)
class LibrarySentence:
    """One sentence row of a library, with all that a quote of it needs."""

    library: Library
    row: int
    passage: int
    article: int
    span: Span
    heading: bool

    @property
    def text(self) -> str:
        """Its words."""
        return self.span.of(self.library.catalogue.articles[self.article].text)

    @property
    def stored(self) -> StoredArticle:
        """Its article."""
        return self.library.stored[self.article]

    @property
    def attribution(self) -> Attribution | None:
        """Who is credited with it."""
        credited = int(self.library.catalogue.credited[self.row])
        return self.stored.attributions[credited] if credited >= 0 else None


class Library(WholeLibrary):
    """One library for one question, in one thread. Made by `LiveLibraries`.

    All that is read within `held` is of one moment. Passages and sentences are known by their row in `catalogue`.
    """

    def __init__(self, name: str, readings: Readings, cache: Cache) -> None:
        super().__init__(name, readings, cache)
        self._laid: dict[int, LaidArticle] = {}
        self._encodings: dict[tuple[int, int], PassageEncoding] = {}
        self._catalogue: Catalogue | None = None
        self._stored: dict[int, StoredArticle] = {}

    @property
    def catalogue(self) -> Catalogue:
        """What is laid out so far."""
        if self._catalogue is None:
            laid = list(self._laid.values())
            self._catalogue = build_catalogue(laid, self._encodings, self._laying.dimension)
        return self._catalogue

    @property
    def headings(self) -> Bools:
        """Which sentence rows of the catalogue are headings."""
        return self.catalogue.headings

    @property
    def credited(self) -> Ints:
        """Which of its article's attributions each sentence row belongs to, -1 for none."""
        return self.catalogue.credited

    @property
    def stored(self) -> Mapping[int, StoredArticle]:
        """The articles by number, each read when it is asked for."""
        return _Stored(self, self._laying, self._stored)

    def lay_out(self, keys: Keys) -> Ints:
        """Lay out passages, each with its article, and return their rows, ascending."""
        numbers = [number for number in dict.fromkeys(articles_in(keys).tolist()) if number not in self._laid]
        if numbers:
            self._laid |= {one.number: one for one in self._laying.articles(sorted(numbers))}
            self._catalogue = None
        places = [article_and_place(key) for key in keys.tolist()]
        missing = [(number, place) for number, place in places if (number, place) not in self._encodings]
        if missing:
            ids = [self._laid[number].passages[place].passage_id for number, place in missing]
            found = self._laying.encodings(ids)
            self._encodings |= {at: found[passage_id] for at, passage_id in zip(missing, ids, strict=True)}
            self._catalogue = None
        rows = [self.catalogue.rows_of[number][place] for number, place in places]
        return np.array(sorted(rows), np.int32)

    def keys_of(self, rows: Ints) -> Keys:
        """Return the keys of passage rows."""
        catalogue = self.catalogue
        return passage_keys(catalogue.article_of[rows], catalogue.place_in_article[rows])

    def sentences_of(self, number: int) -> range:
        """Return the sentence rows of an article, which is laid out for it."""
        if number not in self._laid:
            self._laid |= {one.number: one for one in self._laying.articles([number])}
            self._catalogue = None
        catalogue = self.catalogue
        rows = catalogue.rows_of[number]
        return range(int(catalogue.sentence_start[rows.start]), int(catalogue.sentence_start[rows.stop]))

    def weigh_common(self, terms: Ints, rows: Ints) -> tuple[Floats, Floats, Floats]:
        """Return BM25's (terms, rows) of passages that are laid out, of their articles and of their titles.

        For terms that `bm25` has left out.
        """
        sizes, catalogue = self._words.sizes, self.catalogue
        found = np.zeros((3, len(terms), len(rows)), np.float32)
        known = [self._words.term(int(word)) for word in terms]
        weights = np.array(
            [
                (idf(sizes.passages, t.passages), idf(sizes.articles, t.articles), idf(sizes.articles, t.titles))
                for t in known
            ],
            np.float32,
        ).reshape(len(terms), 3)
        means = (
            mean_length(sizes.passage_words, sizes.passages),
            mean_length(sizes.words, sizes.articles),
            mean_length(sizes.title_words, sizes.articles),
        )
        bounds = catalogue.token_start[catalogue.sentence_start]
        for column, row in enumerate(rows):
            laid = self._laid[int(catalogue.article_of[row])]
            body = catalogue.tokens[bounds[row] : bounds[row + 1]]
            in_title = (laid.title[None, :] == terms[:, None]).sum(axis=1)
            for level, tokens in enumerate((body, laid.tokens, laid.title[:0])):
                times = (tokens[None, :] == terms[:, None]).sum(axis=1) + in_title
                found[level, :, column] = weights[:, level] * damped(times, len(tokens) + len(laid.title), means[level])
        return found[0], found[1], found[2]

    def sentence(self, row: int) -> LibrarySentence:
        """Return a sentence row with its place and who is credited with it."""
        catalogue = self.catalogue
        passage = int(np.searchsorted(catalogue.sentence_start, row, side="right")) - 1
        return LibrarySentence(
            library=self,
            row=row,
            passage=passage,
            article=int(catalogue.article_of[passage]),
            span=catalogue.sentence_spans[row],
            heading=bool(catalogue.headings[row]),
        )


class _Stored(Mapping[int, StoredArticle]):
    """Articles by number; what was read once is kept for the question."""

    def __init__(self, library: Library, laying: Laying, known: dict[int, StoredArticle]) -> None:
        self._library, self._laying, self._known = library, laying, known

    def __getitem__(self, number: int) -> StoredArticle:
        number = int(number)
        if number not in self._known:
            self._known[number] = self._laying.stored(number)
        return self._known[number]

    def __iter__(self) -> Iterator[int]:
        return (number for number, _ in self._library.revisions())

    def __len__(self) -> int:
        return self._library.articles
