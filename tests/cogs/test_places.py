"""What a server has set holds everywhere: where, to whom, with how many quotes, in a thread, in which time zone."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import discord
import pytest
import simcord
from hypothesis import given
from hypothesis import strategies as st

from bot.records.guilds import GuildStore
from bot.records.history import History
from bot.service.client import PullquoteBot
from bot.settings import Settings
from cogs._rendering import quote_text, texts
from cogs._rendering.fewer import at_most
from retrieval.domain.answers import Answer, Comparison, Relation
from retrieval.domain.lookups import SourceQuotes
from tests.cogs.conftest import World
from tests.cogs.quotes import AGENDA, NEWS, POLITICO, RIFT, VISIT, FakeLibrary, answer, quote, refusal


@pytest.fixture
def store(simcord_bot: PullquoteBot) -> GuildStore:
    return simcord_bot.guild_store


def told(person: simcord.UserHandle) -> list[str]:
    """Return what the bot has told a person in direct messages."""
    return [message.content for message in person.dm_channel.history()]


async def thread_in(world: World, channel: simcord.ChannelHandle) -> simcord.ChannelHandle:
    parent = world.env.bot.get_channel(channel.id)
    await parent.create_thread(name="aside", type=discord.ChannelType.public_thread)
    (thread,) = channel.threads
    return thread


# ---------------------------------------------------------------- where


async def test_elsewhere_a_mention_is_pointed_to_the_open_channels_once_and_privately(
    world: World, library: FakeLibrary, store: GuildStore
) -> None:
    other = world.guild.create_text_channel("ask-here")
    await store.set_channels(world.guild.id, [other.id])
    await world.alice.send(world.channel, f"{world.me} why?")
    await world.alice.send(world.channel, f"{world.me} and why?")
    assert library.asked == []
    assert world.answers() == []
    assert told(world.alice.user) == [
        f"Who manages the server has me answer in Test Guild only in <#{other.id}>. Please ask me there."
    ]
    await world.alice.send(other, f"{world.me} why?")
    assert quote_text(other.last_message.content) == AGENDA


async def test_a_thread_is_as_open_as_its_channel(world: World, library: FakeLibrary, store: GuildStore) -> None:
    other = world.guild.create_text_channel("ask-here")
    await store.set_channels(world.guild.id, [other.id])
    await world.alice.send(await thread_in(world, world.channel), f"{world.me} why?")
    assert library.asked == []
    await world.alice.send(await thread_in(world, other), f"{world.me} why?")
    assert len(library.asked) == 1


@pytest.mark.parametrize(
    ("name", "options"),
    [("ask", {"question": "why?"}), ("quote", {"text": "words"}), ("sources", {}), ("source", {"name": "POLITICO"})],
)
async def test_elsewhere_a_command_says_where_and_shows_nothing(
    world: World, library: FakeLibrary, store: GuildStore, name: str, options: dict[str, str]
) -> None:
    other = world.guild.create_text_channel("ask-here")
    await store.set_channels(world.guild.id, [other.id])
    result = await world.alice.slash(world.channel, name, **options)
    assert result.ephemeral
    assert result.response.content == texts.elsewhere([other.id])
    assert library.asked == library.checked == library.seen == []


async def test_a_menu_is_refused_elsewhere_too(world: World, library: FakeLibrary, store: GuildStore) -> None:
    await store.set_channels(world.guild.id, [world.guild.create_text_channel("ask-here").id])
    message = await world.alice.send(world.channel, "why?")
    for menu in ("Ask about this", "Check this quote"):
        result = await world.alice.context_menu(world.channel, menu, message)
        assert "Please ask me there." in result.response.content
    assert library.asked == library.checked == []


async def test_a_hidden_channel_is_named_to_nobody_who_cannot_see_it(world: World, store: GuildStore) -> None:
    hidden = world.guild.create_text_channel(
        "hidden", overwrites={world.guild.default_role: discord.PermissionOverwrite(view_channel=False)}
    )
    await store.set_channels(world.guild.id, [hidden.id])
    result = await world.alice.slash(world.channel, "ask", question="why?")
    assert result.response.content == texts.elsewhere([])
    assert str(hidden.id) not in world.sent()


async def test_what_is_for_one_person_alone_is_shown_anywhere(
    world: World, ada: simcord.MemberActor, store: GuildStore
) -> None:
    await store.set_channels(world.guild.id, [world.guild.create_text_channel("ask-here").id])
    for name in ("help", "history"):
        assert "Please ask me there" not in (await world.alice.slash(world.channel, name)).response.content
    assert "library" in (await ada.slash(world.channel, "library list")).response.content


async def test_direct_messages_have_no_channels_to_choose(
    world: World, library: FakeLibrary, store: GuildStore
) -> None:
    await store.set_channels(world.guild.id, [world.guild.create_text_channel("ask-here").id])
    await store.set_for_asker_only(world.guild.id, wanted=True)
    await world.alice.send_dm("why?")
    assert quote_text(world.alice.user.dm_channel.last_message.content) == AGENDA


async def test_another_servers_settings_play_no_part(world: World, library: FakeLibrary, store: GuildStore) -> None:
    other = world.env.create_guild("Other")
    await store.set_channels(other.id, [other.create_text_channel("ask-here").id])
    await store.set_for_asker_only(other.id, wanted=True)
    await store.set_most_quotes(other.id, 1)
    library.outcome = answer(quote(AGENDA, attribution=NEWS), quote(VISIT, attribution=POLITICO))
    await world.alice.send(world.channel, f"{world.me} why?")
    assert AGENDA in world.answers()[0]
    assert VISIT in world.answers()[0]


# ---------------------------------------------------------------- to whom


async def test_only_the_asker_sees_an_answer_by_a_button_that_outlives_a_restart(
    world: World, library: FakeLibrary, history: History, store: GuildStore
) -> None:
    await store.set_for_asker_only(world.guild.id, wanted=True)
    bob = world.guild.add_member(world.env.create_user("bob"))
    await world.alice.send(world.channel, f"{world.me} why did he go?")
    assert world.answers() == [texts.FOR_ASKER_ONLY]
    assert library.asked == []
    offered = world.channel.last_message
    await world.env.restart_bot(PullquoteBot(settings=Settings(_env_file=None), library=library, history=history))
    refused = await bob.click(offered, label="Show my answer")
    assert (refused.response.content, refused.ephemeral) == (texts.NOT_THE_ASKER, True)
    shown = await world.alice.click(offered, label="Show my answer")
    assert shown.ephemeral
    assert quote_text(shown.response.content) == AGENDA
    assert library.asked[0][0] == "why did he go?"


async def test_a_private_talk_is_gone_on_from_by_the_one_who_has_it_and_nobody_else(
    world: World, library: FakeLibrary, store: GuildStore
) -> None:
    await store.set_for_asker_only(world.guild.id, wanted=True)
    bob = world.guild.add_member(world.env.create_user("bob"))
    await world.alice.send(world.channel, f"{world.me} why did he go?")
    offered = world.channel.last_message
    await world.alice.click(offered, label="Show my answer")
    await bob.slash(world.channel, "ask", question="and then?")
    for person in (world.alice, bob):
        await person.send(world.channel, f"{world.me} and when?", reply_to=offered)
        await person.click(world.channel.last_message, label="Show my answer")
    assert [[before.question for before in talk] for talk in library.talks] == [[], [], ["why did he go?"], []]


async def test_a_reply_to_an_answer_is_answered_where_it_is_and_goes_on_from_it(
    world: World, library: FakeLibrary, store: GuildStore
) -> None:
    await world.alice.send(world.channel, f"{world.me} why did he go?")
    said = world.channel.last_message
    await store.set_in_thread(world.guild.id, wanted=True)
    await world.alice.send(world.channel, f"{world.me} and when?", reply_to=said)
    assert world.channel.threads == []
    assert [before.question for before in library.talks[-1]] == ["why did he go?"]


async def test_a_private_answer_to_a_question_that_is_gone_says_so(world: World, store: GuildStore) -> None:
    await store.set_for_asker_only(world.guild.id, wanted=True)
    asked = await world.alice.send(world.channel, f"{world.me} why did he go?")
    offered = world.channel.last_message
    await world.env.advance_time(61)
    await world.alice.delete(asked)
    shown = await world.alice.click(offered, label="Show my answer")
    assert (shown.response.content, shown.ephemeral) == (texts.QUESTION_LOST, True)


@pytest.mark.parametrize(
    ("name", "options"),
    [("ask", {"question": "why?"}), ("quote", {"text": "words"}), ("sources", {}), ("source", {"name": "POLITICO"})],
)
async def test_a_command_answers_its_user_alone_where_the_server_wants_it_so(
    world: World, library: FakeLibrary, store: GuildStore, name: str, options: dict[str, str]
) -> None:
    long = " ".join(f"Sentence number {number} of the article ends here." for number in range(120))
    library.outcome = answer(quote(long))
    library.found = SourceQuotes("POLITICO", (quote(RIFT),))
    await store.set_for_asker_only(world.guild.id, wanted=True)
    result = await world.alice.slash(world.channel, name, **options)
    assert result.ephemeral
    assert world.channel.history() == []


# ---------------------------------------------------------------- how many quotes, in a thread, when


async def test_an_answer_shows_no_more_quotes_than_the_server_wants(
    world: World, library: FakeLibrary, store: GuildStore
) -> None:
    await store.set_most_quotes(world.guild.id, 2)
    reporters = [replace(NEWS, name=name) for name in ("Wire One", "Wire Two", "Wire Three")]
    said_by = zip((AGENDA, VISIT, RIFT), reporters, strict=True)
    library.outcome = answer(*(quote(text, attribution=by) for text, by in said_by))
    await world.alice.send(world.channel, f"{world.me} why?")
    result = await world.alice.slash(world.channel, "ask", question="why?")
    for said in (world.answers()[0], result.response.content):
        assert AGENDA in said
        assert VISIT in said
        assert RIFT not in said
    shown = [m for m in world.channel.history() if m.components]
    labels = [button.label for message in shown for row in message.components for button in row.children]
    assert "Context" in labels
    assert "More quotes" not in labels


@given(st.integers(1, 5), st.integers(1, 5), st.sampled_from(Relation), st.data())
def test_a_shortened_answer_compares_only_quotes_that_it_has(
    held: int, most: int, relation: Relation, data: st.DataObject
) -> None:
    quotes = tuple(quote(f"Quote {number}.", start=100 * number) for number in range(held))
    size = 2 if relation is Relation.DIFFERS else data.draw(st.integers(2, max(2, held)))
    row = quotes[: min(size, held)]
    comparison = Comparison(relation, row, tuple(f"reporter {n}" for n in range(len(row))), outlets=False)
    given_answer = Answer("why?", quotes, 0.9, comparisons=(comparison,) if len(row) > 1 else ())
    short = at_most(given_answer, most)
    assert isinstance(short, Answer)
    assert short.quotes == quotes[:most]
    assert at_most(given_answer, None) == given_answer
    for kept in short.comparisons:
        assert set(kept.quotes) <= set(short.quotes)
        assert len(kept.quotes) == len(kept.reporters) >= 2
        assert kept.relation is relation
    assert len(short.comparisons) == (len(row) > 1 and (most >= len(row) or (relation is Relation.SAME and most > 1)))


def test_a_refusal_shows_no_more_nearest_quotes_than_the_server_wants() -> None:
    assert at_most(refusal(quote(VISIT), quote(RIFT)), 1) == refusal(quote(VISIT))


async def test_a_question_is_answered_in_a_thread_of_its_own_and_remembered_there(
    world: World, library: FakeLibrary, history: History, store: GuildStore
) -> None:
    await store.set_in_thread(world.guild.id, wanted=True)
    asked = await world.alice.send(world.channel, f"{world.me} why did he go?")
    (thread,) = world.channel.threads
    assert (thread.id, thread.name) == (asked.id, "why did he go?")
    assert [quote_text(message.content) for message in thread.history()] == [AGENDA]
    assert not any("> " in content for content in world.answers())  # Discord's own note has the thread's name
    assert len(await history.recent(thread.id, limit=9)) == 1
    await world.alice.send(thread, f"{world.me} and then?")
    assert len(world.channel.threads) == 1
    assert len(await history.recent(thread.id, limit=9)) == 2


async def test_an_edited_question_is_answered_anew_in_its_thread(
    world: World, library: FakeLibrary, store: GuildStore
) -> None:
    await store.set_in_thread(world.guild.id, wanted=True)
    asked = await world.alice.send(world.channel, f"{world.me} why?")
    library.outcome = answer(quote(RIFT))
    await world.alice.edit(asked, f"{world.me} what did POLITICO say?")
    (thread,) = world.channel.threads
    assert [quote_text(message.content) for message in thread.history()] == [RIFT]


async def test_a_deleted_question_closes_its_thread_unless_somebody_wrote_there(
    world: World, store: GuildStore
) -> None:
    await store.set_in_thread(world.guild.id, wanted=True)
    asked = await world.alice.send(world.channel, f"{world.me} why?")
    kept = await world.alice.send(world.channel, f"{world.me} when?")
    first, second = sorted(world.channel.threads, key=lambda thread: thread.id)
    await world.alice.send(second, "interesting")
    for message in (asked, kept):
        await world.alice.delete(message)
    assert [thread.id for thread in world.channel.threads] == [second.id]
    assert quote_text(second.history()[0].content) == AGENDA
    assert first.id == asked.id


async def test_a_long_question_names_its_thread_in_part(world: World, store: GuildStore) -> None:
    await store.set_in_thread(world.guild.id, wanted=True)
    await world.alice.send(world.channel, f"{world.me} {'why ' * 40}")
    (thread,) = world.channel.threads
    assert len(thread.name) <= 100
    assert thread.name.endswith("…")


@pytest.mark.parametrize("status", [400, 403, 404])
async def test_where_no_thread_can_be_opened_the_channel_is_answered_in(
    world: World, store: GuildStore, status: int
) -> None:
    await store.set_in_thread(world.guild.id, wanted=True)
    world.env.inject_error("POST", "/channels/*/messages/*/threads", status=status)
    await world.alice.send(world.channel, f"{world.me} why?")
    assert quote_text(world.answers()[0]) == AGENDA


async def test_today_is_meant_in_the_servers_time_zone(world: World, library: FakeLibrary, store: GuildStore) -> None:
    await world.alice.send(world.channel, f"{world.me} what was said today?")
    await store.set_times(world.guild.id, history_days=None, time_zone="Asia/Tokyo")
    await world.alice.send(world.channel, f"{world.me} what was said today?")
    await world.alice.slash(world.channel, "ask", question="what was said today?")
    assert library.zones == [None, ZoneInfo("Asia/Tokyo"), ZoneInfo("Asia/Tokyo")]


# ---------------------------------------------------------------- permissions that are missing


def hushed(world: World, **denied: bool) -> simcord.ChannelHandle:
    return world.guild.create_text_channel(
        "hushed", overwrites={world.env.bot.user: discord.PermissionOverwrite(**denied)}
    )


def owner_of(world: World) -> simcord.UserHandle:
    return simcord.builders.UserHandle(world.env, world.env.backend.get_user(
        world.env.backend.get_guild(world.guild.id).owner_id
    ))  # fmt: skip


async def test_the_owner_is_told_once_that_the_bot_may_not_write(
    world: World, library: FakeLibrary, history: History
) -> None:
    channel = hushed(world, send_messages=False)
    await world.alice.send(channel, f"{world.me} why?")
    await world.alice.send(channel, f"{world.me} why?")
    await world.env.restart_bot(PullquoteBot(settings=Settings(_env_file=None), library=library, history=history))
    await world.alice.send(channel, f"{world.me} why?")
    assert told(owner_of(world)) == [
        (
            f"In <#{channel.id}> of Test Guild I was asked something and could not answer: I lack **Send Messages** "
            "there. You can give me that permission in the channel's settings, under Permissions. I say this only once."
        )
    ]
    assert len(channel.history()) == 3
    assert library.asked == []


async def test_an_asker_who_can_change_it_is_told_themselves(world: World) -> None:
    role = world.guild.create_role(
        "keepers", permissions=discord.Permissions(manage_roles=True, view_channel=True, send_messages=True)
    )
    keeper = world.guild.add_member(world.env.create_user("keeper"), roles=[role])
    await keeper.send(hushed(world, send_messages=False), f"{world.me} why?")
    assert "I lack **Send Messages** there" in told(keeper.user)[0]
    assert told(owner_of(world)) == []


async def test_what_is_given_and_taken_again_is_told_again(world: World, simcord_bot: PullquoteBot) -> None:
    channel = hushed(world, send_messages=False)
    await world.alice.send(channel, f"{world.me} why?")
    me = world.env.bot.user
    await allow(world, channel, me, send_messages=None)
    await world.alice.send(channel, f"{world.me} why?")
    assert await simcord_bot.guild_store.missing() == set()
    await world.env.advance_time(24 * 60 * 60 + 1)
    await allow(world, channel, me, send_messages=False)
    await world.alice.send(channel, f"{world.me} why?")
    assert len(told(owner_of(world))) == 2


async def allow(world: World, channel: simcord.ChannelHandle, user: discord.ClientUser, **values: bool | None) -> None:
    target = world.env.bot.get_channel(channel.id)
    guild = world.env.bot.get_guild(world.guild.id)
    await target.set_permissions(guild.me, overwrite=discord.PermissionOverwrite(**values))
    await world.env.settle()


async def test_who_cannot_be_reached_is_tried_again_only_the_next_day(world: World) -> None:
    channel = hushed(world, send_messages=False)
    world.env.inject_error("POST", "/users/@me/channels", status=403)
    await world.alice.send(channel, f"{world.me} why?")
    await world.alice.send(channel, f"{world.me} why?")
    assert told(owner_of(world)) == []
    await world.env.advance_time(24 * 60 * 60 + 1)
    await world.alice.send(channel, f"{world.me} why?")
    assert len(told(owner_of(world))) == 1


async def test_without_the_right_to_open_threads_it_answers_in_the_channel_and_says_so_once(
    world: World, store: GuildStore
) -> None:
    await store.set_in_thread(world.guild.id, wanted=True)
    channel = hushed(world, create_public_threads=False)
    for _ in range(2):
        await world.alice.send(channel, f"{world.me} why?")
    assert [quote_text(message.content) for message in channel.history()[2:]] == [AGENDA] or channel.threads == []
    (said,) = told(owner_of(world))
    assert "I cannot answer as I should: I lack **Create Public Threads** there" in said


async def test_several_channels_are_told_of_each_by_itself(world: World) -> None:
    for _ in range(2):
        await world.alice.send(hushed(world, send_messages=False), f"{world.me} why?")
    assert len(told(owner_of(world))) == 2
