"""Measures re-indexing: `python -m benchmarks.reindex [--corpus corpus.json] [--encoder real] [--only PART ...]`.

`rounds`: re-indexes in which every passage (or, with `--change sentence`, one sentence of every article)
changes, with query latency, disk use and vector counts on the way. `unchanged`: the second run over unchanged
articles. `sentence`: what one changed sentence costs. `questions`: questions asked without pause before and
during the re-index. `lost`: a start after Chroma lost every vector. The encoder is that of the tests unless
the real one is asked for; articles are made up unless a corpus is given.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.corpora import read_multihop_articles
from benchmarks.indexing import index
from benchmarks.run import ASKED_AT
from retrieval.domain.articles import Credit
from retrieval.domain.drafts import ArticleDraft
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.engine import Engine
from retrieval.language.sentences import split_sentences
from retrieval.neural.encoder import load_encoder
from retrieval.store import ledger
from tests.support.fake_encoder import FakeEncoder

PARTS = ("rounds", "unchanged", "sentence", "questions", "lost")
SHOWN_ROUNDS = {1, 2, 5}
QUERIES = 60


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured with."""

    drafts: tuple[ArticleDraft, ...]
    questions: tuple[str, ...]
    folder: Path
    real: bool
    change: str

    @asynccontextmanager
    async def engine(self) -> AsyncIterator[Engine]:
        """Open an engine on the folder."""
        loader = load_encoder if self.real else lambda _: FakeEncoder()
        engine = await Engine.open(self.folder, encoder_loader=loader)
        try:
            await engine.ready()
            yield engine
        finally:
            await engine.close()

    def version(self, number: int) -> list[ArticleDraft]:
        """Return all articles, each with something changed; 0 is as they were."""
        if number == 0:
            return list(self.drafts)
        if self.change == "all":  # the title stands above every passage when it is encoded
            return [
                replace(draft, credit=replace(draft.credit, title=f"{draft.credit.title} {number}"))
                for draft in self.drafts
            ]
        return [replace(draft, text=changed(draft.text, number)) for draft in self.drafts]


def changed(text: str, number: int) -> str:
    """Return a text with one of its sentences replaced."""
    sentences = split_sentences(text)
    span = sentences[(number * 7) % len(sentences)].span
    return f"{text[: span.start]}In edition {number} this was put otherwise by the editors.{text[span.end :]}"


def made_up(articles: int) -> tuple[ArticleDraft, ...]:
    """Return articles of some 1,200 words from a small vocabulary."""
    rng = random.Random(0)  # noqa: S311 - the same articles in each run
    words = [
        f"{a}{b}{c}" for a in "bdfgklmnprst" for b in ("a", "e", "in", "or", "ul") for c in ("ta", "ne", "ro", "sim")
    ]
    drafts = []
    for number in range(articles):
        topic = rng.sample(words, 30)
        paragraphs = [
            " ".join(f"The {' '.join(rng.choices(topic + words, k=rng.randint(8, 25)))}." for _ in range(4))
            for _ in range(16)
        ]
        drafts.append(ArticleDraft(f"made-up:{number}", "\n\n".join(paragraphs), Credit(title=" ".join(topic[:4]))))
    return tuple(drafts)


async def latencies(engine: Engine, questions: Sequence[str]) -> list[float]:
    """Ask one after the other; returns milliseconds."""
    taken = []
    for question in questions:
        started = time.perf_counter()
        await engine.ask(question, libraries=[SHARED_LIBRARY], asked_at=ASKED_AT)
        taken.append((time.perf_counter() - started) * 1000)
    return taken


async def state(engine: Engine, bench: Bench) -> dict[str, Any]:
    """Return latencies, sizes and counts as they are now."""
    collection = await engine._workers.collection(SHARED_LIBRARY)
    live = (await ledger.in_state(engine._store, "live")).get(collection, [])
    held = await engine._workers.in_index(lambda index: index.ids(collection))
    async with engine._store.snapshot([SHARED_LIBRARY]) as snapshot:
        [first, *_] = await snapshot.summaries()
        vectors = [passage.encoding.vector for passage in await snapshot.passages(first.article_id)]
    taken = []
    for number in range(QUERIES):
        started = time.perf_counter()
        vector = vectors[number % len(vectors)][None, :]
        await engine._workers.in_index(lambda index, vector=vector: index.query(collection, vector, 60))  # type: ignore[misc]
        taken.append((time.perf_counter() - started) * 1000)
    asked = await latencies(engine, bench.questions[:QUERIES])
    return {
        "ask_ms": round(statistics.median(asked), 2),
        "query_ms": round(statistics.median(taken), 2),
        "chroma_mb": round(sum(f.stat().st_size for f in (bench.folder / "chroma").rglob("*") if f.is_file()) / 1e6, 1),
        "library_mb": round((bench.folder / "library.db").stat().st_size / 1e6, 1),
        "live": len(live),
        "in_chroma": len(held),
        "equal": set(live) == held,
    }


async def rounds(bench: Bench, count: int) -> None:
    """Re-index again and again, everything changed."""
    async with bench.engine() as engine:
        for number in range(1, count + 1):
            report = await index(engine, bench.version(number))
            if number in SHOWN_ROUNDS or number % 10 == 0:
                figures = {"passages": report.passages, "seconds": round(report.seconds, 1)}
                show("rounds", round=number, **figures, **await state(engine, bench))


async def unchanged(bench: Bench) -> None:
    """Index twice, the second time in a process that has just started."""
    async with bench.engine() as engine:
        report = await index(engine, bench.version(0))
        show("first", articles=len(bench.drafts), passages=report.passages, seconds=round(report.seconds, 1))
    started = time.perf_counter()
    async with bench.engine() as engine:
        ready = time.perf_counter() - started
        report = await index(engine, bench.version(0))
        show("unchanged", start_s=round(ready, 2), seconds=round(report.seconds, 2), passages=report.passages)


async def sentence(bench: Bench) -> None:
    """Change one sentence in one article at a time."""
    async with bench.engine() as engine:
        await index(engine, bench.version(0))
        counts = []
        for number, draft in enumerate(bench.drafts[:50]):
            report = await index(engine, [replace(draft, text=changed(draft.text, number))])
            counts.append(report.passages)
        show("sentence", edits=len(counts), most_passages=max(counts), mean=round(statistics.mean(counts), 2))


async def questions(bench: Bench) -> None:
    """Ask without pause before and during a re-index of everything."""
    async with bench.engine() as engine:
        await index(engine, bench.version(0))
        await latencies(engine, bench.questions[:20])  # warms up
        before = await latencies(engine, bench.questions[:150])
        indexing = asyncio.create_task(index(engine, bench.version(1)))
        during: list[float] = []
        while not indexing.done():
            during += await latencies(engine, bench.questions[len(during) % len(bench.questions) :][:1])
        report = await indexing
    quiet, busy = statistics.median(before), statistics.median(during)
    show(
        "questions",
        before_ms=round(quiet, 2),
        during_ms=round(busy, 2),
        during_p95_ms=round(statistics.quantiles(during, n=20)[-1], 1),
        ratio=round(busy / quiet, 2),
        answered=len(during),
        passages=report.passages,
        seconds=round(report.seconds, 1),
    )


async def lost(bench: Bench) -> None:
    """Start with all vectors gone from Chroma."""
    async with bench.engine() as engine:
        await index(engine, bench.version(0))
    started = time.perf_counter()
    async with bench.engine():
        whole = time.perf_counter() - started
    shutil.rmtree(bench.folder / "chroma")
    started = time.perf_counter()
    async with bench.engine() as engine:
        show("lost", start_s=round(time.perf_counter() - started, 2), start_with_none_lost_s=round(whole, 2))
        show("lost", **await state(engine, bench))


def show(part: str, **figures: object) -> None:
    """Print a line of figures and how busy the machine is."""
    print(json.dumps({"part": part, **figures, "load": round(os.getloadavg()[0], 1)}), flush=True)


async def run(arguments: argparse.Namespace, folder: Path) -> None:
    """Measure what was asked for."""
    if arguments.corpus:
        drafts = read_multihop_articles(arguments.corpus)[: arguments.articles]
        asked = json.loads((arguments.corpus.parent / "MultiHopRAG.json").read_text(encoding="utf-8"))
        texts = tuple(question["query"] for question in asked)
    else:
        drafts = made_up(arguments.articles)
        texts = tuple(f"Who said {' '.join(draft.text.split()[1:6])}?" for draft in drafts)
    bench = Bench(drafts, texts, folder, arguments.encoder == "real", arguments.change)
    for part in arguments.only:
        match part:
            case "rounds":
                await rounds(bench, arguments.rounds)
            case "unchanged":
                await unchanged(bench)
            case "sentence":
                await sentence(bench)
            case "questions":
                await questions(bench)
            case "lost":
                await lost(bench)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, help="MultiHop-RAG's corpus.json, beside MultiHopRAG.json")
    parser.add_argument("--articles", type=int, default=609)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--change", choices=["all", "sentence"], default="all", help="what of each article changes")
    parser.add_argument("--encoder", choices=["fake", "real"], default="fake")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--data", type=Path, help="a folder to keep the library in")
    arguments = parser.parse_args()
    if arguments.data:
        asyncio.run(run(arguments, arguments.data))
        return
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(arguments, Path(folder)))


if __name__ == "__main__":
    main()
