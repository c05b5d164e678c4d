"""Two outlets compared, and one person's words, on a library of invented articles: real encoder, reader, Chroma."""

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
from retrieval.engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERALD = (
    "The Marl bridge will cost 40 million euros, the council said on Monday. Work on the bridge starts in May. "
    "“We have waited for this bridge for twenty years,” said Ines Waffler, who heads the council.\n\n"
    "Swimmers will have to use the other bank. The ferry will stop in June."
)
COURIER = (
    "Marl is to get a new bridge over the river. It is expected to cost 55 million euros, according to the builder. "
    "The builder has built nine bridges before.\n\nThe school of Marl gets a new roof as well."
)
ROOF = "The roof of the school leaked again. Bo Lund of the school board said: “Nobody was hurt.”"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    opened = await Engine.open(tmp_path_factory.mktemp("sides"))
    await opened.ready()
    texts = {"Marl Herald": HERALD, "River Courier": COURIER, "School Times": ROOF}
    day = datetime(2024, 3, 1, tzinfo=UTC)
    await index(
        opened,
        [
            ArticleDraft(f"https://{n}.example/a", text, Credit(publisher=name, published_at=day))
            for n, (name, text) in enumerate(texts.items())
        ],
    )
    yield opened
    await opened.close()


async def ask(engine: Engine, question: str) -> Outcome:
    return await engine.ask(question, libraries=[SHARED_LIBRARY], asked_at=datetime(2024, 3, 5, tzinfo=UTC))


async def test_a_comparison_quotes_each_side_first(engine):
    outcome = await ask(engine, "Do the Marl Herald and the River Courier agree on what the bridge will cost?")
    assert isinstance(outcome, Answer), outcome
    first, second = outcome.quotes[:2]
    assert {first.credit.publisher, second.credit.publisher} == {"Marl Herald", "River Courier"}
    assert {"40 million" in first.text or "55 million" in first.text, "million" in second.text} == {True}


async def test_what_somebody_said_is_on_the_topic_by_its_article(engine):
    outcome = await ask(engine, "What did Ines Waffler say about the bridge?")
    assert isinstance(outcome, Answer), outcome
    assert "waited for this bridge" in outcome.quotes[0].text


async def test_what_somebody_said_about_something_else_is_no_answer(engine):
    outcome = await ask(engine, "What did Bo Lund say about the bridge?")
    assert isinstance(outcome, NoAnswer), outcome
    assert outcome.refusal is Refusal.SOURCE_NOT_ON_TOPIC


async def test_a_misspelt_common_word_is_no_name_that_is_missing(engine):
    outcome = await ask(engine, "bridge marl constructon cost")
    assert not (isinstance(outcome, NoAnswer) and outcome.refusal is Refusal.UNKNOWN_NAME), outcome


async def test_a_misspelt_common_word_is_searched_as_it_is_meant(engine):
    typed = await ask(engine, "when will the bridge in marl be finishd")
    meant = await ask(engine, "when will the bridge in marl be finished")
    assert isinstance(typed, Answer), typed
    assert [quote.text for quote in typed.quotes] == [quote.text for quote in meant.quotes]
    assert not typed.taken_for
