"""The real model, Chroma and SQLite on the seed article: what is answered, from whom, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from benchmarks.indexing import index
from bot.words.refusals import refusal_words
from retrieval.domain.answers import Answer, NoAnswer, Outcome, Refusal
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.engine import Engine
from tests.conftest import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="module")

AGENDA = "Gantz's agenda in Washington includes"
AIMED = "aimed at reinforcing Israel's strategic ties"
RIFT = "the rift within Israel's government showcases"
CONTENTIOUS = "the visit is particularly contentious"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    opened = await Engine.open(tmp_path_factory.mktemp("seed"))
    await opened.ready()
    await index(opened, [ROOT / "seeds"])
    yield opened
    await opened.close()


async def ask(engine: Engine, question: str) -> Outcome:
    outcome = await engine.ask(question, libraries=[SHARED_LIBRARY], asked_at=datetime.now(UTC))
    quotes = outcome.quotes if isinstance(outcome, Answer) else outcome.near_misses
    for quote in quotes:
        assert await engine.still_verbatim([quote]) == [True]
        for outlet in ("All Israel News", "POLITICO", "The New York Sun"):
            credited = quote.attribution is not None and quote.attribution.name == outlet
            assert credited or f"reported by {outlet}" not in quote.text
        assert not quote.text.startswith(("Unsanctioned Trip Sparks", "Strategic Objectives", "Implications for"))
    return outcome


@pytest.mark.parametrize(
    ("question", "words", "source"),
    [
        ("why did Gantz go to Washington?", (AGENDA, AIMED), None),
        ("What did POLITICO say?", (RIFT,), "POLITICO"),
        ("what did politico say", (RIFT,), "POLITICO"),
        ("what does the New York Sun say about the visit?", (CONTENTIOUS,), "The New York Sun"),
        ("According to All Israel News, what is on the agenda?", (AGENDA,), "All Israel News"),
        ("did Netanyahu approve the trip?", ("not sanctioned by Netanyahu", "defying", "disapproval"), None),
        ("what is Gantz's plan for Hamas?", ("end Hamas rule in Gaza",), "All Israel News"),
        ("who is Benny Gantz?", ("a key Cabinet Minister",), None),
        ("Show me quotes by POLITICO", (RIFT,), "POLITICO"),
        ("WHO IS BENNY GANTZ", ("a key Cabinet Minister",), None),
        ("Why is the visit contentious?", (CONTENTIOUS,), "The New York Sun"),
        ("which outlet reported on Gantz's agenda?", (AGENDA,), "All Israel News"),
        ("is there a rift in the Israeli government?", (RIFT, "significant rift"), None),
        ("Does Gantz support Israel's military operations?", ("Israel's military operations",), None),
    ],
)
async def test_is_answered_with_the_right_sentence_and_source(engine, question, words, source):
    outcome = await ask(engine, question)
    assert isinstance(outcome, Answer), outcome
    assert any(piece in outcome.quotes[0].text for piece in words), outcome.quotes[0].text
    assert 1 <= len(outcome.quotes) <= 3
    if source is not None:
        assert outcome.quotes[0].attribution is not None
        assert outcome.quotes[0].attribution.name == source


async def test_who_somebody_is_stands_among_the_quotes(engine):
    outcome = await ask(engine, "who is Netanyahu?")
    assert isinstance(outcome, Answer), outcome
    assert any("Prime Minister Benjamin Netanyahu" in quote.text for quote in outcome.quotes)


async def test_a_topic_that_the_article_does_not_have_is_refused(engine):
    outcome = await ask(engine, "What does Gantz think about tax policy?")
    assert isinstance(outcome, NoAnswer), outcome
    assert outcome.refusal is Refusal.NOT_ANSWERED


@pytest.mark.parametrize(
    ("question", "refusal", "reason"),
    [
        ("who is the president of France?", Refusal.UNKNOWN_NAME, "France"),
        ("who is the president of france", Refusal.UNKNOWN_NAME, "france"),
        ("how many hostages were released?", Refusal.NOT_ANSWERED, ""),
        ("when did Gantz meet Kamala Harris?", Refusal.UNKNOWN_NAME, "Kamala Harris"),
        ("what did CNN say about Gantz's trip?", Refusal.UNKNOWN_NAME, "CNN"),
        ("why did Gantz go to London?", Refusal.UNKNOWN_NAME, "London"),
        ("did Gantz meet Joe Biden?", Refusal.UNKNOWN_NAME, "Joe Biden"),
        ("what did Netanyahu say?", Refusal.NOTHING_FROM_SOURCE, "Netanyahu"),
        ("Why did Netanyahu go to Washington?", Refusal.NOT_ANSWERED, ""),
        ("how old is Gantz?", Refusal.NOT_ANSWERED, ""),
        ("what did Gantz eat for breakfast?", Refusal.NOT_ANSWERED, ""),
        ("who won the football match?", Refusal.NOT_ANSWERED, ""),
        ("how is the weather in Gaza?", Refusal.NOT_ANSWERED, ""),
        ("According to POLITICO, why is the visit contentious?", Refusal.SOURCE_NOT_ON_TOPIC, "quote POLITICO"),
        ("Did POLITICO say that Gantz's trip was sanctioned?", Refusal.SOURCE_NOT_ON_TOPIC, "quote POLITICO"),
        ("???", Refusal.NOT_A_QUESTION, ""),
        ("thanks!", Refusal.THANKS, ""),
        ("good morning bot", Refusal.GREETING, ""),
        ("who made you?", Refusal.ABOUT_THE_BOT, ""),
        ("Qui est Benny Gantz?", Refusal.UNREAD_LANGUAGE, ""),
        ('" OR 1=1 -- NEAR(', Refusal.UNKNOWN_NAME, "NEAR"),
    ],
)
async def test_is_refused_with_a_fitting_reason(engine, question, refusal, reason):
    outcome = await ask(engine, question)
    assert isinstance(outcome, NoAnswer), outcome
    assert outcome.refusal is refusal
    assert reason in refusal_words(outcome)


@pytest.mark.parametrize(
    "question",
    [
        "hey, why did Gantz go to Washington? thx",
        "any news on why Gantz went to Washington?",
        "why did Gantz go to Washington this week?",
    ],
)
async def test_chatter_and_loose_times_refuse_nothing(engine, question):
    outcome = await ask(engine, question)
    assert isinstance(outcome, Answer), outcome
    assert AGENDA in outcome.quotes[0].text or AIMED in outcome.quotes[0].text


async def test_a_misspelt_name_is_taken_for_the_known_one_and_the_answer_says_so(engine):
    outcome = await ask(engine, "why did gants go to washingtn?")
    assert isinstance(outcome, Answer), outcome
    assert outcome.taken_for == (("gants", "Gantz"), ("washingtn", "Washington"))


async def test_a_year_that_no_article_has_is_a_reason(engine):
    outcome = await ask(engine, "Why did Gantz go to Washington in 2019?")
    assert isinstance(outcome, NoAnswer)
    assert outcome.refusal in {Refusal.NOT_OF_THAT_YEAR, Refusal.NOT_ANSWERED}


async def test_a_quote_is_no_longer_verbatim_once_its_article_has_changed(engine, tmp_path):
    path = tmp_path / "bridge.md"
    path.write_text("The old bridge was closed on Monday by the council.")
    await index(engine, [path])
    outcome = await ask(engine, "When was the old bridge closed?")
    assert isinstance(outcome, Answer)
    path.write_text("Yesterday the old bridge was closed by the council.")
    await index(engine, [path])
    assert await engine.still_verbatim([outcome.quotes[0]]) == [False]
