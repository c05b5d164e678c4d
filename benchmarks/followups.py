"""Asks follow-up questions as in a channel: `python -m benchmarks.followups TASK.json --out RUN.jsonl`.

TASK holds `articles` (id, title, text) and `turns` (id, history, user, question, rewrite); a history is what was
said in the channel before, oldest first: {user, question, answer}, where `answer` is the text that was quoted. Each
turn is asked through the classes that the bot uses: `--as channel` (the default) in a channel of its own of a
`history.db`, where the others' questions are recorded too, `typed` the bare question alone, `rewrite` a person's
stand-alone wording alone. RUN gets a line a turn: its id, the ten best
passages and sentences, best first, and whether it was answered.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from rich.progress import track

from benchmarks.corpora import Corpus, indexed
from benchmarks.run import ASKED_AT, HITS, passages_of, write_lines
from bot.records.history import History, Turn
from bot.records.lines import Line, line_before
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
    passages = [text for _, text in passages_of(explained)]
    sentences: list[str] = []
    if explained.found:
        best = explained.found[0]
        catalogue = best.library.catalogue
        for place in np.argsort(-best.sentence_scores, kind="stable")[:HITS]:
            number = best.sentences[place]
            row = int(best.evidence.rows[best.evidence.owner[number]])
            sentences.append(catalogue.sentence_text(int(best.evidence.sentences[number]), row))
    answered = isinstance(explained.outcome, Answer)
    return {"id": turn_id, "passages": passages, "sentences": sentences, "answered": answered}


class Asking:
    """Asks turns in one of the ways."""

    def __init__(self, engine: Engine, history: History, way: str, articles: Sequence[Article]) -> None:
        self._engine = engine
        self._history = history
        self._way = way
        self._articles = articles
        self._channels = 0

    async def explain(self, turn: dict[str, Any]) -> Explanation:
        """Ask one turn, and show what was found."""
        question = turn["rewrite"] if self._way == "rewrite" else turn["question"]
        talk = (await self._line(turn)).talk if self._way == "channel" else ()
        return await self._engine.explain(question, libraries=[SHARED_LIBRARY], asked_at=ASKED_AT, talk=talk)

    async def _line(self, turn: dict[str, Any]) -> Line:
        """Record a turn's history, a minute between two questions, and return the line that its asker goes on from."""
        self._channels += 1
        channel = {user: talk_of({**turn, "user": user}, self._articles) for user in _users(turn)}
        people = {user: number for number, user in enumerate(channel, start=1)}
        start = ASKED_AT - timedelta(minutes=len(turn["history"]))
        said = {user: iter(talk) for user, talk in channel.items()}
        for minute, asked in enumerate(turn["history"]):
            exchange, at = next(said[asked["user"]]), start + timedelta(minutes=minute)
            line = await self._before(people[asked["user"]], at)
            await self._history.record(
                Turn(None, self._channels, people[asked["user"]], exchange.question, at, quotes=exchange.quotes,
                     follows=line.last_id if line.meant else None)
            )  # fmt: skip
        return await self._before(people[turn["user"]], ASKED_AT)

    async def _before(self, user_id: int, at: datetime) -> Line:
        return await line_before(self._history, channel_id=self._channels, user_id=user_id, at=at)


def _users(turn: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys([turn["user"], *(said["user"] for said in turn["history"])]))


async def run(task: Path, out: Path, way: str, limit: int | None, data: Path | None) -> None:
    """Index the articles if need be, ask the turns, write the run."""
    corpus, turns = read_task(task)
    async with indexed(corpus, data) as engine:
        with TemporaryDirectory() as folder:
            history = await History.open(Path(folder) / "history.db")
            try:
                asking = Asking(engine, history, way, await articles_of(engine))
                lines = [
                    line_of(turn["id"], await asking.explain(turn))
                    for turn in track(turns[:limit], description="Asking", transient=True)
                ]
            finally:
                await history.close()
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
