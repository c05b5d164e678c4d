"""The real bot in SimCord, with a real history and a fake library."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
import simcord
from hypothesis import settings

from bot.client import PullquoteBot
from bot.history import History
from bot.settings import Settings
from tests.cogs.quotes import FakeLibrary

# A shared machine is slow at times; a property does not fail for that.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden", default=False))


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary()


@pytest_asyncio.fixture
async def history(tmp_path: Path) -> AsyncIterator[History]:
    opened = await History.open(tmp_path / "history.db")
    yield opened
    await opened.close()


@pytest.fixture
def simcord_bot(library: FakeLibrary, history: History) -> PullquoteBot:
    return PullquoteBot(settings=Settings(_env_file=None), library=library, history=history)


@dataclass(frozen=True)
class World:
    """One server with a channel and a member, and the bot in it."""

    env: simcord.Env
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    alice: simcord.MemberActor
    me: str

    def answers(self) -> list[str]:
        """Return what the bot has said in the channel, oldest first."""
        bot_id = self.env.bot.user.id
        return [message.content for message in self.channel.history() if message.author.id == bot_id]


@pytest.fixture
def world(simcord_env: simcord.Env) -> World:
    guild = simcord_env.create_guild()
    channel = guild.create_text_channel("news")
    alice = guild.add_member(simcord_env.create_user("alice"))
    return World(simcord_env, guild, channel, alice, f"<@{simcord_env.bot.user.id}>")
