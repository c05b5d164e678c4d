"""Dates in a question restrict or order by when an article was published; the same story shows as one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from benchmarks.indexing import index
from bot.words.refusals import refusal_words
from retrieval.domain.answers import Answer, NoAnswer, Refusal
from retrieval.domain.articles import Credit
from retrieval.domain.drafts import ArticleDraft
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime(2024, 3, 13, 12, tzinfo=UTC)  # a Wednesday
TEXT = "The harbour bridge of Oslo was {} on {}. Traffic went over the old ferry for the whole day."


def draft(day: int, publisher: str, text: str) -> ArticleDraft:
    when = datetime(2024, 3, day, 8, tzinfo=UTC)
    url = f"https://{publisher.split()[1].lower()}.example/{day}"
    return ArticleDraft(url, text, Credit(publisher=publisher, published_at=when, url=url))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    opened = await Engine.open(tmp_path_factory.mktemp("dated"))
    await opened.ready()
    await index(
        opened,
        [
            draft(1, "The Old", TEXT.format("closed", "Friday")),
            draft(6, "The Mid", TEXT.format("closed", "Wednesday")),
            draft(12, "The New", TEXT.format("closed", "Tuesday")),
            draft(12, "The Copy", TEXT.format("closed", "Tuesday")),
        ],
    )
    yield opened
    await opened.close()


async def publishers(engine: Engine, question: str) -> list[str | None]:
    outcome = await engine.ask(question, libraries=[SHARED_LIBRARY], asked_at=NOW)
    assert isinstance(outcome, Answer), outcome
    return [quote.credit.publisher for quote in outcome.quotes]


async def test_the_latest_comes_first(engine):
    assert (await publishers(engine, "What is the latest on the harbour bridge of Oslo?"))[0] in {"The New", "The Copy"}


async def test_last_week_restricts_to_what_was_published_then(engine):
    assert await publishers(engine, "What was reported last week about the harbour bridge of Oslo?") == ["The Mid"]


async def test_since_restricts_to_what_was_published_after(engine):
    question = "What was written about the harbour bridge of Oslo since 5 March?"
    explained = await engine.explain(question, libraries=[SHARED_LIBRARY], asked_at=NOW)
    assert {quote.credit.publisher for quote in explained.quotes} <= {"The Mid", "The New", "The Copy"}
    assert explained.quotes


async def test_a_time_without_articles_is_refused_by_name(engine):
    question = "Which articles of 200 days ago tell of the harbour bridge of Oslo?"
    outcome = await engine.ask(question, libraries=[SHARED_LIBRARY], asked_at=NOW)
    assert isinstance(outcome, NoAnswer)
    assert (outcome.refusal, outcome.names) == (Refusal.NOT_PUBLISHED_THEN, ("200 days ago",))
    assert "“200 days ago”" in refusal_words(outcome)


async def test_the_same_story_is_shown_once_and_says_who_else_carried_it(engine):
    outcome = await engine.ask("Was the harbour bridge of Oslo closed?", libraries=[SHARED_LIBRARY], asked_at=NOW)
    assert isinstance(outcome, Answer)
    assert len({quote.text for quote in outcome.quotes}) == len(outcome.quotes)
    assert any(quote.also_carried_by for quote in outcome.quotes)
