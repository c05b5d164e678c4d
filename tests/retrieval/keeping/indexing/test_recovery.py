"""Full disks, damaged files and a Chroma server that goes away: one sentence, nothing half-written, then mended."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import retrieval.index.chroma
from benchmarks.indexing import index
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.engine import Engine
from retrieval.errors import IndexUnavailableError, RetrievalError, StorageError
from tests.conftest import ROOT
from tests.support.chroma_server import free_port, running_chroma
from tests.support.crash_harness import check
from tests.support.fake_encoder import FakeEncoder
from tests.support.fake_reader import FakeReader

NAMES = ("a", "b", "c")


def text(name: str, version: int) -> str:
    return "\n\n".join(
        " ".join(
            f"Minister {name} said that harbour {i} has {version} boats in the north wind." for i in range(k, k + 6)
        )
        for k in range(0, 60, 6)
    )


def state(version: int) -> dict[str, str]:
    return {name: text(name, version) for name in NAMES}


@pytest.fixture
def put(tmp_path: Path) -> Callable[[int], Path]:
    def put_version(version: int) -> Path:
        folder = tmp_path / "articles"
        folder.mkdir(exist_ok=True)
        for name, words in state(version).items():
            (folder / f"{name}.txt").write_text(words)
        return folder

    return put_version


@pytest.fixture(autouse=True)
def _vectors_soon_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chroma writes its vector files every thousand vectors; these tests have tens."""
    monkeypatch.setitem(retrieval.index.chroma.HNSW, "sync_threshold", 4)
    monkeypatch.setitem(retrieval.index.chroma.HNSW, "batch_size", 2)


async def opened(data: Path, encoder: FakeEncoder, **settings: str) -> Engine:
    engine = await Engine.open(data, encoder_loader=lambda _: encoder, reader_loader=FakeReader, **settings)  # type: ignore[arg-type]
    try:
        await engine.ready()
    except BaseException:
        await engine.close()
        raise
    return engine


async def indexed(data: Path, folder: Path) -> None:
    """Index a folder into a new library and close it."""
    engine = await opened(data, FakeEncoder())
    await index(engine, [folder])
    await engine.close()


def one_sentence(error: BaseException) -> str:
    said = str(error)
    assert said
    assert "\n" not in said
    return said


# -- a full disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if (
        mount is None
        or subprocess.run([mount, "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder], check=False).returncode
    ):
        pytest.skip("a disk of its own can be mounted by root only")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(disk: Path, *, leave: int) -> Path:
    """Take a disk's space but for some bytes; returns the file that holds it."""
    ballast = disk / "ballast"
    free = os.statvfs(disk)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, free.f_bavail * free.f_frsize - leave))
    return ballast


@pytest.mark.parametrize("leave", [0, 40_000, 200_000, 400_000])
async def test_a_full_disk_ends_the_run_with_a_sentence_and_the_next_run_completes(
    small_disk: Path, put: Callable[[int], Path], leave: int
):
    data, encoder = small_disk / "data", FakeEncoder()
    engine = await opened(data, encoder)
    await index(engine, [put(1)])
    ballast = fill(small_disk, leave=leave)
    version = 1
    with pytest.raises((StorageError, IndexUnavailableError)) as caught:  # noqa: PT012 - it takes some runs to fill it
        while version < 40:
            version += 1
            await index(engine, [put(version)])
    assert "full" in one_sentence(caught.value)
    found = {Path(summary.origin).stem: summary.article_id for summary in await engine.articles()}
    assert found.keys() == set(NAMES)
    for name, article_id in found.items():
        stored = await engine.article(article_id)
        assert stored is not None
        assert stored.article.text in {text(name, version), text(name, version - 1)}
        checked = await engine.check_quote(text(name, 1).split(".")[0], None, libraries=[SHARED_LIBRARY])
        assert checked.quotes
    ballast.unlink()
    await index(engine, [put(version)])
    await engine.close()
    engine = await opened(data, encoder)
    await check(engine, state(version), state(version))
    await engine.close()


async def test_a_database_that_cannot_grow_keeps_the_old_version(tmp_path: Path, put: Callable[[int], Path]):
    engine = await opened(tmp_path / "data", FakeEncoder())
    await index(engine, [put(1)])
    [[pages]] = await engine._store._writer.execute_fetchall("PRAGMA page_count")
    await engine._store._writer.execute_fetchall(f"PRAGMA max_page_count = {pages}")
    folder = put(2)
    (folder / "c.txt").write_text(text("c", 2) * 20)
    with pytest.raises(StorageError, match="full") as caught:
        await index(engine, [folder])
    one_sentence(caught.value)
    await engine._store._writer.execute_fetchall("PRAGMA max_page_count = 1000000")
    await engine.ready()
    await check(engine, state(1), state(2) | {"c": text("c", 1)})
    await index(engine, [put(2)])
    await check(engine, state(2), state(2))
    await engine.close()


# -- a Chroma server


async def test_a_server_that_goes_away_in_the_middle(
    tmp_path: Path, put: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
):
    port, encoder = free_port(), FakeEncoder()
    with running_chroma(tmp_path / "server", port) as url:
        engine = await opened(tmp_path / "data", encoder, chroma_url=url)
        await index(engine, [put(1)])
    with pytest.raises(IndexUnavailableError) as caught:
        await index(engine, [put(2)])
    assert "does not answer" in one_sentence(caught.value)
    await engine.close()
    with running_chroma(tmp_path / "server", port):
        engine = await opened(tmp_path / "data", encoder, chroma_url=url)
        await check_served(engine, 1)
        await index(engine, [put(2)])
        await check_served(engine, 2)
        await engine.close()
    encoder.encoded.clear()
    with running_chroma(tmp_path / "another server", port):
        engine = await opened(tmp_path / "data", encoder, chroma_url=url)
        assert encoder.encoded == []
        await check_served(engine, 2)
        await engine.close()


async def check_served(engine: Engine, version: int) -> None:
    """The harness looks into the embedded folder; of a server it can know what it answers."""
    (Path(engine._folder.lock.lock_file).parent / "chroma").mkdir(exist_ok=True)
    await check(engine, state(version), state(version))


# -- a damaged library.db


def overwrite(path: Path, at: int, count: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(os.urandom(count))


def middle(data: Path) -> None:
    size = (data / "library.db").stat().st_size
    overwrite(data / "library.db", size // 2 // 4096 * 4096, 40_960)


def a_text(data: Path) -> None:
    """Change one word of a stored text where SQLite itself cannot notice."""
    path = data / "library.db"
    content = path.read_bytes()
    assert b"has 1 boats" in content
    path.write_bytes(content.replace(b"has 1 boats", b"has 9 boats", 1))


@pytest.mark.parametrize("damage", [lambda data: overwrite(data / "library.db", 0, 100), middle, a_text])
async def test_a_damaged_database_is_said_to_be_and_answers_nothing(
    tmp_path: Path, put: Callable[[int], Path], damage: Callable[[Path], None]
):
    data = tmp_path / "data"
    await indexed(data, put(1))
    damage(data)
    with pytest.raises(StorageError) as caught:
        await opened(data, FakeEncoder())
    said = one_sentence(caught.value)
    assert "damaged" in said
    assert "restore it from a backup" in said


async def test_a_truncated_log_gives_the_state_before(tmp_path: Path, put: Callable[[int], Path]):
    data, encoder = tmp_path / "data", FakeEncoder()
    engine = await opened(data, encoder)
    await index(engine, [put(1)])
    for name in ("library.db", "library.db-wal"):
        shutil.copy(data / name, tmp_path / name)
    await index(engine, [put(2)])
    await engine.close()
    for name in ("library.db", "library.db-wal"):  # as they were before the second run, and the log cut short
        shutil.copy(tmp_path / name, data / name)
    os.truncate(data / "library.db-wal", (data / "library.db-wal").stat().st_size - 3_000)
    engine = await opened(data, encoder)
    await check(engine, {}, state(1))
    await index(engine, [put(2)])
    await check(engine, state(2), state(2))
    await engine.close()


async def test_ids_that_a_restored_backup_has_forgotten_are_not_used_again(tmp_path: Path, put: Callable[[int], Path]):
    data, encoder = tmp_path / "data", FakeEncoder()
    await indexed(data, put(1))
    shutil.copy(data / "library.db", tmp_path / "backup.db")
    await indexed(data, put(2))
    with sqlite3.connect(data / "library.db") as db:
        [[highest]] = db.execute("SELECT max(passage_id) FROM passages")
    db.close()
    shutil.copy(tmp_path / "backup.db", data / "library.db")
    engine = await opened(data, encoder)
    await check(engine, state(1), state(1))
    await index(engine, [put(3)])
    await check(engine, state(3), state(3))
    [[lowest]] = await engine._store._writer.execute_fetchall("SELECT min(passage_id) FROM passages")
    assert lowest > highest
    await engine.close()


# -- a damaged Chroma folder


def vectors(data: Path) -> Path:
    return next(path for path in (data / "chroma").iterdir() if path.is_dir())


DAMAGE: dict[str, Callable[[Path], None]] = {
    "the folder gone": lambda data: shutil.rmtree(data / "chroma"),
    "the database gone": lambda data: (data / "chroma" / "chroma.sqlite3").unlink(),
    "the database's header": lambda data: overwrite(data / "chroma" / "chroma.sqlite3", 0, 100),
    "the database cut": lambda data: os.truncate(data / "chroma" / "chroma.sqlite3", 20_000),
    "the vectors gone": lambda data: shutil.rmtree(vectors(data)),
    "the vectors' header": lambda data: overwrite(vectors(data) / "header.bin", 0, 64),
    "the vectors' metadata gone": lambda data: (vectors(data) / "index_metadata.pickle").unlink(),
    "the vectors cut": lambda data: os.truncate(vectors(data) / "data_level0.bin", 100),
    "a start that did not get through its check": lambda data: (data / "chroma.checking").touch(),
}


OPEN = "import sys, pathlib, retrieval.index.chroma as index; index.open_index(pathlib.Path(sys.argv[1])).close()"


def start_once(data: Path) -> None:
    """Open the index in a process of its own: Chroma may end the whole process over damaged vectors."""
    ended = subprocess.run([sys.executable, "-c", OPEN, data], cwd=ROOT, check=False, capture_output=True, text=True)
    assert ended.returncode in (0, -signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS), ended.stderr


@pytest.mark.parametrize("what", DAMAGE)
async def test_a_damaged_chroma_folder_is_made_anew_without_encoding(
    tmp_path: Path, put: Callable[[int], Path], what: str, caplog: pytest.LogCaptureFixture
):
    data, encoder = tmp_path / "data", FakeEncoder()
    await indexed(data, put(1))
    DAMAGE[what](data)
    if what.startswith("the vectors"):
        start_once(data)
    with caplog.at_level(logging.WARNING):
        engine = await opened(data, encoder)
    assert encoder.encoded == []
    await check(engine, state(1), state(1))
    assert "put back" in caplog.text
    await engine.close()


async def test_a_folder_that_may_not_be_written_is_not_taken_for_damaged(tmp_path: Path, put: Callable[[int], Path]):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    data = tmp_path / "data"
    await indexed(data, put(1))
    (data / "chroma" / "chroma.sqlite3").chmod(0o400)
    with pytest.raises(RetrievalError):
        await opened(data, FakeEncoder())
    assert not (data / "chroma.damaged").exists()


# -- another recipe


async def test_another_way_to_find_attributions_reads_every_passage_again(tmp_path: Path, put: Callable[[int], Path]):
    data, encoder = tmp_path / "data", FakeEncoder()
    await indexed(data, put(1))
    with sqlite3.connect(data / "library.db") as db:
        db.execute("UPDATE articles SET recipe = 'older'")
        db.execute("UPDATE passages SET guesses = 'what an older one guessed'")
        [[passages]] = db.execute("SELECT count(*) FROM passages")
    db.close()
    engine = await opened(data, encoder)
    assert len(encoder.encoded) == passages
    await check(engine, state(1), state(1))
    await engine.close()


async def test_another_way_to_conclude_encodes_nothing(tmp_path: Path, put: Callable[[int], Path]):
    data, encoder = tmp_path / "data", FakeEncoder()
    await indexed(data, put(1))
    with sqlite3.connect(data / "library.db") as db:
        [[recipe]] = db.execute("SELECT DISTINCT recipe FROM articles")
        db.execute("UPDATE articles SET recipe = ?", (recipe.rpartition("/")[0] + "/0",))
        db.execute("DELETE FROM attributions")
    db.close()
    engine = await opened(data, encoder)
    assert encoder.encoded == []
    await check(engine, state(1), state(1))
    await engine.close()
    with sqlite3.connect(data / "library.db") as db:
        assert [*db.execute("SELECT DISTINCT recipe FROM articles")] == [(recipe,)]
    db.close()


async def test_what_is_concluded_otherwise_is_made_anew_while_questions_are_answered(
    tmp_path: Path, put: Callable[[int], Path]
):
    data, encoder = tmp_path / "data", FakeEncoder()
    await indexed(data, put(1))
    with sqlite3.connect(data / "library.db") as db:
        [[recipe]] = db.execute("SELECT DISTINCT recipe FROM articles")
        [[articles]] = db.execute("SELECT count(*) FROM articles")
        older = recipe.rpartition("/")[0] + "/0"
        db.execute("UPDATE articles SET recipe = ?", (older,))
    db.close()
    engine = await Engine.open(data, encoder_loader=lambda _: encoder)
    assert await engine.ready(concluding=False) == 0
    with sqlite3.connect(data / "library.db") as db:  # it can be asked, and nothing has been made anew yet
        assert [*db.execute("SELECT DISTINCT recipe FROM articles")] == [(older,)]
    db.close()
    manager = engine.manager()
    await manager.start()
    (job,) = await manager.conclude_anew()
    seen = [progress async for progress in job.updates()]
    assert (await job.wait()).changed == articles
    assert (seen[-1].done, seen[-1].total) == (articles, articles)
    assert await manager.conclude_anew() == []
    await manager.close()
    assert encoder.encoded == []
    await check(engine, state(1), state(1))
    await engine.close()
    with sqlite3.connect(data / "library.db") as db:
        assert [*db.execute("SELECT DISTINCT recipe FROM articles")] == [(recipe,)]
    db.close()


async def test_tidying_leaves_alone_what_another_run_has_in_flight(tmp_path: Path, put: Callable[[int], Path]):
    engine = await opened(tmp_path / "data", FakeEncoder())
    await index(engine, [put(1)])
    publish, tidied = engine._store.publish, []

    async def tidy_first(version: object) -> None:
        await engine._repair.tidy()
        tidied.append(version)
        await publish(version)  # type: ignore[arg-type]

    engine._store.publish = tidy_first  # type: ignore[method-assign]
    await index(engine, [put(2)])
    assert tidied
    await check(engine, state(2), state(2))
    await engine.close()
