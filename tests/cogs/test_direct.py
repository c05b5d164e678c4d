"""In a direct message only `shared` answers, unless the person picks a server of theirs that allows it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import pytest_asyncio
import simcord

from bot.service.client import PullquoteBot
from bot.service.visibility import MEMBER_FOR_S
from cogs._rendering.texts import PICK_LOST
from cogs._ui.quote_pages import NO_LONGER_SEEN
from cogs.direct import NOT_OPEN, ONLY_SHARED
from retrieval.domain.lookups import SourceQuotes
from tests.cogs.conftest import World
from tests.cogs.quotes import AGENDA, RIFT, VISIT, FakeLibrary, quote

SHARED = ("shared",)


@dataclass(frozen=True)
class Two:
    """Alice's server, and one that she is not in; both allow direct messages."""

    world: World
    bot: PullquoteBot
    other: simcord.GuildHandle

    @property
    def own(self) -> tuple[str, str]:
        return (self.world.own, "shared")

    async def pick(self, server: str | None = None) -> str:
        options = {} if server is None else {"server": server}
        return (await self.world.alice.user.slash("answer-from", **options)).response.content


@pytest_asyncio.fixture
async def two(world: World, simcord_bot: PullquoteBot) -> Two:
    other = world.env.create_guild("Other")
    await simcord_bot.guild_store.set_direct_messages(world.guild.id, allowed=True)
    await simcord_bot.guild_store.set_direct_messages(other.id, allowed=True)
    return Two(world, simcord_bot, other)


async def libraries_asked(two: Two, library: FakeLibrary) -> tuple[str, ...]:
    """Ask in a direct message, and return the libraries that were looked in."""
    await two.world.alice.send_dm("why?")
    return library.asked[-1][1]


def said(two: Two) -> list[str]:
    """Return what stands in the direct messages."""
    return [message.content for message in two.world.alice.user.dm_channel.history()]


async def test_only_shared_answers_at_first(two: Two, library: FakeLibrary) -> None:
    assert await libraries_asked(two, library) == SHARED


async def test_a_server_that_allows_it_can_be_picked_and_put_away(two: Two, library: FakeLibrary) -> None:
    told = await two.pick(str(two.world.guild.id))
    assert told == (
        "In our direct messages I now answer from the articles of Test Guild too, as long as it allows that and "
        "you are a member."
    )
    assert await libraries_asked(two, library) == two.own
    assert await two.pick() == ONLY_SHARED
    assert await libraries_asked(two, library) == SHARED


async def test_every_command_sees_the_picked_library(two: Two, library: FakeLibrary) -> None:
    await two.pick(str(two.world.guild.id))
    user = two.world.alice.user
    library.found = SourceQuotes("POLITICO", (quote(RIFT),))
    await user.slash("sources")
    await user.slash("source", name="POLITICO")
    await user.autocomplete("source", "name", "pol")
    await user.slash("quote", text="words")
    assert library.seen == [two.own] * 3
    assert library.checked[-1][2] == two.own
    await two.world.env.advance_time(60)
    await user.slash("ask", question="why?")
    assert library.asked[-1][1] == two.own


async def test_in_a_server_the_picked_one_plays_no_part(two: Two, library: FakeLibrary) -> None:
    await two.pick(str(two.world.guild.id))
    channel = two.other.create_text_channel("news")
    alice = two.other.add_member(two.world.alice.user)
    await alice.slash(channel, "ask", question="why?")
    assert library.asked[-1][1] == (f"guild-{two.other.id}", "shared")


@pytest.mark.parametrize("server", ["foreign", "0", "not a number", "²", "-1", "9" * 40])
async def test_no_other_server_can_be_picked_and_the_sentence_never_differs(
    two: Two, library: FakeLibrary, server: str
) -> None:
    assert await two.pick(str(two.other.id) if server == "foreign" else server) == NOT_OPEN
    assert await libraries_asked(two, library) == SHARED


async def test_a_server_that_does_not_allow_it_cannot_be_picked(two: Two, library: FakeLibrary) -> None:
    await two.bot.guild_store.set_direct_messages(two.world.guild.id, allowed=False)
    assert await two.pick(str(two.world.guild.id)) == NOT_OPEN
    assert await libraries_asked(two, library) == SHARED


async def test_what_a_server_no_longer_allows_ends_at_once(two: Two, library: FakeLibrary) -> None:
    await two.pick(str(two.world.guild.id))
    assert await libraries_asked(two, library) == two.own
    await two.bot.guild_store.set_direct_messages(two.world.guild.id, allowed=False)
    assert await libraries_asked(two, library) == SHARED


async def test_who_leaves_the_server_loses_its_library_within_a_minute(two: Two, library: FakeLibrary) -> None:
    await two.pick(str(two.world.guild.id))
    assert await libraries_asked(two, library) == two.own
    two.world.guild.remove_member(two.world.alice)
    assert MEMBER_FOR_S < 60
    assert PICK_LOST not in said(two)
    await two.world.env.advance_time(MEMBER_FOR_S + 1)
    assert await libraries_asked(two, library) == SHARED
    assert said(two)[-1] == PICK_LOST
    await two.pick()
    assert await libraries_asked(two, library) == SHARED
    assert said(two).count(PICK_LOST) == 1


async def test_pages_of_a_library_that_was_lost_are_not_turned(two: Two, library: FakeLibrary) -> None:
    await two.pick(str(two.world.guild.id))
    library.found = SourceQuotes("POLITICO", tuple(quote(text) for text in (RIFT, AGENDA, VISIT, RIFT + "!")))
    user = two.world.alice.user
    shown = (await user.slash("source", name="POLITICO")).response
    two.world.guild.remove_member(two.world.alice)
    await two.world.env.advance_time(MEMBER_FOR_S + 1)
    await user.click(shown, label="Next")
    assert shown.content == NO_LONGER_SEEN


async def test_when_the_bot_leaves_the_server_only_shared_is_left(two: Two, library: FakeLibrary) -> None:
    await two.pick(str(two.world.guild.id))
    await two.bot.get_guild(two.world.guild.id).leave()
    await two.world.env.settle()
    assert await libraries_asked(two, library) == SHARED
    # The pick waits, as all that is kept of the server, for the bot to be invited again in time.
    assert await two.bot.guild_store.picked_by(two.world.alice.id) == two.world.guild.id


async def test_a_membership_that_cannot_be_checked_is_a_fault_and_opens_nothing(two: Two, library: FakeLibrary) -> None:
    await two.pick(str(two.world.guild.id))
    await two.world.env.advance_time(MEMBER_FOR_S + 1)
    two.world.env.inject_error("GET", "/guilds/*/members/*", status=400)
    await two.world.alice.send_dm("why?")
    assert library.asked == []
    assert "Something went wrong" in two.world.alice.user.dm_channel.last_message.content


async def test_only_own_servers_that_allow_it_are_suggested(two: Two) -> None:
    user = two.world.alice.user
    closed = two.world.env.create_guild("Test Closed")
    closed.add_member(user)
    choices = await user.autocomplete("answer-from", "server", "")
    assert [(choice["name"], choice["value"]) for choice in choices] == [("Test Guild", str(two.world.guild.id))]
    assert await user.autocomplete("answer-from", "server", "other") == []
    assert len(await user.autocomplete("answer-from", "server", "TEST")) == 1


async def test_who_asks_too_fast_is_told(two: Two) -> None:
    assert "at once" in [await two.pick() for _ in range(6)][-1]
