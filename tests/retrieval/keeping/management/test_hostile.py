"""What strangers and races can do to a library, each found by an attack once: it stays whole, and says the truth."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from retrieval.domain.articles import Credit
from retrieval.domain.drafts import ArticleDraft
from retrieval.domain.libraries import SHARED_LIBRARY, Change, Scope
from retrieval.engine import Engine
from retrieval.errors import ArticleError, StorageError
from retrieval.keeping.indexing.places import FreshDraft
from retrieval.keeping.management.manager import LibraryManager
from retrieval.store import Origin
from tests.retrieval.keeping.management.test_polling import Heard, follow
from tests.support.web import NewsSite, page, rss, story

GUILD, OTHER = "guild-7", "guild-8"
CREDIT = Credit(title="A bridge", publisher="The Day")


@dataclass
class Meanwhile:
    """A place that is read while something else happens."""

    draft: ArticleDraft
    happens: object
    feed_id: int | None = None
    unchanged: bool = False

    @property
    def origin(self) -> str:
        return self.draft.origin

    async def read(self, known: Origin | None) -> FreshDraft | None:
        await self.happens()
        return None if self.unchanged else FreshDraft(self.draft)


async def texts(manager: LibraryManager, library: str) -> list[str]:
    found = [await manager.article(library, one.article_id) for one in await manager.articles(library)]
    return [stored.article.text for stored in found if stored is not None]


async def test_an_id_of_another_library_is_never_taken_nor_overwritten(manager: LibraryManager, engine: Engine):
    theirs = await manager.add_text(GUILD, story("the ferry"), CREDIT)
    ours = await manager.add_text(OTHER, story("the bridge"), CREDIT)
    async with engine._store.snapshot([OTHER]) as snapshot:
        stored = await snapshot.article(ours.article_id)
    forged = replace(stored.article, article_id=theirs.article_id)
    prepared = await engine._publisher.prepare(forged, library=OTHER, origin="text:forged")
    with pytest.raises(RuntimeError, match="another library's"):
        await engine._publisher.publish([prepared])
    assert await texts(manager, GUILD) == [story("the ferry")]
    assert await engine._store.is_taken(theirs.article_id, OTHER)


async def test_an_import_of_thousands_of_places_leaves_the_loop_its_turns(manager: LibraryManager, tmp_path: Path):
    places = [{"origin": f"https://example.org/{n}", "credit": {"publisher": f"P{n}"}} for n in range(50)]
    lines = [{"pullquote_library": 1}, *({"article": {"text": f"Words {n}.", "places": places}} for n in range(20))]
    file = tmp_path / "many.gz"
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    job = await manager.import_file(GUILD, file)
    turns = 0
    while not job.ended:
        await asyncio.sleep(0)
        turns += 1
    assert turns > 1_000
    report = await job.wait()
    assert report.full, "further addresses count against the quota too"
    async with manager._store.snapshot([GUILD]) as snapshot:
        assert len(await snapshot.origins()) <= 5


@pytest.mark.parametrize("unchanged", [True, False])
async def test_what_is_removed_while_it_is_read_again_stays_removed_and_restorable(
    manager: LibraryManager, *, unchanged: bool
):
    added = await manager.add_text(GUILD, story("the ferry"), CREDIT)

    async def remove() -> None:
        await manager.remove(GUILD, added.article_id)

    draft = ArticleDraft(added.origin, story("the ferry"), CREDIT)
    await manager._indexer.run([Meanwhile(draft, remove, unchanged=unchanged)], library=GUILD)
    assert await manager.articles(GUILD) == []
    assert [one.article_id for one in await manager.removed(GUILD)] == [added.article_id]
    assert await manager.restore(GUILD, added.article_id) is not None


async def test_a_page_with_half_characters_is_stored_and_stops_no_other(manager: LibraryManager, site: NewsSite):
    data = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "A \\ud800 title"}</script>'
    first = site.put("/odd", page("The bridge", story("the bridge")).replace("</head>", data + "</head>"))
    added = await manager.add_url(GUILD, first)
    assert "\ud800" not in (added.credit.title or "")
    await manager.add_url(GUILD, site.put("/two", page("Two", story("two")), headers={"Last-Modified": "gestern ä"}))
    report = await (await manager.reindex(GUILD))[0].wait()
    assert (report.failed, report.unchanged) == ([], 2)


async def test_a_bug_over_one_place_stops_no_other(manager: LibraryManager):
    async def crash() -> None:
        raise ZeroDivisionError

    good = ArticleDraft("text:good", story("the ferry"), CREDIT)

    async def nothing() -> None: ...

    report = await manager._indexer.run([Meanwhile(good, crash), Meanwhile(good, nothing)], library=GUILD)
    assert (len(report.failed), report.added) == (1, 1)
    assert "fault of the bot's" in report.failed[0][1]


async def test_a_feeds_own_words_never_replace_a_page_nor_take_its_address(manager: LibraryManager, site: NewsSite):
    url = site.put("/bridge", page("The bridge", story("the bridge")))
    added = await manager.add_url(GUILD, url)
    site.put("/bridge", "busy", status=503)
    items = [
        {"id": "1", "url": url, "title": "Fake", "content_html": f"<p>{story('fake news')}</p>"},
        {"id": "2", "url": "http://192.0.2.1/x", "title": "Fake", "content_html": f"<p>{story('other news')}</p>"},
    ]
    feed_url = site.put(
        "/feed.json",
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "BBC News", "items": items}),
        kind="application/feed+json",
    )
    await follow(manager, feed_url, Heard())
    stored = await manager.article(GUILD, added.article_id)
    assert stored is not None
    assert (stored.article.text, stored.article.credit) == (story("the bridge"), added.credit)
    addresses = {one.credit.url for one in await manager.articles(GUILD)}
    assert "http://192.0.2.1/x" not in addresses
    assert feed_url in addresses  # what the feed carries is credited to the feed


async def test_old_entries_are_no_news_however_many_polls_they_take(
    manager: LibraryManager, site: NewsSite, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("retrieval.keeping.management.polling.MOST_ENTRIES", 1)
    entries = [(str(n), site.put(f"/p{n}", page(f"Plan {n}", story(f"plan {n}"))), f"Plan {n}") for n in range(3)]
    url = site.put("/feed", rss("Plans", entries), kind="application/rss+xml")
    heard = Heard()
    feed = await follow(manager, url, heard)
    for _ in range(2):
        await manager.poller.poll(feed, announce=heard)
        [feed] = await manager.feeds(GUILD)
    assert (feed.articles, heard.titles) == (3, [])


async def test_what_prune_takes_out_can_be_restored_and_comes_back_with_its_file(manager: LibraryManager, folder: Path):
    file = folder / "ferry.txt"
    file.write_text(story("the ferry"))
    await (await manager.index_folders()).wait()
    file.unlink()
    await (await manager.reindex(SHARED_LIBRARY, prune=True))[0].wait()
    [removed] = await manager.removed(SHARED_LIBRARY)
    assert await manager.restore(SHARED_LIBRARY, removed.article_id) is not None
    await (await manager.reindex(SHARED_LIBRARY, prune=True))[0].wait()
    file.write_text(story("the ferry"))
    assert (await (await manager.index_folders()).wait()).added == 1


async def test_a_known_page_that_is_gone_is_told_to_who_adds_it_again(manager: LibraryManager, site: NewsSite):
    url = site.put("/bridge", page("The bridge", story("the bridge")))
    await manager.add_url(GUILD, url)
    site.put("/bridge", "gone", status=410)
    with pytest.raises(ArticleError, match="no longer there; the library keeps"):
        await manager.add_url(GUILD, url)


async def test_a_request_to_prune_does_not_join_one_that_does_not(manager: LibraryManager, folder: Path):
    (folder / "ferry.txt").write_text(story("the ferry"))
    first, _ = await manager.reindex(SHARED_LIBRARY)
    second, joined = await manager.reindex(SHARED_LIBRARY, prune=True)
    assert not joined
    assert (await manager.reindex(SHARED_LIBRARY))[1]
    await asyncio.gather(first.wait(), second.wait())


async def test_a_page_that_leads_to_another_text_is_no_move(manager: LibraryManager, site: NewsSite):
    url = site.put("/bridge", page("The bridge", story("the bridge")))
    added = await manager.add_url(GUILD, url)
    home = site.put("/home", page("Home", story("everything")))
    site.put("/bridge", "", status=302, headers={"Location": home})
    report = await (await manager.reindex(GUILD, Scope(article_id=added.article_id)))[0].wait()
    assert "now leads to another text" in report.failed[0][1]
    assert await texts(manager, GUILD) == [story("the bridge")]
    site.put("/moved", page("The bridge", story("the bridge")))
    site.put("/bridge", "", status=301, headers={"Location": site.url + "/moved"})
    await (await manager.reindex(GUILD))[0].wait()
    assert [one.origin for one in await manager.articles(GUILD)] == [site.url + "/moved"]


async def test_a_feed_that_is_removed_while_it_is_polled_leaves_its_articles(manager: LibraryManager, site: NewsSite):
    link = site.put("/bridge", page("The bridge", story("the bridge")))
    feed = await manager.add_feed(GUILD, site.put("/feed", rss("F", [("1", link, "x")]), kind="application/rss+xml"))
    await manager.remove_feed(GUILD, feed.feed_id)
    report = await manager.poller.poll(feed)
    assert (report.added, await manager.feeds(GUILD)) == (1, [])


async def test_a_removed_text_does_not_come_back_under_another_name(manager: LibraryManager, folder: Path):
    (folder / "ferry.txt").write_text(story("the ferry"))
    await (await manager.index_folders()).wait()
    [one] = await manager.articles(SHARED_LIBRARY)
    await manager.remove(SHARED_LIBRARY, one.article_id)
    (folder / "ferry.txt").rename(folder / "renamed.txt")
    assert (await (await manager.index_folders()).wait()).added == 0


async def test_an_import_changes_nothing_that_is_there_and_credits_no_place_twice(
    manager: LibraryManager, site: NewsSite, tmp_path: Path
):
    url = site.put("/bridge", page("The bridge", story("the bridge")))
    added = await manager.add_url(GUILD, url)
    await manager.add_text(GUILD, story("the ferry"), CREDIT)
    file = tmp_path / "own.gz"
    await manager.export(GUILD, file)
    place = {"origin": added.origin, "credit": {"publisher": "Somebody"}}
    forged = (
        gzip.decompress(file.read_bytes())
        + json.dumps({"article": {"text": story("forged"), "places": [place]}}).encode()
    )
    file.write_bytes(gzip.compress(forged))
    report = await (await manager.import_file(GUILD, file)).wait()
    assert (report.unchanged, report.changed, report.credited, report.added) == (3, 0, 0, 0)
    assert sorted(await texts(manager, GUILD)) == sorted([story("the bridge"), story("the ferry")])


@pytest.mark.parametrize("name", [".", "x" * 300])
async def test_an_export_to_what_is_no_file_is_refused(manager: LibraryManager, tmp_path: Path, name: str):
    with pytest.raises(StorageError, match="cannot be written"):
        await manager.export(GUILD, tmp_path / name)


async def test_a_pasted_text_with_a_wrong_address_is_refused(manager: LibraryManager):
    with pytest.raises(ArticleError, match="is no web address"):
        await manager.add_text(GUILD, story("x"), Credit(url="javascript:alert(1)"))


def test_the_change_names_are_the_reports_counts():
    from retrieval.domain.libraries import IndexReport

    report = IndexReport()
    changes: Sequence[Change] = tuple(Change)
    for change in changes:
        report.note("o", "a", change)
    assert (report.added, report.changed, report.unchanged, report.credited) == (1, 1, 1, 1)
