"""Runs SQuAD 2.0: `python -m benchmarks.squad DEV.json --out RUN.jsonl [--limit N]`."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

from benchmarks.corpora import indexed, read_squad
from benchmarks.run import ask_all, write_lines
from benchmarks.scoring import score_squad


async def run(path: Path, out: Path, limit: int | None, data: Path | None) -> None:
    """Index the paragraphs if need be, ask the questions, write the run and print its score."""
    corpus = read_squad(path)
    questions = corpus.questions[:limit]
    async with indexed(corpus, data) as engine:
        lines = await ask_all(engine, questions, field="question")
    named = [{"id": question["id"], **line} for question, line in zip(questions, lines, strict=True)]
    write_lines(out, named)
    print(json.dumps(score_squad(corpus.questions, named)))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path, metavar="DEV.json", help="SQuAD 2.0's development file")
    parser.add_argument("--out", type=Path, required=True, help="the run file to write")
    parser.add_argument("--limit", type=int, help="ask only the first N questions")
    parser.add_argument("--data", type=Path, help="where the index is kept between runs")
    arguments = parser.parse_args()
    asyncio.run(run(arguments.path, arguments.out, arguments.limit, arguments.data))


if __name__ == "__main__":
    main()
