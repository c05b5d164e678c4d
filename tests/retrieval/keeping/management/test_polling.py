"""Feeds are followed politely, one failure stops no other, and nothing is announced twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from retrieval.domain.libraries import DoubtfulVersion, Feed
from retrieval.errors import ArticleError
from retrieval.keeping.management.manager import LibraryManager
from retrieval.store import ArticleSummary
from tests.support.web import NewsSite, page, rss, story

GUILD = "guild-7"


@dataclass
class Heard:
    """What was announced: for each time the titles."""

    titles: list[list[str | None]] = field(default_factory=list)
    doubtful: list[list[str]] = field(default_factory=list)

    async def __call__(self, feed: Feed, articles: Sequence[ArticleSummary]) -> None:
        self.titles.append([one.credit.title for one in articles])

    async def doubts(self, feed: Feed, versions: Sequence[DoubtfulVersion]) -> None:
        self.doubtful.append([one.origin for one in versions])


def publish(site: NewsSite, *topics: str, guid: str = "{}") -> str:
    """Put a feed with a page for each topic on the site."""
    entries = []
    for topic in topics:
        name = topic.replace(" ", "-")
        link = site.put(f"/{name}", page(f"About {topic}", story(topic)))
        entries.append((guid.format(name), link, f"About {topic}"))
    return site.put("/feed", rss("The Harbour Feed", entries), kind="application/rss+xml")


async def follow(manager: LibraryManager, url: str, heard: Heard) -> Feed:
    """Add a feed and poll it for the first time."""
    feed = await manager.add_feed(GUILD, url, announce_to="42")
    await manager.poller.poll(feed, announce=heard)
    return (await manager.feeds(GUILD))[0]


async def test_a_feed_brings_in_its_articles_and_announces_only_later_ones(manager: LibraryManager, site: NewsSite):
    heard = Heard()
    feed = await follow(manager, publish(site, "the bridge", "the ferry"), heard)
    assert (feed.title, feed.articles, feed.failures, heard.titles) == ("The Harbour Feed", 2, 0, [])
    publish(site, "the bridge", "the ferry", "the school")
    report = await manager.poller.poll(feed, announce=heard)
    assert (report.added, heard.titles) == (1, [["About the school"]])
    [run, *_] = (await manager.status(GUILD)).runs
    assert (run.what, run.added) == ("feed The Harbour Feed", 1)


async def test_an_unchanged_feed_costs_one_conditional_request(manager: LibraryManager, site: NewsSite):
    heard = Heard()
    feed = await follow(manager, publish(site, "the bridge"), heard)
    site.asked.clear()
    report = await manager.poller.poll(feed, announce=heard)
    assert (site.asked, report.brought, heard.titles) == ([("/feed", 304)], [], [])


@pytest.mark.parametrize("guid", ["{}-edited", "{}"])
async def test_edited_dates_and_ids_announce_nothing_twice(manager: LibraryManager, site: NewsSite, guid: str):
    heard = Heard()
    feed = await follow(manager, publish(site, "the bridge"), heard)
    feed_text = site.pages["/feed"][2]
    publish(site, "the bridge", guid=guid)
    edited = site.pages["/feed"][2].replace(
        "</title></item>", "</title><pubDate>Mon, 06 Jul 2026 09:00:00 GMT</pubDate></item>"
    )
    assert edited != feed_text
    site.put("/feed", edited, kind="application/rss+xml")
    report = await manager.poller.poll(feed, announce=heard)
    assert (report.added, heard.titles, len(await manager.articles(GUILD))) == (0, [], 1)


async def test_the_same_story_under_a_new_link_is_no_news(manager: LibraryManager, site: NewsSite):
    heard = Heard()
    feed = await follow(manager, publish(site, "the bridge"), heard)
    copy = site.put("/copy", page("About the bridge, again", story("the bridge")))
    site.put("/feed", rss("The Harbour Feed", [("new", copy, "About the bridge, again")]), kind="application/rss+xml")
    report = await manager.poller.poll(feed, announce=heard)
    assert (report.credited, heard.titles, len(await manager.articles(GUILD))) == (1, [], 1)


async def test_a_failing_feed_backs_off_as_its_server_asks_and_keeps_its_articles(
    manager: LibraryManager, site: NewsSite
):
    feed = await follow(manager, publish(site, "the bridge"), Heard())
    site.put("/feed", "busy", status=503, headers={"Retry-After": "7200"})
    await manager.poller.poll(feed)
    [failing] = await manager.feeds(GUILD)
    assert (failing.failures, failing.articles) == (1, 1)
    assert "503" in (failing.last_error or "")
    assert failing.next_poll_at >= datetime.now(UTC) + timedelta(seconds=7_100)
    publish(site, "the bridge")
    await manager.poller.poll(failing)
    [well] = await manager.feeds(GUILD)
    assert (well.failures, well.last_error) == (0, None)


async def test_an_entry_that_cannot_be_read_is_tried_three_times_and_stops_no_other(
    manager: LibraryManager, site: NewsSite
):
    publish(site, "the bridge", "the ferry")
    site.put("/the-bridge", "down", status=500)
    feed = await follow(manager, site.url + "/feed", Heard())
    assert feed.articles == 1
    for _ in range(4):
        await manager.poller.poll(feed)
    assert sum(path == "/the-bridge" for path, _ in site.asked) == 3


async def test_entries_that_all_lead_to_a_consent_wall_bring_nothing_in(manager: LibraryManager, site: NewsSite):
    """One of them as an article would make the others carriers of its text."""
    publish(site, "the bridge", "the ferry", "the lake")
    wall = (
        "<html><head><title>The Example</title></head><body><div><h1>Before you continue</h1><p>We and our 312 "
        "partners keep information on your device, such as cookies, and use personal data for advertising.</p>"
        "<p>You may withdraw your consent at any time in the privacy settings below each page.</p></div></body></html>"
    )
    for path in ("/the-bridge", "/the-ferry", "/the-lake"):
        site.put(path, wall)
    report = await manager.poller.poll(await manager.add_feed(GUILD, site.url + "/feed"))
    assert (report.added, await manager.articles(GUILD)) == (0, [])
    assert len(report.failed) == 3
    assert all("shows a consent page to the bot, not its article" in why for _, why in report.failed)


async def test_one_feeds_fault_never_stops_the_others(manager: LibraryManager, site: NewsSite):
    heard = Heard()
    bad = site.put("/bad", rss("Bad", []), kind="application/rss+xml")
    await manager.add_feed(GUILD, bad)
    site.put("/bad", "<html><body>no feed any more</body></html>")
    await manager.add_feed(GUILD, publish(site, "the bridge"), announce_to="42")
    polling = asyncio.create_task(manager.poller.run(heard, heard.doubts))
    async with asyncio.timeout(60):
        while True:
            broken, good = await manager.feeds(GUILD)
            if broken.failures and good.articles:
                break
            await asyncio.sleep(0.05)
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)


async def test_a_resting_librarys_feeds_are_not_polled_until_it_is_told_otherwise(
    manager: LibraryManager, site: NewsSite
):
    manager.rest(["guild-99", GUILD])
    await manager.add_feed(GUILD, publish(site, "the bridge"))
    await manager.add_feed("guild-8", publish(site, "the bridge"))
    heard = Heard()
    polling = asyncio.create_task(manager.poller.run(heard, heard.doubts))
    async with asyncio.timeout(60):
        while not (await manager.feeds("guild-8"))[0].articles:
            await asyncio.sleep(0.05)
        assert (await manager.feeds(GUILD))[0].articles == 0
        manager.rest([])
        while not (await manager.feeds(GUILD))[0].articles:
            await asyncio.sleep(0.05)
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)


async def test_a_paused_feed_is_not_due_and_a_resumed_one_is_at_once(manager: LibraryManager, site: NewsSite):
    feed = await follow(manager, publish(site, "the bridge"), Heard())
    now = datetime.now(UTC) + timedelta(days=2)
    assert [one.feed_id for one in await manager._feeds.due(now)] == [feed.feed_id]
    assert (await manager.pause_feed(GUILD, feed.feed_id, paused=True)).paused
    assert await manager._feeds.due(now) == []
    await manager.pause_feed(GUILD, feed.feed_id, paused=False)
    assert len(await manager._feeds.due(datetime.now(UTC))) == 1


async def test_a_removed_article_does_not_come_back_with_its_feed(manager: LibraryManager, site: NewsSite):
    heard = Heard()
    feed = await follow(manager, publish(site, "the bridge"), heard)
    [article] = await manager.articles(GUILD)
    await manager.remove(GUILD, article.article_id)
    publish(site, "the bridge", guid="{}-edited")
    await manager.poller.poll(feed, announce=heard)
    assert (await manager.articles(GUILD), heard.titles) == ([], [])
    assert (await manager.add_url(GUILD, site.url + "/the-bridge")).article_id == article.article_id


async def test_another_library_cannot_touch_a_feed(manager: LibraryManager, site: NewsSite):
    feed = await follow(manager, publish(site, "the bridge"), Heard())
    assert await manager.feeds("guild-8") == []
    assert await manager.pause_feed("guild-8", feed.feed_id, paused=True) is None
    assert await manager.remove_feed("guild-8", feed.feed_id) is None
    assert not (await manager.feeds(GUILD))[0].paused
    assert await manager.remove_feed(GUILD, feed.feed_id) is not None
    assert await manager.feeds(GUILD) == []
    assert len(await manager.articles(GUILD)) == 1


async def test_entries_that_a_feed_has_long_stopped_to_list_are_forgotten_and_no_others(
    manager: LibraryManager, site: NewsSite
):
    feed = await follow(manager, publish(site, "the bridge", "the quay"), Heard())
    store = manager.poller._feeds

    async def age(days: int) -> None:
        moment = (datetime.now(UTC) - timedelta(days=days)).isoformat()
        async with manager._store.writing() as db:
            await db.execute("UPDATE feed_entries SET seen_at = ?", (moment,))

    publish(site, "the bridge")
    await age(59)
    await manager.poller.poll(feed)
    assert set(await store.entries(feed.feed_id)) == {"the-bridge", "the-quay"}
    publish(site, "the bridge", "the pier")
    await age(61)
    await manager.poller.poll(feed)
    assert set(await store.entries(feed.feed_id)) == {"the-bridge", "the-pier"}
    publish(site, "the bridge", "the pier", "the quay")
    heard = Heard()
    await manager.poller.poll(feed, announce=heard)
    assert heard.titles == []  # the library has had it all the while


@pytest.mark.parametrize(("days", "due"), [(-400, True), (7, False), (9, True), (20_000, True)])
async def test_a_feed_that_a_wrong_clock_put_off_is_polled_at_once(
    manager: LibraryManager, site: NewsSite, days: int, due: bool
):
    feed = await follow(manager, publish(site, "the bridge"), Heard())
    moment = datetime.now(UTC) + timedelta(days=days)
    async with manager._store.writing() as db:
        await db.execute("UPDATE feeds SET next_poll_at = ?", (moment.isoformat(),))
    found = await manager.poller._feeds.due(datetime.now(UTC))
    assert [one.feed_id for one in found] == ([feed.feed_id] if due else [])


async def test_what_is_no_feed_is_refused(manager: LibraryManager, site: NewsSite):
    url = site.put("/page", page("The bridge", story("the bridge")))
    with pytest.raises(ArticleError, match="feed"):
        await manager.add_feed(GUILD, url)
    assert await manager.feeds(GUILD) == []


async def test_a_feed_whose_poll_cannot_be_noted_rests_and_is_not_tried_over_and_over(
    manager: LibraryManager, site: NewsSite
):
    heard = Heard()
    await manager.add_feed(GUILD, publish(site, "the bridge"))
    site.asked.clear()
    await manager._store._writer.execute("PRAGMA query_only = ON")  # as a full disk does: every write fails
    polling = asyncio.create_task(manager.poller.run(heard, heard.doubts))
    async with asyncio.timeout(240):
        while not manager.poller._held_up:
            await asyncio.sleep(0.05)
    for _ in range(20):
        manager.poller.wake()
        await asyncio.sleep(0.05)
    asked = [path for path, _ in site.asked if path == "/feed"]
    assert len(asked) <= 1
    await manager._store._writer.execute("PRAGMA query_only = OFF")
    manager.poller._held_up = {feed_id: (backoff, 0.0) for feed_id, (backoff, _) in manager.poller._held_up.items()}
    manager.poller.wake()
    async with asyncio.timeout(240):
        while manager.poller._held_up:
            await asyncio.sleep(0.05)
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)
    assert (await manager.feeds(GUILD))[0].articles == 1
