"""An answer follows its question for a minute, nothing is taken or told twice, and haste ends politely."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable
from typing import Any

import discord
import pytest
import simcord
from discord import app_commands

from bot.records.history import History
from bot.service.client import ANSWER_WITHIN, CHANNEL_QUESTIONS, TOO_OLD, PullquoteBot
from bot.settings import Settings
from cogs._rendering import quote_text
from tests.cogs.conftest import World
from tests.cogs.quotes import AGENDA, RIFT, FakeLibrary, answer, quote, refusal

LONG = " ".join(f"Sentence number {number} of the article ends here." for number in range(120))


async def questions(history: History, channel_id: int) -> list[str]:
    return [turn.question for turn in await history.recent(channel_id, limit=99)]


# ---------------------------------------------------------------- the question is edited


async def test_an_edited_question_is_answered_in_the_same_message(
    world: World, library: FakeLibrary, history: History
) -> None:
    asked = await world.alice.send(world.channel, f"{world.me} why did he go?")
    first = world.channel.last_message
    library.outcome = answer(quote(RIFT))
    await world.alice.edit(asked, f"{world.me} what did POLITICO say?")
    assert world.channel.last_message.id == first.id
    assert quote_text(world.channel.last_message.content) == RIFT
    assert await questions(history, world.channel.id) == ["what did POLITICO say?"]
    (turn,) = await history.recent(world.channel.id, limit=9)
    assert turn.message_ids == (first.id,)


async def test_an_answer_grows_and_shrinks_with_its_question(world: World, library: FakeLibrary) -> None:
    asked = await world.alice.send(world.channel, f"{world.me} why?")
    library.outcome = answer(quote(LONG))
    await world.alice.edit(asked, f"{world.me} what is it all about?")
    assert "".join(quote_text(content) for content in world.answers()) == LONG
    assert len(world.answers()) > 1
    library.outcome = refusal()
    await world.alice.edit(asked, f"{world.me} when?")
    assert len(world.answers()) == 1


async def test_an_edit_after_a_minute_changes_nothing(world: World, library: FakeLibrary) -> None:
    asked = await world.alice.send(world.channel, f"{world.me} why?")
    await world.env.advance_time(61)
    await world.alice.edit(asked, f"{world.me} when?")
    assert [question for question, *_ in library.asked] == ["why?"]


async def test_an_edit_that_leaves_the_question_as_it_was_changes_nothing(world: World, library: FakeLibrary) -> None:
    asked = await world.alice.send(world.channel, f"{world.me} why?")
    await world.alice.edit(asked, f"why? {world.me}")
    assert len(library.asked) == 1


async def test_a_mention_that_is_added_within_a_minute_is_a_question(world: World) -> None:
    asked = await world.alice.send(world.channel, "why did he go?")
    assert world.answers() == []
    await world.alice.edit(asked, f"{world.me} why did he go?")
    assert quote_text(world.answers()[0]) == AGENDA
    assert world.channel.last_message.reference.message_id == asked.id


async def test_a_typing_error_in_a_refused_question_is_put_right(world: World, library: FakeLibrary) -> None:
    asked = await world.alice.send(world.channel, world.me)
    assert "only in the articles' own words" in world.answers()[0]
    await world.alice.edit(asked, f"{world.me} why did he go?")
    assert [quote_text(content) for content in world.answers()] == [AGENDA]


async def test_a_question_edited_while_it_is_answered_ends_with_the_answer_to_the_new_one(
    world: World, library: FakeLibrary, history: History
) -> None:
    release = hold(world, library)
    asked = await world.alice.send(world.channel, f"{world.me} why?")
    await world.alice.edit(asked, f"{world.me} when?")
    release.set()
    await world.env.settle()
    assert [question for question, *_ in library.asked] == ["why?", "when?"]
    assert len(world.answers()) == 1
    assert await questions(history, world.channel.id) == ["when?"]


async def test_an_answer_that_somebody_has_deleted_is_given_again_on_an_edit(world: World) -> None:
    asked = await world.alice.send(world.channel, f"{world.me} why?")
    await world.env.bot.get_channel(world.channel.id).get_partial_message(world.channel.last_message.id).delete()
    await world.alice.edit(asked, f"{world.me} when?")
    assert len(world.answers()) == 1


async def test_the_edits_of_others_in_the_channel_change_nobody_elses_answer(
    world: World, library: FakeLibrary
) -> None:
    bob = world.guild.add_member(world.env.create_user("bob"))
    await world.alice.send(world.channel, f"{world.me} why?")
    hers = world.channel.last_message
    asked = await bob.send(world.channel, f"{world.me} when?")
    library.outcome = answer(quote(RIFT))
    await bob.edit(asked, f"{world.me} where?")
    assert quote_text(hers.content) == AGENDA
    assert [quote_text(content) for content in world.answers()] == [AGENDA, RIFT]


async def test_an_edit_whose_answer_discord_does_not_take_ends_in_one_sentence(
    world: World, library: FakeLibrary, caplog: pytest.LogCaptureFixture
) -> None:
    asked = await world.alice.send(world.channel, f"{world.me} why?")
    world.env.inject_error("PATCH", "/channels/*/messages/*", status=400, times=2)  # with its buttons and without
    await world.alice.edit(asked, f"{world.me} when?")
    assert len(world.answers()) == 1
    assert "Something went wrong" in world.answers()[-1]
    assert world.answers()[-1].split("`")[1] in caplog.text


async def test_an_edit_whose_buttons_discord_does_not_take_keeps_to_the_same_message(
    world: World, library: FakeLibrary
) -> None:
    asked = await world.alice.send(world.channel, f"{world.me} why?")
    library.outcome = answer(quote(RIFT))
    world.env.inject_error("PATCH", "/channels/*/messages/*", status=400)
    await world.alice.edit(asked, f"{world.me} when?")
    assert [quote_text(content) for content in world.answers()] == [RIFT]
    assert not world.channel.last_message.components


# ---------------------------------------------------------------- the question is deleted


async def test_a_deleted_question_takes_its_answer_and_its_place_in_the_history_with_it(
    world: World, library: FakeLibrary, history: History
) -> None:
    library.outcome = answer(quote(LONG))
    asked = await world.alice.send(world.channel, f"{world.me} why?")
    assert len(world.answers()) > 1
    await world.alice.delete(asked)
    assert world.answers() == []
    assert await questions(history, world.channel.id) == []


async def test_an_answer_that_somebody_replied_to_stays(world: World, history: History) -> None:
    bob = world.guild.add_member(world.env.create_user("bob"))
    asked = await world.alice.send(world.channel, f"{world.me} why?")
    said = world.channel.last_message
    await bob.send(world.channel, "good to know", reply_to=said)
    await world.alice.delete(asked)
    assert said.id in [message.id for message in world.channel.history()]
    assert "why?" in await questions(history, world.channel.id)


async def test_after_a_minute_an_answer_stays(world: World) -> None:
    asked = await world.alice.send(world.channel, f"{world.me} why?")
    await world.env.advance_time(61)
    await world.alice.delete(asked)
    assert len(world.answers()) == 1


async def test_a_question_deleted_while_it_is_answered_is_not_answered(
    world: World, library: FakeLibrary, history: History
) -> None:
    release = hold(world, library)
    asked = await world.alice.send(world.channel, f"{world.me} why?")
    await world.alice.delete(asked)
    release.set()
    await world.env.settle()
    assert world.answers() == []
    assert await questions(history, world.channel.id) == []


async def test_a_channel_deleted_while_it_is_answered_in_crashes_nothing(
    world: World, library: FakeLibrary, history: History
) -> None:
    release = hold(world, library)
    await world.alice.send(world.channel, f"{world.me} why?")
    await world.env.bot.get_channel(world.channel.id).delete()
    release.set()
    await world.env.settle()
    assert not world.env.errors
    assert await questions(history, world.channel.id) == []


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_an_answer_that_cannot_be_deleted_crashes_nothing(world: World, history: History, status: int) -> None:
    asked = await world.alice.send(world.channel, f"{world.me} why?")
    world.env.inject_error("DELETE", "/channels/*/messages/*", status=status, times=None)
    await delete(world, asked)
    assert await questions(history, world.channel.id) == []
    assert not world.env.errors


async def delete(world: World, message: discord.Message) -> None:
    """Delete a message by the backend, as its author's client would."""
    world.env.backend.delete_message(world.channel.id, message.id)
    await world.env.settle()


# ---------------------------------------------------------------- events that arrive twice


@pytest.fixture
def twice(simcord_env: simcord.Env) -> None:
    """Let every event about messages and interactions arrive twice."""
    parsers = simcord_env.bot._connection.parsers
    for event in ("MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "INTERACTION_CREATE"):
        parsers[event] = _doubled(parsers[event])


def _doubled(parser: Callable[[Any], None]) -> Callable[[Any], None]:
    def parse(data: Any) -> None:
        again = copy.deepcopy(data)
        parser(data)
        parser(again)

    return parse


@pytest.mark.usefixtures("twice")
async def test_events_that_arrive_twice_are_taken_once(world: World, library: FakeLibrary, history: History) -> None:
    asked = await world.alice.send(world.channel, f"{world.me} why?")
    assert len(world.answers()) == len(library.asked) == 1
    await world.alice.edit(asked, f"{world.me} when?")
    assert len(library.asked) == 2
    result = await world.alice.slash(world.channel, "ask", question="where?")
    assert quote_text(result.response.content) == AGENDA
    assert len(library.asked) == 3
    await world.alice.delete(asked)
    assert await questions(history, world.channel.id) == ["where?"]
    assert not world.env.errors


@pytest.mark.usefixtures("twice")
async def test_a_click_that_arrives_twice_is_taken_once(world: World) -> None:
    await world.alice.send(world.channel, f"{world.me} why?")
    shown = await world.alice.slash(world.channel, "history")
    await world.alice.click(shown.response, label="Delete my questions here")
    await world.env.advance_time(ANSWER_WITHIN.total_seconds() + 1)
    assert shown.response.content.startswith("Delete 1 question of yours")
    assert len([entry for entry in world.env.http_requests if entry.path.endswith("/callback")]) == 2
    assert not world.env.errors


# ---------------------------------------------------------------- haste


async def test_a_channel_that_asks_too_much_at_once_is_told_once(world: World, library: FakeLibrary) -> None:
    people = [world.guild.add_member(world.env.create_user(f"person {n}")) for n in range(CHANNEL_QUESTIONS + 3)]
    for person in people:
        await person.send(world.channel, f"{world.me} why?")
    assert len(library.asked) == CHANNEL_QUESTIONS
    assert [said for said in world.answers() if "Many people ask me here at once" in said] == world.answers()[-1:]
    result = await people[0].slash(world.channel, "ask", question="why?")
    assert "Many people ask me here at once. Please ask again in" in result.response.content
    assert result.ephemeral
    other = world.guild.create_text_channel("other")
    await people[1].send(other, f"{world.me} why?")
    assert quote_text(other.last_message.content) == AGENDA
    await world.env.advance_time(21)
    await people[2].send(world.channel, f"{world.me} why?")
    assert len(library.asked) == CHANNEL_QUESTIONS + 2


async def test_an_edit_made_in_haste_leaves_the_answer_as_it_is(
    world: World, library: FakeLibrary, history: History
) -> None:
    asked = await world.alice.send(world.channel, f"{world.me} why?")
    for number in range(6):
        await world.alice.edit(asked, f"{world.me} why number {number}?")
    assert len(library.asked) == 5
    assert await questions(history, world.channel.id) == ["why number 3?"]
    first, told = world.answers()
    assert quote_text(first) == AGENDA
    assert told.startswith("That was many questions at once")


# ---------------------------------------------------------------- old buttons, late interactions


async def test_buttons_of_an_earlier_process_say_so(world: World, library: FakeLibrary, history: History) -> None:
    await world.alice.send(world.channel, f"{world.me} why?")
    shown = await world.alice.slash(world.channel, "history")
    await world.env.restart_bot(PullquoteBot(settings=Settings(_env_file=None), library=library, history=history))
    result = await world.alice.click(shown.response, label="Delete my questions here")
    await world.env.advance_time(ANSWER_WITHIN.total_seconds() + 1)
    assert result.response.content == TOO_OLD
    assert await questions(history, world.channel.id) == ["why?"]


async def test_an_interaction_that_has_expired_is_noted_calmly(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.env.inject_error("POST", "/interactions/*/*/callback", status=404, code=10062)
    await world.alice.slash(world.channel, "ask", question="why?")
    assert "a command came too late to be answered" in caplog.text
    assert "Traceback" not in caplog.text
    assert [type(error) for error in world.env.errors] == [app_commands.CommandInvokeError]


@pytest.mark.parametrize("status", [403, 404, 429, 500])
async def test_whatever_discord_says_to_an_answer_nothing_crashes(world: World, library: FakeLibrary, status: int):
    world.env.inject_error("POST", "/channels/*/messages", status=status)
    await world.alice.send(world.channel, f"{world.me} why?")
    await world.env.advance_time(60)
    assert not world.env.errors
    await world.alice.send(world.channel, f"{world.me} and then?")
    assert quote_text(world.answers()[-1]) == AGENDA


def hold(world: World, library: FakeLibrary) -> asyncio.Event:
    """Let the library wait with its answers until the event is set."""
    release = asyncio.Event()
    # Without the dots: their timer goes by the wall's clock, and a slow machine is waited for in vain.
    world.env.inject_error("POST", "/channels/*/typing", status=403, times=None)

    async def wait() -> None:
        await world.env.external_wait(release.wait(), reason="the model is busy")

    library.wait = wait
    return release


# ---------------------------------------------------------------- talk, buttons and what is kept


async def test_an_edited_question_does_not_go_on_from_its_earlier_self(world: World, library: FakeLibrary) -> None:
    asked = await world.alice.send(world.channel, f"{world.me} why?")
    await world.alice.edit(asked, f"{world.me} when?")
    assert library.talks == [(), ()]


async def test_what_an_edited_or_deleted_questions_buttons_show_is_kept_no_longer(
    world: World, simcord_bot: PullquoteBot
) -> None:
    asked = await world.alice.send(world.channel, f"{world.me} why?")
    await world.alice.click(world.channel.last_message, label="Useful")
    (first,) = await simcord_bot.history.recent(world.channel.id, limit=9)
    await world.alice.edit(asked, f"{world.me} when?")
    (second,) = await simcord_bot.history.recent(world.channel.id, limit=9)
    assert first.turn_id is not None
    assert second.turn_id is not None
    assert await simcord_bot.answers.kept(first.turn_id) is None
    assert await simcord_bot.answers.kept(second.turn_id) is not None
    await world.alice.delete(asked)
    assert await simcord_bot.answers.kept(second.turn_id) is None
    assert await simcord_bot.history.read("SELECT * FROM feedback") == []
