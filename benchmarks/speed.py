"""Measures what Pullquote adds to the encoder: `python -m benchmarks.speed MULTIHOP_DIR`.

All in one run, on the same texts: a question against the encoding of its own text, alternating; indexing
against the bare encoder on the same passages; indexing with the network against indexing with rules alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.corpora import Corpus, indexed, read_multihop
from benchmarks.indexing import index
from benchmarks.run import ASKED_AT
from retrieval.domain.articles import Article
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.engine import AttributionMode, Engine
from retrieval.keeping.indexing.passages import plan_passages
from retrieval.language.sentences import split_sentences
from retrieval.neural.encoder import load_encoder


async def questions(corpus: Corpus, count: int, data: Path | None) -> dict[str, float]:
    """Return the median milliseconds of a question and of the encoding of its text alone."""
    whole, bare = [], []
    encoder = load_encoder()
    async with indexed(corpus, data) as engine:
        for question in corpus.questions[: count + 5]:
            started = time.perf_counter()
            await engine.ask(question["query"], libraries=[SHARED_LIBRARY], asked_at=ASKED_AT)
            between = time.perf_counter()
            await asyncio.to_thread(encoder.encode, [question["query"]])
            whole.append(between - started)
            bare.append(time.perf_counter() - between)
    ratios = [a / b for a, b in zip(whole[5:], bare[5:], strict=True)]  # the first ones warm up
    return {
        "question_ms": round(statistics.median(whole[5:]) * 1000, 2),
        "encoding_ms": round(statistics.median(bare[5:]) * 1000, 2),
        "ratio": round(statistics.median(ratios), 3),
    }


async def indexing(corpus: Corpus, count: int) -> dict[str, float]:
    """Return passages a second of the bare encoder, of indexing, and of indexing with rules alone."""
    drafts = corpus.drafts[:count]
    encoder = load_encoder()
    texts = []
    for draft in drafts:
        article = Article(draft.origin, draft.text, draft.credit)
        sentences = split_sentences(draft.text)
        plans = plan_passages(article, sentences, encoder.count_tokens, max_tokens=encoder.max_tokens)
        texts += [plan.encoded for plan in plans]
    encoder.encode(texts[:32])  # warms up
    started = time.perf_counter()
    encoder.encode(texts)
    bare = len(texts) / (time.perf_counter() - started)
    figures = {"passages": float(len(texts)), "bare_per_s": round(bare, 1)}
    modes: tuple[AttributionMode, ...] = ("learned", "rules")
    for mode in modes:
        with tempfile.TemporaryDirectory() as folder:
            engine = await Engine.open(Path(folder), attribution=mode)
            await engine.ready()
            await index(engine, corpus.drafts[-2:])  # warms up
            started = time.perf_counter()
            await index(engine, drafts)
            rate = len(texts) / (time.perf_counter() - started)
            await engine.close()
        figures[f"{mode}_per_s"] = round(rate, 1)
        figures[f"{mode}_share_of_bare"] = round(rate / bare, 3)
    return figures


async def run(folder: Path, articles: int, asked: int, data: Path | None) -> None:
    """Measure and print."""
    corpus = read_multihop(folder)
    print(json.dumps({"questions": await questions(corpus, asked, data), "indexing": await indexing(corpus, articles)}))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="MULTIHOP_DIR")
    parser.add_argument("--articles", type=int, default=60, help="articles to index")
    parser.add_argument("--questions", type=int, default=200, help="questions to ask")
    parser.add_argument("--data", type=Path, help="where the index is kept between runs")
    arguments = parser.parse_args()
    asyncio.run(run(arguments.folder, arguments.articles, arguments.questions, arguments.data))


if __name__ == "__main__":
    main()
