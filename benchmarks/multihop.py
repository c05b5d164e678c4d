"""Runs MultiHop-RAG: `python -m benchmarks.multihop DATA_DIR --out RUN.jsonl [--limit N]`."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

from benchmarks.corpora import indexed, read_multihop
from benchmarks.run import ask_all, write_lines
from benchmarks.scoring import score_multihop


async def run(folder: Path, out: Path, limit: int | None, data: Path | None) -> None:
    """Index the corpus if need be, ask the questions, write the run and print its score."""
    corpus = read_multihop(folder)
    async with indexed(corpus, data) as engine:
        lines = await ask_all(engine, corpus.questions[:limit], field="query")
    write_lines(out, lines)
    print(json.dumps(score_multihop(corpus.questions, lines)))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DATA_DIR", help="holds corpus.json and MultiHopRAG.json")
    parser.add_argument("--out", type=Path, required=True, help="the run file to write")
    parser.add_argument("--limit", type=int, help="ask only the first N questions")
    parser.add_argument("--data", type=Path, help="where the index is kept between runs")
    arguments = parser.parse_args()
    asyncio.run(run(arguments.folder, arguments.out, arguments.limit, arguments.data))


if __name__ == "__main__":
    main()
