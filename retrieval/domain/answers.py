"""What a question comes to: quotes with both layers of who they come from, or a refusal with its kind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from retrieval.domain.articles import Attribution, Credit, Span


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim span of an article with both layers of who it comes from.

    `text == article.text[start:end]` of the live version. `score` orders quotes, higher is better.
    `emphasis` are the answering words, as offsets into `text`. `attribution` is who is credited
    inside the text, or None when nobody is; `credit` is who published it, `also_carried_by` who else
    published nearly the same words.
    """

    text: str
    article_id: str
    start: int
    end: int
    score: float
    credit: Credit
    attribution: Attribution | None = None
    emphasis: tuple[Span, ...] = ()
    also_carried_by: tuple[Credit, ...] = ()

    def overlaps(self, other: Quote) -> bool:
        """Tell whether both have words of the same place in one article."""
        return self.article_id == other.article_id and self.start < other.end and other.start < self.end


class Refusal(StrEnum):
    """Why a question is not answered; what a `NoAnswer` names with it stands behind each.

    `bot/words/refusals.py` has the sentence of each.
    """

    NOT_A_QUESTION = "not_a_question"
    GREETING = "greeting"
    THANKS = "thanks"
    ABOUT_THE_BOT = "about_the_bot"
    OPINION = "opinion"
    OTHER_TASK = "other_task"
    TOO_LONG = "too_long"  # how many characters it has, and how many are read
    UNREAD_LANGUAGE = "unread_language"
    EMPTY_LIBRARY = "empty_library"
    UNKNOWN_NAME = "unknown_name"  # the names that no article has
    NOT_PUBLISHED_THEN = "not_published_then"  # the words of the question that tell the time
    NOTHING_FROM_SOURCE = "nothing_from_source"  # the source
    SOURCE_NOT_ON_TOPIC = "source_not_on_topic"  # the source
    NOT_OF_THAT_YEAR = "not_of_that_year"  # the years, as typed
    NOTHING_NEAR = "nothing_near"
    NOT_ANSWERED = "not_answered"
    NO_MORE = "no_more"
    BUSY = "busy"  # in how many seconds there may be room
    TOO_MANY_AT_ONCE = "too_many_at_once"  # in how many seconds one of their own questions is answered


NOT_TRIED = frozenset({Refusal.TOO_LONG, Refusal.BUSY, Refusal.TOO_MANY_AT_ONCE})
"""Refusals that say nothing of the question: it was not looked at."""


class Relation(StrEnum):
    """What quotes of different reporters are to each other."""

    SAME = "same"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Quotes of one answer that tell the same, or of which two differ.

    `quotes` stand in a row in the answer; `reporters` says who tells each: the outlet credited in the text,
    else the publisher, else who is credited. `outlets` is true when all of these are outlets. `values` are the
    figures in which two differ, in the articles' words; empty where they differ in a "not".
    """

    relation: Relation
    quotes: tuple[Quote, ...]
    reporters: tuple[str, ...]
    outlets: bool
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One to five quotes that answer, best first; those that `comparisons` hold together stand in a row.

    `reporters` are who the quotes come from, where the question asks for that ("which outlets say ...?").
    `taken_for` are words of the question that were taken for known ones, as (typed, known); `about` are words of the
    talk before it that the question was understood with.
    """

    question: str
    quotes: tuple[Quote, ...]
    confidence: float
    comparisons: tuple[Comparison, ...] = ()
    reporters: tuple[str, ...] = ()
    taken_for: tuple[tuple[str, str], ...] = ()
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """A refusal: its kind, what it names (see `Refusal`), as typed, and the nearest quotes; `about` as in `Answer`."""

    question: str
    refusal: Refusal
    names: tuple[str, ...] = ()
    near_misses: tuple[Quote, ...] = ()
    confidence: float = 0.0
    about: tuple[str, ...] = ()


Outcome = Answer | NoAnswer
