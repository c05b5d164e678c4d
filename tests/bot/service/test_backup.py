"""A backup is whole however busy the databases are, and a restore puts back all of it or nothing."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tarfile
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from typer.testing import CliRunner

from benchmarks.indexing import index
from bot.commands.app import app
from bot.records.answers import AnswerStore
from bot.records.history import History, Turn
from bot.service.backup import BackupError, back_up, restore
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.engine import Engine
from retrieval.errors import DataInUseError, NewerDataError, StorageError
from retrieval.store.copies import STAGED, finish_restore
from tests.cogs.quotes import answer
from tests.support.fake_encoder import FakeEncoder
from tests.support.fake_reader import FakeReader

FERRY = "The new ferry to Skye carries forty cars, the harbour master Ewan Grant said."
KINDS = ["folder", "file.tar", "file.tar.gz"]


async def engine_on(data: Path) -> Engine:
    engine = await Engine.open(data, encoder_loader=lambda _: FakeEncoder(), reader_loader=FakeReader)
    await engine.ready()
    return engine


async def fill(data: Path, folder: Path, words: str = FERRY) -> None:
    """Make a library with one article and a history with one question."""
    folder.mkdir(exist_ok=True)  # noqa: ASYNC240
    (folder / "ferry.txt").write_text(words)
    engine = await engine_on(data)
    await index(engine, [folder])
    await engine.close()
    history = await History.open(data / "history.db")
    await history.record(Turn(1, 2, 3, f"{words[:20]}?", asked_at=datetime.now(UTC)))
    await history.close()


@pytest_asyncio.fixture
async def data(tmp_path: Path) -> AsyncIterator[Path]:
    await fill(tmp_path / "data", tmp_path / "articles")
    yield tmp_path / "data"


async def held(data: Path) -> tuple[list[str], list[str], str]:
    """Return the texts of a data folder's articles, its questions, and what a question is answered."""
    engine = await engine_on(data)
    texts = [(await engine.article(one.article_id)).article.text for one in await engine.articles()]  # type: ignore[union-attr]
    outcome = await engine.ask(
        "How many cars does the ferry carry?", libraries=[SHARED_LIBRARY], asked_at=datetime.now(UTC)
    )
    await engine.close()
    history = await History.open(data / "history.db")
    turns = await history.recent(2, limit=99)
    await history.close()
    return texts, [turn.question for turn in turns], str(outcome)


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_backed_up_comes_back_and_answers(data: Path, tmp_path: Path, kind: str):
    made = back_up(data, tmp_path / kind)
    restore(tmp_path / kind, tmp_path / "new")
    texts, questions, outcome = await held(tmp_path / "new")
    assert texts == [FERRY]
    assert questions == [f"{FERRY[:20]}?"]
    assert "forty cars" in outcome
    assert made.manifest.files.keys() == {"library.db", "history.db"}
    assert not (tmp_path / "new" / STAGED).exists()
    assert not (tmp_path / "new" / "replaced").exists()


def private(path: Path) -> bool:
    return path.stat().st_mode & 0o077 == 0


def test_nobody_else_on_the_machine_can_read_what_people_asked(data: Path, tmp_path: Path):
    back_up(data, tmp_path / "folder")
    back_up(data, tmp_path / "file.tar")
    assert private(tmp_path / "folder")
    assert private(tmp_path / "folder" / "history.db")
    assert private(tmp_path / "file.tar")


async def test_a_backup_of_databases_in_use_is_of_one_moment_and_whole(data: Path, tmp_path: Path):
    """Turns are written with their answers, and an article is published, while backup after backup is made."""
    engine = await engine_on(data)
    history = await History.open(data / "history.db")
    store, stop = AnswerStore(history), asyncio.Event()

    async def write() -> None:
        while not stop.is_set():
            turn_id = await history.record(Turn(1, 2, 3, "busy?", asked_at=datetime.now(UTC)))
            await store.keep(turn_id, answer(), shown=1)

    async def publish() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            (tmp_path / "articles" / "ferry.txt").write_text(f"{FERRY} It is trip {number}.")
            await index(engine, [tmp_path / "articles"])

    writers = [asyncio.create_task(write()), asyncio.create_task(publish())]
    counts = []
    for number in range(5):
        await asyncio.sleep(0.1)
        target = tmp_path / f"backup-{number}"
        await asyncio.to_thread(back_up, data, target)
        with sqlite3.connect(target / "history.db") as copy:
            turns, answers, last = copy.execute(
                "SELECT (SELECT count(*) FROM turns), (SELECT count(*) FROM answers), (SELECT max(turn_id) FROM turns)"
            ).fetchone()
        copy.close()
        assert turns == last  # none is missing in between
        assert turns - answers in (1, 2)  # the first has none, and the last may not have it yet
        with sqlite3.connect(target / "library.db") as copy:
            assert copy.execute(
                "SELECT count(*) FROM passages p JOIN vectors v USING (passage_id) WHERE v.state != 'live'"
            ).fetchone() == (0,)
        copy.close()
        counts.append(turns)
    stop.set()
    await asyncio.gather(*writers)
    await history.close()
    await engine.close()
    assert counts[0] < counts[-1]  # it was written all the while


async def test_the_command_backs_up_while_a_bot_owns_the_folder_and_restore_refuses_then(data: Path, tmp_path: Path):
    engine = await engine_on(data)
    made = await asyncio.to_thread(
        CliRunner().invoke, app, ["backup", str(tmp_path / "b.tar"), "--data", str(data), "--json"]
    )
    printed = json.loads(made.stdout)
    assert (made.exit_code, set(printed["files"])) == (0, {"library.db", "history.db"})
    assert len(printed["files"]["library.db"]["sha256"]) == 64
    with pytest.raises(DataInUseError, match="stop it before"):
        restore(tmp_path / "b.tar", data, replace=True)
    await engine.close()


# -- what a restore refuses


async def test_a_folder_that_holds_anything_is_replaced_only_when_asked_and_then_kept(data: Path, tmp_path: Path):
    back_up(data, tmp_path / "b.tar")
    await fill(data, tmp_path / "articles", words="The bridge is shut, the engineer Ann Bell said.")
    before = await held(data)
    with pytest.raises(BackupError, match="--replace"):
        restore(tmp_path / "b.tar", data)
    assert await held(data) == before
    restore(tmp_path / "b.tar", data, replace=True)
    assert (await held(data))[0] == [FERRY]
    with sqlite3.connect(data / "replaced" / "library.db") as old:
        assert old.execute("SELECT text FROM articles").fetchall() == [(before[0][0],)]
    old.close()
    with pytest.raises(BackupError, match="earlier restore"):
        restore(tmp_path / "b.tar", data, replace=True)


async def test_a_backup_without_a_history_leaves_none_of_the_old(data: Path, tmp_path: Path):
    only_library = tmp_path / "only"
    only_library.mkdir()
    back_up(data, tmp_path / "b")
    (data / "history.db").rename(tmp_path / "history.db")
    back_up(data, tmp_path / "without")
    (tmp_path / "history.db").rename(data / "history.db")
    restore(tmp_path / "without", data, replace=True)
    assert (await held(data))[1] == []
    assert (data / "replaced" / "history.db").exists()


def spoil_hash(folder: Path) -> None:
    with (folder / "library.db").open("r+b") as file:
        file.seek(5000)
        file.write(b"\xff\xff\xff")


def cut(folder: Path) -> None:
    with (folder / "history.db").open("r+b") as file:
        file.truncate(8192)


def lengthen(folder: Path) -> None:
    with (folder / "history.db").open("ab") as file:
        file.write(b"more")


def change_manifest(change: Callable[[dict], None]) -> Callable[[Path], None]:  # type: ignore[type-arg]
    def spoil(folder: Path) -> None:
        path = folder / "manifest.json"
        manifest = json.loads(path.read_text())
        change(manifest)
        path.write_text(json.dumps(manifest))

    return spoil


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "another byte": (spoil_hash, "its hash differs"),
    "cut off": (cut, "its hash differs"),
    "longer": (lengthen, "its hash differs"),
    "no database": (lambda folder: (folder / "library.db").unlink(), r"lacks its library\.db"),
    "no manifest": (lambda folder: (folder / "manifest.json").unlink(), "has no manifest"),
    "no json": (lambda folder: (folder / "manifest.json").write_text("{"), "is damaged"),
    "another's path": (
        change_manifest(lambda m: m["files"].update({"../outside.db": m["files"]["library.db"]})), "does not name"
    ),
    "newer": (change_manifest(lambda m: m.update(format=2)), "newer version"),
    "more keys": (change_manifest(lambda m: m.update(extra=2)), "is damaged"),
}  # fmt: skip


@pytest.mark.parametrize("how", SPOILT)
def test_a_backup_that_is_not_whole_changes_nothing(data: Path, tmp_path: Path, how: str):
    spoil, says = SPOILT[how]
    back_up(data, tmp_path / "b")
    spoil(tmp_path / "b")
    before = {path.name: path.read_bytes() for path in data.glob("*.db*")}
    with pytest.raises(BackupError, match=says) as caught:
        restore(tmp_path / "b", data, replace=True)
    assert "\n" not in str(caught.value)
    assert {path.name: path.read_bytes() for path in data.glob("*.db*")} == before
    assert not (data / STAGED).exists()
    with pytest.raises(BackupError, match=says):
        restore(tmp_path / "b", tmp_path / "new")
    assert {path.name for path in (tmp_path / "new").iterdir()} <= {"lock"}


def test_a_database_of_a_newer_version_is_refused(data: Path, tmp_path: Path):
    with sqlite3.connect(data / "library.db") as db:
        db.execute("PRAGMA user_version = 999")
    db.close()
    with pytest.raises(NewerDataError, match="upgrade"):
        back_up(data, tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_a_damaged_database_makes_no_backup(data: Path, tmp_path: Path):
    with (data / "library.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096)
    with pytest.raises(StorageError, match="damaged"):
        back_up(data, tmp_path / "b")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["articles", "data"]


@pytest.mark.parametrize("what", ["a file", "half an archive", "nothing"])
def test_what_is_no_backup_is_said_to_be_none(data: Path, tmp_path: Path, what: str):
    path = tmp_path / "b.tar.gz"
    if what == "a file":
        path.write_text("hello")
    elif what == "half an archive":
        back_up(data, path)
        path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(BackupError):
        restore(path, tmp_path / "new")


def test_a_link_in_an_archive_is_not_followed(data: Path, tmp_path: Path):
    back_up(data, tmp_path / "b")
    with tarfile.open(tmp_path / "evil.tar", "w") as archive:
        archive.add(tmp_path / "b" / "manifest.json", "manifest.json")
        link = tarfile.TarInfo("library.db")
        link.type, link.linkname = tarfile.SYMTYPE, str(data / "library.db")
        archive.addfile(link)
    with pytest.raises(BackupError, match="lacks its"):
        restore(tmp_path / "evil.tar", tmp_path / "new")


def test_a_backup_is_never_mixed_with_another_one(data: Path, tmp_path: Path):
    back_up(data, tmp_path / "b")
    back_up(data, tmp_path / "b.tar")
    for taken in ("b", "b.tar"):
        with pytest.raises(BackupError):
            back_up(data, tmp_path / taken)
    with pytest.raises(BackupError, match="no library"):
        back_up(tmp_path / "nowhere", tmp_path / "c")


# -- interrupted


class Interrupted(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("after", range(8))
async def test_a_restore_that_is_interrupted_is_finished_by_the_next_start_or_was_never_begun(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
):
    back_up(data, tmp_path / "b")
    await fill(data, tmp_path / "articles", words="The bridge is shut, the engineer Ann Bell said.")
    steps = 0
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        nonlocal steps
        steps += 1
        if steps > after:
            raise Interrupted
        return real(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", replace)
        try:
            restore(tmp_path / "b", data, replace=True)
        except Interrupted:
            assert (data / STAGED).exists()
    texts, questions, _ = await held(data)
    assert texts == [FERRY]
    assert questions == [f"{FERRY[:20]}?"]
    assert not (data / STAGED).exists()


async def test_a_restore_that_was_not_staged_whole_is_forgotten(data: Path):
    (data / STAGED).mkdir()
    (data / STAGED / "library.db").write_bytes(b"half")
    assert not finish_restore(data)
    assert (await held(data))[0] == [FERRY]
