"""How a library grows: `python -m benchmarks.scale CORPUS.json --data DIR --passages 10000 100000 --out TABLE.json`.

Articles are made of the sentences of real ones (MultiHop-RAG's `corpus.json`), shuffled, each with made names of its
own, so that the vocabulary grows as a real one does. Vectors are a cheap stand-in's (a hashed vector a word), made by
no model: what is measured is finding, not encoding or reading, which cost the same whatever a library holds. One
folder grows from size to size; at each a process of its own opens it, and tells how long it is until it is ready and
has answered first, how long questions and one more article take, and what memory it has.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import time
import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np
from rich.progress import Progress

from benchmarks.corpora import read_multihop_articles
from benchmarks.indexing import index
from retrieval.arrays import Floats
from retrieval.domain.articles import Article, Attribution, Credit, Sentence, SourceKind, Span, text_sha256
from retrieval.domain.drafts import ArticleDraft
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.engine import Engine
from retrieval.index.passage_index import collection_name
from retrieval.language.sentences import split_sentences
from retrieval.language.stems import WORD, content_words
from retrieval.neural.reader import PassageReading, ReaderInput
from retrieval.neural.vectors import EncodedText, PassageEncoding, Projection, random_projection, unit
from retrieval.store import ArticleVersion, LibraryStore, PassageVersion, ledger

DIMENSIONS = 384
SENTENCES, PASSAGE_SENTENCES = 72, 6
QUESTIONS = 60
ADDED = 9
AT_ONCE = 50
"""Articles whose vectors go to Chroma together."""


class StandIn:
    """An `Encoder` that hashes words, and a reader that looks for the question's words."""

    max_tokens = 254
    projection: Projection = random_projection(DIMENSIONS)
    fingerprint = "stand-in"

    def encode(self, texts: Sequence[str], *, layers: Sequence[int] = ()) -> list[EncodedText]:
        """Return a vector a word."""
        return [_encode(text) for text in texts]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count words."""
        return [len(text.split()) for text in texts]

    def read(self, question: str, passages: Sequence[ReaderInput]) -> list[PassageReading]:
        """Hold for the answer what has most of the question's words."""
        words = set(question.casefold().split())
        return [
            PassageReading(
                no_answer=0.1,
                sentences=np.array([float(len(words & set(s.casefold().split()))) for s in one.sentences], np.float32),
                spans=(None,) * len(one.sentences),
            )
            for one in passages
        ]


def _encode(text: str) -> EncodedText:
    words = list(WORD.finditer(text))
    tokens = np.stack([np.zeros(DIMENSIONS, np.float32), *(_vector(word.group()) for word in words)])
    spans = np.array([(0, 0), *(word.span() for word in words)], np.int32)
    return EncodedText(tokens, spans, unit(tokens.mean(axis=0) + 1e-3))


@lru_cache(maxsize=50_000)
def _vector(word: str) -> Floats:
    return unit(np.random.default_rng(zlib.crc32(word.casefold().encode())).normal(size=DIMENSIONS))


class Maker:
    """Makes articles, always the same ones, by their number."""

    def __init__(self, corpus: Path) -> None:
        texts = [draft.text for draft in read_multihop_articles(corpus)]
        self._pool = [
            " ".join(sentence.span.of(text).split())
            for text in texts
            for sentence in split_sentences(text)
            if not sentence.heading and 40 < sentence.span.end - sentence.span.start < 300
        ]
        self._publishers = [f"The {name} {kind}" for name in "Marl Oslo Vane Bergen Tarn".split()
                            for kind in ("Times", "Post", "Herald", "Courier", "Observer", "Star")]  # fmt: skip

    def name(self, number: int) -> str:
        """Return a person's name of an article."""
        rng = random.Random(number)  # noqa: S311 - makes texts
        return " ".join("".join(rng.choice("bcdfglmnprstv") + rng.choice("aeiou") for _ in range(3)).capitalize()
                        for _ in range(2))  # fmt: skip

    def draft(self, number: int) -> ArticleDraft:
        """Return an article."""
        rng = random.Random(number)  # noqa: S311 - makes texts
        sentences = [rng.choice(self._pool) for _ in range(SENTENCES)]
        for place in range(3, SENTENCES, 12):
            sentences[place] = f"{self.name(number)} said that {sentences[place][0].lower()}{sentences[place][1:]}"
        at = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(hours=number % 90_000)
        credit = Credit(f"{self.name(number)} on {sentences[0][:40]}", rng.choice(self._publishers), published_at=at)
        return ArticleDraft(f"made:{number}", " ".join(sentences), credit)

    def question(self, number: int) -> str:
        """Return a question that an article answers."""
        rng = random.Random(number)  # noqa: S311 - makes texts
        sentence = self.draft(number).text.split(". ")[rng.randrange(3)]
        words = [word.of(sentence) for word in content_words(sentence)][:6]
        return f"What did {self.name(number)} say about {' '.join(words)}?"


def version(draft: ArticleDraft, number: int, ids: Sequence[int], recipe: str, name: str) -> ArticleVersion:
    """Return an article with stand-in vectors, as indexing would store it."""
    sentences = tuple(_sentences(draft.text))
    passages = []
    for passage_id, first in zip(ids, range(0, len(sentences), PASSAGE_SENTENCES), strict=False):
        held = sentences[first : first + PASSAGE_SENTENCES]
        span = Span(held[0].span.start, held[-1].span.end)
        words = [[word.of(s.span.of(draft.text)) for word in content_words(s.span.of(draft.text))] for s in held]
        pooled = unit(np.stack([np.sum([_vector(word) for word in found or ["-"]], axis=0) for found in words]))
        encoding = PassageEncoding(
            vector=unit(pooled.sum(axis=0)),
            sentence_vectors=pooled.astype(np.float16),
            word_vectors=np.stack([_packed(word) for found in words for word in found] or [_packed("-")]),
            sentence_words=np.array([len(found) for found in words], np.int32),
        )
        stretch = range(first, first + len(held))
        passages.append(PassageVersion(passage_id, span, stretch, f"{number}-{first}", encoding, "[]"))
    attributions = tuple(
        Attribution((Span(s.span.start, s.span.start + len(name)),), (), (s.span,), SourceKind.PERSON, name, "said")
        for s in sentences
        if draft.text.startswith(name, s.span.start)
    )
    article = Article(f"made-{number}", draft.text, draft.credit)
    return ArticleVersion(article, SHARED_LIBRARY, draft.origin, text_sha256(draft.text), recipe, sentences,
                          attributions, tuple(passages))  # fmt: skip


def _sentences(text: str) -> list[Sentence]:
    found, start = [], 0
    for place, sentence in enumerate(text.replace(". ", ".\n").split("\n")):
        found.append(Sentence(Span(start, start + len(sentence)), place // PASSAGE_SENTENCES))
        start += len(sentence) + 1
    return found


@lru_cache(maxsize=50_000)
def _packed(word: str) -> np.ndarray:
    packed: np.ndarray = StandIn.projection.packed(_vector(word)[None, :])[0]
    return packed


async def grow(maker: Maker, data: Path, passages: int) -> float:
    """Add articles until the library has so many passages; returns the seconds that took."""
    engine = await Engine.open(data, encoder_loader=lambda _: StandIn(), reader_loader=StandIn, attribution="rules")
    started = time.monotonic()
    try:
        await engine.ready()
        recipe = await engine._publisher.recipe()
        store: LibraryStore = engine._store
        async with store.snapshot([SHARED_LIBRARY]) as snapshot:
            size = await snapshot.size()
        collection = collection_name(SHARED_LIBRARY, StandIn.fingerprint, store.database_id)
        number, held = size.articles, size.passages
        with Progress(transient=True) as progress:
            task = progress.add_task(f"{passages:,} passages", total=passages, completed=held)
            while held < passages:
                batch = [(n, maker.draft(n)) for n in range(number, number + AT_ONCE)]
                counts = [-(-len(_sentences(draft.text)) // PASSAGE_SENTENCES) for _, draft in batch]
                ids = await ledger.reserve(store, collection, sum(counts))
                versions = []
                for (n, draft), count in zip(batch, counts, strict=True):
                    versions.append(version(draft, n, ids[:count], recipe, maker.name(n)))
                    del ids[:count]
                made = [passage for one in versions for passage in one.passages]
                vectors = np.stack([passage.encoding.vector for passage in made])
                await engine._workers.in_index(
                    lambda chroma, made=made, vectors=vectors: chroma.add(  # type: ignore[misc]
                        collection, [passage.passage_id for passage in made], vectors
                    )
                )
                for one in versions:
                    await store.publish(one)
                number, held = number + AT_ONCE, held + len(made)
                progress.update(task, completed=held)
    finally:
        await engine.close()
    return time.monotonic() - started


async def measure(maker: Maker, data: Path) -> dict[str, object]:
    """Open the folder and ask; run in a process of its own."""
    before = _resident_mb()
    started = time.monotonic()
    engine = await Engine.open(data, encoder_loader=lambda _: StandIn(), reader_loader=StandIn, attribution="rules")
    try:
        await engine.ready()
        ready = time.monotonic() - started
        rng = random.Random(7)  # noqa: S311 - chooses questions
        async with engine._store.snapshot([SHARED_LIBRARY]) as snapshot:
            size = await snapshot.size()
        took: list[float] = []
        answered = 0
        busy = time.process_time()
        for place in range(QUESTIONS + 1):
            asked = time.monotonic()
            outcome = await engine.ask(
                maker.question(rng.randrange(size.articles)),
                libraries=[SHARED_LIBRARY],
                asked_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
            answered += bool(getattr(outcome, "quotes", ()))
            took.append(time.monotonic() - asked)
            if place == 0:
                first = time.monotonic() - started
        busy = time.process_time() - busy
        rng = random.Random()  # noqa: S311 - another article at each run
        added, published = [], []
        for extra in range(ADDED):
            draft = maker.draft(10_000_000 + rng.randrange(1_000_000))
            begun = time.monotonic()
            await index(engine, [draft])
            added.append(time.monotonic() - begun)
            number = 20_000_000 + rng.randrange(1_000_000)
            one = maker.draft(number)
            ids = await ledger.reserve(engine._store, "nowhere", -(-len(_sentences(one.text)) // PASSAGE_SENTENCES))
            whole = version(one, number, ids, "made", maker.name(number))
            begun = time.monotonic()
            await engine._store.publish(whole)
            published.append(time.monotonic() - begun)
            await engine._store.remove(whole.article.article_id)
            del extra
        return {
            "articles": size.articles,
            "passages": size.passages,
            "ready_s": round(ready, 2),
            "first_answer_s": round(first, 2),
            "question_ms_p50_p95": [round(float(np.percentile(took[1:], p)) * 1e3, 1) for p in (50, 95)],
            "question_cpu_ms": round(busy / (QUESTIONS + 1) * 1e3, 1),
            "answered": f"{answered}/{QUESTIONS + 1}",
            "add_article_ms_p50": round(float(np.median(added)) * 1e3, 1),
            "publish_article_ms_p50": round(float(np.median(published)) * 1e3, 1),
            "resident_before_mb": before,
            "resident_mb": _resident_mb(),
            "library_db_mb": _size_mb([data / "library.db", data / "library.db-wal"]),
            "chroma_mb": _size_mb((data / "chroma").rglob("*")),
        }
    finally:
        await engine.close()


def _size_mb(files: Iterable[Path]) -> int:
    return round(sum(file.stat().st_size for file in files if file.is_file()) / 1e6)


def _resident_mb() -> int:
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return round(int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, help="MultiHop-RAG's corpus.json")
    parser.add_argument("--data", type=Path, required=True, help="the folder that grows")
    parser.add_argument("--passages", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--out", type=Path, help="where the table goes, a JSON line a size")
    parser.add_argument("--measure", action="store_true", help="only measure the folder as it is")
    arguments = parser.parse_args()
    maker = Maker(arguments.corpus)
    if arguments.measure:
        print(json.dumps(asyncio.run(measure(maker, arguments.data))))
        return
    for passages in sorted(arguments.passages):
        seconds = asyncio.run(grow(maker, arguments.data, passages))
        command = [sys.executable, "-m", "benchmarks.scale", str(arguments.corpus), "--data", str(arguments.data),
                   "--measure"]  # fmt: skip
        told = subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ)).stdout
        line = json.dumps(json.loads(told.splitlines()[-1]) | {"grown_in_s": round(seconds)})
        print(line, flush=True)
        if arguments.out:
            with arguments.out.open("a", encoding="utf-8") as out:
                out.write(line + "\n")


if __name__ == "__main__":
    main()
