"""A question taken apart: the publishers it names, its dates, its clauses, its names and what it wants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from retrieval.asking.question.chatter import blank, without_chatter
from retrieval.asking.question.dates import DateWindow, find_dates, tie_to_publishers
from retrieval.asking.question.intent import without_asking
from retrieval.asking.question.parts import Part, find_clauses, find_parts
from retrieval.asking.question.wants import Wants, what_it_wants
from retrieval.domain.articles import Span
from retrieval.language.outlets import Mention, PublisherNames, find_publishers
from retrieval.language.stems import WORD, is_content, stem


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of a question: its stem, its place, and whether it looks like a name or a number."""

    stem: str
    start: int
    end: int
    name: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question and everything about it that needs no library content, only the names in its credits.

    `windows` are the times that it names; `counted` is the stem of what it asks the number of: "people" in
    "how many people ...?". `wording` is the question
    as it was put, without chatter and times: "March" in "since 5 March" names nobody.
    """

    text: str
    mentions: tuple[Mention, ...]
    parts: tuple[Part, ...]
    clauses: tuple[Span, ...]
    terms: tuple[Term, ...]
    wants: Wants
    windows: tuple[DateWindow, ...] = ()
    counted: str | None = None
    wording: str = ""

    @property
    def publishers(self) -> frozenset[str]:
        """All publishers that the question names."""
        return frozenset().union(*(mention.publishers for mention in self.mentions))


_COUNTED = re.compile(r"\bhow many\s+(?P<noun>[^\W\d_]+)", re.IGNORECASE)


def find_terms(text: str, hidden: Iterable[Span] = ()) -> tuple[Term, ...]:
    """Return the content words of a question, except those inside the hidden spans."""
    hidden = tuple(hidden)
    found = []
    for match in WORD.finditer(text):
        span = Span(*match.span())
        word = match.group()
        if is_content(word) and not any(span.overlaps(other) for other in hidden):
            name = span.start > 0 and (word[0].isupper() or word[0].isdigit())
            found.append(Term(stem(word), span.start, span.end, name))
    return tuple(found)


def take_apart(text: str, mentions: Sequence[Mention] = (), windows: Sequence[DateWindow] = ()) -> Question:
    """Take a question apart; the words that name a publisher or a time count by themselves."""
    clauses = find_clauses(text)
    parts = find_parts(text, mentions) or tuple(Part(clause) for clause in clauses)
    terms = find_terms(text, [*(mention.span for mention in mentions), *(window.span for window in windows)])
    counted = _COUNTED.search(text)
    return Question(
        text=text,
        mentions=tuple(mentions),
        parts=parts,
        clauses=clauses,
        terms=terms,
        wants=what_it_wants(text),
        windows=tuple(windows),
        counted=stem(counted["noun"]) if counted else None,
    )


MANY_TERMS = 12
"""Content words from which on a question of several parts is one that needs evidence for each."""


class Shape(StrEnum):
    """The two forms of question, each with its own weights: plain, or of several long parts or publishers."""

    PLAIN = "plain"
    COMPOSED = "composed"


def shape_of(question: Question) -> Shape:
    """Tell a plain question from one that names several publishers or asks several things at length."""
    several = len({mention.publishers for mention in question.mentions}) > 1
    long = len(question.terms) >= MANY_TERMS and bool(question.mentions or len(question.parts) > 1)
    return Shape.COMPOSED if several or long else Shape.PLAIN


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on its way: as typed, when, and in whose time zone."""

    text: str
    at: datetime
    zone: tzinfo = UTC


def read_question(asked: Asked, names: Sequence[PublisherNames]) -> Question:
    """Read a question once for all libraries; `names` are their publishers'.

    What is no part of it is blanked: chatter, the asking for an outlet, and times told from the day of asking,
    which no article says so.
    """
    put = without_chatter(asked.text)
    text = without_asking(put)
    windows = tie_to_publishers(find_dates(text, now=asked.at, zone=asked.zone), find_publishers(text, names))
    sought = blank(text, [window.span for window in windows if window.loose])
    if not any(char.isalnum() for char in sought):
        sought = text
    question = take_apart(sought, find_publishers(sought, names), windows)
    return replace(question, wording=blank(put, [window.span for window in windows]))
