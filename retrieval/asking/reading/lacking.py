"""What a question names that an article never mentions: names, years and numbers; certain, unlike a similarity."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from retrieval.asking.question.question import Question
from retrieval.language.figures import figures_of
from retrieval.library.layout import Library

_YEAR = re.compile(r"(?<![\w.,])(?:19|20)\d{2}(?![\w,]|\.\d)")


@dataclass(frozen=True, slots=True)
class Lacking:
    """What an article lacks: `names` the share of the question's names by their rarity, the rest as typed."""

    names: float
    years: tuple[str, ...]
    numbers: tuple[str, ...]


def lacking(question: Question, library: Library, article: int) -> Lacking:
    """Return what a question names and an article of the library does not."""
    stored = library.catalogue.articles[article]
    named = list(dict.fromkeys(term.stem for term in question.terms if term.name and not term.stem[:1].isdigit()))
    return Lacking(
        names=1.0 - share_held(library, article, named),
        years=years_lacking(question.text, stored.text, stored.credit.published_at),
        numbers=_numbers_lacking(question.text, stored.text),
    )


def share_held(library: Library, article: int, stems: Sequence[str]) -> float:
    """Return the share of some words, by their rarity, that an article has; 1 of none."""
    wanted = list(dict.fromkeys(stems))
    if not wanted:
        return 1.0
    rarity = library.rarity(wanted)
    return float(rarity[library.holds(article, library.term_ids(wanted))].sum() / max(float(rarity.sum()), 1e-6))


def years_lacking(question: str, text: str, published_at: datetime | None) -> tuple[str, ...]:
    """Return the years that a question names, and that an article neither names nor was published in."""
    years = dict.fromkeys(match.group() for match in _YEAR.finditer(question))
    return tuple(
        year for year in years if year not in text and (published_at is None or year != str(published_at.year))
    )


_HOW_MUCH = re.compile(
    r"\bhow much\b(?!\s+(?:longer|of a)\b)|\bwhat (?:price|salary|fine|fee|sum)\b|\b(?:cost|price)s?\b", re.IGNORECASE
)


def measure_lacking(question: Question, passage: str) -> bool:
    """Tell whether a passage has no figure of what is asked the number or the price of."""
    if question.counted is None and not _HOW_MUCH.search(question.text):
        return False
    units = {figure.unit for figure in _told(passage)}
    if question.counted is not None:
        return question.counted not in units
    return not any(unit == "%" or (unit and not unit.isalpha()) for unit in units)


_told = lru_cache(maxsize=200)(figures_of)


def _numbers_lacking(question: str, text: str) -> tuple[str, ...]:
    asked = [figure for figure in figures_of(question) if figure.unit != "date" and not _YEAR.fullmatch(figure.words)]
    if not asked:
        return ()
    told = _told(text)
    return tuple(
        figure.words for figure in asked if not any(one.low <= figure.high and figure.low <= one.high for one in told)
    )
