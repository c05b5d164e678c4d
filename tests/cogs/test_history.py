"""`/history` shows a channel's questions only to the one who asks, and deletes what is theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.records.history import History
from bot.records.owners import rows_of_person
from cogs._rendering.turns import NOTHING_YET
from tests.cogs.conftest import World
from tests.cogs.quotes import FakeLibrary, refusal


async def test_it_is_shown_only_to_the_one_who_asks(world: World) -> None:
    await world.alice.send(world.channel, f"{world.me} why did *he* go?")
    answer_id = world.channel.last_message.id
    result = await world.alice.slash(world.channel, "history")
    assert result.ephemeral
    content = result.response.content
    assert f"<t:1767225600:R> {world.alice.mention}: why did \\*he\\* go?" in content
    assert (
        f"1 quote · [go to it](<https://discord.com/channels/{world.guild.id}/{world.channel.id}/{answer_id}>)"
        in content
    )
    (response,) = [entry.json for entry in world.env.http_requests if entry.path.endswith("/callback")]
    assert response["data"]["allowed_mentions"]["parse"] == []


async def test_a_refusal_is_listed_with_its_reason(world: World, library: FakeLibrary) -> None:
    library.outcome = refusal()
    await world.alice.send(world.channel, f"{world.me} when?")
    result = await world.alice.slash(world.channel, "history")
    assert "-# None of my articles mentions Kamala Harris." in result.response.content


async def test_an_empty_channel_says_so_and_offers_nothing(world: World) -> None:
    result = await world.alice.slash(world.channel, "history")
    assert result.response.content == NOTHING_YET
    assert result.response.components == []


async def test_another_channel_is_not_shown(world: World) -> None:
    await world.alice.send(world.channel, f"{world.me} why?")
    other = world.guild.create_text_channel("other")
    result = await world.alice.slash(other, "history")
    assert result.response.content == NOTHING_YET


async def test_what_was_answered_for_its_asker_alone_is_shown_to_them_alone(world: World) -> None:
    bob = world.guild.add_member(world.env.create_user("bob"))
    store = world.env.bot.guild_store
    await store.set_for_asker_only(world.guild.id, wanted=True)
    await world.alice.slash(world.channel, "ask", question="why the marzipan?")
    await store.set_for_asker_only(world.guild.id, wanted=False)
    await bob.slash(world.channel, "ask", question="and then?")
    assert "marzipan" in (await world.alice.slash(world.channel, "history")).response.content
    listed = (await bob.slash(world.channel, "history")).response.content
    assert "marzipan" not in listed
    assert "and then?" in listed


async def test_long_questions_are_cut_visibly_and_the_message_keeps_its_limit(world: World) -> None:
    for number in range(12):
        await world.alice.send(world.channel, f"{world.me} {number} {'*why* ' * 60}")
        await world.env.advance_time(10)
    result = await world.alice.slash(world.channel, "history")
    assert len(result.response.content) <= 2000
    assert "…" in result.response.content
    assert "11 \\*why" in result.response.content.splitlines()[1]


async def test_a_person_deletes_their_own_questions_here_and_nothing_else(world: World, history: History) -> None:
    bob = world.guild.add_member(world.env.create_user("bob"))
    other = world.guild.create_text_channel("other")
    await world.alice.send(world.channel, f"{world.me} why?")
    await world.alice.send(other, f"{world.me} where?")
    await bob.send(world.channel, f"{world.me} when?")
    shown = await world.alice.slash(world.channel, "history")
    await world.alice.click(shown.response, label="Delete my questions here")
    assert shown.response.content == "Delete 1 question of yours in this channel? This cannot be undone."
    await world.alice.click(shown.response, label="Delete")
    assert shown.response.content.startswith("Deleted 1 question of yours")
    assert shown.response.components == []
    assert [turn.question for turn in await history.recent(world.channel.id, limit=9)] == ["when?"]
    assert [turn.question for turn in await history.recent(other.id, limit=9)] == ["where?"]


async def test_a_person_may_change_their_mind(world: World, history: History) -> None:
    await world.alice.send(world.channel, f"{world.me} why?")
    shown = await world.alice.slash(world.channel, "history")
    await world.alice.click(shown.response, label="Delete my questions here")
    await world.alice.click(shown.response, label="Keep them")
    assert shown.response.content == "Nothing was deleted."
    assert len(await history.recent(world.channel.id, limit=9)) == 1


async def test_the_buttons_leave_before_they_stop_working(world: World) -> None:
    await world.alice.send(world.channel, f"{world.me} why?")
    shown = await world.alice.slash(world.channel, "history")
    assert shown.response.components
    await world.env.advance_time(14 * 60 + 1)
    assert shown.response.components == []


async def test_who_asked_nothing_here_is_offered_no_deletion(world: World) -> None:
    bob = world.guild.add_member(world.env.create_user("bob"))
    await world.alice.send(world.channel, f"{world.me} why?")
    result = await bob.slash(world.channel, "history")
    assert result.response.components == []


async def test_a_failing_click_ends_in_one_calm_sentence(
    world: World, history: History, caplog: pytest.LogCaptureFixture
) -> None:
    await world.alice.send(world.channel, f"{world.me} why?")
    shown = await world.alice.slash(world.channel, "history")
    await history.close()
    result = await world.alice.click(shown.response, label="Delete my questions here")
    assert result.response.content.split("`")[1] in caplog.text
    assert result.ephemeral
    assert world.env.errors


async def test_a_deleted_channel_is_forgotten(world: World, history: History) -> None:
    await world.alice.send(world.channel, f"{world.me} why?")
    await world.env.bot.get_channel(world.channel.id).delete()
    await world.env.settle()
    assert await history.recent(world.channel.id, limit=9) == ()


async def test_nothing_is_kept_of_a_message_that_was_not_put_to_the_bot(
    world: World, history: History, tmp_path: Path
) -> None:
    bob = world.guild.add_member(world.env.create_user("bob"))
    theirs = await bob.send(world.channel, "the word marzipan, to nobody in particular")
    await world.alice.send(world.channel, "or nougat", reply_to=theirs)
    await world.alice.send(world.channel, f"{world.me} why the praline?")
    held = bytes_of(tmp_path)
    assert b"praline" in held
    assert not any(word in held for word in (b"marzipan", b"nougat"))
    assert await rows_of_person(history, bob.id) == {}
    await history.delete_of_user(user_id=world.alice.id, channel_id=world.channel.id)
    assert b"praline" not in bytes_of(tmp_path)


def bytes_of(folder: Path) -> bytes:
    """Return the bytes of the history's files, the write-ahead log too."""
    return b"".join(path.read_bytes() for path in folder.glob("history.db*"))
