"""`/status` is one readable message for admins, whatever there is to say, and waits for nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import simcord
from hypothesis import given
from hypothesis import strategies as st

from bot.service.client import PullquoteBot
from cogs._markdown.lengths import MESSAGE_LIMIT, units
from cogs._rendering.status import Holdings, Standing, age, size, status_text
from retrieval.domain.articles import Credit
from retrieval.domain.libraries import Feed, RunRecord, RunState
from retrieval.domain.vitals import Readiness
from tests.cogs.conftest import World
from tests.cogs.managing import NOW
from tests.cogs.quotes import FakeLibrary

READY = Readiness(ready=True, waiting=0)
RUN = RunRecord(1, "re-index", NOW, NOW + timedelta(seconds=4), RunState.DONE, added=3, unchanged=20)


async def test_an_admin_sees_how_the_bot_stands(
    world: World, ada: simcord.MemberActor, library: FakeLibrary, simcord_bot: PullquoteBot
) -> None:
    library.managed.put(world.own, "a", credit=Credit(title="One"))
    feed = library.managed.follow(world.own, 1, title="The *Day*")
    library.managed.shelves[world.own].feeds[1] = replace(feed, failures=3, last_error="The server answers 503.")
    library.managed.runs = (replace(RUN, what="feed The Day"), RUN)
    library.waiting = 2
    simcord_bot.settings.data_dir.mkdir()
    result = await ada.slash(world.channel, "status")
    text = result.response.content
    assert result.ephemeral
    assert "up for less than a minute" in text
    assert "The model is loaded; 2 questions are being answered or waiting." in text
    assert "This server's library has 1 article (7 passages); the one that all servers share has 0 articles" in text
    assert "Looked through last: Re-index, <t:" in text
    assert "1 feed, 1 with a fault:\n- The \\*Day\\*: The server answers 503. (failed 3 times)" in text
    assert "are free." in text


async def test_while_the_library_loads_it_answers_at_once(
    world: World, ada: simcord.MemberActor, library: FakeLibrary
) -> None:
    library.loaded.clear()
    text = (await ada.slash(world.channel, "status")).response.content
    assert "The model is still loading" in text
    assert "library has" not in text
    library.fault = "/srv/models is not there"
    text = (await ada.slash(world.channel, "status")).response.content
    assert "I cannot answer" in text
    assert "/srv" not in text


async def test_a_member_is_refused(world: World) -> None:
    world.show_library_to(world.alice)
    result = await world.alice.slash(world.channel, "status")
    assert "needs the permission Manage Server" in result.response.content


def feed(number: int, title: str, error: str) -> Feed:
    return Feed(number, "guild-1", "https://e.com/f", title, None, False, NOW, NOW, NOW, number, error, 0)


@given(
    st.lists(st.builds(feed, st.integers(0, 10**9), st.text(max_size=400), st.text(max_size=900)), max_size=60),
    st.integers(0, 10**15),
    st.floats(0, 1e10),
    st.text(max_size=200),
)
def test_whatever_there_is_to_say_it_fits_into_one_message(
    feeds: list[Feed], count: int, seconds: float, what: str
) -> None:
    text = status_text(
        Standing("1.2.3", seconds, replace(READY, waiting=count), seconds, (count, count),
                 Holdings((count, count), (count, count)), feeds, replace(RUN, what=what))
    )  # fmt: skip
    assert 0 < units(text) <= MESSAGE_LIMIT


def test_sizes_and_ages_read_as_people_write_them() -> None:
    assert [size(count) for count in (0, 1, 999, 1_000, 9_950, 12_345_678, 2_500_000_000)] == [
        "0 bytes", "1 byte", "999 bytes", "1.0 kB", "9.9 kB", "12 MB", "2.5 GB",
    ]  # fmt: skip
    assert [age(seconds) for seconds in (0, 59, 60, 7_199, 7_200, 86_400, 1e6)] == [
        "less than a minute", "less than a minute", "1 minute", "1 hour", "2 hours", "1 day", "11 days",
    ]  # fmt: skip
