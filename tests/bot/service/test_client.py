"""The bot is ready without the library, registers commands only when they changed, and closes cleanly."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import pytest
import simcord

from bot.records.guilds import GuildStore
from bot.records.history import History, Turn
from bot.service.client import PullquoteBot
from bot.service.sync import NOTE, fingerprint
from bot.settings import Settings
from tests.cogs.quotes import FakeLibrary

LOADING_S = 365 * 24 * 3600.0
"""The model is still loading, in every test here; SimCord's clock holds the time still."""


def make(history: History, **settings: object) -> PullquoteBot:
    library = FakeLibrary()

    async def load() -> None:
        await asyncio.sleep(LOADING_S)

    library.wait = load
    return PullquoteBot(settings=Settings(_env_file=None, **settings), library=library, history=history)


def syncs(env: simcord.Env) -> int:
    return sum(entry.method == "PUT" and entry.path.endswith("/commands") for entry in env.http_requests)


async def test_it_is_ready_while_the_library_still_loads(history: History) -> None:
    bot = make(history)
    async with simcord.run(bot):
        assert bot.is_ready()


async def test_commands_are_registered_at_the_first_start_only(history: History) -> None:
    async with simcord.run(make(history)) as env:
        assert syncs(env) == 1
        await env.restart_bot(make(history))
        assert syncs(env) == 1


async def test_changed_commands_are_registered_again(history: History) -> None:
    async with simcord.run(make(history)) as env:
        await history.set_note(NOTE, "another fingerprint")
        await env.restart_bot(make(history))
        assert syncs(env) == 2


async def test_the_fingerprint_sees_every_change_of_a_command(history: History) -> None:
    bot = make(history)
    async with simcord.run(bot):
        before = fingerprint(bot.tree, application_id=1)
        assert fingerprint(bot.tree, application_id=2) != before
        bot.tree.get_command("ask").description = "Other words"
        assert fingerprint(bot.tree, application_id=1) != before


async def test_a_failed_registration_is_logged_and_tried_again(
    history: History, caplog: pytest.LogCaptureFixture
) -> None:
    bot = make(history)
    env = simcord.Env(bot)
    env.inject_error("PUT", "/applications/*/commands", status=500)
    await env.start()
    assert bot.is_ready()
    assert "could not be registered" in caplog.text
    assert await history.note(NOTE) is None
    await env.restart_bot(make(history))
    assert await history.note(NOTE) is not None
    await env.shutdown()


async def test_questions_past_the_retention_are_deleted_at_the_start_and_daily(history: History) -> None:
    bot = make(history, history_days=30)
    async with simcord.run(bot) as env:
        await history.record(Turn(None, 1, 2, "old", asked_at=env.now() - timedelta(days=29, hours=12)))
        await history.record(Turn(None, 1, 2, "new", asked_at=env.now()))
        await env.restart_bot(make(history, history_days=30))
        assert len(await history.recent(1, limit=9)) == 2
        await env.advance_time(24 * 3600 + 1)
        assert [turn.question for turn in await history.recent(1, limit=9)] == ["new"]


async def test_it_never_mentions_anyone_by_default(history: History) -> None:
    allowed = make(history).allowed_mentions
    assert allowed.to_dict() == discord.AllowedMentions.none().to_dict()


async def test_an_error_in_an_event_is_logged_with_an_id(
    history: History, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    bot = make(history)
    async with simcord.run(bot, check_errors=False) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("news")
        await env.settle()
        await history.close()
        await bot.get_channel(channel.id).delete()
        await env.settle()
    assert "while handling on_guild_channel_delete" in caplog.text


async def test_it_closes_cleanly(history: History) -> None:
    bot = make(history)
    async with simcord.run(bot):
        pass
    await bot.close()
    assert bot.is_closed()


async def test_each_server_keeps_questions_for_as_long_as_it_has_set_and_never_longer_than_the_operator(
    history: History,
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)  # SimCord's clock begins here
    store = GuildStore(history)
    await store.set_times(1, history_days=3, time_zone=None)
    await store.set_times(2, history_days=3650, time_zone=None)
    for guild_id in (1, 2, 3):
        for days in (2, 5, 91):
            await history.record(Turn(guild_id, guild_id, 7, f"{days} days ago?", asked_at=now - timedelta(days=days)))
    async with simcord.run(make(history)) as env:
        await env.settle()
    kept = [[turn.question for turn in await history.recent(channel_id, limit=9)] for channel_id in (1, 2, 3)]
    assert kept == [["2 days ago?"], ["5 days ago?", "2 days ago?"], ["5 days ago?", "2 days ago?"]]
