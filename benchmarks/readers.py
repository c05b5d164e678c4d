"""Asks questions as readers do: `python -m benchmarks.readers CORPUS.json QUESTIONS.json --out RUN.jsonl`.

CORPUS is a list of articles with the fields of MultiHop-RAG's `corpus.json`, QUESTIONS a list of {id, kind,
question, asked_at, expected, ...}; each is asked at its `asked_at`. RUN gets a line a question: its id and what
`pullquote ask --json` prints, with the outcome's confidence.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.progress import track

from benchmarks.corpora import Corpus, indexed, read_multihop_articles
from benchmarks.reader_scoring import score_readers
from benchmarks.run import write_lines
from bot.output.json_answers import outcome_json
from retrieval.domain.libraries import SHARED_LIBRARY


async def run(corpus: Path, asked: list[dict[str, Any]], out: Path, data: Path | None) -> None:
    """Index the corpus if need be, ask the questions, write the run and print its score."""
    lines: list[dict[str, Any]] = []
    async with indexed(Corpus(f"readers-{corpus.stem}", read_multihop_articles(corpus), tuple(asked)), data) as engine:
        for question in track(asked, description="Asking", transient=True):
            started = time.perf_counter()
            moment = datetime.fromisoformat(question["asked_at"])
            outcome = await engine.ask(question["question"], libraries=[SHARED_LIBRARY], asked_at=moment)
            elapsed_ms = 1000 * (time.perf_counter() - started)
            line = outcome_json(outcome, elapsed_ms=elapsed_ms)
            lines.append({"id": question["id"], **line, "confidence": outcome.confidence})
    write_lines(out, lines)
    print(json.dumps(score_readers(asked, lines)))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, metavar="CORPUS.json", help="the articles")
    parser.add_argument("questions", type=Path, metavar="QUESTIONS.json", help="what is asked, and what is right")
    parser.add_argument("--out", type=Path, required=True, help="the run file to write")
    parser.add_argument("--data", type=Path, help="where the index is kept between runs")
    arguments = parser.parse_args()
    asked = json.loads(arguments.questions.read_text(encoding="utf-8"))
    asyncio.run(run(arguments.corpus, asked, arguments.out, arguments.data))


if __name__ == "__main__":
    main()
