"""The commands of all cogs fit together and into Discord."""

from __future__ import annotations

import re
from collections import Counter
from importlib.metadata import version

import discord
import simcord
from discord import app_commands

from bot.service.client import EXTENSIONS, PullquoteBot
from tests.cogs.conftest import World


async def test_no_two_commands_share_a_name(simcord_env: simcord.Env) -> None:
    commands = simcord_env.bot.tree.get_commands()
    assert {command.name for command in commands} == {
        "ask",
        "quote",
        "history",
        "help",
        "sources",
        "source",
        "Ask about this",
        "Check this quote",
        "library",
        "settings",
        "forget",
        "gaps",
        "status",
        "answer-from",
        "article",
        "about",
    }
    assert max(Counter(command.qualified_name.lower() for command in commands).values()) == 1
    assert {command.module for command in commands} == set(EXTENSIONS) - {"cogs.announcing", "cogs.answers"}


async def test_every_cog_takes_its_commands_with_it(simcord_env: simcord.Env) -> None:
    for extension in EXTENSIONS:
        await simcord_env.bot.unload_extension(extension)
    assert simcord_env.bot.tree.get_commands() == []


async def test_names_and_descriptions_stay_within_discords_lengths(simcord_env: simcord.Env) -> None:
    assert all(1 <= len(command.name) <= 32 for command in simcord_env.bot.tree.get_commands())
    for command in simcord_env.bot.tree.walk_commands():
        assert 1 <= len(command.description) <= 100
        for parameter in () if isinstance(command, app_commands.Group) else command.parameters:
            assert 1 <= len(parameter.name) <= 32
            assert 1 <= len(parameter.description) <= 100
            assert parameter.description != "…"


async def test_commands_are_for_servers_and_direct_messages_but_for_some(simcord_env: simcord.Env) -> None:
    contexts = {"library": [0], "settings": [0], "gaps": [0], "status": [0], "answer-from": [1]}
    for command in simcord_env.bot.tree.get_commands():
        payload = command.to_dict(simcord_env.bot.tree)
        assert payload["contexts"] == contexts.get(command.name, [0, 1])
        assert payload["integration_types"] == [0]
        manage_server = str(discord.Permissions(manage_guild=True).value)
        wanted = manage_server if command.name in ("library", "settings", "gaps", "status") else None
        assert str(payload["default_member_permissions"] or "") == str(wanted or "")


async def test_no_text_command_exists(simcord_env: simcord.Env) -> None:
    assert not simcord_env.bot.commands


async def test_help_is_short_and_only_for_the_one_who_asks(world: World) -> None:
    result = await world.alice.slash(world.channel, "help")
    assert result.ephemeral
    assert "who said it and who published it" in result.response.content
    assert len(result.response.content) < 1500


def usable(content: str) -> set[str]:
    """Return the commands that a help text lists."""
    return set(re.findall(r"^- `/([^`]+)`", content, re.MULTILINE))


async def test_help_lists_what_a_member_may_use_in_a_server(world: World) -> None:
    listed = usable((await world.alice.slash(world.channel, "help")).response.content)
    assert {"ask", "article", "about", "history"} <= listed
    assert not {"library", "answer-from"} & listed


async def test_help_lists_the_library_for_admins_and_for_the_role_set_for_it(
    world: World, ada: simcord.MemberActor, simcord_bot: PullquoteBot
) -> None:
    assert "library" in usable((await ada.slash(world.channel, "help")).response.content)
    role = world.guild.create_role("librarians")
    ben = world.guild.add_member(world.env.create_user("ben"), roles=[role])
    assert "library" not in usable((await ben.slash(world.channel, "help")).response.content)
    await simcord_bot.guild_store.set_admin_role(world.guild.id, role.id)
    assert "library" in usable((await ben.slash(world.channel, "help")).response.content)


async def test_help_in_a_direct_message_lists_what_can_be_used_there(world: World) -> None:
    listed = usable((await world.alice.user.slash("help")).response.content)
    assert "answer-from" in listed
    assert "library" not in listed


async def test_about_tells_version_what_it_is_and_what_it_keeps(world: World) -> None:
    result = await world.alice.slash(world.channel, "about")
    assert result.ephemeral
    assert f"Pullquote {version('pullquote')}" in result.response.content
    assert "for 90 days" in result.response.content
    assert "I read no other messages" in result.response.content


async def test_the_bot_asks_for_no_privileged_intent(simcord_env: simcord.Env) -> None:
    privileged = discord.Intents(members=True, presences=True, message_content=True)
    assert simcord_env.bot.intents.value & privileged.value == 0
