"""The real bot in SimCord, with a real history and a fake library."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import discord
import pytest
import pytest_asyncio
import simcord
from discord import app_commands
from hypothesis import settings

from bot.records.history import History
from bot.service.client import PullquoteBot
from bot.settings import Settings
from tests.cogs.quotes import FakeLibrary

ADMIN = discord.Permissions(
    manage_guild=True,
    manage_messages=True,
    view_channel=True,
    send_messages=True,
    use_application_commands=True,
    read_message_history=True,
)

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

    @property
    def own(self) -> str:
        """The id of this server's library."""
        return f"guild-{self.guild.id}"

    def add_admin(self, name: str = "ada") -> simcord.MemberActor:
        """Return a new member who may manage the server."""
        role = self.guild.create_role(f"{name}'s role", permissions=ADMIN)
        return self.guild.add_member(self.env.create_user(name), roles=[role])

    def take_roles_from(self, member: simcord.MemberActor) -> None:
        """Take all roles from a member, as an owner would."""
        self.env.backend.edit_member(self.guild.id, member.id, {"role_ids": []})

    def show_library_to(self, target: simcord.MemberActor | simcord.RoleHandle) -> None:
        """Let Discord show admins' commands to a member or a role, as under Server Settings, Integrations."""
        for name in ("library", "settings", "gaps", "status"):
            command = self.env.backend.find_command(name, self.guild.id, type=1)
            self.guild.set_command_permissions(int(command["id"]), {target: True})

    def only_refusals(self) -> bool:
        """Tell whether nothing but a failed check or a forged option has reached the error handler."""
        refusals = (app_commands.CheckFailure, app_commands.TransformerError)
        return all(isinstance(error, refusals) for error in self.env.errors)

    def sent(self) -> str:
        """Return everything that the bot has sent to Discord, as one text."""
        requests = [entry for entry in self.env.http_requests if not entry.path.endswith("/commands")]
        return json.dumps([entry.json for entry in requests], default=str, ensure_ascii=False)

    def answers(self) -> list[str]:
        """Return what the bot has said in the channel, oldest first."""
        bot_id = self.env.bot.user.id
        return [message.content for message in self.channel.history() if message.author.id == bot_id]


@pytest.fixture
def ada(world: World) -> simcord.MemberActor:
    """A member who may manage the server."""
    return world.add_admin()


@pytest.fixture
def world(simcord_env: simcord.Env) -> World:
    guild = simcord_env.create_guild()
    channel = guild.create_text_channel("news")
    alice = guild.add_member(simcord_env.create_user("alice"))
    return World(simcord_env, guild, channel, alice, f"<@{simcord_env.bot.user.id}>")
