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

from retrieval.models import Attribution, Comparison, Credit, Quote, Relation, SourceKind
from retrieval.names import name_key
from retrieval.question import outlet_name
from retrieval.quotes import SAME_STORY, attribution_of, passage_of_sentence, quote_sentence
from retrieval.quoting import leans_back
from retrieval.search import Findings
from retrieval.statements import SIMILAR, Statement, compare, read_statement, says_all

MAX_QUOTES_IN_ALL = 5
MAX_BESIDE = 2
"""How many quotes may be added to one of an answer because they tell the same."""

SAME_TIME_DAYS = 3
"""Articles that are further apart tell of another day: prices and death tolls go on changing."""

MAIN_SHARE = 0.5
"""Share of a quote's words that the compared sentence must be: "report this" has to mean the quote."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who tells a statement: the outlet credited in the text, else the publisher, else who is credited."""

    key: str
    name: str
    outlet: bool


def reporter_of(credit: Credit, attribution: Attribution | None) -> Reporter | None:
    """Return who tells a statement, or None when it cannot be told from others ("officials")."""
    shown = attribution if attribution is not None and attribution.shown and attribution.name.strip() else None
    if shown is not None and shown.kind is SourceKind.OUTLET:
        return Reporter(name_key(outlet_name(shown.name)), shown.name, outlet=True)
    if credit.publisher and (key := name_key(outlet_name(credit.publisher))):
        return Reporter(key, outlet_name(credit.publisher), outlet=True)
    if shown is not None and shown.kind is not SourceKind.UNNAMED and (key := name_key(shown.name)):
        return Reporter(key, shown.name, outlet=False)
    return None


@dataclass(frozen=True)
class _Told:
    """One sentence of the findings, by its number among their evidence and its row, and who tells it."""

    findings: Findings
    number: int
    row: int
    passage: int
    reporter: Reporter

    @cached_property
    def statement(self) -> Statement:
        """The sentence as it is compared."""
        return read_statement(self.findings.library, self.row, self.passage)

    @cached_property
    def answers(self) -> bool:
        """Tell whether the sentence says all that the question says."""
        return says_all(self.findings, self.number)

    def text(self) -> str:
        """Return the sentence's words."""
        return self.findings.library.catalogue.sentence_text(self.row, self.passage)


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
    left = [_Group([quote], [told] if (told := _main_sentence(quote, found)) else []) for quote in quotes]
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
            _add(group, _beside(group.told[0], found, shown, allowed), min(room, MAX_BESIDE))
    ordered: list[Quote] = []
    comparisons: list[Comparison] = []
    for group in groups:
        if group.relation is not None:
            reporters = tuple(told.reporter.name for told in group.told)
            outlets = all(told.reporter.outlet for told in group.told)
            comparisons.append(Comparison(group.relation, tuple(group.quotes), reporters, outlets, group.values))
        ordered += group.quotes
    return tuple(ordered), tuple(comparisons)


def reporters_of(quotes: Sequence[Quote], *, outlets: bool) -> tuple[str, ...]:
    """Return who some quotes come from, each once, in their order; with `outlets`, outlets alone.

    That is whoever is credited in the text, or else who published it.
    """
    found: dict[str, str] = {}
    for quote in quotes:
        reporter = reporter_of(quote.credit, quote.attribution)
        shown = quote.attribution if quote.attribution is not None and quote.attribution.shown else None
        if not outlets and shown is not None and name_key(shown.name):
            found.setdefault(name_key(shown.name), shown.name)
        elif reporter is not None and (reporter.outlet or not outlets):
            found.setdefault(reporter.key, reporter.name)
    return tuple(found.values())


def _gather_from(group: _Group, left: list[_Group]) -> None:
    """Take the later quotes into the group that tell the same, or else the first that differs."""
    related = [
        (other, *relation)
        for other in left
        if other.told and (relation := _relation(group.told[0], other.told[0])) is not None
    ]
    same = [other for other, kind, _ in related if kind is Relation.SAME]
    for other in same:
        if all(other.told[0].reporter.key != told.reporter.key for told in group.told):
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
        if kind is Relation.SAME and room > 0:
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


def _main_sentence(quote: Quote, found: Sequence[Findings]) -> _Told | None:
    """Return the sentence that most of a quote is, if one is."""
    reporter = reporter_of(quote.credit, quote.attribution)
    if reporter is None:
        return None
    for findings in found:
        catalogue, evidence = findings.library.catalogue, findings.evidence
        for number, row in enumerate(evidence.sentences):
            span = catalogue.sentence_spans[row]
            # Most sentences of other articles fail here already.
            if not (quote.start <= span.start and span.end <= quote.end):
                continue
            passage = int(evidence.rows[evidence.owner[number]])
            article = catalogue.articles[catalogue.article_of[passage]]
            main = span.end - span.start > MAIN_SHARE * len(quote.text)
            if main and article.article_id == quote.article_id and article.credit == quote.credit:
                return _Told(findings, number, int(row), passage, reporter)
    return None


@np.errstate(invalid="ignore")  # as in `evidence.gather`
def _beside(
    told: _Told,
    found: Sequence[Findings],
    shown: Sequence[Quote],
    allowed: Callable[[Findings], Callable[[int], bool]],
) -> Iterator[tuple[_Group, Relation, tuple[str, ...]]]:
    """Yield what was found besides and relates to a statement, the most similar first."""
    for findings in found:
        library, evidence = findings.library, findings.evidence
        cosines = library.catalogue.sentence_vectors[evidence.sentences].astype(np.float32) @ told.statement.vector
        may = allowed(findings)
        for number in np.argsort(-cosines, kind="stable"):
            if cosines[number] < SIMILAR:
                break
            row = int(evidence.sentences[number])
            if library.headings[row] or not may(row):
                continue
            other = _told(findings, row, int(number))
            if other is None or not _comparable(told, other) or any(_holds(quote, other) for quote in shown):
                continue
            if leans_back(other.text()):
                continue
            if (relation := _relation(told, other)) is not None:
                yield _Group([quote_sentence(findings, row, score=shown[0].score)], [other]), *relation


def _told(findings: Findings, row: int, number: int) -> _Told | None:
    """Return a sentence row as it is told, or None when nobody is known who tells it."""
    library = findings.library
    passage = passage_of_sentence(library, row)
    article = int(library.catalogue.article_of[passage])
    credit = library.catalogue.articles[article].credit
    reporter = reporter_of(credit, attribution_of(library, row, article))
    return _Told(findings, number, row, passage, reporter) if reporter else None


def _holds(quote: Quote, told: _Told) -> bool:
    """Tell whether a quote already shows a sentence."""
    catalogue = told.findings.library.catalogue
    span = catalogue.sentence_spans[told.row]
    same = catalogue.articles[catalogue.article_of[told.passage]].article_id == quote.article_id
    return same and quote.start < span.end and span.start < quote.end


def _comparable(one: _Told, other: _Told) -> bool:
    """Tell whether two sentences are of different reporters, of one time, and no copies of one text."""
    return one.reporter.key != other.reporter.key and _at_one_time(one, other) and not _is_copy(one, other)


def _relation(one: _Told, other: _Told) -> tuple[Relation, tuple[str, ...]] | None:
    """Compare two sentences if they are comparable."""
    if not _comparable(one, other):
        return None
    counted = one.findings.question.counted if one.answers and other.answers else None
    compared = compare(one.statement, other.statement, answering=one.answers and other.answers, counted=counted)
    if compared is None:
        return None
    if compared.relation is Relation.DIFFERS and not (_day(one) and _day(other)) and not _one_article(one, other):
        return None  # without dates, a figure may be of another day
    return compared.relation, compared.values or ()


def _at_one_time(one: _Told, other: _Told) -> bool:
    first, second = _day(one), _day(other)
    return first is None or second is None or abs((first - second).days) <= SAME_TIME_DAYS


def _day(told: _Told) -> date | None:
    catalogue = told.findings.library.catalogue
    return catalogue.days[int(catalogue.article_of[told.passage])]


def _one_article(one: _Told, other: _Told) -> bool:
    mine, theirs = one.findings.library.catalogue, other.findings.library.catalogue
    return mine is theirs and mine.article_of[one.passage] == theirs.article_of[other.passage]


@np.errstate(invalid="ignore")
def _is_copy(one: _Told, other: _Told) -> bool:
    """Tell whether both stand in nearly the same passage of two articles: agency copy, told once."""
    if _one_article(one, other):
        return False
    mine = one.findings.library.catalogue.passage_vectors[one.passage]
    theirs = other.findings.library.catalogue.passage_vectors[other.passage]
    return float(mine @ theirs) >= SAME_STORY
