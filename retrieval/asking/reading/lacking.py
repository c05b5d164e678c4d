"""What a question names that an article never mentions: names, years and numbers; certain, unlike a similarity."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np

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
    stored = library.stored[article].article
    named = list(dict.fromkeys(term.stem for term in question.terms if term.name and not term.stem[:1].isdigit()))
    rarity = library.rarity(named)
    held = library.holds(article, library.term_ids(named)) if named else np.zeros(0, np.bool_)
    return Lacking(
        names=float(rarity[~held].sum() / max(float(rarity.sum()), 1e-6)) if named else 0.0,
        years=years_lacking(question.text, stored.text, stored.credit.published_at),
        numbers=_numbers_lacking(question.text, stored.text),
    )


def years_lacking(question: str, text: str, published_at: datetime | None) -> tuple[str, ...]:
    """Return the years that a question names, and that an article neither names nor was published in."""
    years = dict.fromkeys(match.group() for match in _YEAR.finditer(question))
    return tuple(
        year for year in years if year not in text and (published_at is None or year != str(published_at.year))
    )


_told = lru_cache(maxsize=200)(figures_of)


def _numbers_lacking(question: str, text: str) -> tuple[str, ...]:
    asked = [figure for figure in figures_of(question) if figure.unit != "date" and not _YEAR.fullmatch(figure.words)]
    if not asked:
        return ()
    told = _told(text)
    return tuple(
        figure.words for figure in asked if not any(one.low <= figure.high and figure.low <= one.high for one in told)
    )
