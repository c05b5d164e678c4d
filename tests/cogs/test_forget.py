"""`/forget` deletes what it names and nothing else, and asks first."""

from __future__ import annotations

import pytest
import simcord

from bot.records.history import History
from bot.records.owners import rows_of_person
from cogs._ui.forgetting import KEPT, MODERATORS_ONLY, NOTHING, What
from tests.cogs.conftest import World


@pytest.fixture
async def bob(world: World) -> simcord.MemberActor:
    """Bob, beside Alice, who both have asked here and elsewhere."""
    member = world.guild.add_member(world.env.create_user("bob"))
    other = world.guild.create_text_channel("other")
    for person in (world.alice, member):
        for channel in (world.channel, other):
            await person.send(channel, f"{world.me} {person.name} asks?")
        await person.send_dm(f"{person.name} asks alone?")
    return member


async def left(history: History) -> list[str]:
    rows = await history.read("SELECT question FROM turns ORDER BY turn_id")
    return [row["question"] for row in rows]


@pytest.mark.parametrize(
    ("what", "asked", "kept"),
    [
        (What.MINE_HERE, "Delete 1 question of yours in this channel?", 5),
        (What.MINE_EVERYWHERE, "Delete everything I keep of you, in all servers and direct messages (3 questions)?", 3),
    ],
)
@pytest.mark.usefixtures("bob")
async def test_a_person_deletes_what_is_theirs(
    world: World, history: History, what: What, asked: str, kept: int
) -> None:
    shown = await world.alice.slash(world.channel, "forget", what=what.name)
    assert shown.ephemeral
    assert shown.response.content == f"{asked} This cannot be undone."
    assert len(await left(history)) == 6
    await world.alice.click(shown.response, label="Delete")
    assert shown.response.content.startswith(asked.replace("Delete ", "Deleted ").rstrip("?"))
    assert len(await left(history)) == kept
    assert sum(question.startswith("bob") for question in await left(history)) == 3


@pytest.mark.usefixtures("bob")
async def test_a_moderator_deletes_what_was_asked_in_the_channel_and_a_member_does_not(
    world: World, ada: simcord.MemberActor, history: History
) -> None:
    refused = await world.alice.slash(world.channel, "forget", what=What.ALL_HERE.name)
    assert (refused.response.content, refused.ephemeral) == (MODERATORS_ONLY, True)
    shown = await ada.slash(world.channel, "forget", what=What.ALL_HERE.name)
    assert shown.response.content == "Delete all 2 questions of this channel, whoever asked? This cannot be undone."
    await ada.click(shown.response, label="Delete")
    assert await left(history) == ["alice asks?", "alice asks alone?", "bob asks?", "bob asks alone?"]


@pytest.mark.usefixtures("bob")
async def test_who_is_no_moderator_any_more_deletes_nothing(
    world: World, ada: simcord.MemberActor, history: History
) -> None:
    shown = await ada.slash(world.channel, "forget", what=What.ALL_HERE.name)
    world.take_roles_from(ada)
    assert (await ada.click(shown.response, label="Delete")).response.content == MODERATORS_ONLY
    assert len(await left(history)) == 6


@pytest.mark.usefixtures("bob")
async def test_in_a_direct_message_all_questions_are_the_persons_own(world: World, history: History) -> None:
    shown = await world.alice.user.slash("forget", what=What.ALL_HERE.name)
    await world.alice.user.click(shown.response, label="Delete")
    assert "alice asks alone?" not in await left(history)
    assert len(await left(history)) == 5


@pytest.mark.usefixtures("bob")
async def test_minds_may_change(world: World, history: History) -> None:
    shown = await world.alice.slash(world.channel, "forget", what=What.MINE_HERE.name)
    await world.alice.click(shown.response, label="Keep them")
    assert (shown.response.content, shown.response.components) == (KEPT, [])
    assert len(await left(history)) == 6


async def test_where_nothing_was_asked_nothing_is_deleted(world: World) -> None:
    shown = await world.alice.slash(world.channel, "forget", what=What.MINE_HERE.name)
    assert (shown.response.content, shown.response.components) == (NOTHING, [])


@pytest.mark.usefixtures("bob")
async def test_a_failing_click_ends_in_one_calm_sentence(
    world: World, history: History, caplog: pytest.LogCaptureFixture
) -> None:
    shown = await world.alice.slash(world.channel, "forget", what=What.MINE_HERE.name)
    await history.close()
    result = await world.alice.click(shown.response, label="Delete")
    assert result.response.content.split("`")[1] in caplog.text
    assert world.env.errors


async def test_what_a_person_thought_of_answers_goes_with_their_questions(
    world: World, bob: simcord.MemberActor, history: History
) -> None:
    await bob.send(world.channel, f"{world.me} bob asks again?")
    said = world.channel.last_message
    for person in (world.alice, bob):
        await person.click(said, label="Useful")
    await world.env.advance_time(60)
    asked = await world.alice.slash(world.channel, "forget", what=What.MINE_EVERYWHERE.name)
    await world.alice.click(asked.response, label="Delete")
    assert [row["user_id"] for row in await history.read("SELECT user_id FROM feedback")] == [bob.id]


async def test_everything_of_a_person_is_also_what_they_picked_and_thought(
    world: World, bob: simcord.MemberActor, history: History
) -> None:
    await bob.send(world.channel, f"{world.me} bob asks again?")
    await world.alice.click(world.channel.last_message, label="Useful")
    await world.env.bot.guild_store.pick(world.alice.id, world.guild.id)
    await history.delete_of_user(user_id=world.alice.id)
    await world.alice.click(world.channel.last_message, label="Useful")
    await world.env.advance_time(60)
    asked = await world.alice.slash(world.channel, "forget", what=What.MINE_EVERYWHERE.name)
    assert "(0 questions)" in asked.response.content
    await world.alice.click(asked.response, label="Delete")
    assert await rows_of_person(history, world.alice.id) == {}
    assert len(await left(history)) == 4
