"""A child process that indexes without end until it is killed, and the check of what it left.

Everything is real but the encoder. The child works through a plan that follows from a seed: each operation
makes a folder of article files look as the plan says and indexes it. What it has begun and finished stands
in a journal, so that the next child knows what may be live. The next child first repairs, as every start does,
then checks, then goes on.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import random
import signal
import subprocess
import sys
import traceback
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import aiosqlite
import numpy as np

import retrieval.index.chroma
from benchmarks.indexing import index
from retrieval.domain.answers import Quote
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.engine import Engine
from retrieval.keeping.indexing.passages import header_of
from retrieval.language.sentences import split_sentences
from retrieval.store import ledger
from tests.conftest import ROOT
from tests.support.fake_encoder import FakeEncoder
from tests.support.fake_reader import FakeReader

ARTICLES = 4
SENTENCES = 24

State = dict[str, str]


@cache
def planned(seed: int, operation: int) -> State:
    """Return the articles, text by name, as they are to be after an operation of the plan."""
    if operation == 0:
        return {}
    state = dict(planned(seed, operation - 1))
    rng = random.Random(f"{seed}/{operation}")
    for number in rng.sample(range(ARTICLES), rng.randint(1, 3)):
        name = f"a{number}"
        chance = rng.random()
        if name not in state or chance < 0.2:
            state[name] = _text([_sentence(number, i, operation) for i in range(SENTENCES)])
        elif chance < 0.4:
            del state[name]
        else:
            sentences = state[name].replace("\n\n", " ").split(". ")
            place = rng.randrange(len(sentences))
            sentences[place] = _sentence(number, place, operation, long=rng.random() < 0.5)
            state[name] = _text([sentence.rstrip(".") for sentence in sentences])
    return state


def _sentence(article: int, place: int, operation: int, *, long: bool = False) -> str:
    speaker = ("Minister Vale", "Anna Berg", "The Harbour Post", "Karl Otto")[(article + place) % 4]
    more = " while the wind from the north grew and the boats stayed at the quay for the night" if long else ""
    return f"{speaker} said the harbour of town {article} had {place} boats and {operation} lamps at the quay{more}"


def _text(sentences: list[str]) -> str:
    return "\n\n".join(". ".join(sentences[i : i + 6]) + "." for i in range(0, len(sentences), 6))


@dataclass(frozen=True, slots=True)
class Work:
    """Where a child works, by which plan, and how it ends.

    `kill_at` is the step at which it kills itself, counted over statements to SQLite and calls to Chroma,
    before and after each; 0 for never. `until` is the operation to end after, 0 for never.
    """

    folder: Path
    seed: int
    kill_at: int = 0
    until: int = 0


def child(work: Work) -> None:
    """Repair, check and go on with the plan; what goes wrong stands in the journal."""
    try:
        asyncio.run(_work(work))
    except BaseException:
        _note(work, fault=traceback.format_exc())
        raise


async def _work(work: Work) -> None:
    # Both happen at a thousand vectors; here they are to happen all the time.
    retrieval.index.chroma.MIN_REMOVED = 4
    retrieval.index.chroma.HNSW["sync_threshold"] = 8
    retrieval.index.chroma.HNSW["batch_size"] = 4
    steps = Steps(work.kill_at)
    begun, done = progress(work)
    engine = await Engine.open(work.folder / "data", encoder_loader=lambda _: FakeEncoder(), reader_loader=FakeReader)
    await engine.ready()
    with steps.paused():
        await check(engine, planned(work.seed, done), planned(work.seed, begun))
    _note(work, checked=begun)
    operation = done
    while not work.until or operation < work.until:
        operation += 1
        _note(work, begun=operation)
        state = planned(work.seed, operation)
        articles = work.folder / "articles"
        articles.mkdir(exist_ok=True)
        for path in articles.iterdir():
            if path.stem not in state:
                path.unlink()
        for name, text in state.items():
            (articles / f"{name}.txt").write_text(text, encoding="utf-8")
        report = await index(engine, [articles], prune=True)
        assert not report.failed, report.failed
        _note(work, done=operation)
    with steps.paused():
        await check(engine, planned(work.seed, operation), planned(work.seed, operation))
    await engine.close()
    _note(work, closed=operation, steps=steps.count)


class Steps:
    """Counts statements and calls, before and after each, and dies at the one asked for."""

    def __init__(self, kill_at: int) -> None:
        from chromadb.api.client import Client
        from chromadb.api.models.Collection import Collection

        self.count = 0
        self._kill_at = kill_at
        self._paused = False
        for owner, names in (
            (aiosqlite.core.Connection, ("_execute",)),
            (Collection, ("upsert", "delete", "modify")),
            (Client, ("delete_collection", "get_or_create_collection")),
        ):
            for name in names:
                setattr(owner, name, self._counted(getattr(owner, name)))

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Count nothing in the block: killing who only reads shows nothing."""
        self._paused = True
        yield
        self._paused = False

    def _step(self) -> None:
        if not self._paused:
            self.count += 1
            if self.count == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def inner(*args: Any, **kwargs: Any) -> Any:
            self._step()
            result = call(*args, **kwargs)
            if inspect.isawaitable(result):
                return self._then_step(result)
            self._step()
            return result

        return inner

    async def _then_step(self, result: Awaitable[Any]) -> Any:
        value = await result
        self._step()
        return value


def _note(work: Work, **what: Any) -> None:
    with (work.folder / "journal.jsonl").open("a", encoding="utf-8") as journal:
        journal.write(json.dumps(what) + "\n")


def notes(work: Work) -> list[dict[str, Any]]:
    """Return the journal."""
    path = work.folder / "journal.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def progress(work: Work) -> tuple[int, int]:
    """Return the last operation begun and the last one finished."""
    written = notes(work)
    return (
        max((note["begun"] for note in written if "begun" in note), default=0),
        max((note["done"] for note in written if "done" in note), default=0),
    )


async def check(engine: Engine, before: State, after: State) -> None:
    """Hold the library to what it may be: every article whole and as before or after, and Chroma in step."""
    store, workers, encoder = engine._store, engine._workers, FakeEncoder()
    live: dict[int, np.ndarray] = {}
    seen = set()
    for summary in await engine.articles():
        name = Path(summary.origin).stem
        seen.add(name)
        stored = await engine.article(summary.article_id)
        assert stored is not None
        article, text = stored.article, stored.article.text
        assert text in {state.get(name) for state in (before, after)}, f"{name} is neither version"
        assert list(stored.sentences) == split_sentences(text)
        [attributions] = await engine.attributions([article])
        assert stored.attributions == attributions
        async with store.snapshot([SHARED_LIBRARY]) as snapshot:
            passages = await snapshot.passages(summary.article_id)
        assert [i for passage in passages for i in passage.sentences] == list(range(len(stored.sentences)))
        header = header_of(article.credit)
        for passage in passages:
            [encoded] = encoder.encode([f"{header}\n{passage.span.of(text)}" if header else passage.span.of(text)])
            assert np.allclose(passage.encoding.vector, encoded.vector), f"{name} has a vector of other words"
            live[passage.passage_id] = passage.encoding.vector
        first = stored.sentences[0].span
        found = await engine.check_quote(first.of(text), None, libraries=[SHARED_LIBRARY])
        assert found.quotes, f"no quote for {first.of(text)!r}"
        for quote in found.quotes:
            assert isinstance(quote, Quote)
            assert await engine.still_verbatim([quote]) == [True]
    assert before.keys() & after.keys() <= seen <= before.keys() | after.keys()
    collection = await engine._workers.collection(SHARED_LIBRARY)
    assert await ledger.in_state(store, "pending", "dead") == {}
    assert set((await ledger.in_state(store, "live")).get(collection, [])) == set(live)
    assert await workers.in_index(lambda index: index.ids(collection)) == set(live)
    if live:
        hits = await workers.in_index(lambda index: index.query(collection, np.stack(list(live.values())), 1))
        assert all(row[0].similarity > 0.999 for row in hits), "Chroma has other vectors"
    collections = await workers.in_index(lambda index: index.collections())
    assert collections in ([], [collection])
    chroma = engine._folder.lock.lock_file
    folders = [path for path in (Path(chroma).parent / "chroma").iterdir() if path.is_dir()]
    assert len(folders) <= len(collections), "Chroma's leftovers"


class Children:
    """Starts children as forks of a server that has everything imported, so that one starts in milliseconds."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.support.crash_server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def run(self, work: Work, *, kill_after_s: float | None = None) -> int:
        """Run a child to its end, or kill it after a while; returns its exit code, -9 when it was killed."""
        assert self._server.stdin is not None  # a pipe was asked for
        assert self._server.stdout is not None
        asked = {**asdict(work), "folder": str(work.folder), "kill_after_s": kill_after_s}
        self._server.stdin.write(json.dumps(asked) + "\n")
        self._server.stdin.flush()
        code = self._server.stdout.readline().strip()
        assert code != "hung", "the child hung"
        return int(code)

    def close(self) -> None:
        """End the server."""
        self._server.communicate()
