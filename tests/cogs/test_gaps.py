"""`/gaps` shows what was asked in vain, in groups, to who keeps the library, and nothing of another server."""

from __future__ import annotations

from datetime import UTC, datetime

import discord
import pytest
import simcord
from hypothesis import given
from hypothesis import strategies as st

from bot.records.gaps import AskedInVain, asked_in_vain
from bot.records.history import History, Turn
from bot.service.client import PullquoteBot
from bot.settings import Settings
from cogs._library.guard import NOT_ALLOWED
from cogs._markdown.lengths import MESSAGE_LIMIT, units
from cogs._rendering.gaps import NO_GAPS, gap_pages
from retrieval.domain.answers import Refusal
from tests.cogs.conftest import World
from tests.cogs.quotes import FakeLibrary

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
FEEDBACK = (
    "CREATE TABLE IF NOT EXISTS feedback (id INTEGER PRIMARY KEY, exchange_id INTEGER, guild_id INTEGER, "
    "channel_id INTEGER, user_id INTEGER, useful INTEGER, word TEXT, at TEXT)"
)


async def asked(
    history: History,
    world: World,
    question: str,
    *,
    user_id: int = 7,
    refusal: Refusal | None = Refusal.NOT_ANSWERED,
    channel_id: int | None = None,
    guild_id: int | None = None,
) -> int:
    return await history.record(
        Turn(
            guild_id=guild_id or world.guild.id,
            channel_id=channel_id or world.channel.id,
            user_id=user_id,
            question=question,
            asked_at=NOON,
            refusal=refusal,
            reason="The articles do not say." if refusal else None,
        )
    )


async def judged(history: History, world: World, turn_id: int, *, useful: bool, word: str | None = None) -> None:
    async with history.write() as connection:
        await connection.execute(FEEDBACK)
        await connection.execute(
            "INSERT INTO feedback (exchange_id, guild_id, channel_id, user_id, useful, word, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (turn_id, world.guild.id, world.channel.id, 8, useful, word, NOON.isoformat()),
        )


async def pages_of(world: World, admin: simcord.MemberActor) -> str:
    result = await admin.slash(world.channel, "gaps")
    assert result.ephemeral
    return str(result.response.content)


async def test_like_questions_stand_together_the_most_asked_first(
    world: World, ada: simcord.MemberActor, history: History, library: FakeLibrary
) -> None:
    await asked(history, world, "who won the *regatta*?")
    for user_id, question in enumerate(("when does it open, the museum?", "Is there news of the museum?")):
        await asked(history, world, question, user_id=user_id)
    await asked(history, world, "IS THERE news of  the museum?", user_id=1)
    shown = await pages_of(world, ada)
    first, second = shown.split("\n- ")[1:]
    assert "3 times by 2 people · last <t:1767268800:R>" in first
    assert "also: “" in first
    assert second.startswith("**who won the \\*regatta\\*?**\n  -# 1 time by 1 person")
    assert shown.startswith("**Asked in vain in this server** · 4 questions about 2 things")
    assert len(library.likened[0]) == 3  # what is the same but for case is not encoded twice


async def test_an_answer_of_no_use_is_a_gap_too_with_what_was_said_of_it(
    world: World, ada: simcord.MemberActor, history: History
) -> None:
    useless = await asked(history, world, "what of the ferry?", refusal=None)
    await judged(history, world, useless, useful=False, word="too @old")
    liked = await asked(history, world, "what of the port?", refusal=None)
    await judged(history, world, liked, useful=True, word="fine")
    shown = await pages_of(world, ada)
    assert "one person found the answer of no use: “too \\@old”" in shown
    assert "port" not in shown


async def test_what_was_answered_and_small_talk_are_no_gaps(
    world: World, ada: simcord.MemberActor, history: History
) -> None:
    await asked(history, world, "what of the ferry?", refusal=None)
    for refusal in (Refusal.GREETING, Refusal.THANKS, Refusal.ABOUT_THE_BOT, Refusal.NOT_A_QUESTION):
        await asked(history, world, "hello there", refusal=refusal)
    assert await pages_of(world, ada) == NO_GAPS


async def test_nothing_of_another_server_or_of_direct_messages_is_shown(
    world: World, ada: simcord.MemberActor, history: History
) -> None:
    other = world.env.create_guild("Other")
    await asked(history, world, "what of the secret?", guild_id=other.id)
    await history.record(
        Turn(None, world.channel.id, 7, "what of the secret?", asked_at=NOON, refusal=Refusal.NOT_ANSWERED)
    )
    assert await pages_of(world, ada) == NO_GAPS
    assert "secret" not in world.sent()


@pytest.mark.parametrize("kind", ["hidden", "gone", "private thread"])
async def test_a_channel_that_the_admin_cannot_see_stays_closed(
    world: World, ada: simcord.MemberActor, history: History, kind: str
) -> None:
    channel_id = 5
    if kind == "hidden":
        overwrite = discord.PermissionOverwrite(view_channel=False)
        hidden = world.guild.create_text_channel("hidden", overwrites={world.guild.default_role: overwrite})
        channel_id = hidden.id
    elif kind == "private thread":
        parent = world.env.bot.get_channel(world.channel.id)
        thread = await parent.create_thread(name="aside", type=discord.ChannelType.private_thread)
        channel_id = thread.id
    await asked(history, world, "what of the secret?", channel_id=channel_id)
    await asked(history, world, "what of the ferry?")
    shown = await pages_of(world, ada)
    assert "secret" not in shown
    assert "ferry" in shown


async def test_a_thread_is_as_open_as_its_channel(world: World, ada: simcord.MemberActor, history: History) -> None:
    parent = world.env.bot.get_channel(world.channel.id)
    thread = await parent.create_thread(name="aside", type=discord.ChannelType.public_thread)
    await asked(history, world, "what of the ferry?", channel_id=thread.id)
    assert "ferry" in await pages_of(world, ada)


async def test_a_role_that_keeps_the_library_may_see_it_and_a_member_may_not(
    world: World, simcord_bot: PullquoteBot, history: History
) -> None:
    world.show_library_to(world.guild.default_role)
    await asked(history, world, "what of the ferry?")
    assert (await world.alice.slash(world.channel, "gaps")).response.content == NOT_ALLOWED
    role = world.guild.create_role("librarians")
    bea = world.guild.add_member(world.env.create_user("bea"), roles=[role])
    await simcord_bot.guild_store.set_admin_role(world.guild.id, role.id)
    assert "ferry" in await pages_of(world, bea)


async def test_gaps_outlive_a_restart(
    world: World, ada: simcord.MemberActor, history: History, library: FakeLibrary
) -> None:
    await asked(history, world, "what of the ferry?")
    await world.env.restart_bot(PullquoteBot(settings=Settings(_env_file=None), library=library, history=history))
    assert "ferry" in await pages_of(world, ada)


async def test_only_as_many_as_wanted_are_read_the_newest_first(world: World, history: History) -> None:
    for number in range(5):
        await asked(history, world, f"question {number}?")
    found = await asked_in_vain(history, world.guild.id, limit=2)
    assert [one.question for one in found] == ["question 4?", "question 3?"]


@given(st.lists(st.lists(st.text(max_size=400), min_size=1, max_size=4), min_size=1, max_size=15), st.text(max_size=99))
def test_every_page_fits_and_mentions_nobody(groups: list[list[str]], word: str) -> None:
    pages = gap_pages(
        [
            [AskedInVain(text, 1, 2, NOON, answered=False, judged_useless=1, words=(word,)) for text in group]
            for group in groups
        ]
    )
    assert all(units(page) <= MESSAGE_LIMIT for page in pages)
    assert sum(page.count("\n- **") for page in pages) == len(groups)
