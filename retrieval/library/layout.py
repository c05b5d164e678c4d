"""A library in memory, as questions need it: derived from `library.db`, replaced whole when that changes."""

from __future__ import annotations

import logging
import string
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt

from retrieval.arrays import Bools, Floats, Ints
from retrieval.domain.articles import Attribution, Span
from retrieval.language.folding import name_key
from retrieval.language.outlets import PublisherNames
from retrieval.language.rarity import rarity
from retrieval.language.spelling import one_letter_apart
from retrieval.language.stems import WORD
from retrieval.language.stems import stem as stem_of
from retrieval.language.word_lists import bare
from retrieval.library.catalogue import Catalogue, CatalogueArticle, build_catalogue
from retrieval.library.postings import LexicalIndex, build_lexical
from retrieval.library.source_keys import forms_of, keys_of
from retrieval.store import StoredArticle

log = logging.getLogger(__name__)

PASSAGES_LOOKED_AT = 20
"""In how many passages the spelling of a word is looked up."""


@dataclass(frozen=True, slots=True)
class CreditedSource:
    """One attribution of one article: rows into `Library.stored` and into its attributions."""

    article: int
    attribution: int


@dataclass(frozen=True, slots=True)
class Bm25:
    """BM25 weights: (terms, passages), (terms, articles) and (terms, titles)."""

    passages: Floats
    articles: Floats
    titles: Floats


@dataclass(frozen=True, slots=True)
class LibrarySentence:
    """One sentence row of a library, with all that a quote of it needs."""

    row: int
    passage: int
    article: int
    stored: StoredArticle
    span: Span
    heading: bool
    attribution: Attribution | None

    @property
    def text(self) -> str:
        """Its words."""
        return self.span.of(self.stored.article.text)


@dataclass(frozen=True)
class Library:
    """Everything of one library that answering reads. `stored` is in the order of `catalogue.articles`.

    What asks the whole library is a method, so that the layout can change; what looks at candidates reads
    `catalogue`. `headings` says of each sentence row whether it is one; `credited` which of its article's attributions
    it belongs to, -1 for none. `sources` are the shown attributions by the
    keys of `source_keys.keys_of`; `publishers` the articles by publisher key.
    """

    name: str
    stored: tuple[StoredArticle, ...]
    catalogue: Catalogue
    lexical: LexicalIndex
    publisher_names: PublisherNames
    headings: npt.NDArray[np.bool_]
    credited: Ints
    sources: Mapping[str, tuple[CreditedSource, ...]]
    publishers: Mapping[str, tuple[int, ...]]

    def term_ids(self, stems: Sequence[str]) -> Ints:
        """Return (stems,): the id of each stem, -1 for one that no article or title has."""
        return np.array([self.catalogue.vocabulary.get(stem, -1) for stem in stems], np.int32)

    def rarity(self, stems: Sequence[str]) -> Floats:
        """Return (stems,): the inverse document frequency of each; see `retrieval.language.rarity`."""
        passages = self.lexical.passages
        return rarity(stems, passages.count(self.term_ids(stems)), passages.rows) if stems else np.zeros(0, np.float32)

    def bm25(self, terms: Ints) -> Bm25:
        """Weigh all passages, articles and titles by term ids."""
        lexical = self.lexical
        return Bm25(lexical.passages.weigh(terms), lexical.articles.weigh(terms), lexical.titles.weigh(terms))

    def holds(self, article: int, terms: Ints) -> Bools:
        """Return (terms,): which term ids the article or its title has."""
        catalogue = self.catalogue
        first, last = np.searchsorted(catalogue.article_of, [article, article + 1])
        start, end = catalogue.token_start[catalogue.sentence_start[[first, last]]]
        return np.isin(terms, catalogue.tokens[start:end]) | np.isin(terms, catalogue.title_tokens[article])

    def knows(self, stem: str) -> bool:
        """Tell whether any article or title has a word with this stem."""
        return stem in self.catalogue.vocabulary

    def spelt_like(self, stem: str) -> str | None:
        """Return a stem of the library that one letter changed, added or taken away makes of this one."""
        return one_letter_apart(stem, self.catalogue.vocabulary, self._letters)

    def as_written(self, stem: str) -> str | None:
        """Return a word of a stem as an article writes it, with a capital where any does within a sentence."""
        (term,) = self.term_ids([stem])
        passages = self.lexical.passages
        rows = passages.documents[passages.start[term] : passages.start[term + 1]] if term >= 0 else ()
        written: str | None = None
        for row in rows[:PASSAGES_LOOKED_AT]:
            passage = self.catalogue.passages[row]
            text = passage.span.of(self.catalogue.articles[self.catalogue.article_of[row]].text)
            found = [match.group() for match in WORD.finditer(text) if stem_of(match.group()) == stem]
            written = next((word for word in found if word[0].isupper()), written or next(iter(found), None))
            if written and written[0].isupper():
                return bare(written)
        return written

    def number_of(self, article_id: str) -> int | None:
        """Return the place of a live article in `stored`, or None."""
        return self._numbers.get(article_id)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {stored.article.article_id: number for number, stored in enumerate(self.stored)}

    @cached_property
    def _letters(self) -> str:
        return "".join(sorted(set(string.ascii_lowercase).union(*self.catalogue.vocabulary)))

    def rows_of(self, publisher: str) -> Ints:
        """Return the passage rows of a publisher's articles."""
        return self.catalogue.rows_of_publisher.get(publisher, np.zeros(0, np.int32))

    def rows_on(self, days: Collection[date]) -> Ints:
        """Return the passage rows of the articles that were published on any of the days."""
        dated = np.array([day in days for day in self.catalogue.days], np.bool_)
        return np.flatnonzero(dated[self.catalogue.article_of]).astype(np.int32)

    def moments(self) -> list[datetime]:
        """Return when the library's articles were published, of those whose time is known."""
        return [at for article in self.catalogue.articles if (at := article.credit.published_at) is not None]

    def published_within(self, covers: Callable[[datetime], bool]) -> list[int]:
        """Return the articles that were published at a moment that `covers` accepts."""
        moments = enumerate(article.credit.published_at for article in self.catalogue.articles)
        return [number for number, moment in moments if moment is not None and covers(moment)]

    def credited_to(self, key: str) -> tuple[CreditedSource, ...]:
        """Return what is credited in the texts to a source, by the key of its name, surname or description."""
        return next((found for form in forms_of(key) if (found := self.sources.get(form))), ())

    def published_by(self, key: str) -> tuple[int, ...]:
        """Return the articles of a publisher, by the key of its name."""
        return self.publishers.get(key, ())

    def sentence(self, row: int) -> LibrarySentence:
        """Return a sentence row with its place and who is credited with it."""
        catalogue = self.catalogue
        passage = int(np.searchsorted(catalogue.sentence_start, row, side="right")) - 1
        article = int(catalogue.article_of[passage])
        stored, credited = self.stored[article], int(self.credited[row])
        return LibrarySentence(
            row=row,
            passage=passage,
            article=article,
            stored=stored,
            span=catalogue.sentence_spans[row],
            heading=bool(self.headings[row]),
            attribution=stored.attributions[credited] if credited >= 0 else None,
        )


def build_library(name: str, articles: Sequence[tuple[StoredArticle, CatalogueArticle]]) -> Library:
    """Lay a library out in memory; takes a second for 600 articles, so run it in a thread."""
    catalogue = build_catalogue([indexed for _, indexed in articles])
    sources: dict[str, dict[CreditedSource, None]] = {}
    publishers: dict[str, list[int]] = {}
    headings: list[bool] = []
    credited: list[int] = []
    for number, (stored, _) in enumerate(articles):
        headings += [sentence.heading for sentence in stored.sentences]
        credited += [_credited(stored, sentence.span) for sentence in stored.sentences]
        for key in {name_key(publisher) for publisher in stored.publishers} - {""}:
            publishers.setdefault(key, []).append(number)
        for position, attribution in enumerate(stored.attributions):
            if not attribution.shown:
                continue
            for key in keys_of(attribution, stored.article.text):
                sources.setdefault(key, {})[CreditedSource(number, position)] = None
    return Library(
        name=name,
        stored=tuple(stored for stored, _ in articles),
        catalogue=catalogue,
        lexical=build_lexical(catalogue),
        publisher_names=PublisherNames({publisher for stored, _ in articles for publisher in stored.publishers}),
        headings=np.array(headings, dtype=np.bool_),
        credited=np.array(credited, dtype=np.int32),
        sources={key: tuple(found) for key, found in sources.items()},
        publishers={key: tuple(found) for key, found in publishers.items()},
    )


def _credited(stored: StoredArticle, sentence: Span) -> int:
    """Return the shown attribution that a sentence belongs to, if it holds a good part of it; else -1."""
    best, most = -1, 0
    for position, attribution in enumerate(stored.attributions):
        if not attribution.shown:
            continue
        shared = sum(max(0, min(sentence.end, c.end) - max(sentence.start, c.start)) for c in attribution.content)
        content = sum(c.end - c.start for c in attribution.content)
        if shared > most and shared * 2 >= min(content, sentence.end - sentence.start):
            best, most = position, shared
    return best
