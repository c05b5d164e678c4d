"""Asks follow-up questions as in a channel: `python -m benchmarks.followups TASK.json --out RUN.jsonl`.

TASK holds `articles` (id, title, text) and `turns` (id, history, user, question, rewrite); a history is what was
said in the channel before, oldest first: {user, question, answer}, where `answer` is the text that was quoted. Each
turn is asked through the classes that the bot uses: `--as channel` (the default) with the channel's history, `typed`
the bare question alone, `rewrite` a person's stand-alone wording alone. RUN gets a line a turn: its id, the ten best
passages and sentences, best first, and whether it was answered.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from benchmarks.corpora import Corpus, indexed
from benchmarks.run import ASKED_AT, HITS, write_lines
from retrieval.asking.answers.decision import Explanation
from retrieval.domain.answers import Answer
from retrieval.domain.articles import Article, Credit
from retrieval.domain.drafts import ArticleDraft
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.domain.talk import Exchange, QuotedSpan
from retrieval.engine import Engine
from retrieval.keeping.formats.cleaning import clean_text

WAYS = ("channel", "typed", "rewrite")


def read_task(path: Path) -> tuple[Corpus, list[dict[str, Any]]]:
    """Return the articles of a task, each under its title, and its turns."""
    task = json.loads(path.read_text(encoding="utf-8"))
    drafts = tuple(
        ArticleDraft(f"followups:{article['id']}", clean_text(article["text"]), Credit(title=article["title"]))
        for article in task["articles"]
    )
    return Corpus("followups", drafts, tuple(task["turns"])), task["turns"]


def talk_of(turn: dict[str, Any], articles: Sequence[Article]) -> list[Exchange]:
    """Return the asker's own exchanges of a turn's history; `articles` are the library's.

    The data tells what was quoted, not where: it is looked for in the article that has most of the line's answers.
    """
    own = [said for said in turn["history"] if said["user"] == turn["user"]]
    answers = [clean_text(said["answer"]) for said in own]
    quoted = max(articles, key=lambda article: sum(answer in article.text for answer in answers))
    return [Exchange(said["question"], _spans(answer, quoted)) for said, answer in zip(own, answers, strict=True)]


def _spans(answer: str, article: Article) -> tuple[QuotedSpan, ...]:
    start = article.text.find(answer) if answer else -1
    return (QuotedSpan(article.article_id, start, start + len(answer), answer),) if start >= 0 else ()


async def articles_of(engine: Engine) -> list[Article]:
    """Return the library's articles."""
    found = [await engine.article(summary.article_id) for summary in await engine.articles()]
    return [stored.article for stored in found if stored is not None]


def line_of(turn_id: str, explained: Explanation) -> dict[str, Any]:
    """Return what was found for one turn, as the scorer reads it."""
    passages: list[str] = []
    sentences: list[str] = []
    if explained.found:
        best = explained.found[0]
        catalogue = best.library.catalogue
        for candidate in best.ranked.read[:HITS]:
            row = best.evidence.rows[candidate]
            article = catalogue.articles[catalogue.article_of[row]]
            passages.append(catalogue.passages[row].span.of(article.text))
        for place in np.argsort(-best.sentence_scores, kind="stable")[:HITS]:
            number = best.sentences[place]
            row = int(best.evidence.rows[best.evidence.owner[number]])
            sentences.append(catalogue.sentence_text(int(best.evidence.sentences[number]), row))
    answered = isinstance(explained.outcome, Answer)
    return {"id": turn_id, "passages": passages, "sentences": sentences, "answered": answered}


async def ask(engine: Engine, turn: dict[str, Any], way: str, articles: Sequence[Article]) -> Explanation:
    """Ask one turn in one of the ways."""
    question = turn["rewrite"] if way == "rewrite" else turn["question"]
    talk = talk_of(turn, articles) if way == "channel" else ()
    return await engine.explain(question, libraries=[SHARED_LIBRARY], asked_at=ASKED_AT, talk=talk)


async def run(task: Path, out: Path, way: str, limit: int | None, data: Path | None) -> None:
    """Index the articles if need be, ask the turns, write the run."""
    corpus, turns = read_task(task)
    async with indexed(corpus, data) as engine:
        articles = await articles_of(engine)
        lines = [
            line_of(turn["id"], await ask(engine, turn, way, articles))
            for turn in track(turns[:limit], description="Asking", transient=True)
        ]
    write_lines(out, lines)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", type=Path, metavar="TASK.json", help="the articles and the turns")
    parser.add_argument("--out", type=Path, required=True, help="the run file to write")
    parser.add_argument("--as", dest="way", choices=WAYS, default=WAYS[0], help="what is asked of the turns")
    parser.add_argument("--limit", type=int, help="ask only the first N turns")
    parser.add_argument("--data", type=Path, help="where the index is kept between runs")
    arguments = parser.parse_args()
    asyncio.run(run(arguments.task, arguments.out, arguments.way, arguments.limit, arguments.data))


if __name__ == "__main__":
    main()
