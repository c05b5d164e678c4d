"""Measures Pullquote beside LangChain + Chroma and LlamaIndex + Chroma: `python -m benchmarks.speed CORPUS QUESTIONS`.

All in one run, on the same passages and questions, with the same encoder: each system in a process of its own, taking
turns at a part of the articles and at a few questions, so that what else the machine does hits all alike. How to make
the other systems' environment, and what the figures were: docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.corpora import read_multihop_articles
from benchmarks.processes import load, tree_mb
from benchmarks.speed.running import Running, start
from benchmarks.speed.table import ASKERS, Figures, print_table, summary
from retrieval.domain.articles import Article
from retrieval.domain.drafts import ArticleDraft
from retrieval.keeping.indexing.passages import plan_passages
from retrieval.language.sentences import split_sentences
from retrieval.neural.encoder import load_encoder
from retrieval.neural.reader import encoder_folder

OTHERS = ("langchain", "langchain+reranker", "llamaindex", "llamaindex+reranker")
PARTS = 4
WARM_UP = 3


def work_of(corpus: Path, questions: Path, limit: int, seed: int, count: int) -> dict[str, Any]:
    """Choose articles, those that questions ask about first, and cut them into the passages that we would index."""
    asked = json.loads(questions.read_text(encoding="utf-8"))
    wanted = {one["url"] for question in asked for one in question["expected"] or ()}
    drafts = sorted(read_multihop_articles(corpus), key=lambda draft: draft.origin not in wanted)[:limit]
    texts = [question["question"] for question in asked]
    random.Random(seed).shuffle(texts)  # noqa: S311 - an order, no secret
    parts = [drafts[number::PARTS] for number in range(PARTS)]
    encoder = load_encoder()
    return {
        "articles": [[_article(draft) for draft in part] for part in parts],
        "passages": [[text for draft in part for text in _passages(draft, encoder)] for part in parts],
        "questions": texts[:count],
        "model": str(encoder_folder()),
    }


def _article(draft: ArticleDraft) -> dict[str, Any]:
    credit = draft.credit
    at = credit.published_at.isoformat() if credit.published_at else None
    return {"origin": draft.origin, "text": draft.text, "title": credit.title, "publisher": credit.publisher,
            "byline": credit.byline, "published_at": at}  # fmt: skip


def _passages(draft: ArticleDraft, encoder: Any) -> list[str]:  # noqa: ANN401 - an encoder
    article = Article(draft.origin, draft.text, draft.credit)
    plans = plan_passages(article, split_sentences(draft.text), encoder.count_tokens, max_tokens=encoder.max_tokens)
    return [plan.encoded for plan in plans]


def measure(
    work: dict[str, Any],
    others: Path | None,
    rounds: int,
    each: dict[int, int],
    folder: Path,
    after_round: Callable[[Figures], None],
) -> None:
    """Index, start anew, and ask in rounds; every system in its turn. `after_round` hears what there is so far."""
    work_file = folder / "work.json"
    work_file.write_text(json.dumps(work), encoding="utf-8")
    theirs = [name for name in OTHERS if others is not None]
    figures = Figures(passages=sum(map(len, work["passages"])))

    def begin(name: str, data: str) -> Running:
        module = "benchmarks.speed.others" if name in OTHERS else "benchmarks.speed.ours"
        python = others if name in OTHERS else Path(sys.executable)
        assert python is not None  # no others are begun without their Python
        return start(name, python, module, work_file, folder / data)

    indexing = {name: begin(name, name) for name in ["pullquote", *(name for name in theirs if "+" not in name)]}
    indexing["floor"] = begin("floor", "floor")
    for part in range(PARTS):
        for name, child in indexing.items():
            figures.indexed(name, len(work["passages"][part]), child.do("index", part=part))
    for name, child in indexing.items():
        child.end()
        if name != "floor":
            figures.disk_mb[name] = tree_mb(folder / name)
    for name in theirs:
        if "+" in name:
            shutil.copytree(folder / name.partition("+")[0], folder / name)
    ours, floor = begin("pullquote", "pullquote"), begin("floor", "floor")
    beside = [begin(name, name) for name in theirs]
    questions = list(work["questions"])
    for child in (ours, floor, *beside):
        figures.started(child.name, child.ready_s, child.do("used"))
        child.do("ask", questions=questions[:WARM_UP], askers=1)
    questions = questions[WARM_UP:]
    for number in range(rounds):
        turned = beside[number % 2 :] + beside[: number % 2]
        for askers in ASKERS:
            batch = [questions.pop(0) for _ in range(min(each[askers], len(questions)))]
            questions += batch
            for group in [[ours, floor], turned] if number % 2 == 0 else [turned, [ours, floor]]:
                for child in group:
                    if child is floor:
                        floor.do("hear", told=ours.do("tell"))
                    figures.asked(child.name, askers, child.do("ask", questions=batch, askers=askers))
        for child in (ours, floor, *beside):
            figures.resident(child.name, child.do("used"))
        after_round(figures)
    for child in (ours, floor, *beside):
        child.end()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, metavar="CORPUS.json", help="articles as MultiHop-RAG's corpus.json")
    parser.add_argument(
        "questions", type=Path, metavar="QUESTIONS.json", help="a list of {question, expected: [{url}]}"
    )
    parser.add_argument("--others", type=Path, metavar="PYTHON", help="the Python of the other systems' environment")
    parser.add_argument("--limit", type=int, default=80, help="articles to index")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of questions")
    parser.add_argument("--each", type=int, nargs=3, default=(16, 24, 64), metavar="N",
                        help="questions a round with 1, 8 and 64 askers")  # fmt: skip
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="the models' threads, in all systems")
    parser.add_argument("--out", type=Path, help="where the figures go as JSON")
    parser.add_argument("--seed", type=int, default=1, help="of the order of questions")
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(arguments.threads)
    before = load()
    count = WARM_UP + arguments.rounds * sum(arguments.each)
    work = work_of(arguments.corpus, arguments.questions, arguments.limit, arguments.seed, count)

    def told(figures: Figures) -> None:
        found = summary(figures)
        found["machine"] = {"before": before, "after": load(), "model_threads": arguments.threads}
        print_table(found)
        if arguments.out:
            arguments.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")

    with tempfile.TemporaryDirectory() as folder:
        each = dict(zip(ASKERS, arguments.each, strict=True))
        measure(work, arguments.others, arguments.rounds, each, Path(folder), told)


if __name__ == "__main__":
    main()
