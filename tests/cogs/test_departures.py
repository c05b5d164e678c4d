"""What is kept of a server that the bot has left goes after the time of grace, and comes back whole before it."""

from __future__ import annotations

from pathlib import Path

import pytest
import simcord
from simcord.backend.models import Guild
from simcord.backend.serializers import guild_create_payload

from bot.records.history import History
from bot.records.owners import left_guilds
from bot.service.client import PullquoteBot
from bot.settings import Settings
from tests.cogs.conftest import World
from tests.cogs.managing import FakeManager
from tests.cogs.quotes import FakeLibrary

DAY_S = 24 * 3600
GRACE = 2


@pytest.fixture
def simcord_bot(library: FakeLibrary, history: History) -> PullquoteBot:
    """A bot with a short time of grace: SimCord steps through every day."""
    return PullquoteBot(settings=Settings(_env_file=None, left_server_days=GRACE), library=library, history=history)


async def kept(bot: PullquoteBot, world: World, manager: FakeManager) -> tuple[int, bool, int, int]:
    """Return how many questions, whether settings, how many articles and feeds there are of the server."""
    shelf = manager.shelves.get(world.own)
    return (
        len(await bot.history.recent(world.channel.id, limit=9)),
        (await bot.guild_store.settings(world.guild.id)).direct_messages,
        len(shelf.articles) if shelf else 0,
        len(shelf.feeds) if shelf else 0,
    )


async def prepare(bot: PullquoteBot, world: World, manager: FakeManager) -> None:
    await world.alice.send(world.channel, f"{world.me} why?")
    await bot.guild_store.set_direct_messages(world.guild.id, allowed=True)
    manager.put(world.own, "theirs")
    manager.follow(world.own, 1)
    manager.put("guild-4", "of another server that was left at the same time")
    assert await kept(bot, world, manager) == (1, True, 1, 1)


async def invite_again(world: World, left: Guild) -> None:
    """Have the bot join a server that it has left, as Discord announces it."""
    left.channel_ids.clear()  # SimCord has dropped the channels with the server
    world.env.backend.guilds[world.guild.id] = left
    world.env.backend.emit("GUILD_CREATE", guild_create_payload(world.env.backend, left))
    await world.env.settle()


async def leave(bot: PullquoteBot, world: World) -> None:
    await bot.get_guild(world.guild.id).leave()
    await world.env.settle()


async def test_a_server_that_was_left_is_deleted_after_the_grace_and_not_before(
    world: World, simcord_bot: PullquoteBot, library: FakeLibrary
) -> None:
    await prepare(simcord_bot, world, library.managed)
    await leave(simcord_bot, world)
    assert await kept(simcord_bot, world, library.managed) == (1, True, 1, 1)
    assert world.own in library.managed.resting
    await world.env.advance_time((GRACE - 0.5) * DAY_S)
    assert await kept(simcord_bot, world, library.managed) == (1, True, 1, 1)
    await world.env.advance_time(2 * DAY_S)
    assert await kept(simcord_bot, world, library.managed) == (0, False, 0, 0)
    assert world.guild.id not in await left_guilds(simcord_bot.history)
    assert world.own not in library.managed.resting


async def test_a_server_that_invites_the_bot_again_in_time_has_everything(
    world: World, simcord_bot: PullquoteBot, library: FakeLibrary
) -> None:
    await prepare(simcord_bot, world, library.managed)
    left = world.env.backend.guilds[world.guild.id]
    await leave(simcord_bot, world)
    await world.env.advance_time(DAY_S)
    await invite_again(world, left)
    assert world.own not in library.managed.resting
    await world.env.advance_time((GRACE + 1) * DAY_S)
    assert await kept(simcord_bot, world, library.managed) == (1, True, 1, 1)
    assert "guild-4" not in library.managed.shelves


async def test_a_server_that_the_bot_is_in_is_never_touched(
    world: World, simcord_bot: PullquoteBot, library: FakeLibrary
) -> None:
    await prepare(simcord_bot, world, library.managed)
    library.managed.put("shared", "everybody's")
    await world.env.advance_time((GRACE + 2) * DAY_S)
    assert await kept(simcord_bot, world, library.managed) == (1, True, 1, 1)
    assert "shared" in library.managed.shelves


async def test_a_server_that_was_left_while_the_bot_was_down_counts_from_the_next_start(tmp_path: Path) -> None:
    history = await History.open(tmp_path / "history.db")
    library = FakeLibrary()
    library.managed.put("guild-77", "theirs")
    bot = PullquoteBot(settings=Settings(_env_file=None, left_server_days=1), library=library, history=history)
    async with simcord.run(bot) as env:
        await env.settle()
        assert await left_guilds(history) == {77}
        assert "guild-77" in library.managed.shelves
        await env.advance_time(3 * DAY_S)
        assert "guild-77" not in library.managed.shelves
    await history.close()
