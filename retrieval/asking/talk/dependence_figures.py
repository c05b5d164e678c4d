"""Named figures of whether a question stands alone: its wording, the talk before it, and what the libraries know."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.arrays import Floats, Ints
from retrieval.asking.search.linear import Figures
from retrieval.domain.talk import Exchange, Talk
from retrieval.language.folding import fold
from retrieval.language.proper_names import looks_like_name
from retrieval.language.stems import WORD, index_stems, is_content, stem
from retrieval.language.word_lists import QUESTION_WORDS
from retrieval.library.layout import Library

_PERSONAL = frozenset("he she him her his hers they them their theirs".split())
_THING = frozenset("it its".split())
_POINTING = frozenset("this that these those there then".split())
_AUXILIARY = frozenset(
    "is are was were be been do does did done has have had can could will would should may might must".split()
)
_POINTED_FROM = frozenset("about of for from after before by in on at with because to like as since during".split())
_MORE = frozenset("else other others another also more again besides too same either instead next".split())
_OPENER = re.compile(r"\W*(?:and|but|so|or|what\s+about|how\s+about|ok|okay|then)\b", re.IGNORECASE)
_OF_THE_TEXT = frozenset("article articles aspect aspects interesting important thing things anything".split())
_ARTICLES_READ = 5
"""Of how many articles, best by BM25, it is looked up which words of the question they have."""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    lower: str
    stem: str
    content: bool
    name: bool


def _words(text: str) -> list[_Word]:
    found = []
    for match in WORD.finditer(text):
        word = match.group()
        lower = fold(word).replace("’", "'")
        bare = lower.removesuffix("'s")
        content = is_content(word) and bare not in _PERSONAL | _THING | _MORE
        capital = match.start() > 0 and word[0].isupper()
        found.append(_Word(word, bare, stem(word), content, content and (capital or looks_like_name(bare))))
    return found


def dependence_figures(question: str, talk: Talk, libraries: Sequence[Library]) -> Figures:
    """Return one row of figures for a question after a talk that is not empty."""
    words = _words(question)
    content = [word for word in words if word.content]
    names = [word for word in words if word.name]
    talked = set(index_stems(" ".join(_said(exchange) for exchange in talk)))
    asked_before = set(index_stems(" ".join(exchange.question for exchange in talk)))
    known = max((_knowledge(content, talk, library) for library in libraries), key=lambda found: found.covered)
    count = len(content)
    pronouns = _pronouns(words)
    definite = [b for a, b in itertools.pairwise(words) if a.lower == "the" and b.content and not b.name]
    shares = known.shares
    return Figures.of(
        {
            "person_first": [float("person" in pronouns["first"])],
            "person_later": [float("person" in pronouns["later"])],
            "person_after_name": [float("person" in pronouns["named"])],
            "thing_first": [float("thing" in pronouns["first"])],
            "thing_later": [float("thing" in pronouns["later"])],
            "thing_after_name": [float("thing" in pronouns["named"])],
            "pointing": [float(any("pointing" in found for found in pronouns.values()))],
            "opener": [float(_OPENER.match(question) is not None)],
            "more": [float(any(word.lower in _MORE for word in words))],
            "of_the_text": [float(any(word.lower in _OF_THE_TEXT for word in words))],
            "empty": [float(count == 0)],
            "one_word": [float(count == 1)],
            "words": [np.log1p(count)],
            "asks": [float(any(word.lower in QUESTION_WORDS | _AUXILIARY for word in words[:2]))],
            "names": [min(len(names), 3) / 3],
            "no_name": [float(not names)],
            "name_of_the_talk": [float(any(word.stem in talked for word in names))],
            "name_not_of_the_talk": [float(any(word.stem not in talked for word in names))],
            "definite": [float(bool(definite))],
            "definite_of_the_talk": [float(any(word.stem in talked for word in definite))],
            "said_before": [float(sum(share for word, share in shares if word.stem in talked))],
            "asked_before": [float(sum(share for word, share in shares if word.stem in asked_before))],
            "unknown": [float(sum(share for word, share in shares if not known.holds(word.stem)))],
            "rarest": [known.rarest],
            "covered": [known.covered],
            "covered_by_quoted": [known.covered_by_quoted],
            "quoted_covers_less": [known.covered - known.covered_by_quoted],
            "nothing_quoted": [float(not any(exchange.quotes for exchange in talk))],
        }
    )


def _said(exchange: Exchange) -> str:
    return " ".join([exchange.question, *(quote.text for quote in exchange.quotes)])


def _pronouns(words: Sequence[_Word]) -> dict[str, set[str]]:
    """Return which kinds of pronoun stand before any content word, after one, and after a name."""
    found: dict[str, set[str]] = {"first": set(), "later": set(), "named": set()}
    content = named = False
    for number, word in enumerate(words):
        kind = "person" if word.lower in _PERSONAL else "thing" if word.lower in _THING else None
        if word.lower in _POINTING and _points(words, number):
            kind = "pointing"
        if kind:
            found["named" if named else "later" if content else "first"].add(kind)
        content |= word.content
        named |= word.name
    return found


def _points(words: Sequence[_Word], number: int) -> bool:
    """Tell whether "that" or "then" points back: "the man that left" does not, "why was that?" does."""
    before = words[number - 1].lower if number else ""
    after = words[number + 1].lower if number + 1 < len(words) else ""
    if words[number].lower in ("this", "these", "those"):
        return True
    if words[number].lower == "there" and (after in _AUXILIARY or before in _AUXILIARY):
        return False  # "are there any ...?"
    return not after or before in _POINTED_FROM | _AUXILIARY or (number == 0 and after in _AUXILIARY)


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """What one library knows of the question's words; `shares` are the words with their share of all rarity."""

    shares: tuple[tuple[_Word, float], ...]
    known: Collection[str]
    rarest: float
    covered: float
    covered_by_quoted: float

    def holds(self, word: str) -> bool:
        return word in self.known


def _knowledge(content: Sequence[_Word], talk: Talk, library: Library) -> _Knowledge:
    distinct = list({word.stem: word for word in content}.values())
    stems = [word.stem for word in distinct]
    if not stems:
        return _Knowledge((), (), 0.0, 0.0, 0.0)
    terms = library.term_ids(stems)
    rarity = library.rarity(stems)
    weight: Floats = rarity / max(float(rarity.sum()), 1e-6)
    best = [number for number, _ in library.best_articles(terms, _ARTICLES_READ)]
    highest = float(np.log(2 * (library.passages + 100)))
    return _Knowledge(
        shares=tuple(zip(distinct, weight.tolist(), strict=True)),
        known=frozenset(word for word, term in zip(stems, terms, strict=True) if term >= 0),
        rarest=float(rarity.max()) / highest,
        covered=_covered(best, terms, weight, library),
        covered_by_quoted=_covered(quoted_articles(talk, library), terms, weight, library),
    )


def quoted_articles(talk: Talk, library: Library) -> list[int]:
    """Return the articles of a library that a talk has quoted and that are still live, the last quoted first."""
    ids = dict.fromkeys(quote.article_id for exchange in reversed(talk) for quote in exchange.quotes)
    return [number for article_id in ids if (number := library.number_of(article_id)) is not None]


def _covered(articles: Sequence[int], terms: Ints, weight: Floats, library: Library) -> float:
    return max((float(weight @ library.holds(article, terms)) for article in articles), default=0.0)
