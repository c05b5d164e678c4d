"""A question goes on from its own line of talk: its asker's, the answer replied to, its channel's, never another's."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import pytest
import simcord
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.records.history import History, Turn
from bot.records.lines import MOST_TURNS, line_before
from bot.service.client import PullquoteBot
from bot.settings import Settings
from cogs._rendering import texts
from retrieval.domain.talk import Exchange
from tests.cogs.conftest import World
from tests.cogs.quotes import AGENDA, FakeLibrary, answer, quote

ABOUT = ("Gantz", "Washington")


def lines(library: FakeLibrary) -> list[list[str]]:
    """Return which questions each question was told to go on from."""
    return [[exchange.question for exchange in talk] for talk in library.talks]


def about(*words: str) -> object:
    return answer(quote(AGENDA)).__class__(question="why?", quotes=(quote(AGENDA),), confidence=0.9, about=words)


async def ask(world: World, member: simcord.MemberActor, text: str, **where: object) -> None:
    await member.send(where.pop("channel", world.channel), f"{world.me} {text}", **where)


async def test_a_question_goes_on_from_the_same_persons_questions_and_quotes(
    world: World, library: FakeLibrary
) -> None:
    for text in ("why did Gantz go?", "and who agreed?", "why?"):
        await ask(world, world.alice, text)
    assert lines(library) == [[], ["why did Gantz go?"], ["why did Gantz go?", "and who agreed?"]]
    (first,) = library.talks[1]
    assert [(span.article_id, span.text) for span in first.quotes] == [("gantz-washington", AGENDA)]


async def test_two_people_at_once_follow_their_own_lines(world: World, library: FakeLibrary) -> None:
    bob = world.guild.add_member(world.env.create_user("bob"))
    for member, text in ((world.alice, "a1"), (bob, "b1"), (world.alice, "a2"), (bob, "b2"), (world.alice, "a3")):
        await ask(world, member, text)
    assert lines(library)[-2:] == [["b1"], ["a1", "a2"]]


async def test_who_has_asked_nothing_goes_on_from_what_was_asked_last(world: World, library: FakeLibrary) -> None:
    bob = world.guild.add_member(world.env.create_user("bob"))
    await ask(world, world.alice, "why did Gantz go?")
    await ask(world, bob, "and what did he say?")
    assert lines(library)[-1] == ["why did Gantz go?"]


async def test_a_reply_goes_on_from_the_answer_it_replies_to(world: World, library: FakeLibrary) -> None:
    bob = world.guild.add_member(world.env.create_user("bob"))
    await ask(world, world.alice, "a1")
    first = world.channel.last_message
    await ask(world, world.alice, "a2")
    await ask(world, bob, "b1")
    await bob.send(world.channel, "and who agreed?", reply_to=first)
    assert lines(library)[-1] == ["a1"]
    await ask(world, bob, "why?")
    assert lines(library)[-1] == ["a1", "and who agreed?"]


async def test_a_thread_and_another_channel_begin_anew(world: World, library: FakeLibrary) -> None:
    other = world.guild.create_text_channel("other")
    await ask(world, world.alice, "a1")
    parent = world.env.bot.get_channel(world.channel.id)
    await parent.create_thread(name="aside", type=discord.ChannelType.public_thread)
    (thread,) = world.channel.threads
    await ask(world, world.alice, "a2", channel=thread)
    await ask(world, world.alice, "a3", channel=other)
    await ask(world, world.alice, "a4", channel=thread)
    assert lines(library) == [[], [], [], ["a2"]]


async def test_what_others_say_to_each_other_is_never_read(
    world: World, library: FakeLibrary, history: History
) -> None:
    bob = world.guild.add_member(world.env.create_user("bob"))
    await bob.send(world.channel, "the budget talks failed, I hear")
    await ask(world, world.alice, "why?")
    await bob.send(world.channel, "nobody knows")
    await ask(world, world.alice, "and then?")
    assert lines(library) == [[], ["why?"]]
    assert [turn.question for turn in await history.recent(world.channel.id, limit=9)] == ["and then?", "why?"]


async def test_the_slash_command_and_direct_messages_go_on_too(world: World, library: FakeLibrary) -> None:
    await world.alice.slash(world.channel, "ask", question="a1")
    await world.alice.slash(world.channel, "ask", question="a2")
    assert lines(library)[-1] == ["a1"]
    await world.alice.send_dm("d1")
    await world.alice.send_dm("d2")
    assert lines(library)[-2:] == [[], ["d1"]]


async def test_the_message_menu_takes_a_message_as_it_stands(world: World, library: FakeLibrary) -> None:
    await ask(world, world.alice, "a1")
    theirs = await world.alice.send(world.channel, "why did he go?")
    await world.alice.context_menu(world.channel, "Ask about this", theirs)
    assert lines(library)[-1] == []


async def test_a_line_is_forgotten_after_a_day(world: World, library: FakeLibrary) -> None:
    await ask(world, world.alice, "a1")
    await world.env.advance_time(timedelta(hours=23).total_seconds())
    await ask(world, world.alice, "a2")
    await world.env.advance_time(timedelta(hours=25).total_seconds())
    await ask(world, world.alice, "a3")
    assert lines(library) == [[], ["a1"], []]


async def test_deleted_history_shapes_nothing_any_more(world: World, library: FakeLibrary, history: History) -> None:
    await ask(world, world.alice, "a1")
    answered = world.channel.last_message
    await ask(world, world.alice, "a2")
    await history.delete_of_user(user_id=world.alice.id, channel_id=world.channel.id)
    await ask(world, world.alice, "a3")
    assert lines(library)[-1] == []
    await world.alice.send(world.channel, "and then?", reply_to=answered)
    assert lines(library)[-1] == []


async def test_a_line_outlives_a_restart(world: World, library: FakeLibrary, history: History) -> None:
    await ask(world, world.alice, "a1")
    await world.env.restart_bot(PullquoteBot(settings=Settings(_env_file=None), library=library, history=history))
    await ask(world, world.alice, "a2")
    assert lines(library)[-1] == ["a1"]


async def test_what_was_understood_stands_above_the_answer(world: World, library: FakeLibrary) -> None:
    library.outcome = about(*ABOUT)
    await ask(world, world.alice, "and why?")
    said = world.channel.last_message
    assert said.content.startswith("-# About: Gantz, Washington\n")
    library.outcome = answer()
    await ask(world, world.alice, "why did Gantz go?")
    assert "About" not in world.channel.last_message.content
    labels = [button.label for row in world.channel.last_message.components for button in row.children]
    assert "Context" in labels
    assert "Ask just as typed" not in labels


@pytest.mark.parametrize("restart", [False, True])
async def test_ask_just_as_typed_asks_without_the_talk(
    world: World, library: FakeLibrary, history: History, *, restart: bool
) -> None:
    await ask(world, world.alice, "why did Gantz go?")
    library.outcome = about(*ABOUT)
    await ask(world, world.alice, "and why?")
    said = world.channel.last_message
    if restart:
        await world.env.restart_bot(PullquoteBot(settings=Settings(_env_file=None), library=library, history=history))
    library.outcome = answer()
    result = await world.alice.click(said, label="Ask just as typed")
    assert library.asked[-1][0] == "and why?"
    assert lines(library)[-1] == []
    assert result.response.content.startswith("-# Asked: and why?\n")
    await ask(world, world.alice, "more")
    assert lines(library)[-1] == ["and why?"]


async def test_ask_just_as_typed_is_for_the_asker_and_for_what_is_still_kept(
    world: World, library: FakeLibrary, history: History
) -> None:
    bob = world.guild.add_member(world.env.create_user("bob"))
    library.outcome = about(*ABOUT)
    await ask(world, world.alice, "and why?")
    said = world.channel.last_message
    result = await bob.click(said, label="Ask just as typed")
    assert (result.response.content, result.ephemeral) == (texts.NOT_YOUR_QUESTION, True)
    await history.delete_channel(world.channel.id)
    result = await world.alice.click(said, label="Ask just as typed")
    assert (result.response.content, result.ephemeral) == (texts.FORGOTTEN, True)
    assert len(library.asked) == 1


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(0, 60), st.integers(0, 4)), max_size=30),
)
def test_no_line_of_one_channel_shapes_another(asked: list[tuple[int, int, int, int]]) -> None:
    """Whoever asks whatever, whenever, by reply or not: a line is of its own channel alone, and of one order."""

    async def scenario(folder: Path) -> None:
        history = await History.open(folder / "history.db")
        now = NOON
        said: list[tuple[int, int]] = []
        for number, (channel_id, user_id, minutes, replied) in enumerate(asked):
            now += timedelta(minutes=minutes)
            to = said[-replied][1] if 0 < replied <= len(said) else None
            line = await line_before(history, channel_id=channel_id, user_id=user_id, at=now, replied_to=to)
            assert all(turn.channel_id == channel_id for turn in line.turns)
            assert len(line.turns) <= MOST_TURNS
            ids = [turn.turn_id for turn in line.turns]
            assert ids == sorted(ids)
            if to is not None and said[-replied][0] == channel_id:
                assert line.turns[-1].message_ids == (to,)
            elif to is not None:
                assert line.turns == ()
            message_id = 1000 + number
            await history.record(
                Turn(5, channel_id, user_id, str(number), now, message_ids=(message_id,), follows=line.last_id)
            )
            said.append((channel_id, message_id))
        await history.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(scenario(Path(folder)))


def test_a_talk_is_only_questions_and_quotes() -> None:
    """Nothing but these two reaches retrieval, so no name, id or message of a person can."""
    assert set(Exchange.__dataclass_fields__) == {"question", "quotes"}
