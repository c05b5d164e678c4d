"""Indexing is incremental, whole or absent, and mends what a crash left."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.indexing import index
from retrieval.domain.answers import Answer, NoAnswer, Refusal
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.engine import Engine
from retrieval.errors import DataInUseError, NewerDataError, StorageError
from retrieval.store import ledger
from tests.support.fake_encoder import FakeEncoder
from tests.support.fake_reader import FakeReader

BODY = " ".join(
    f"Sentence number {i} speaks of the harbour and the {'north' if i % 2 else 'south'} wind." for i in range(60)
)


async def vectors_of(engine: Engine) -> tuple[set[int], set[int]]:
    """Return the passage ids that are live in SQLite, and those that Chroma holds."""
    collection = await engine._workers.collection(SHARED_LIBRARY)
    held = await engine._workers.in_index(lambda index: index.ids(collection))
    live = (await ledger.in_state(engine._store, "live")).get(collection, [])
    return set(live), held


async def test_a_second_run_encodes_nothing(engine: Engine, encoder: FakeEncoder, seeds: Path):
    first = await index(engine, [seeds])
    assert (first.added, first.passages) == (1, len(encoder.encoded))
    assert first.passages > 0
    second = await index(engine, [seeds])
    assert (second.unchanged, second.added, second.passages) == (1, 0, 0)


async def test_one_changed_sentence_encodes_one_passage(engine: Engine, write):
    path = write("a.txt", BODY)
    whole = (await index(engine, [path])).passages
    assert whole > 2
    path.write_text(BODY.replace("number 2 ", "number two "))
    report = await index(engine, [path])
    assert (report.changed, report.passages) == (1, 1)
    live, held = await vectors_of(engine)
    assert live == held
    assert len(live) == whole


async def test_a_changed_credit_changes_the_answers_credit(engine: Engine, write):
    path = write("a.md", "The bridge opened on Monday.", publisher="The Day")
    await index(engine, [path])
    write("a.md", "The bridge opened on Monday.", publisher="The Night")
    assert (await index(engine, [path])).changed == 1
    assert [a.credit.publisher for a in await engine.articles()] == ["The Night"]


async def test_a_moved_file_is_the_same_article(engine: Engine, encoder: FakeEncoder, write):
    path = write("a.txt", BODY)
    await index(engine, [path])
    [before] = await engine.articles()
    encoder.encoded.clear()
    path.rename(path.with_name("b.txt"))
    report = await index(engine, [path.parent])
    [after] = await engine.articles()
    assert (report.unchanged, report.added, encoder.encoded) == (1, 0, [])
    assert (before.article_id, after.origin) == (after.article_id, str(path.with_name("b.txt")))


async def test_a_vanished_file_is_reported_and_removed_only_when_asked(engine: Engine, write):
    kept, gone = write("kept.txt", "One stays here."), write("gone.txt", BODY)
    await index(engine, [kept.parent])
    gone.unlink()
    report = await index(engine, [kept.parent])
    assert (len(report.vanished), report.removed, len(await engine.articles())) == (1, 0, 2)
    report = await index(engine, [kept.parent], prune=True)
    assert (report.removed, len(await engine.articles())) == (1, 1)
    live, held = await vectors_of(engine)
    assert live == held


async def test_one_bad_file_does_not_stop_the_others(engine: Engine, write):
    good, bad = write("good.txt", "A fine article."), write("bad.md", "---\ntitle: [\n---\nx")
    report = await index(engine, [good.parent, bad.parent / "none.txt"])
    assert report.added == 1
    assert [Path(path).name for path, _ in report.failed] == ["none.txt", "bad.md"]


async def test_a_file_that_turns_bad_keeps_its_old_version(engine: Engine, write):
    path = write("a.txt", "The old words stand.")
    await index(engine, [path])
    path.write_bytes(b"\0")
    report = await index(engine, [path])
    assert len(report.failed) == 1
    [summary] = await engine.articles()
    stored = await engine.article(summary.article_id)
    assert stored is not None
    assert stored.article.text == "The old words stand."


async def test_two_identical_paragraphs_are_two_passages(engine: Engine, write):
    paragraph = " ".join(["The same words again and again."] * 40)
    report = await index(engine, [write("a.txt", f"{paragraph}\n\n{paragraph}\n\n{paragraph}")])
    live, held = await vectors_of(engine)
    assert len(live) == report.passages
    assert live == held


async def test_a_crash_between_chroma_and_sqlite_leaves_the_old_version(engine: Engine, write, monkeypatch):
    path = write("a.txt", BODY)
    await index(engine, [path])
    path.write_text(BODY.replace("harbour", "airport"))

    async def crash(_indexed: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(engine._store, "publish", crash)
        with pytest.raises(KeyboardInterrupt):
            await index(engine, [path])
    live, held = await vectors_of(engine)
    assert live < held  # the new vectors are there, but nothing shows them
    outcome = await engine.ask("Which airport?", libraries=[SHARED_LIBRARY], asked_at=datetime.now(UTC))
    assert isinstance(outcome, NoAnswer)
    await engine.ready()
    live, held = await vectors_of(engine)
    assert live == held


async def test_lost_vectors_are_made_again_at_the_next_start(tmp_path: Path, write, encoder: FakeEncoder):
    data = tmp_path / "data"
    engine = await Engine.open(data, encoder_loader=lambda _: encoder, reader_loader=FakeReader)
    await index(engine, [write("a.txt", BODY)])
    collection = await engine._workers.collection(SHARED_LIBRARY)
    await engine._workers.in_index(lambda index: index.drop(collection))
    await engine.close()
    engine = await Engine.open(data, encoder_loader=lambda _: encoder, reader_loader=FakeReader)
    assert await engine.ready() == 1
    live, held = await vectors_of(engine)
    assert live == held != set()
    assert await engine.ready() == 0
    await engine.close()


async def test_another_model_makes_all_vectors_anew_and_drops_the_old(tmp_path: Path, write):
    data = tmp_path / "data"
    engine = await Engine.open(data, encoder_loader=lambda _: FakeEncoder("one"), reader_loader=FakeReader)
    await index(engine, [write("a.txt", BODY)])
    await engine.close()
    engine = await Engine.open(data, encoder_loader=lambda _: FakeEncoder("two"), reader_loader=FakeReader)
    assert await engine.ready() == 1
    names = await engine._workers.in_index(lambda index: index.collections())
    assert [name.split(".")[1] for name in names] == ["two"]
    await engine.close()


async def test_a_second_process_on_the_folder_is_refused(engine: Engine, tmp_path: Path):
    with pytest.raises(DataInUseError, match="Another Pullquote process"):
        await Engine.open(tmp_path / "data")


async def test_a_folder_of_a_newer_version_is_refused(tmp_path: Path, encoder: FakeEncoder):
    engine = await Engine.open(tmp_path / "data", encoder_loader=lambda _: encoder, reader_loader=FakeReader)
    await engine._store._writer.execute("PRAGMA user_version = 99")
    await engine.close()
    with pytest.raises(NewerDataError, match="newer version of Pullquote"):
        await Engine.open(tmp_path / "data")


async def test_a_damaged_database_is_named_in_one_sentence(tmp_path: Path):
    (tmp_path / "library.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(StorageError, match="is damaged"):
        await Engine.open(tmp_path)


async def test_a_data_folder_that_is_a_file_is_named_in_one_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="cannot be used"):
        await Engine.open(tmp_path / "file")


async def test_questions_during_a_reindex_see_one_version_or_the_other(engine: Engine, write):
    path = write("a.txt", BODY)
    await index(engine, [path])
    texts = {BODY, BODY.replace("harbour", "airport")}
    done = asyncio.Event()

    async def reindex() -> None:
        for _ in range(6):
            path.write_text(next(t for t in texts if t != path.read_text()))
            await index(engine, [path])
        done.set()

    task = asyncio.create_task(reindex())
    asked = 0
    while not done.is_set():
        outcome = await engine.ask("What about the north wind?", libraries=["shared"], asked_at=datetime.now(UTC))
        quotes = outcome.quotes if isinstance(outcome, Answer) else outcome.near_misses
        assert quotes
        assert all(any(text[q.start : q.end] == q.text for text in texts) for q in quotes)
        asked += 1
    await task
    assert asked


async def test_a_server_never_sees_anothers_articles(engine: Engine, write):
    await index(engine, [write("a.txt", "The secret harbour opened on Monday.")], library="guild-1")
    now = datetime.now(UTC)
    own = await engine.ask("When did the secret harbour open?", libraries=["guild-1", "shared"], asked_at=now)
    other = await engine.ask("When did the secret harbour open?", libraries=["guild-2", "shared"], asked_at=now)
    assert isinstance(own, Answer)
    assert isinstance(other, NoAnswer)
    assert other.refusal is Refusal.EMPTY_LIBRARY
    [summary] = await engine.articles(["guild-1"])
    assert await engine.article(summary.article_id, ["guild-2"]) is None
