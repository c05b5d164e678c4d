"""A page, an entry or a file that lost most of its text is kept aside until somebody decides; the old text answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from retrieval.domain.libraries import AddedArticle, DoubtfulVersion, Looks, Scope
from retrieval.engine import Engine
from retrieval.errors import ArticleError
from retrieval.keeping.management.manager import LibraryManager
from tests.retrieval.keeping.management.test_hostile import texts
from tests.retrieval.keeping.management.test_polling import GUILD, Heard, follow, publish
from tests.support.web import NewsSite, page, rss, story

ARTICLE = story("the harbour bridge")
LEFT = (
    "We are sorry, but something went wrong and the story cannot be shown at the moment. The people who look "
    "after these pages have been told, and will mend it as soon as they can."
)


async def wall(manager: LibraryManager, site: NewsSite, path: str = "/bridge", left: str = LEFT) -> DoubtfulVersion:
    """Let a page that was added show a wall, re-index it, and return what was kept aside."""
    site.put(path, page("The bridge", left))
    report = await (await manager.reindex(GUILD))[0].wait()
    assert (report.changed, report.failed, len(report.doubtful)) == (0, [], 1)
    [waiting] = await manager.doubtful(GUILD)
    assert waiting == report.doubtful[0]
    return waiting


async def test_a_wall_never_replaces_the_article_and_is_told_once(manager: LibraryManager, site: NewsSite):
    added = await manager.add_url(GUILD, site.put("/bridge", page("The bridge", ARTICLE)))
    waiting = await wall(manager, site)
    assert await texts(manager, GUILD) == [ARTICLE]
    assert (waiting.article_id, waiting.looks) == (added.article_id, Looks.ERROR)
    assert waiting.kept < 0.1
    assert waiting.beginning.startswith("We are sorry, but something")
    again = await (await manager.reindex(GUILD))[0].wait()
    assert (again.doubtful, again.unchanged) == ([], 1)
    status = await manager.status(GUILD)
    assert (status.doubtful, status.runs[1].doubtful) == (1, 1)


async def test_the_new_text_is_taken_when_somebody_says_so(manager: LibraryManager, site: NewsSite):
    await manager.add_url(GUILD, site.put("/bridge", page("The bridge", ARTICLE)))
    waiting = await wall(manager, site)
    taken = await manager.take_new(GUILD, waiting.version_id)
    assert taken is not None
    assert await texts(manager, GUILD) == [LEFT]
    assert (await manager.doubtful(GUILD), await manager.take_new(GUILD, waiting.version_id)) == ([], None)


async def test_the_old_text_stays_for_good_and_the_like_is_not_told_again(manager: LibraryManager, site: NewsSite):
    await manager.add_url(GUILD, site.put("/bridge", page("The bridge", ARTICLE)))
    waiting = await wall(manager, site)
    assert await manager.keep_old(GUILD, waiting.version_id)
    assert not await manager.keep_old(GUILD, waiting.version_id)
    site.put("/bridge", page("The bridge", f"{LEFT} It is a quarter past nine."))
    report = await (await manager.reindex(GUILD))[0].wait()
    assert (report.doubtful, report.unchanged, await manager.doubtful(GUILD)) == ([], 1, [])
    assert await texts(manager, GUILD) == [ARTICLE]
    await wall(manager, site, left=story("quite another thing")[:120])


async def test_a_page_that_recovers_needs_no_decision(manager: LibraryManager, site: NewsSite):
    await manager.add_url(GUILD, site.put("/bridge", page("The bridge", ARTICLE)))
    await wall(manager, site)
    better = ARTICLE.replace("four million", "five million")
    site.put("/bridge", page("The bridge", better))
    report = await (await manager.reindex(GUILD, Scope()))[0].wait()
    assert (report.changed, await manager.doubtful(GUILD)) == (1, [])
    assert await texts(manager, GUILD) == [better]


async def test_another_library_sees_and_decides_nothing(manager: LibraryManager, site: NewsSite):
    await manager.add_url(GUILD, site.put("/bridge", page("The bridge", ARTICLE)))
    waiting = await wall(manager, site)
    assert await manager.doubtful("guild-8") == []
    assert not await manager.keep_old("guild-8", waiting.version_id)
    assert await manager.take_new("guild-8", waiting.version_id) is None
    assert await texts(manager, GUILD) == [ARTICLE]


async def test_adding_a_known_page_again_asks_too(manager: LibraryManager, site: NewsSite):
    url = site.put("/bridge", page("The bridge", ARTICLE))
    assert isinstance(await manager.add_url(GUILD, url), AddedArticle)
    site.put("/bridge", page("The bridge", LEFT))
    first, second = await manager.add_url(GUILD, url), await manager.add_url(GUILD, url)
    assert isinstance(first, DoubtfulVersion)
    assert first == second
    await manager.remove(GUILD, first.article_id)
    assert await manager.doubtful(GUILD) == []
    assert isinstance(await manager.restore(GUILD, first.article_id), AddedArticle)


async def test_an_entry_of_a_feed_that_shows_a_wall_is_kept_aside_and_told(manager: LibraryManager, site: NewsSite):
    heard = Heard()
    feed = await follow(manager, publish(site, "the bridge"), heard)
    [before] = await texts(manager, GUILD)
    link = site.put("/the-bridge", page("About the bridge", LEFT))
    site.put("/feed", rss("The Harbour Feed", [("1", link, "About the bridge, updated")]), kind="application/rss+xml")
    await manager.poller._poll_safely(feed, heard, heard.doubts)
    assert (await texts(manager, GUILD), heard.doubtful, heard.titles) == ([before], [[link]], [])


async def test_a_watched_file_that_lost_most_of_its_text_is_kept_aside(manager: LibraryManager, folder: Path):
    (folder / "bridge.txt").write_text(ARTICLE)
    await (await manager.index_folders()).wait()
    (folder / "bridge.txt").write_text(ARTICLE[:60])
    report = await (await manager.index_folders()).wait()
    assert (report.changed, [one.origin for one in report.doubtful]) == (0, [str(folder / "bridge.txt")])
    assert await texts(manager, "shared") == [ARTICLE]
    [waiting] = await manager.doubtful("shared")
    await manager.take_new("shared", waiting.version_id)
    assert await texts(manager, "shared") == [ARTICLE[:60]]
    assert (await (await manager.index_folders()).wait()).unchanged == 1


async def test_a_copys_wall_leaves_the_text_its_credits(manager: LibraryManager, site: NewsSite):
    await manager.add_url(GUILD, site.put("/one", page("One", ARTICLE, publisher="The Day")))
    await manager.add_url(GUILD, site.put("/two", page("Two", ARTICLE, publisher="The Night")))
    for path in ("/one", "/two"):
        site.put(path, page("Shut", LEFT))
    report = await (await manager.reindex(GUILD))[0].wait()
    assert (len(report.doubtful), report.changed, report.added) == (2, 0, 0)
    [article] = await manager.articles(GUILD)
    stored = await manager.article(GUILD, article.article_id)
    assert stored is not None
    assert stored.publishers == ("The Day", "The Night")


async def test_what_is_kept_aside_counts_for_the_quota(manager: LibraryManager, site: NewsSite):
    await manager.add_url(GUILD, site.put("/bridge", page("The bridge", ARTICLE)))
    endless = "\n\n".join(f"Notice {number}: {LEFT}" for number in range(200))
    site.put("/bridge", page("The bridge", endless))
    report = await (await manager.reindex(GUILD))[0].wait()
    assert (len(report.full), report.doubtful) == (1, [])
    await wall(manager, site)
    assert (await manager.status(GUILD)).characters == len(ARTICLE) + len(LEFT)


async def test_it_outlives_a_restart_and_an_export_is_of_what_answers(
    manager: LibraryManager, engine: Engine, site: NewsSite, tmp_path: Path
):
    await manager.add_url(GUILD, site.put("/bridge", page("The bridge", ARTICLE)))
    waiting = await wall(manager, site)
    again = engine.manager()
    await again.start()
    assert await again.doubtful(GUILD) == [waiting]
    await again.export(GUILD, tmp_path / "out.pullquote")
    await again.close()
    import gzip

    lines = [json.loads(line) for line in gzip.decompress((tmp_path / "out.pullquote").read_bytes()).splitlines()]
    assert [line["article"]["text"] for line in lines[1:]] == [ARTICLE]


async def test_a_version_that_was_replaced_meanwhile_cannot_be_taken_unseen(manager: LibraryManager, site: NewsSite):
    await manager.add_url(GUILD, site.put("/bridge", page("The bridge", ARTICLE)))
    shown = await wall(manager, site)
    await wall(manager, site, left=story("a thing that was never shown")[:150])
    assert await manager.take_new(GUILD, shown.version_id) is None
    assert not await manager.keep_old(GUILD, shown.version_id)
    with pytest.raises(ArticleError):
        await manager.add_url(GUILD, site.url + "/nothing-here")
