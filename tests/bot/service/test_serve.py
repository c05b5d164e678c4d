"""The bot is on the gateway at once, and what is asked while the model loads waits and is answered."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
import simcord

from bot.records.history import History
from bot.service.client import PullquoteBot
from bot.service.serve import ServeError, serve
from bot.service.starting import StartingLibrary
from retrieval.domain.answers import Answer
from retrieval.engine import Engine
from retrieval.errors import EncoderError
from tests.support.fake_encoder import FakeEncoder


async def test_the_bot_is_on_the_gateway_while_the_model_loads(gated, settings, tmp_path):
    gate, library = gated
    history = await History.open(tmp_path / "history.db")
    async with simcord.run(PullquoteBot(settings=settings, library=library, history=history)) as env:
        library.prepare()
        assert env.bot.is_ready()
        assert not gate.open.is_set()  # the model is still loading
    await history.close()


async def test_a_question_during_the_first_start_waits_for_the_seeds(gated):
    gate, library = gated
    asked = asyncio.create_task(library.ask("what did POLITICO say?", libraries=["shared"], asked_at=datetime.now(UTC)))
    await asyncio.sleep(0)
    gate.open.set()
    outcome = await asked
    assert isinstance(outcome, Answer)
    assert await library.still_verbatim(outcome.quotes) == [True] * len(outcome.quotes)


async def test_a_model_that_fails_to_load_fails_every_question_with_its_sentence(settings):
    def fail(_model: str) -> FakeEncoder:
        raise EncoderError("The model is not there; fetch it.")

    engine = await Engine.open(settings.data_dir, encoder_loader=fail)
    library = StartingLibrary(engine, settings)
    for _ in range(2):
        with pytest.raises(EncoderError, match="not there"):
            await library.ask("x?", libraries=["shared"], asked_at=datetime.now(UTC))
    await engine.close()


async def test_serving_needs_a_token(settings):
    with pytest.raises(ServeError, match="DISCORD_TOKEN"):
        await serve(settings)
