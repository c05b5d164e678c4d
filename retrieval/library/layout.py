"""A library in memory, as questions need it: derived from `library.db`, replaced whole when that changes."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.arrays import Ints
from retrieval.domain.articles import Span
from retrieval.language.folding import name_key, surname_key
from retrieval.language.outlets import PublisherNames
from retrieval.library.catalogue import Catalogue, CatalogueArticle, build_catalogue
from retrieval.library.postings import LexicalIndex, build_lexical
from retrieval.store import StoredArticle

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CreditedSource:
    """One attribution of one article: rows into `Library.stored` and into its attributions."""

    article: int
    attribution: int


@dataclass(frozen=True, slots=True)
class Library:
    """Everything of one library that answering reads. `stored` is in the order of `catalogue.articles`.

    `headings` says of each sentence row whether it is one; `credited` which of its article's attributions
    it belongs to, -1 for none. `sources` are the shown attributions by the
    key of the source's name, of a person's surname too; `publishers` the articles by publisher key.
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

    def knows(self, stem: str) -> bool:
        """Tell whether any article or title has a word with this stem."""
        return stem in self.catalogue.vocabulary


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
            keys = {name_key(attribution.name)}
            if attribution.kind == "person":
                keys.add(surname_key(attribution.name))
            for key in keys - {""}:
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
