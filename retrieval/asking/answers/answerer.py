"""The whole way from a question to an outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from retrieval.asking.answers.decision import Decision, Explanation, Searchable, all_held, take_in
from retrieval.asking.answers.fair_queue import Busy, FairQueue
from retrieval.asking.question.question import Asked
from retrieval.asking.reading.reader import Reader
from retrieval.asking.search.candidates import Candidates, find_candidates
from retrieval.asking.talk.pointing import pointing_of
from retrieval.asking.talk.understanding import understand
from retrieval.domain.answers import NoAnswer, Outcome, Refusal
from retrieval.domain.askers import TERMINAL, Asker
from retrieval.domain.stages import Observe, Stage, Stopwatch, unobserved
from retrieval.domain.talk import Talk
from retrieval.index.passage_index import PassageIndex
from retrieval.language.english import is_foreign
from retrieval.library.live import LiveLibraries
from retrieval.neural.encoder import EncodesTexts
from retrieval.neural.messages import MessageKind, message_kind
from retrieval.neural.reader import ReadsPassages
from retrieval.workers import QUESTIONS_AT_ONCE, Lazy, Workers

MOST_CHARACTERS = 2_000
"""Of a question, its blanks counted once: as many as a message on Discord has."""

_TALK = {
    MessageKind.GREETING: Refusal.GREETING,
    MessageKind.THANKS: Refusal.THANKS,
    MessageKind.ABOUT_THE_BOT: Refusal.ABOUT_THE_BOT,
    MessageKind.OPINION: Refusal.OPINION,
    MessageKind.OTHER_TASK: Refusal.OTHER_TASK,
}


class Answerer:
    """Answers questions, in turns; each runs in a thread of its own, and comes to the models with the others.

    `observe` hears how long each stage took.
    """

    def __init__(
        self,
        *,
        libraries: LiveLibraries,
        workers: Workers,
        reader: Lazy[ReadsPassages],
        observe: Observe = unobserved,
    ) -> None:
        self._libraries = libraries
        self._workers = workers
        self._reader = reader
        self._queue = FairQueue(slots=QUESTIONS_AT_ONCE)
        self._observe = observe

    async def ask(
        self,
        text: str,
        *,
        libraries: Sequence[str],
        asked_at: datetime,
        zone: tzinfo = UTC,
        talk: Talk = (),
        asker: Asker = TERMINAL,
    ) -> Outcome:
        """Answer from the given libraries after a talk; `asked_at` and `zone` are what "today" means.

        Questions wait for their turns by `asker`, or are refused as `BUSY` or `TOO_MANY_AT_ONCE`.
        """
        text = _clean(text)
        if (refused := _refused_unread(text)) is not None:
            return refused

        times = Stopwatch()
        try:
            with times.timing(Stage.QUEUE):  # but for what the stages within count themselves
                explained = await self._queue.run(
                    asker, lambda: self._explain(text, libraries, asked_at, zone, talk, times)
                )
        finally:
            self._observe(dict(times.seconds))
        if isinstance(explained, Busy):
            refusal = Refusal.TOO_MANY_AT_ONCE if explained.own else Refusal.BUSY
            return NoAnswer(text, refusal, (str(explained.seconds),))
        return explained.outcome

    async def explain(
        self, text: str, *, libraries: Sequence[str], asked_at: datetime, zone: tzinfo = UTC, talk: Talk = ()
    ) -> Explanation:
        """Answer as `ask` does, but at once, and show what was found on the way."""
        text, times = _clean(text), Stopwatch()
        if (refused := _refused_unread(text)) is not None:
            return Explanation(refused)
        try:
            with times.timing(Stage.QUEUE):
                return await self._explain(text, libraries, asked_at, zone, talk, times)
        finally:
            self._observe(dict(times.seconds))

    async def _explain(
        self, text: str, libraries: Sequence[str], asked_at: datetime, zone: tzinfo, talk: Talk, times: Stopwatch
    ) -> Explanation:
        with times.timing(Stage.LIBRARIES):
            shelves = await self._searchable(libraries)
        reader = Reader(await self._reader.get())
        asked = Asked(text, asked_at, zone)

        def decide(encoder: EncodesTexts, index: PassageIndex) -> Explanation:
            pointing = bool(talk) and pointing_of(text) is not None  # "ok, more please" is thanks only to nobody's talk
            with times.timing(Stage.KIND):
                kind = MessageKind.QUESTION if pointing else message_kind(text, encoder)
            if (nothing := _TALK.get(kind)) is not None:
                return Explanation(NoAnswer(text, nothing))
            if not shelves:
                return Explanation(NoAnswer(text, Refusal.EMPTY_LIBRARY))
            with times.timing(Stage.DECIDE), all_held(shelves):
                within = understand(text, talk, [shelf.library for shelf in shelves])
                return Decision(
                    asked, shelves, encoder=encoder, index=index, reader=reader, within=within, times=times
                ).explain()

        return await self._workers.with_models(decide)

    @property
    def waiting(self) -> int:
        """How many questions wait or are being answered."""
        return self._queue.waiting + self._queue.running

    async def close(self) -> None:
        """Refuse the questions that wait, and wait for those that are being answered."""
        await self._queue.close()

    async def candidates(self, text: str, *, libraries: Sequence[str], asked_at: datetime) -> list[Candidates]:
        """Return what would be read for a question, a library each: what the coefficients are fitted on."""
        shelves = await self._searchable(libraries)
        asked = Asked(" ".join(text.split()), asked_at)

        def find(encoder: EncodesTexts, index: PassageIndex) -> list[Candidates]:
            with all_held(shelves):
                question, vectors = take_in(asked, shelves, encoder)
                found = (
                    find_candidates(question, vectors, shelf.library, index=index, collection=shelf.collection)
                    for shelf in shelves
                )
                return [candidates for candidates in found if candidates is not None]

        return await self._workers.with_models(find)

    async def _searchable(self, libraries: Sequence[str]) -> list[Searchable]:
        opened = [self._libraries.open(name) for name in libraries]
        filled = await asyncio.to_thread(lambda: [library for library in opened if library.articles])
        return [Searchable(library, await self._workers.collection(library.name)) for library in filled]


def _clean(text: str) -> str:
    # A terminal that is not UTF-8 hands over lone surrogates, which no tokenizer takes.
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())


def _refused_unread(text: str) -> NoAnswer | None:
    """Refuse what can be told without a model to be no question that can be answered."""
    if not any(char.isalnum() for char in text):
        return NoAnswer(text, Refusal.NOT_A_QUESTION)
    if len(text) > MOST_CHARACTERS:
        return NoAnswer(text, Refusal.TOO_LONG, (str(len(text)), str(MOST_CHARACTERS)))
    return NoAnswer(text, Refusal.UNREAD_LANGUAGE) if is_foreign(text) else None
