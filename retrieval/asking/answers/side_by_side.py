"""Puts quotes side by side that tell the same, or differ: who else reports what an answer quotes.

Nothing is written: sentences are compared by `statements.py`, and what is not certain is not told. Copies
of one text ("also carried by") count as one report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from retrieval.asking.answers.quotes import SAME_STORY, plain_words, quote_sentence
from retrieval.asking.answers.reporters import Reporter, reporter_of
from retrieval.asking.answers.statements import SIMILAR, Statement, compare, read_statement, says_all
from retrieval.asking.answers.windows import leans_back
from retrieval.asking.reading.findings import Findings
from retrieval.domain.answers import Comparison, Quote, Relation
from retrieval.domain.articles import Span
from retrieval.library.catalogue import Catalogue

MAX_QUOTES_IN_ALL = 5
MAX_BESIDE = 2
"""How many quotes may be added to one of an answer because they tell the same."""

SAME_TIME_DAYS = 3
"""Articles that are further apart tell of another day: prices and death tolls go on changing."""

MOST_COMPARED = 8
"""How many sentences a quote is compared with, the most similar ones."""

MAIN_SHARE = 0.5
"""Share of a quote's words that the compared sentence must be: "report this" has to mean the quote."""


class _Field:
    """What was found in one library, laid out once for all looking for neighbours of its sentences."""

    def __init__(self, findings: Findings, may_quote: Callable[[int], bool]) -> None:
        self.findings = findings
        self.may_quote = may_quote
        library, evidence = findings.library, findings.evidence
        self.rows = evidence.sentences
        self.passages = evidence.rows[evidence.owner]
        self.articles = library.catalogue.article_of[self.passages]
        self.vectors = library.catalogue.sentence_vectors[self.rows].astype(np.float32)
        self.quotable = ~library.headings[self.rows]
        self._reporters: dict[tuple[int, int], Reporter | None] = {}

    def told(self, number: int) -> _Told | None:
        """Return a sentence as it is told, or None when nobody is known who tells it."""
        library, article, row = self.findings.library, int(self.articles[number]), int(self.rows[number])
        key = article, int(library.credited[row])
        if key not in self._reporters:
            credit = library.catalogue.articles[article].credit
            self._reporters[key] = reporter_of(credit, library.sentence(row).attribution)
        reporter = self._reporters[key]
        return _Told(self, number, reporter) if reporter else None


@dataclass(frozen=True)
class _Told:
    """One sentence of what was found, by its number among the evidence, and who tells it."""

    field: _Field
    number: int
    reporter: Reporter

    @property
    def article(self) -> int:
        """The number of its article in its library."""
        return int(self.field.articles[self.number])

    @property
    def passage(self) -> int:
        """The row of its passage."""
        return int(self.field.passages[self.number])

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of its library."""
        return self.field.findings.library.catalogue

    @property
    def span(self) -> Span:
        """Where it stands in its article."""
        return self.catalogue.sentence_spans[int(self.field.rows[self.number])]

    @cached_property
    def text(self) -> str:
        """The sentence's words."""
        return self.catalogue.sentence_text(int(self.field.rows[self.number]), self.passage)

    @cached_property
    def statement(self) -> Statement:
        """The sentence as it is compared."""
        return read_statement(self.field.findings.library, int(self.field.rows[self.number]), self.passage)

    @cached_property
    def answers(self) -> bool:
        """Tell whether the sentence says all that the question says."""
        return says_all(self.field.findings, self.number)


@dataclass(slots=True)
class _Group:
    """Quotes that stand together; a group of one compares nothing."""

    quotes: list[Quote]
    told: list[_Told]
    relation: Relation | None = None
    values: tuple[str, ...] = ()


def side_by_side(
    quotes: Sequence[Quote], found: Sequence[Findings], *, allowed: Callable[[Findings], Callable[[int], bool]]
) -> tuple[tuple[Quote, ...], tuple[Comparison, ...]]:
    """Return the quotes with those that tell the same, or differ, in a row, and what these rows are.

    A row stands where its best quote stood. Up to `MAX_BESIDE` sentences that tell the same as a quote, or
    one that differs from it, are added from what was found. `allowed` says which sentence rows may be quoted.
    """
    fields = [_Field(findings, allowed(findings)) for findings in found]
    left = [_Group([quote], [told] if (told := _main_sentence(quote, fields)) else []) for quote in quotes]
    groups: list[_Group] = []
    while left:
        group = left.pop(0)
        groups.append(group)
        if not group.told:
            continue
        _gather_from(group, left)
        room = MAX_QUOTES_IN_ALL - sum(len(other.quotes) for other in (*groups, *left))
        if room > 0 and group.relation is not Relation.DIFFERS:
            shown = [quote for other in (*groups, *left) for quote in other.quotes]
            _add(group, _beside(group.told[0], fields, shown), min(room, MAX_BESIDE))
    ordered: list[Quote] = []
    comparisons: list[Comparison] = []
    for group in groups:
        if group.relation is not None:
            reporters = tuple(told.reporter.name for told in group.told)
            outlets = all(told.reporter.outlet for told in group.told)
            comparisons.append(Comparison(group.relation, tuple(group.quotes), reporters, outlets, group.values))
        ordered += group.quotes
    return tuple(ordered), tuple(comparisons)


def _gather_from(group: _Group, left: list[_Group]) -> None:
    """Take the later quotes into the group that tell the same, or else the first that differs."""
    related = [
        (other, *relation)
        for other in left
        if other.told and (relation := _relation(group.told[0], other.told[0])) is not None
    ]
    same = [other for other, kind, _ in related if kind is Relation.SAME]
    for other in same:
        if all(other.told[0].reporter.independent_of(told.reporter) for told in group.told):
            _join(group, other, Relation.SAME)
            left.remove(other)
    if group.relation is None:
        for other, kind, values in related:
            if kind is Relation.DIFFERS:
                _join(group, other, kind, values)
                left.remove(other)
                return


def _add(group: _Group, beside: Iterator[tuple[_Group, Relation, tuple[str, ...]]], room: int) -> None:
    """Add sentences that tell the same, up to `room`; one that differs only to a quote that stands alone."""
    for other, kind, values in beside:
        known = {told.reporter.key for told in group.told}
        if other.told[0].reporter.key in known:
            continue
        independent = all(other.told[0].reporter.independent_of(told.reporter) for told in group.told)
        if kind is Relation.SAME and independent and room > 0:
            _join(group, other, kind)
            room -= 1
        elif kind is Relation.DIFFERS and group.relation is None:
            _join(group, other, kind, values)
        if group.relation is Relation.DIFFERS:
            return


def _join(group: _Group, other: _Group, relation: Relation, values: tuple[str, ...] = ()) -> None:
    group.quotes += other.quotes
    group.told += other.told
    group.relation, group.values = relation, values


def _main_sentence(quote: Quote, fields: Sequence[_Field]) -> _Told | None:
    """Return the sentence that most of a quote is, if one is."""
    reporter = reporter_of(quote.credit, quote.attribution)
    if reporter is None:
        return None
    for field in fields:
        articles = field.findings.library.catalogue.articles
        numbers = [n for n in set(field.articles.tolist()) if articles[n].article_id == quote.article_id]
        for number in np.flatnonzero(np.isin(field.articles, numbers)):
            told = _Told(field, int(number), reporter)
            inside = quote.start <= told.span.start and told.span.end <= quote.end
            if inside and told.span.end - told.span.start > MAIN_SHARE * len(quote.text):
                return told
    return None


@np.errstate(invalid="ignore")  # as in `evidence.gather`
def _beside(
    told: _Told, fields: Sequence[_Field], shown: Sequence[Quote]
) -> Iterator[tuple[_Group, Relation, tuple[str, ...]]]:
    """Yield what was found besides and relates to a statement, the most similar first."""
    vector = told.field.vectors[told.number]
    for field in fields:
        cosines = field.vectors @ vector
        near = np.flatnonzero((cosines >= SIMILAR) & field.quotable)
        compared = 0
        for number in near[np.argsort(-cosines[near], kind="stable")]:
            row = int(field.rows[number])
            other = field.told(int(number)) if field.may_quote(row) else None
            if other is None or not _comparable(told, other) or any(_holds(quote, other) for quote in shown):
                continue
            if compared == MOST_COMPARED:
                break
            compared += 1
            if not leans_back(other.text) and (relation := _relation(told, other)) is not None:
                yield _Group([quote_sentence(field.findings, row, score=shown[0].score)], [other]), *relation


def _holds(quote: Quote, told: _Told) -> bool:
    """Tell whether a quote already shows a sentence, of whatever article."""
    same = told.catalogue.articles[told.article].article_id == quote.article_id
    return (same and quote.start < told.span.end and told.span.start < quote.end) or (
        plain_words(told.text) in plain_words(quote.text)
    )


def _comparable(one: _Told, other: _Told) -> bool:
    """Tell whether two sentences are of different reporters, of one time, and no copies of one text."""
    return one.reporter.key != other.reporter.key and _at_one_time(one, other) and not _is_copy(one, other)


def _relation(one: _Told, other: _Told) -> tuple[Relation, tuple[str, ...]] | None:
    """Compare two sentences if they are comparable."""
    if not _comparable(one, other):
        return None
    answering = one.answers and other.answers
    counted = one.field.findings.question.counted if answering else None
    compared = compare(one.statement, other.statement, answering=answering, counted=counted)
    if compared is None or (compared.relation is Relation.SAME and not one.reporter.independent_of(other.reporter)):
        return None
    if compared.relation is Relation.DIFFERS and not (_day(one) and _day(other)) and not _one_article(one, other):
        return None  # without dates, a figure may be of another day
    return compared.relation, compared.values or ()


def _at_one_time(one: _Told, other: _Told) -> bool:
    first, second = _day(one), _day(other)
    return first is None or second is None or abs((first - second).days) <= SAME_TIME_DAYS


def _day(told: _Told) -> date | None:
    return told.catalogue.days[told.article]


def _one_article(one: _Told, other: _Told) -> bool:
    return one.catalogue is other.catalogue and one.article == other.article


@np.errstate(invalid="ignore")
def _is_copy(one: _Told, other: _Told) -> bool:
    """Tell whether two articles have the same sentence, or nearly the same passage: agency copy, told once."""
    if plain_words(one.text) == plain_words(other.text):
        return True
    mine, theirs = one.catalogue.passage_vectors[one.passage], other.catalogue.passage_vectors[other.passage]
    return not _one_article(one, other) and float(mine @ theirs) >= SAME_STORY
