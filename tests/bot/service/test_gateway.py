"""The bot and a Discord on loopback: connections that break, bursts of errors, events that come twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot.records.history import History
from bot.service.client import PullquoteBot
from bot.settings import Settings
from tests.cogs.quotes import AGENDA, FakeLibrary
from tests.support.discord_server import CHANNEL_ID, TOKEN, LoopbackDiscord

ASKED = "why did Gantz go to Washington?"


@asynccontextmanager
async def connected(server: LoopbackDiscord, history: History) -> AsyncIterator[PullquoteBot]:
    bot = PullquoteBot(settings=Settings(_env_file=None), library=FakeLibrary(), history=history)
    async with bot:
        running = asyncio.create_task(bot.start(TOKEN))
        ready = asyncio.create_task(bot.wait_until_ready())
        await asyncio.wait([running, ready], return_when=asyncio.FIRST_COMPLETED, timeout=30)
        assert ready.done(), running
        yield bot
        await bot.close()
        await running


def counted(bot: PullquoteBot, name: str, **labels: str) -> float:
    return bot.metrics.registry.get_sample_value(f"pullquote_{name}_total", labels) or 0.0


async def eventually(what: Callable[[], bool]) -> None:
    """Wait for what the bot does after Discord has heard from it."""
    async with asyncio.timeout(30):
        while not what():
            await asyncio.sleep(0.01)


async def turns(history: History) -> int:
    return await history.count_of_channel(CHANNEL_ID)


async def test_a_question_is_answered_over_a_real_connection(discords: LoopbackDiscord, history: History):
    async with connected(discords, history) as bot:
        await discords.ask(ASKED)
        await discords.until(lambda: len(discords.messages) == 1)
        assert AGENDA[:40] in discords.said()[0]
        assert counted(bot, "gateway_events", event="connected") == 1


async def test_what_is_asked_while_the_connection_is_down_is_answered_once_it_is_taken_up_again(
    discords: LoopbackDiscord, history: History
):
    async with connected(discords, history) as bot:
        await discords.drop()
        await discords.ask(ASKED)
        await discords.until(lambda: discords.resumed == 1)
        await discords.until(lambda: len(discords.messages) == 1)
        await asyncio.sleep(0.2)
        assert (len(discords.messages), await turns(history)) == (1, 1)
        assert discords.identified == 1
        assert bot.connected
        assert counted(bot, "gateway_events", event="lost") == 1
        assert counted(bot, "gateway_events", event="resumed") == 1


async def test_a_session_that_discord_has_forgotten_begins_anew_and_answers(
    discords: LoopbackDiscord, history: History, monkeypatch: pytest.MonkeyPatch
):
    async def at_once(*_: object, **__: object) -> None:
        """Discord allows an identify every five seconds."""

    monkeypatch.setattr(PullquoteBot, "before_identify_hook", at_once)
    async with connected(discords, history):
        discords.accepts_resume = False
        await discords.drop()
        await discords.until(lambda: discords.identified == 2)
        await discords.ask(ASKED)
        await discords.until(lambda: len(discords.messages) == 1)
        assert await turns(history) == 1


async def test_an_event_that_comes_twice_is_answered_once(discords: LoopbackDiscord, history: History):
    async with connected(discords, history):
        await discords.ask(ASKED)
        await discords.repeat_last()
        await discords.drop()
        await discords.repeat_last()
        await discords.until(lambda: discords.resumed == 1)
        await discords.ask("and who says so?")
        await discords.until(lambda: len(discords.messages) == 2)
        await asyncio.sleep(0.2)
        assert (len(discords.messages), await turns(history)) == (2, 2)


async def test_a_burst_of_429_is_waited_out_and_the_answer_arrives_once(discords: LoopbackDiscord, history: History):
    async with connected(discords, history) as bot:
        limited = {"message": "You are being rate limited.", "retry_after": 0.05, "global": False}
        discords.fail("POST", "/messages", 429, times=3, body=limited, Via="1.1 google", Retry_After="1")
        await discords.ask(ASKED)
        await discords.until(lambda: len(discords.messages) == 1)
        assert (await turns(history), counted(bot, "discord_errors", status="429")) == (1, 3)
        await eventually(lambda: counted(bot, "questions", outcome="answered") == 1)


async def test_a_burst_of_5xx_is_tried_again_and_the_answer_arrives_once(discords: LoopbackDiscord, history: History):
    async with connected(discords, history) as bot:
        discords.fail("POST", "/messages", 502, times=2)
        await discords.ask(ASKED)
        await discords.until(lambda: len(discords.messages) == 1)
        assert (await turns(history), counted(bot, "discord_errors", status="502")) == (1, 2)


async def test_an_answer_that_discord_does_not_take_at_all_is_told_as_a_fault_and_not_kept(
    discords: LoopbackDiscord, history: History
):
    async with connected(discords, history) as bot:
        discords.fail("POST", "/messages", 503)
        await discords.ask(ASKED)
        await discords.until(lambda: len(discords.messages) == 1)
        assert "Something went wrong on my side" in discords.said()[0]
        await eventually(lambda: counted(bot, "questions", outcome="failed") == 1)
        assert await turns(history) == 0
        await discords.ask("why did he go there?")
        await discords.until(lambda: len(discords.messages) == 2)
        assert await turns(history) == 1
