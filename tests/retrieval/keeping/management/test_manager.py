"""Admins add, remove, restore, re-index and carry away, for real: pages over HTTP, files, texts, exports."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from retrieval.domain.articles import Credit
from retrieval.domain.libraries import SHARED_LIBRARY, Change, RunState, Scope
from retrieval.engine import Engine
from retrieval.errors import ArticleError
from retrieval.keeping.management.manager import LibraryManager
from retrieval.store import origins
from tests.retrieval.keeping.indexing.test_indexing import vectors_of
from tests.support.fake_encoder import FakeEncoder
from tests.support.web import NewsSite, page, story

GUILD = "guild-7"
CREDIT = Credit(title="A bridge", publisher="The Day")


async def texts(manager: LibraryManager, library: str) -> list[str]:
    found = [await manager.article(library, one.article_id) for one in await manager.articles(library)]
    return [stored.article.text for stored in found if stored is not None]


async def test_a_page_is_added_with_its_credit_and_read_again_only_if_changed(
    manager: LibraryManager, site: NewsSite, encoder: FakeEncoder
):
    url = site.put("/bridge", page("The bridge", story("the bridge")))
    added = await manager.add_url(GUILD, url)
    assert (added.change, added.credit.title, added.credit.publisher) == (
        Change.ADDED,
        "The bridge",
        "The Daily Harbour",
    )
    encoder.encoded.clear()
    job, joined = await manager.reindex(GUILD)
    report = await job.wait()
    assert (joined, report.unchanged, site.asked[-1], encoder.encoded) == (False, 1, ("/bridge", 304), [])
    site.put("/bridge", page("The bridge", story("the bridge") + "\n\nThe minister opened it in the rain."))
    report = await (await manager.reindex(GUILD, Scope(article_id=added.article_id)))[0].wait()
    assert report.changed == 1
    assert "in the rain" in (await texts(manager, GUILD))[0]


async def test_a_page_that_is_gone_is_reported_and_pruned_only_when_asked(manager: LibraryManager, site: NewsSite):
    url = site.put("/bridge", page("The bridge", story("the bridge")))
    added = await manager.add_url(GUILD, url)
    site.put("/bridge", "gone", status=410)
    report = await (await manager.reindex(GUILD))[0].wait()
    assert report.vanished == [added.article_id]
    report = await (await manager.reindex(GUILD, prune=True))[0].wait()
    assert (report.removed, await manager.articles(GUILD)) == (1, [])


async def test_a_failing_page_keeps_its_article_and_the_status_says_why(manager: LibraryManager, site: NewsSite):
    url = site.put("/bridge", page("The bridge", story("the bridge")))
    await manager.add_url(GUILD, url)
    site.put("/bridge", "broken", status=500)
    report = await (await manager.reindex(GUILD))[0].wait()
    assert len(report.failed) == 1
    status = await manager.status(GUILD)
    assert (status.articles, status.runs[0].state) == (1, RunState.DONE)
    assert status.runs[0].failures[0].origin == url
    assert "500" in status.runs[0].failures[0].reason


async def test_what_was_removed_can_be_restored_under_its_id(manager: LibraryManager, engine: Engine):
    added = await manager.add_text(SHARED_LIBRARY, story("the ferry"), CREDIT)
    removed = await manager.remove(SHARED_LIBRARY, added.article_id)
    assert removed is not None
    assert removed.restorable_until > removed.removed_at
    assert await manager.articles(SHARED_LIBRARY) == []
    assert await vectors_of(engine) == (set(), set())
    back = await manager.restore(SHARED_LIBRARY, added.article_id)
    assert back is not None
    assert (back.article_id, back.credit) == (added.article_id, CREDIT)
    assert await texts(manager, SHARED_LIBRARY) == [story("the ferry")]
    assert await manager.restore(SHARED_LIBRARY, added.article_id) is None
    assert await manager.removed(SHARED_LIBRARY) == []


async def test_of_what_was_removed_the_last_ones_are_known_and_no_more(
    manager: LibraryManager, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(origins, "KEPT_REMOVALS", 2)
    for number in range(4):
        library = GUILD if number else "guild-8"
        added = await manager.add_text(library, f"Story {number} of the harbour.", Credit(title=f"Story {number}"))
        await manager.remove(library, added.article_id)
    await manager.let_go()
    assert len(await manager.removed(GUILD)) == 3  # as long as it can be undone, it is
    async with manager._store.writing() as db:
        await db.execute("UPDATE removed_articles SET removed_at = replace(removed_at, '20', '19')")
    await manager.let_go()
    marks = [await manager._origins.removed_marks(library) for library in (GUILD, "guild-8")]
    assert [len({mark for mark in found if len(mark) == 64}) for found in marks] == [2, 1]


async def test_a_removed_file_of_a_watched_folder_stays_away_until_it_is_asked_for(
    manager: LibraryManager, folder: Path
):
    file = folder / "ferry.txt"
    file.write_text(story("the ferry"))
    assert (await (await manager.index_folders()).wait()).added == 1
    [one] = await manager.articles(SHARED_LIBRARY)
    await manager.remove(SHARED_LIBRARY, one.article_id)
    assert (await (await manager.index_folders()).wait()).added == 0
    assert (await (await manager.reindex(SHARED_LIBRARY))[0].wait()).added == 0
    assert (await (await manager.index_files(SHARED_LIBRARY, [file])).wait()).added == 1
    assert (await (await manager.index_folders()).wait()).unchanged == 1


async def test_no_method_reaches_another_library(manager: LibraryManager):
    theirs = await manager.add_text(GUILD, story("the ferry"), CREDIT)
    other = "guild-8"
    assert await manager.article(other, theirs.article_id) is None
    assert await manager.remove(other, theirs.article_id) is None
    with pytest.raises(ArticleError, match="no article"):
        await manager.reindex(other, Scope(article_id=theirs.article_id))
    await manager.remove(GUILD, theirs.article_id)
    assert await manager.restore(other, theirs.article_id) is None
    mine = await manager.add_text(other, story("the ferry"), CREDIT)
    assert (await manager.status(other)).articles == 1
    assert mine.article_id != theirs.article_id


async def test_a_servers_library_has_a_quota_and_says_so(manager: LibraryManager):
    for number in range(5):
        await manager.add_text(GUILD, story(f"bridge {number}"), CREDIT)
    with pytest.raises(ArticleError, match=r"The library is full: it may hold 5 articles; remove some"):
        await manager.add_text(GUILD, story("one too many"), CREDIT)
    with pytest.raises(ArticleError, match=r"20,000 are allowed; remove some articles first"):
        await manager.add_text("guild-9", story("bridge") + " word" * 4_000, CREDIT)
    assert (await manager.status(GUILD)).articles == 5
    assert (await manager.status("guild-9")).articles == 0


async def test_a_library_comes_back_from_its_export(manager: LibraryManager, tmp_path: Path, site: NewsSite):
    await manager.add_text(GUILD, story("the ferry"), CREDIT)
    await manager.add_url(GUILD, site.put("/bridge", page("The bridge", story("the bridge"))))
    file = tmp_path / "library.jsonl.gz"
    written = await manager.export(GUILD, file)
    assert (written.articles, written.size_bytes) == (2, file.stat().st_size)
    report = await (await manager.import_file("guild-8", file)).wait()
    assert report.added == 2
    assert sorted(await texts(manager, "guild-8")) == sorted(await texts(manager, GUILD))
    credits_of = {one.credit for one in await manager.articles("guild-8")}
    assert credits_of == {one.credit for one in await manager.articles(GUILD)}
    again = await (await manager.import_file("guild-8", file)).wait()
    assert (again.unchanged, again.passages) == (2, 0)


async def test_an_import_never_makes_this_machine_read_a_file(manager: LibraryManager, tmp_path: Path):
    secret = tmp_path / "secret.txt"
    secret.write_text(story("the secret"))
    place = {"origin": str(secret), "credit": {"title": "x"}}
    lines = [{"pullquote_library": 1}, {"article": {"text": story("bait"), "places": [place]}}]
    file = tmp_path / "crafted.gz"
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    for library in (GUILD, SHARED_LIBRARY):
        await (await manager.import_file(library, file)).wait()
        await (await manager.reindex(library))[0].wait()
        assert all("secret" not in text for text in await texts(manager, library))
        assert all(not Path(one.origin).is_absolute() for one in await manager.articles(library))


HEAD = b'{"pullquote_library": 1}\n'
LINE = b'{"article": {"text": "Some words.", "places": [{"origin": "x", "credit": {}}]}}\n'
NO_EXPORTS = {
    "text": (b"no export at all", "no library export, or is cut short"),
    "empty": (b"", "is empty"),
    "newer": (gzip.compress(b'{"pullquote_library": 99}\n'), "no library export of this version"),
    "no article": (gzip.compress(HEAD + b'{"article": 3}\n'), "damaged at line 2"),
    "no origin": (gzip.compress(HEAD + LINE.replace(b'{"origin": "x", "credit": {}}', b"")), "damaged at line 2"),
    "no words": (gzip.compress(HEAD + LINE.replace(b"Some words", b"...")), "an article without words"),
    "bomb": (gzip.compress(HEAD + b" " * 4_000_001), "more than an export may hold"),
    "cut": (gzip.compress(HEAD + LINE * 99)[:-9], "cut short"),
}


@pytest.mark.parametrize(("content", "sentence"), NO_EXPORTS.values(), ids=NO_EXPORTS)
async def test_a_file_that_is_no_export_is_refused_with_a_sentence(
    manager: LibraryManager, tmp_path: Path, content: bytes, sentence: str
):
    file = tmp_path / "import.gz"
    file.write_bytes(content)
    with pytest.raises(ArticleError, match=sentence):
        await manager.import_file(GUILD, file)


async def test_an_export_that_cannot_be_written_leaves_the_old_one(manager: LibraryManager, tmp_path: Path):
    from retrieval.errors import StorageError

    with pytest.raises(StorageError, match="cannot be written"):
        await manager.export(GUILD, tmp_path / "no such folder" / "x.gz")
