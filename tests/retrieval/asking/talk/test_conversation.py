"""Conversations with the real model, Chroma and SQLite over articles of our own making."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from benchmarks.indexing import index
from retrieval.domain.answers import Answer, NoAnswer, Outcome, Refusal
from retrieval.domain.articles import Credit
from retrieval.domain.drafts import ArticleDraft
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.domain.talk import Exchange, exchange_of
from retrieval.engine import Engine
from tests.conftest import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="module")

FERRY = (
    "The new ferry Saint Brendan sailed from Mallaig to Skye for the first time on Tuesday. "
    "The harbour master Ewan Grant said that she carries forty cars and three hundred passengers.\n\n"
    "The old ferry was sold to a yard in Gdansk because her engines had failed nine times since spring. "
    "Islanders had waited two years for a new one, the councillor Mairi Ross said.\n\n"
    "Tickets cost twelve pounds, and children under five travel free."
)
BAKERY = (
    "A bakery in Leith gives away the bread that it has not sold by eight in the evening. "
    "The baker Tom Hay said that he could not bear to throw it into the bin.\n\n"
    "Some ninety people come to the door each night, and the queue reaches round the corner. "
    "The council has asked him to move it off the road because a bus could not pass in October."
)
PUBLISHED = datetime(2026, 3, 4, tzinfo=UTC)
DRAFTS = (
    ArticleDraft(
        "made:ferry", FERRY,
        Credit(title="A new ferry for Skye", publisher="The Island Post", published_at=PUBLISHED),
    ),
    ArticleDraft("made:bakery", BAKERY, Credit(title="Bread for nothing in Leith", publisher="The Leith Echo")),
)  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    opened = await Engine.open(tmp_path_factory.mktemp("talk"))
    await opened.ready()
    await index(opened, [*DRAFTS, ROOT / "seeds"])
    yield opened
    await opened.close()


async def converse(engine: Engine, *questions: str) -> list[Outcome]:
    """Ask one question after the other, each after the talk so far."""
    talk: list[Exchange] = []
    outcomes = []
    for question in questions:
        outcome = await engine.ask(question, libraries=[SHARED_LIBRARY], asked_at=datetime.now(UTC), talk=talk)
        talk.append(exchange_of(question, outcome))
        outcomes.append(outcome)
        if isinstance(outcome, Answer):
            assert all(await engine.still_verbatim(outcome.quotes))
    return outcomes


def told(outcome: Outcome) -> str:
    return " ".join(quote.text for quote in outcome.quotes) if isinstance(outcome, Answer) else ""


@pytest.mark.parametrize("small", [False, True])
@pytest.mark.parametrize(
    ("questions", "words"),
    [
        (("What is the new ferry to Skye called?", "How many cars does she carry?"), "forty cars"),
        (("What is the new ferry to Skye called?", "and what do tickets cost?"), "twelve pounds"),
        (("What is the new ferry to Skye called?", "what happened to the old one?"), "sold to a yard in Gdansk"),
        (("Why was the old ferry sold?", "who said that islanders had waited?"), "Mairi Ross"),
        (("What does the bakery in Leith give away?", "why?"), "could not bear to throw it"),
        (("What does the bakery in Leith give away?", "how many people come?"), "ninety people"),
        (("What does the bakery in Leith give away?", "what about the queue?"), "round the corner"),
        (("Why did Gantz go to Washington?", "what about the hostages?"), "hostages"),
        (("Why did Gantz go to Washington?", "and did Netanyahu approve of it?"), "not sanctioned by Netanyahu"),
    ],
)
async def test_a_follow_up_is_answered_from_what_the_talk_is_about(
    engine: Engine, questions: tuple[str, ...], words: str, *, small: bool
) -> None:
    if small:
        questions = tuple(question.lower() for question in questions)
    *_, last = await converse(engine, *questions)
    assert words in told(last)


@pytest.mark.parametrize(
    "question",
    [
        "How many people come to the bakery in Leith each night?",
        "how many people come to the bakery in leith each night?",
        "Why did Benny Gantz travel to Washington?",
        "What does Tom Hay the baker do with his bread?",
    ],
)
async def test_a_question_that_stands_alone_is_answered_as_if_nothing_had_been_said(
    engine: Engine, question: str
) -> None:
    (alone,) = await converse(engine, question)
    *_, after = await converse(
        engine, "What is the new ferry to Skye called?", "How many cars does she carry?", question
    )
    assert after.about == ()
    assert told(after) == told(alone) != ""


async def test_it_says_what_it_understood(engine: Engine) -> None:
    first, second = await converse(engine, "Why did Gantz go to Washington?", "and did Netanyahu approve of it?")
    assert first.about == ()
    assert "Gantz" in " ".join(second.about)


async def test_who_reported_that_is_answered_with_what_was_quoted_and_who_tells_it(engine: Engine) -> None:
    first, second = await converse(engine, "What do tickets for the ferry to Skye cost?", "who reported that?")
    assert isinstance(second, Answer)
    assert told(second) == told(first)
    assert second.reporters[0] == "The Island Post"


async def test_when_was_this_falls_back_on_the_date_of_publication(engine: Engine) -> None:
    first, second = await converse(engine, "What do tickets for the ferry to Skye cost?", "when was this published?")
    assert isinstance(second, Answer)
    assert told(second) == told(first)
    assert second.quotes[0].credit.published_at == PUBLISHED


async def test_more_never_shows_again_what_was_shown_and_ends(engine: Engine) -> None:
    outcomes = await converse(engine, "What is the new ferry to Skye called?", *["more", "ok, more please"] * 3)
    shown = [quote.text for outcome in outcomes if isinstance(outcome, Answer) for quote in outcome.quotes]
    assert len(set(shown)) == len(shown)
    last = outcomes[-1]
    assert isinstance(last, NoAnswer)
    assert last.refusal is Refusal.NO_MORE


async def test_thanks_in_between_does_not_break_the_talk(engine: Engine) -> None:
    *_, last = await converse(
        engine, "What is the new ferry to Skye called?", "thanks!", "How many cars does she carry?"
    )
    assert "forty cars" in told(last)


async def test_the_talk_goes_back_over_a_refusal(engine: Engine) -> None:
    *_, last = await converse(
        engine, "What is the new ferry to Skye called?", "who painted it?", "and what do tickets cost?"
    )
    assert "twelve pounds" in told(last)
