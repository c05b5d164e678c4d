"""`/settings` shows and changes how the bot answers in a server, for who may manage it."""

from __future__ import annotations

import discord
import pytest
import simcord
from simcord.components import walk_components

from bot.records.guilds import GuildSettings
from bot.records.history import History
from bot.service.client import PullquoteBot
from bot.settings import Settings
from cogs._library.guard import SETTINGS_NOT_ALLOWED
from cogs.settings import ALL_QUOTES, ASKER_ONLY, EVERYBODY, IN_CHANNEL, IN_THREAD
from tests.cogs.conftest import World
from tests.cogs.quotes import FakeLibrary

FIRST = (
    "**How I answer in this server**\n"
    "- **Where:** in every channel where I may write.\n"
    "- **For whom:** everybody in the channel sees an answer.\n"
    "- **Quotes:** as many as answer.\n"
    "- **Thread:** I answer in the channel itself.\n"
    "- **Memory:** questions are deleted after 90 days.\n"
    "- **Time:** “today” and “last week” are meant in UTC, where it is 00:00.\n"
    "-# Who may manage the articles is set with `/library settings`."
)


def menu(shown: discord.Message, kind: int) -> str:
    """Return the custom id of the menu of a kind: 3 for words, 8 for channels."""
    (found,) = [part["custom_id"] for part in walk_components(shown.components) if part["type"] == kind]
    return str(found)


async def opened(world: World, ada: simcord.MemberActor) -> discord.Message:
    result = await ada.slash(world.channel, "settings")
    assert result.ephemeral
    return result.response


async def test_they_are_shown_in_sentences_and_changed_one_by_one(
    world: World, ada: simcord.MemberActor, simcord_bot: PullquoteBot
) -> None:
    shown = await opened(world, ada)
    assert shown.content == FIRST
    await ada.select(shown, [world.channel], custom_id=menu(shown, 8))
    await ada.select(shown, ["2"], custom_id=menu(shown, 3))
    await ada.click(shown, label=ASKER_ONLY)
    await ada.click(shown, label=IN_THREAD)
    form = await ada.click(shown, label="Memory and time zone")
    await ada.submit_modal(form, {"days": "30", "zone": "tokyo"})
    assert f"only in <#{world.channel.id}>, and in threads there" in shown.content
    assert "only the one who asks sees an answer" in shown.content
    assert "2 quotes in an answer at the most" in shown.content
    assert "no thread is needed" in shown.content
    assert "deleted after 30 days" in shown.content
    assert "Asia/Tokyo, where it is 09:00" in shown.content
    assert await simcord_bot.guild_store.settings(world.guild.id) == GuildSettings(
        channel_ids=frozenset({world.channel.id}),
        for_asker_only=True,
        most_quotes=2,
        in_thread=True,
        history_days=30,
        time_zone="Asia/Tokyo",
    )


async def test_each_change_can_be_taken_back(world: World, ada: simcord.MemberActor, simcord_bot: PullquoteBot) -> None:
    store, guild_id = simcord_bot.guild_store, world.guild.id
    await store.set_channels(guild_id, [world.channel.id])
    await store.set_most_quotes(guild_id, 1)
    await store.set_for_asker_only(guild_id, wanted=True)
    await store.set_in_thread(guild_id, wanted=True)
    await store.set_times(guild_id, history_days=3, time_zone="Asia/Tokyo")
    shown = await opened(world, ada)
    await ada.select(shown, [], custom_id=menu(shown, 8))
    await ada.select(shown, [ALL_QUOTES], custom_id=menu(shown, 3))
    await ada.click(shown, label=EVERYBODY)
    await ada.click(shown, label=IN_CHANNEL)
    form = await ada.click(shown, label="Memory and time zone")
    await ada.submit_modal(form, {"days": "", "zone": ""})
    assert await store.settings(guild_id) == GuildSettings()
    assert shown.content == FIRST


@pytest.mark.parametrize(
    ("days", "zone", "told"),
    [
        ("91", "UTC", "“91” is no number of days that I can take: please give a whole number from 1 to 90."),
        ("0", "UTC", "“0” is no number of days"),
        ("²", "UTC", "“²” is no number of days"),
        ("a week", "UTC", "“a week” is no number of days"),
        ("7", "Lisbonn", "I know no time zone “Lisbonn”; did you mean `Europe/Lisbon`?"),
        ("7", "@everyone", "I know no time zone “\\@everyone”; please give one such as `Europe/Paris`."),
    ],
)
async def test_what_cannot_be_taken_is_told_and_nothing_is_changed(
    world: World, ada: simcord.MemberActor, simcord_bot: PullquoteBot, days: str, zone: str, told: str
) -> None:
    shown = await opened(world, ada)
    form = await ada.click(shown, label="Memory and time zone")
    await ada.submit_modal(form, {"days": days, "zone": zone})
    assert shown.content.startswith(told)
    assert "Nothing was changed." in shown.content
    assert await simcord_bot.guild_store.settings(world.guild.id) == GuildSettings()


async def test_a_member_who_is_shown_it_is_refused(world: World) -> None:
    world.show_library_to(world.alice)
    result = await world.alice.slash(world.channel, "settings")
    assert (result.response.content, result.ephemeral) == (SETTINGS_NOT_ALLOWED, True)


async def test_nothing_is_changed_once_the_permission_is_gone(
    world: World, ada: simcord.MemberActor, simcord_bot: PullquoteBot
) -> None:
    shown = await opened(world, ada)
    form = await ada.click(shown, label="Memory and time zone")
    world.take_roles_from(ada)
    assert (await ada.click(shown, label=ASKER_ONLY)).response.content == SETTINGS_NOT_ALLOWED
    told = await ada.submit_modal(form, {"days": "1", "zone": ""})
    assert told.response.content == SETTINGS_NOT_ALLOWED
    assert await simcord_bot.guild_store.settings(world.guild.id) == GuildSettings()


async def test_a_channel_that_is_deleted_is_forgotten(
    world: World, ada: simcord.MemberActor, simcord_bot: PullquoteBot
) -> None:
    other = world.guild.create_text_channel("other")
    await simcord_bot.guild_store.set_channels(world.guild.id, [world.channel.id, other.id])
    await simcord_bot.get_channel(other.id).delete()
    await world.env.settle()
    assert (await simcord_bot.guild_store.settings(world.guild.id)).channel_ids == {world.channel.id}


async def test_two_admins_at_once_do_not_undo_each_other(
    world: World, ada: simcord.MemberActor, simcord_bot: PullquoteBot
) -> None:
    bea = world.add_admin("bea")
    hers, his = await opened(world, ada), await opened(world, bea)
    await ada.click(hers, label=ASKER_ONLY)
    await bea.select(his, ["1"], custom_id=menu(his, 3))
    now = await simcord_bot.guild_store.settings(world.guild.id)
    assert (now.for_asker_only, now.most_quotes) == (True, 1)
    assert "only the one who asks" in his.content


async def test_they_outlive_a_restart(
    world: World, ada: simcord.MemberActor, library: FakeLibrary, history: History
) -> None:
    shown = await opened(world, ada)
    await ada.click(shown, label=ASKER_ONLY)
    await world.env.restart_bot(PullquoteBot(settings=Settings(_env_file=None), library=library, history=history))
    assert "only the one who asks" in (await opened(world, ada)).content
