"""Pullquote as a measured system, and the floor under it: the same encoder and reader on the same texts, bare."""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.indexing import index
from benchmarks.speed.child import read_work, serve
from retrieval.domain.articles import Credit
from retrieval.domain.askers import Asker
from retrieval.domain.drafts import ArticleDraft
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.engine import Engine
from retrieval.neural.encoder import load_encoder
from retrieval.neural.reader import PassageReading, ReaderInput, ReaderModel, load_reader

ASKED_AT = datetime(2024, 1, 1, tzinfo=UTC)


class Listening:
    """The reader, which keeps what it was last given to read for each question."""

    def __init__(self, reader: ReaderModel) -> None:
        self._reader = reader
        self.heard: dict[str, tuple[ReaderInput, ...]] = {}

    def read(self, question: str, passages: Sequence[ReaderInput]) -> list[PassageReading]:
        """Read."""
        self.heard[question] = tuple(passages)
        return self._reader.read(question, passages)

    def read_all(self, requests: Sequence[Any]) -> list[list[PassageReading]]:
        """Read for several questions at once, where the reader can."""
        self.heard.update({request.question: tuple(request.passages) for request in requests})
        return self._reader.read_all(requests)


class Pullquote:
    """The engine as the bot opens it."""

    def __init__(self, engine: Engine, work: dict[str, Any], heard: dict[str, tuple[ReaderInput, ...]]) -> None:
        self._engine, self._work, self._heard = engine, work, heard
        self._people = itertools.count()  # each question is another person's: nobody may have many open

    async def index(self, part: int) -> None:
        """Bring in a part of the articles, attributions included."""
        await index(self._engine, [draft_of(article) for article in self._work["articles"][part]])

    async def ask(self, question: str) -> int:
        """Answer, or refuse."""
        asker = Asker("speed", str(next(self._people)))
        await self._engine.ask(question, libraries=[SHARED_LIBRARY], asked_at=ASKED_AT, asker=asker)
        return len(self._heard.get(" ".join(question.split()), ()))

    def tell(self) -> dict[str, Any]:
        """Return what the reader was given for each question."""
        return {
            question: [(one.header, one.sentences) for one in passages] for question, passages in self._heard.items()
        }

    def hear(self, told: dict[str, Any]) -> None:
        """Nothing is to be heard."""

    async def close(self) -> None:
        """Close the engine."""
        await self._engine.close()


class Floor:
    """The encoder and the reader alone, on what Pullquote encodes and on what its reader was given."""

    def __init__(self, work: dict[str, Any]) -> None:
        self._work = work
        self._read: dict[str, list[ReaderInput]] = {}
        self._encoder, self._reader = load_encoder(), load_reader()
        self._one_at_a_time = asyncio.Lock()

    async def index(self, part: int) -> None:
        """Encode the passages, no more."""
        await asyncio.to_thread(self._encoder.encode, self._work["passages"][part])

    async def ask(self, question: str) -> int:
        """Encode the question and read its passages."""
        passages = self._read.get(" ".join(question.split()), [])
        async with self._one_at_a_time:
            await asyncio.to_thread(self._bare, question, passages)
        return len(passages)

    def _bare(self, question: str, passages: Sequence[ReaderInput]) -> None:
        self._encoder.encode([question])
        if passages:
            self._reader.read(question, passages)

    def tell(self) -> dict[str, Any]:
        """Nothing is to be told."""
        return {}

    def hear(self, told: dict[str, Any]) -> None:
        """Take what Pullquote's reader was given."""
        self._read = {
            question: [ReaderInput(header, tuple(sentences)) for header, sentences in passages]
            for question, passages in told.items()
        }

    async def close(self) -> None:
        """Nothing is held."""


def draft_of(article: dict[str, Any]) -> ArticleDraft:
    """Return an article as the parent wrote it."""
    at = article["published_at"]
    credit = Credit(
        title=article["title"],
        publisher=article["publisher"],
        byline=article["byline"],
        published_at=datetime.fromisoformat(at) if at else None,
        url=article["origin"],
    )
    return ArticleDraft(article["origin"], article["text"], credit)


async def run(what: str, work: dict[str, Any], data: Path) -> None:
    """Open the system and serve it."""
    if what == "floor":
        await serve(Floor(work))
        return
    listening: list[Listening] = []

    def load() -> Listening:
        listening.append(Listening(load_reader()))
        return listening[0]

    engine = await Engine.open(data, reader_loader=load)
    await engine.ready()
    await serve(Pullquote(engine, work, listening[0].heard))


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], read_work(sys.argv[2]), Path(sys.argv[3])))
