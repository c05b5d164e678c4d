"""The whole way from a question to an outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from retrieval.asking.answers.decision import (
    Decision,
    Explanation,
    Searchable,
)
from retrieval.asking.question.question import Asked, read_question
from retrieval.asking.search.candidates import Candidates, find_candidates
from retrieval.asking.search.matching import encode_question
from retrieval.domain.answers import NoAnswer, Outcome, Refusal
from retrieval.library.live import LiveLibraries
from retrieval.workers import Workers


class Answerer:
    """The whole way from a question to an outcome."""

    def __init__(self, *, libraries: LiveLibraries, workers: Workers) -> None:
        self._libraries = libraries
        self._workers = workers

    async def ask(self, text: str, *, libraries: Sequence[str], asked_at: datetime, zone: tzinfo = UTC) -> Outcome:
        """Answer from the given libraries; `asked_at` and `zone` are what "today" means."""
        return (await self.explain(text, libraries=libraries, asked_at=asked_at, zone=zone)).outcome

    async def explain(
        self, text: str, *, libraries: Sequence[str], asked_at: datetime, zone: tzinfo = UTC
    ) -> Explanation:
        """Answer as `ask` does, and show what was found on the way."""
        # A terminal that is not UTF-8 hands over lone surrogates, which no tokenizer takes.
        text = " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
        if not any(char.isalnum() for char in text):
            return Explanation(NoAnswer(text, Refusal.NOT_A_QUESTION))
        loaded = await asyncio.gather(*(self._libraries.get(name) for name in libraries))
        shelves = [
            Searchable(library, await self._workers.collection(library.name)) for library in loaded if library.stored
        ]
        if not shelves:
            return Explanation(NoAnswer(text, Refusal.EMPTY_LIBRARY))
        asked = Asked(text, asked_at, zone)
        return await self._workers.with_models(
            lambda encoder, index: Decision(asked, shelves, encoder, index).explain()
        )

    async def candidates(self, text: str, *, library: str, asked_at: datetime) -> Candidates | None:
        """Return what would be ranked for a question: what the coefficients are fitted on."""
        loaded = await self._libraries.get(library)
        collection = await self._workers.collection(library)
        question = read_question(Asked(" ".join(text.split()), asked_at), [loaded.publisher_names])
        return await self._workers.with_models(
            lambda encoder, index: find_candidates(
                question,
                encode_question(question, encoder.encode([question.text])[0], encoder.projection),
                loaded,
                index=index,
                collection=collection,
            )
        )
