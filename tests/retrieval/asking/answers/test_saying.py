"""Of "who said ...?" those are named who say it; two people in one question both answer; what is corrected is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from benchmarks.indexing import index
from retrieval.domain.answers import Answer, Outcome
from retrieval.domain.articles import Credit
from retrieval.domain.drafts import ArticleDraft
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOCK = (
    "“The lock will never open again,” engineer Ivo Brandl said on Monday.\n\n"
    "Harbour master Lea Dahl denied that the lock had been sabotaged.\n\n"
    "“Somebody sabotaged the lock in the night,” skipper Olle Brink said.\n\n"
    "“I think the barges should wait in the old basin,” Dahl said.\n\n"
    "The new gates cost 31 million crowns, Brandl said.\n\n"
    "Nobody said that the pumps were stolen, the insurer wrote.\n\n"
    "“The basin smells of tar,” it was heard on the quay.\n\n"
    "Correction: An earlier version of this story gave a wrong price. The gates cost 13 million crowns, not 31 million."
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    opened = await Engine.open(tmp_path_factory.mktemp("lock"))
    await opened.ready()
    await index(opened, [ArticleDraft("made:lock", LOCK, Credit(title="The lock", publisher="The Quay"))])
    yield opened
    await opened.close()


async def ask(engine: Engine, question: str) -> Outcome:
    return await engine.ask(question, libraries=[SHARED_LIBRARY], asked_at=datetime.now(UTC))


@pytest.mark.parametrize(
    ("question", "reporters"),
    [
        ("Who said the lock will never open again?", ("Ivo Brandl",)),
        ("Who said the lock was sabotaged?", ("Olle Brink",)),
        ("Who said the barges should wait in the old basin?", ("Lea Dahl",)),
        ("Who said the pumps were stolen?", ()),
        ("Who said the basin was sold?", ()),
        ("Who said the basin smells of tar?", ()),
    ],
)
async def test_those_are_named_who_say_it(engine: Engine, question: str, reporters: tuple[str, ...]) -> None:
    outcome = await ask(engine, question)
    named = outcome.reporters if isinstance(outcome, Answer) else ()
    assert named == reporters


async def test_both_of_two_answer(engine: Engine) -> None:
    outcome = await ask(engine, "What did Brandl and Dahl say?")
    assert isinstance(outcome, Answer)
    assert {"Ivo Brandl", "Lea Dahl"} == {quote.attribution.name for quote in outcome.quotes if quote.attribution}


async def test_a_figure_that_is_corrected_is_quoted_with_its_correction(engine: Engine) -> None:
    outcome = await ask(engine, "What did Brandl say about the gates?")
    assert isinstance(outcome, Answer)
    assert outcome.quotes[-1].text.startswith("Correction:")


async def test_what_the_article_says_about_something_is_answered_with_what_names_it(engine: Engine) -> None:
    outcome = await ask(engine, "What does the article say about the pumps?")
    assert isinstance(outcome, Answer)
    assert "pumps" in outcome.quotes[0].text
