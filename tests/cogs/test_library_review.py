"""Admins decide about articles whose page lost most of its text, one after the other, and nobody else does."""

from __future__ import annotations

from dataclasses import replace

import pytest
import simcord
from hypothesis import given
from hypothesis import strategies as st

from bot.words.doubts import doubt_question
from cogs._rendering import MESSAGE_LIMIT, units
from cogs._rendering import library_doubts as words
from retrieval.domain.articles import Credit
from retrieval.domain.libraries import Feed, IndexReport, Looks
from tests.cogs.conftest import World
from tests.cogs.managing import NOW, FakeManager, doubtful
from tests.cogs.quotes import FakeLibrary

BRIDGE, FERRY = Credit(title="A bridge"), Credit(title="A ferry")


@pytest.fixture
def manager(library: FakeLibrary) -> FakeManager:
    return library.managed


async def test_one_after_the_other_is_decided(world: World, ada: simcord.MemberActor, manager: FakeManager) -> None:
    manager.doubts[world.own] = [doubtful("bridge", BRIDGE), doubtful("ferry", FERRY, version_id=2)]
    asked = await ada.slash(world.channel, "library review")
    assert asked.ephemeral
    assert asked.response.content == (
        "“A bridge”: the page now shows only 6% of what it did, and looks like a cookie notice; keep the old text?\n"
        "[Open the page](<https://example.com/bridge>)\nIt begins now:\n> We value your privacy.\n"
        "-# 200 characters instead of 5,210 · read <t:1767225600:R> · 1 more to decide"
    )
    next_one = await ada.click(asked.response, label="Keep the old text")
    assert next_one.response.content.startswith(
        "The old text of “A bridge” stays. I say no more of this new one.\n\n“A ferry”: the page now shows only 6%"
    )
    last = await ada.click(next_one.response, label="Take the new text")
    assert last.response.content == "“A ferry” has its new text now; the old one is gone."
    assert last.response.components == []
    assert ("keep_old", world.own) in manager.calls
    assert ("take_new", world.own) in manager.calls
    nothing = await ada.slash(world.channel, "library review")
    assert nothing.response.content == words.NOTHING_WAITS


async def test_what_no_longer_waits_is_told_and_later_decides_nothing(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    manager.doubts[world.own] = [doubtful("bridge", BRIDGE)]
    asked = await ada.slash(world.channel, "library review")
    later = await ada.click(asked.response, label="Later")
    assert later.response.content == words.LATER
    assert [name for name, _ in manager.calls] == ["doubtful"]
    asked = await ada.slash(world.channel, "library review")
    manager.doubts[world.own] = []
    gone = await ada.click(asked.response, label="Keep the old text")
    assert gone.response.content == words.NO_LONGER_WAITS


async def test_a_reindex_that_kept_something_aside_asks_the_admin_alone(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    version = doubtful("bridge", BRIDGE)
    manager.doubts[world.own] = [version]
    manager.job.report = IndexReport(unchanged=2, doubtful=[version], seconds=1.0)
    manager.job.end()
    asked = await ada.slash(world.channel, "library reindex")
    public = [said for said in world.answers() if "has ended" in said]
    assert len(public) == 1
    assert public[0].splitlines()[1:] == [
        "2 unchanged · 1.0 seconds",
        "Keeps its old text, since most of it is no longer there: 1 page. `/library review` asks about it.",
    ]
    assert "keep the old text?" in str([message.content for message in asked.followups])
    assert "keep the old text?" not in str(public)


async def test_a_status_counts_what_waits(world: World, ada: simcord.MemberActor, manager: FakeManager) -> None:
    manager.doubts[world.own] = [doubtful("bridge", BRIDGE)]
    result = await ada.slash(world.channel, "library status")
    assert "1 new version waits for your decision: `/library review`." in result.response.content


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"kept": 0.0, "looks": None}, "The page now shows nothing of what it did; keep the old text?"),
        (
            {"kept": 0.004, "looks": Looks.ERROR},
            "The page now shows nothing of what it did, and looks like an error page;",
        ),
        (
            {"kept": 0.72, "looks": Looks.SUBSCRIPTION},
            "shows 72% of what it did, and what is new looks like a subscription",
        ),
        ({"kept": 0.1, "characters": 9_000}, "The page now shows another text, with only 10% of what it did"),
        ({"origin": "/srv/news/a.txt", "looks": None}, "The file now shows only 6% of what it did; keep the old text?"),
    ],
)
def test_the_sentence_says_what_is_there(changed: dict[str, object], says: str) -> None:
    assert says in doubt_question(replace(doubtful("bridge", BRIDGE), **changed))


@given(st.text(max_size=4_000), st.text(max_size=4_000), st.text(max_size=4_000))
def test_everything_fits_into_a_message(title: str, beginning: str, origin: str) -> None:
    version = replace(doubtful("bridge", Credit(title=title), beginning=beginning), origin=origin)
    feed = Feed(1, "guild-1", origin, title, "5", False, NOW, NOW, NOW, 0, None, 1)
    texts = [words.doubt_text(version, left=3), words.kept_text(version), words.taken_text(version)]
    told = words.kept_text(version)
    assert all(units(text) <= MESSAGE_LIMIT for text in [*texts, words.doubted_feed_text(feed, [version] * 9)])
    assert units(f"{told}\n\n{texts[0]}") <= MESSAGE_LIMIT
