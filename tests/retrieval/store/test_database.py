"""What `library.db` is asked: by place, by text, by what is typed; reads wait for no writer."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from benchmarks.indexing import index
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.engine import Engine
from retrieval.errors import StorageError
from retrieval.store import LibrarySize, LibraryStore
from retrieval.store.schema import MIGRATIONS
from retrieval.store.sqlite import drop_old_copies


async def test_a_folder_made_before_opens_with_its_articles_counted(tmp_path: Path):
    path = tmp_path / "library.db"
    with sqlite3.connect(path) as db:
        for script in MIGRATIONS[:2]:
            db.executescript(script)
        db.execute(
            "INSERT INTO articles (article_id, library, origin, text, text_sha256, title, title_is_label, recipe, "
            "indexed_at, revision) VALUES ('a', 'shared', 'file', 'It rained.', 'hash', 'Rain', 0, 'r', 'now', 1)"
        )
        db.execute("INSERT INTO vectors VALUES (1, 'c', 'live')")
        db.execute("INSERT INTO passages VALUES (1, 'a', 0, 10, 0, 0, 'h', x'', x'', x'', x'', '[]')")
        db.execute("PRAGMA user_version = 2")
    db.close()
    store = await LibraryStore.open(path)
    async with store.snapshot([SHARED_LIBRARY]) as snapshot:
        [summary] = await snapshot.summaries()
        stored = await snapshot.article("a")
        assert await snapshot.size() == LibrarySize(articles=1, passages=1, characters=10, origins=0)
        assert len(await snapshot.passages("a")) == 1
    await store.close()
    assert (summary.characters, summary.passages, summary.credit.title) == (10, 1, "Rain")
    assert stored is not None
    assert stored.article.text == "It rained."


async def test_what_is_held_is_found_by_place_and_by_text(engine: Engine, write):
    report = await index(engine, [write(f"{name}.txt", f"The {name} is open.") for name in ("ferry", "bridge", "quay")])
    ferry, bridge, _ = report.brought
    async with engine._store.snapshot([SHARED_LIBRARY]) as snapshot:
        everything = {one.article_id: one for one in await snapshot.summaries()}
        by_both = await snapshot.held([ferry.origin], [everything[bridge.article_id].text_sha256])
        nothing = await snapshot.held(["elsewhere"], ["another text"])
    assert {one.article_id for one in by_both[0]} == {ferry.article_id, bridge.article_id}
    assert [one.origin for one in by_both[1]] == sorted([ferry.origin, bridge.origin])
    assert nothing == ([], [])
    async with engine._store.snapshot(["guild-1"]) as snapshot:
        assert await snapshot.held([ferry.origin], ()) == ([], [])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", 3), ("ÉLAN", 1), ("élan night", 1), ("night", 2), ("50%", 1), ("%", 1), ("*", 0), ("no title.txt", 1),
        ("élan no", 0),
    ],
)  # fmt: skip
async def test_typed_words_find_articles_in_any_case(engine: Engine, write, typed: str, found: int):
    write("a.txt", "One.", title="Élan vital", publisher="The Night")
    write("b.txt", "Two.", title="Prices up 50%", publisher="The Night")
    folder = write("no title.txt", "Three.").parent
    await index(engine, [folder])
    async with engine._store.snapshot([SHARED_LIBRARY]) as snapshot:
        assert len(await snapshot.summaries_like(typed, 25)) == found
        assert len(await snapshot.summaries_like(typed, 1)) == min(found, 1)


async def test_a_read_waits_for_no_writer(engine: Engine, write):
    await index(engine, [write("a.txt", "It rained.")])
    async with engine._store.writing():
        assert await engine._store.libraries() == [SHARED_LIBRARY]
        assert len(await engine.articles()) == 1


async def test_what_is_not_the_databases_fault_is_not_called_one(engine: Engine):
    with pytest.raises(TimeoutError):
        async with engine._store.snapshot([SHARED_LIBRARY]):
            raise TimeoutError


def old_database(path: Path) -> None:
    """Make a database of an earlier version with one article in it."""
    with sqlite3.connect(path) as db:
        for script in MIGRATIONS[:2]:
            db.executescript(script)
        db.execute(
            "INSERT INTO articles (article_id, library, origin, text, text_sha256, title_is_label, recipe, "
            "indexed_at, revision) VALUES ('a', 'shared', 'file', 'It rained.', 'hash', 0, 'r', 'now', 1)"
        )
        db.execute("PRAGMA user_version = 2")
    db.close()


async def test_a_newer_version_copies_a_database_before_it_changes_it(tmp_path: Path):
    old_database(tmp_path / "library.db")
    for _ in range(2):
        store = await LibraryStore.open(tmp_path / "library.db")
        await store.close()
    [copy] = list(tmp_path.glob("*before*"))  # noqa: ASYNC240
    assert copy.name == "library.db.before-schema-2"
    with sqlite3.connect(copy) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (2,)
        assert db.execute("SELECT text FROM articles").fetchall() == [("It rained.",)]
    db.close()
    assert drop_old_copies(tmp_path, before=copy.stat().st_mtime - 1) == 0
    assert drop_old_copies(tmp_path, before=copy.stat().st_mtime + 1) == 1
    assert not copy.exists()


async def test_a_database_that_cannot_be_copied_is_not_changed(tmp_path: Path):
    old_database(tmp_path / "library.db")
    (tmp_path / "library.db.before-schema-2.part").mkdir()
    with pytest.raises(StorageError, match="copy"):
        await LibraryStore.open(tmp_path / "library.db")
    with sqlite3.connect(tmp_path / "library.db") as db:
        assert db.execute("PRAGMA user_version").fetchone() == (2,)
    db.close()


async def test_counting_what_is_held_reads_no_article(engine: Engine, write):
    """However many articles there are, and however long."""
    await index(engine, [write("a.txt", "It rained.")])
    async with engine._store.reading() as db:
        for query in (
            "SELECT library, count(*) AS count FROM articles GROUP BY library",
            "SELECT collection, count(*) FROM vectors WHERE state = 'live' GROUP BY collection",
        ):
            plan = " ".join(row[3] for row in await db.execute_fetchall(f"EXPLAIN QUERY PLAN {query}"))
            assert "COVERING INDEX" in plan, plan
