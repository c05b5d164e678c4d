"""Admins follow feeds, and a channel of their server, never another's, is told of new articles."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest
import simcord
from hypothesis import given
from hypothesis import strategies as st

from bot.service.announcing import Announced
from bot.service.client import PullquoteBot
from cogs._library.feeds import I_MAY_NOT_WRITE, YOU_MAY_NOT_WRITE
from cogs._rendering import MESSAGE_LIMIT, units
from cogs._rendering.library_feeds import NO_FEEDS, NO_SUCH_FEED, announcement_text, feed_pages
from retrieval.domain.articles import ArticleSummary, Credit
from retrieval.domain.libraries import Feed
from retrieval.errors import ArticleError
from tests.cogs.conftest import World
from tests.cogs.managing import NOW, FakeManager
from tests.cogs.quotes import FakeLibrary


@pytest.fixture
def manager(library: FakeLibrary) -> FakeManager:
    return library.managed


async def test_a_feed_is_followed_and_announced_in_a_channel(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    result = await ada.slash(world.channel, "library feed add", url="https://example.com/f", channel=world.channel)
    assert result.ephemeral
    assert result.response.content == (
        "Following https\\://example.com/f. Its present articles are on their way into the library. "
        f"New articles are announced in <#{world.channel.id}>."
    )
    assert manager.calls == [("add_feed", world.own)]
    assert manager.given == [("https://example.com/f", str(world.channel.id))]


async def test_a_feed_may_be_announced_nowhere(world: World, ada: simcord.MemberActor, manager: FakeManager) -> None:
    result = await ada.slash(world.channel, "library feed add", url="https://example.com/f")
    assert "announced" not in result.response.content
    assert manager.given == [("https://example.com/f", None)]


async def test_where_the_bot_may_not_write_nothing_is_announced(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    hushed = world.guild.create_text_channel(
        "hushed", overwrites={world.env.bot.user: discord.PermissionOverwrite(send_messages=False)}
    )
    told = await ada.slash(world.channel, "library feed add", url="https://example.com/f", channel=hushed)
    assert told.response.content == I_MAY_NOT_WRITE
    assert manager.calls == []


async def test_where_the_admin_may_not_write_nothing_is_announced(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    official = world.guild.create_text_channel(
        "official", overwrites={ada: discord.PermissionOverwrite(send_messages=False)}
    )
    told = await ada.slash(world.channel, "library feed add", url="https://example.com/f", channel=official)
    assert told.response.content == YOU_MAY_NOT_WRITE
    assert manager.calls == []


async def test_a_feed_that_is_none_is_told(world: World, ada: simcord.MemberActor, manager: FakeManager) -> None:
    manager.refusal = ArticleError("That address has no feed.")
    result = await ada.slash(world.channel, "library feed add", url="https://example.com/f")
    assert result.response.content == "That address has no feed."


async def test_feeds_are_listed_with_how_they_stand(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    assert (await ada.slash(world.channel, "library feed list")).response.content == NO_FEEDS
    later = NOW + timedelta(hours=1)
    manager.follow(world.own, 1, title="The *Day*", polled_at=NOW, next_poll_at=later, articles=3, announce_to="77")
    manager.follow(world.own, 2, paused=True, failures=2, last_error="It answers 404 @everyone.", announce_to="<@1>")
    result = await ada.slash(world.channel, "library feed list")
    assert result.ephemeral
    assert result.response.content == (
        "**Feeds** · 2 feeds\n\n"
        "- The \\*Day\\* · 3 articles · looked at <t:1767225600:R> · next <t:1767229200:R> · announced in <#77>\n"
        "  -# https\\://example.com/feed/1\n"
        "- https\\://example.com/feed/2 · 0 articles · paused\n"
        "  -# failed 2 times: It answers 404 \\@everyone."
    )


async def test_a_feed_is_paused_resumed_and_removed(
    world: World, ada: simcord.MemberActor, manager: FakeManager
) -> None:
    manager.follow(world.own, 5, title="The Day", articles=3)
    said = [
        (await ada.slash(world.channel, f"library feed {verb}", feed=5)).response.content
        for verb in ("pause", "resume", "remove", "remove")
    ]
    assert said == [
        "Paused The Day. `/library feed resume` follows it again.",
        "Following The Day again.",
        "No longer following The Day. Its articles stay in the library.",
        NO_SUCH_FEED,
    ]


@pytest.mark.parametrize("verb", ["pause", "resume"])
async def test_a_feed_that_is_not_there_is_told(world: World, ada: simcord.MemberActor, verb: str) -> None:
    result = await ada.slash(world.channel, f"library feed {verb}", feed=5)
    assert result.response.content == NO_SUCH_FEED


async def test_feeds_are_suggested(world: World, ada: simcord.MemberActor, manager: FakeManager) -> None:
    manager.follow(world.own, 5, title="The Day")
    manager.follow(world.own, 6)
    choices = await ada.autocomplete(world.channel, "library feed pause", "feed", "day")
    assert [(choice["name"], choice["value"]) for choice in choices] == [("The Day · https://example.com/feed/5", 5)]


def article(library: str, title: str, number: int = 0) -> ArticleSummary:
    return ArticleSummary(f"a{number}", library, "origin", "", "", Credit(title=title), 2)


async def test_new_articles_are_announced(world: World, manager: FakeManager, simcord_bot: PullquoteBot) -> None:
    feed = manager.follow(world.own, 1, title="The Day", announce_to=str(world.channel.id))
    articles = [article(world.own, title) for title in ("A @everyone", "B", "C")]
    assert await simcord_bot.announce(feed, articles) is Announced.POSTED
    said = world.channel.last_message
    assert said.content == "3 new articles from The Day; ask me about them.\n- A \\@everyone\n- B\n- C"
    assert not said.mention_everyone
    assert said.flags.suppress_embeds
    (body,) = [entry.json for entry in world.env.http_requests if entry.path.endswith("/messages")]
    assert body["allowed_mentions"]["parse"] == []


async def test_one_article_is_announced_as_one(world: World, manager: FakeManager, simcord_bot: PullquoteBot) -> None:
    feed = manager.follow(world.own, 1, title="The Day", announce_to=str(world.channel.id))
    await simcord_bot.announce(feed, [article(world.own, "A")])
    assert world.answers() == ["1 new article from The Day; ask me about it.\n- A"]


async def test_nothing_is_announced_in_another_servers_channel(
    world: World, manager: FakeManager, simcord_bot: PullquoteBot, caplog: pytest.LogCaptureFixture
) -> None:
    other = world.env.create_guild()
    theirs = other.create_text_channel("theirs")
    for library in (world.own, "shared"):
        feed = manager.follow(library, 1, announce_to=str(theirs.id))
        assert await simcord_bot.announce(feed, [article(library, "A")]) is Announced.FOREIGN_CHANNEL
    assert theirs.history() == []
    assert "not announced" in caplog.text


async def test_another_librarys_articles_are_never_announced(
    world: World, manager: FakeManager, simcord_bot: PullquoteBot
) -> None:
    feed = manager.follow(world.own, 1, announce_to=str(world.channel.id))
    assert await simcord_bot.announce(feed, [article("guild-1", "A secret")]) is Announced.NOTHING_NEW
    await simcord_bot.announce(feed, [article("guild-1", "A secret"), article(world.own, "Ours")])
    assert world.answers()[0].endswith("ask me about it.\n- Ours")


async def test_what_is_in_the_way_is_returned(
    world: World, manager: FakeManager, simcord_bot: PullquoteBot, caplog: pytest.LogCaptureFixture
) -> None:
    hushed = world.guild.create_text_channel(
        "hushed", overwrites={world.env.bot.user: discord.PermissionOverwrite(send_messages=False)}
    )
    wanted = {
        None: Announced.NOT_WANTED,
        "12345": Announced.NO_CHANNEL,
        "not a number": Announced.NO_CHANNEL,
        "²": Announced.NO_CHANNEL,
        str(hushed.id): Announced.NOT_ALLOWED,
    }
    for key, outcome in wanted.items():
        feed = manager.follow(world.own, 1, announce_to=key)
        assert await simcord_bot.announce(feed, [article(world.own, "A")]) is outcome
    feed = manager.follow(world.own, 1, announce_to=str(world.channel.id))
    for status, outcome in (
        (403, Announced.NOT_ALLOWED),
        (404, Announced.NO_CHANNEL),
        (400, Announced.FAILED),
    ):
        world.env.inject_error("POST", "/channels/*/messages", status=status)
        assert await simcord_bot.announce(feed, [article(world.own, "A")]) is outcome
    assert world.answers() == []
    assert "the bot may not write in the channel" in caplog.text


async def test_before_the_bot_is_connected_it_says_so(
    history: object, library: FakeLibrary, simcord_bot: PullquoteBot
) -> None:
    feed = library.managed.follow("guild-1", 1, announce_to="1")
    assert await simcord_bot.announce(feed, [article("guild-1", "A")]) is Announced.NOT_CONNECTED


texts = st.text(max_size=500)


@given(st.lists(texts, min_size=1, max_size=30), texts)
def test_an_announcement_fits_and_counts_what_it_leaves_out(titles: list[str], name: str) -> None:
    feed: Feed = FakeManager().follow("guild-1", 1, title=name)
    text = announcement_text(feed, [article("guild-1", title) for title in titles])
    assert units(text) <= MESSAGE_LIMIT
    listed = text.count("\n- ")
    assert listed <= 10
    assert text.endswith(f"-# and {len(titles) - listed:,} more") == (listed < len(titles))


@given(st.lists(texts, min_size=1, max_size=20))
def test_every_page_of_feeds_fits(names: list[str]) -> None:
    manager = FakeManager()
    feeds = [
        manager.follow("guild-1", n, title=name, url=name, last_error=name, announce_to="1" * 20, polled_at=NOW)
        for n, name in enumerate(names)
    ]
    pages = feed_pages(feeds)
    assert all(units(page) <= MESSAGE_LIMIT for page in pages)
    assert sum(page.count("\n- ") for page in pages) == len(names)
