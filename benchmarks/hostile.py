"""Feeds mutated inputs through the real path: `python -m benchmarks.hostile [--inputs 2000] [--seed 7] [--first N]`.

Pages and feeds come from a web server on loopback, PDFs, texts and Markdown are handed in, exports are imported; a
real engine takes them in with real SQLite and Chroma and the tests' encoder. Each input must end in an article or
in one of the named faults, within 5 s of computing and 300 MB of a parser's memory, and leave nothing half-written.
What is loaded once (torch, Chroma, the parsers) is loaded before the first input.
Input N is the same for a seed whatever runs before it, so that `--first` and `--inputs` cut the whole in slices.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from benchmarks.hostile_inputs import SENTENCES, Input, make_input
from retrieval.domain.libraries import Quota
from retrieval.engine import Engine
from retrieval.errors import RetrievalError
from retrieval.keeping.ingest.fetching import Fetcher
from retrieval.keeping.ingest.intake import Ingest
from retrieval.keeping.ingest.sandbox import Sandbox
from retrieval.keeping.management.manager import Keeping, LibraryManager
from retrieval.neural.vectors import EncodedText
from retrieval.store import ledger
from tests.support.fake_encoder import FakeEncoder
from tests.support.fake_reader import FakeReader

MOST_S = 5.0
MOST_BYTES = 300_000_000
QUOTA = Quota(2_000, 20_000_000)
"""As a server's library has it."""
INPUTS_A_LIBRARY = 60
"""A new library after so many, so that what one holds does not slow the next inputs down."""


class AnyPort:
    """Loopback servers listen wherever there is room."""

    def __contains__(self, port: object) -> bool:
        """Allow it."""
        return True


@dataclass
class Tally:
    """What became of the inputs, and the worst of them."""

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    largest: tuple[int, str] = (0, "")
    inputs: int = 0

    def note(self, one: Input, outcome: str, seconds: float, memory: int) -> None:
        """Note one input."""
        self.inputs += 1
        self.outcomes[f"{one.kind}: {outcome}"] += 1
        self.slowest = max(self.slowest, (round(seconds, 2), one.name))
        self.largest = max(self.largest, (memory, one.name))
        if seconds > MOST_S:
            self.faults.append(f"{one.name} took {seconds:.1f} s of computing")
        if memory > MOST_BYTES:
            self.faults.append(f"{one.name} took {memory / 1e6:.0f} MB")


class TimedEncoder(FakeEncoder):
    """The tests' encoder, whose own time is none of the path's."""

    def __init__(self) -> None:
        super().__init__()
        self.spent_s = 0.0

    def encode(self, texts: Sequence[str], *, layers: Sequence[int] = ()) -> list[EncodedText]:
        """Encode, and note how long it took."""
        started = time.thread_time()
        try:
            return super().encode(texts, layers=layers)
        finally:
            self.spent_s += time.thread_time() - started


class Parsers(logging.Handler):
    """Watches the parsing processes: their computing time, their memory, and what broke in them."""

    def __init__(self, sandbox: Sandbox, encoder: TimedEncoder) -> None:
        super().__init__(logging.WARNING)
        self._sandbox = sandbox
        self._encoder = encoder
        self.broken: list[str] = []
        self._seen: dict[int, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what a parser's bug left in the log."""
        if "parser broke" in record.msg or "reading %r failed" in record.msg or "ended with status" in record.msg:
            trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
            self.broken.append(f"{record.getMessage()}\n{trace}"[-600:])

    def computed_s(self) -> float:
        """Return the computing time of this process, the encoder's aside, and of all parsers so far."""
        for pid in self._sandbox.processes():
            self._seen[pid] = max(self._seen.get(pid, 0.0), _computed_s(pid))
        return time.process_time() - self._encoder.spent_s + sum(self._seen.values())

    def forget_peaks(self) -> None:
        """Let the memory's high-water marks begin anew."""
        for pid in self._sandbox.processes():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def peak_bytes(self) -> int:
        """Return the most memory that any parser had since `forget_peaks`."""
        return max((_peak_bytes(pid) for pid in self._sandbox.processes()), default=0)


def _computed_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


@asynccontextmanager
async def opened(
    folder: Path, encoder: TimedEncoder
) -> AsyncIterator[tuple[Engine, LibraryManager, Sandbox, dict[str, Input], str]]:
    """Open an engine, its manager, and a server of what is put into the mapping."""
    served: dict[str, Input] = {}

    async def answer(request: web.Request) -> web.Response:
        one = served.get(request.path)
        if one is None:
            return web.Response(status=404)
        return web.Response(body=one.data, headers={"Content-Type": one.media_type})

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sandbox = Sandbox()
    fetcher = Fetcher(allow=lambda _: True, ports=AnyPort(), retry_s=0.0)
    engine = await Engine.open(folder, encoder_loader=lambda _: encoder, reader_loader=FakeReader)
    await engine.ready()
    manager = engine.manager(Keeping(quota=QUOTA), ingest=Ingest(fetcher=fetcher, sandbox=sandbox))
    await manager.start()
    try:
        yield engine, manager, sandbox, served, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await manager.close()
        await engine.close()
        await runner.cleanup()


async def take_in(manager: LibraryManager, one: Input, library: str, address: str, folder: Path) -> str:
    """Bring one input in as its kind comes in; returns what became of it. Raises what is no named fault."""
    try:
        if one.kind == "page":
            await manager.add_url(library, f"{address}/{one.name}")
        elif one.kind == "feed":
            feed = await manager.add_feed(library, f"{address}/{one.name}")
            report = await manager.poller.poll(feed)
            await manager.remove_feed(library, feed.feed_id)
            return "taken in" if report.brought else "refused"
        elif one.kind == "export":
            path = folder / one.name
            await asyncio.to_thread(path.write_bytes, one.data)
            try:
                await (await manager.import_file(library, path)).wait()
            finally:
                await asyncio.to_thread(path.unlink)
        else:
            await manager.add_file(library, one.name, one.data)
    except RetrievalError as error:
        if "\n" in str(error) or not str(error).endswith((".", "?")):
            raise AssertionError(f"{error!s:.200} is no sentence") from error
        return "refused"
    return "taken in"


async def check_whole(engine: Engine, manager: LibraryManager, library: str) -> list[str]:
    """Return what is half-written: of each article of a library, of the database, and of Chroma."""
    wrong = []
    for summary in await manager.articles(library):
        stored = await manager.article(library, summary.article_id)
        if stored is None or not stored.article.text.strip() or not summary.passages:
            wrong.append(f"{summary.article_id} has no text or no passages")
            continue
        length = len(stored.article.text)
        spans = [sentence.span for sentence in stored.sentences]
        if not spans or any(not span.start < span.end <= length for span in spans):
            wrong.append(f"{summary.article_id} has sentences outside its text")
    store = engine._store
    async with store.reading() as db:
        integrity = [row[0] for row in await db.execute_fetchall("PRAGMA integrity_check")]
        foreign = list(await db.execute_fetchall("PRAGMA foreign_key_check"))
    if integrity != ["ok"] or foreign:
        wrong.append(f"library.db is damaged: {integrity[:3]} {len(foreign)}")
    if left := {state for state in ("pending", "dead") if await ledger.in_state(store, state)}:
        wrong.append(f"vectors are left in the state {left}")
    workers = engine._workers
    for collection, ids in (await ledger.in_state(store, "live")).items():
        held = await workers.in_index(lambda index, name=collection: index.ids(name))
        if held != set(ids):
            wrong.append(f"{collection}: {len(held ^ set(ids))} vectors are in one place only")
    return wrong


async def fuzz(first: int, inputs: int, seed: int) -> Tally:
    """Feed the inputs and return the tally."""
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        folder = Path(name)
        encoder = TimedEncoder()
        async with opened(folder / "data", encoder) as (engine, manager, sandbox, served, address):
            parsers = Parsers(sandbox, encoder)
            logging.getLogger("retrieval").addHandler(parsers)
            # Loads what is loaded once: Chroma, torch, the parsers; no input's doing.
            await manager.add_file("guild-0", "first.txt", " ".join(SENTENCES).encode())
            library, told = "", 0
            for number in range(first, first + inputs):
                one = make_input(number, seed)
                library = f"guild-{1 + number // INPUTS_A_LIBRARY}"
                served.clear()
                served[f"/{one.name}"] = one
                parsers.forget_peaks()
                before = parsers.computed_s()
                try:
                    outcome = await take_in(manager, one, library, address, folder)
                except Exception as error:
                    outcome = f"{type(error).__name__}"
                    tally.faults.append(f"{one.name}: {''.join(traceback.format_exception(error))[-600:]}")
                tally.note(one, outcome, parsers.computed_s() - before, parsers.peak_bytes())
                tally.faults += [f"{one.name}: {broken}" for broken in parsers.broken]
                parsers.broken.clear()
                for fault in tally.faults[told:]:
                    print(fault, file=sys.stderr, flush=True)
                told = len(tally.faults)
                if number % INPUTS_A_LIBRARY == INPUTS_A_LIBRARY - 1 or number == first + inputs - 1:
                    wrong = await check_whole(engine, manager, library)
                    tally.faults += [f"after {one.name}: {what}" for what in wrong]
                    print(f"{number + 1 - first} of {inputs}, {len(tally.faults)} faults", file=sys.stderr, flush=True)
    return tally


def main() -> None:
    """Run the fuzz, print its tally as JSON, and end with status 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=2_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    logging.getLogger("retrieval").propagate = False
    tally = asyncio.run(fuzz(given.first, given.inputs, given.seed))
    shown = {
        "inputs": tally.inputs,
        "outcomes": dict(sorted(tally.outcomes.items())),
        "slowest_s": tally.slowest,
        "largest_mb": (round(tally.largest[0] / 1e6), tally.largest[1]),
        "faults": tally.faults,
    }
    print(json.dumps(shown, indent=1, ensure_ascii=False))
    sys.exit(bool(tally.faults))


if __name__ == "__main__":
    main()
