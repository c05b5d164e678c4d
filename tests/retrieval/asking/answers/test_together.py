"""Questions that are asked at the same moment are answered as each is alone; who asks too much is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from benchmarks.indexing import index
from retrieval.asking.answers.fair_queue import MOST_OF_ONE
from retrieval.domain.answers import Answer, NoAnswer, Outcome, Refusal
from retrieval.domain.askers import Asker
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.engine import Engine
from tests.conftest import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime(2024, 4, 1, tzinfo=UTC)
QUESTIONS = (
    "why did Gantz go to Washington?",
    "What did POLITICO say?",
    "According to All Israel News, what is on the agenda?",
    "did Netanyahu approve the trip?",
    "who is Benny Gantz?",
    "is there a rift in the Israeli government?",
    "who is the president of France?",
    "how old is Gantz?",
    "thanks!",
    "why did gants go to washingtn?",
    "What does the New York Sun say about the visit, and does POLITICO agree with All Israel News about the agenda?",
    "Why did Gantz go to Washington in 2019?",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    opened = await Engine.open(tmp_path_factory.mktemp("together"))
    await opened.ready()
    await index(opened, [ROOT / "seeds"])
    yield opened
    await opened.close()


async def ask(engine: Engine, question: str, number: int) -> Outcome:
    asker = Asker(f"place {number % 3}", f"person {number}")
    return await engine.ask(
        question, libraries=[SHARED_LIBRARY], asked_at=datetime(2024, 4, 1, tzinfo=UTC), asker=asker
    )


def said(outcome: Outcome) -> Outcome:
    """Return an outcome with its figures as near as floats of another batch are."""
    near = {"confidence": round(outcome.confidence, 3)}
    if isinstance(outcome, Answer):
        return replace(
            outcome,
            quotes=tuple(replace(quote, score=round(quote.score, 2)) for quote in outcome.quotes),
            comparisons=tuple(replace(one, quotes=()) for one in outcome.comparisons),
            **near,
        )
    return replace(outcome, near_misses=tuple(replace(q, score=round(q.score, 2)) for q in outcome.near_misses), **near)


async def test_asked_at_once_is_answered_as_asked_alone(engine):
    alone = [await ask(engine, question, 0) for question in QUESTIONS]
    together = await asyncio.gather(*(ask(engine, question, n) for n, question in enumerate(QUESTIONS * 2)))
    assert sum(isinstance(outcome, Answer) for outcome in alone) > 5
    for before, after in zip(alone * 2, together, strict=True):
        assert said(after) == said(before)


async def test_who_asks_too_much_at_once_is_told_and_others_are_answered(engine):
    many = MOST_OF_ONE + 2
    asked = [ask(engine, QUESTIONS[0], 1) for _ in range(many)]
    *own, other = await asyncio.gather(*asked, ask(engine, QUESTIONS[0], 2))
    refused = [outcome for outcome in own if isinstance(outcome, NoAnswer)]
    assert [outcome.refusal for outcome in refused] == [Refusal.TOO_MANY_AT_ONCE] * 2
    assert all(int(outcome.names[0]) >= 1 for outcome in refused)
    assert isinstance(other, Answer)
    assert isinstance(await ask(engine, QUESTIONS[0], 1), Answer)
