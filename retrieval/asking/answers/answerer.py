"""The whole way from a question to an outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from retrieval.asking.answers.decision import Decision, Explanation, Searchable, all_held, take_in
from retrieval.asking.question.question import Asked
from retrieval.asking.reading.reader import Reader
from retrieval.asking.search.candidates import Candidates, find_candidates
from retrieval.asking.talk.pointing import pointing_of
from retrieval.asking.talk.understanding import understand
from retrieval.domain.answers import NoAnswer, Outcome, Refusal
from retrieval.domain.stages import Observe, Stage, Stopwatch, unobserved
from retrieval.domain.talk import Talk
from retrieval.index.passage_index import PassageIndex
from retrieval.language.english import is_foreign
from retrieval.library.live import LiveLibraries
from retrieval.neural.encoder import Encoder
from retrieval.neural.messages import MessageKind, message_kind
from retrieval.neural.reader import ReadsPassages
from retrieval.workers import Lazy, Workers

_TALK = {
    MessageKind.GREETING: Refusal.GREETING,
    MessageKind.THANKS: Refusal.THANKS,
    MessageKind.ABOUT_THE_BOT: Refusal.ABOUT_THE_BOT,
    MessageKind.OPINION: Refusal.OPINION,
    MessageKind.OTHER_TASK: Refusal.OTHER_TASK,
}


class Answerer:
    """Answers questions; searching and reading run in the models' thread. `observe` hears how long each stage took."""

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
        self._observe = observe

    async def ask(
        self, text: str, *, libraries: Sequence[str], asked_at: datetime, zone: tzinfo = UTC, talk: Talk = ()
    ) -> Outcome:
        """Answer from the given libraries after a talk; `asked_at` and `zone` are what "today" means."""
        return (await self.explain(text, libraries=libraries, asked_at=asked_at, zone=zone, talk=talk)).outcome

    async def explain(
        self, text: str, *, libraries: Sequence[str], asked_at: datetime, zone: tzinfo = UTC, talk: Talk = ()
    ) -> Explanation:
        """Answer as `ask` does, and show what was found on the way."""
        times = Stopwatch()
        try:
            return await self._explain(text, libraries, asked_at, zone, talk, times)
        finally:
            self._observe(dict(times.seconds))

    async def _explain(
        self, text: str, libraries: Sequence[str], asked_at: datetime, zone: tzinfo, talk: Talk, times: Stopwatch
    ) -> Explanation:
        # A terminal that is not UTF-8 hands over lone surrogates, which no tokenizer takes.
        text = " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
        pointing = bool(talk) and pointing_of(text) is not None  # "ok, more please" is thanks only to nobody's talk
        with times.timing(Stage.KIND):
            refusal = None if pointing else await self._asks_nothing(text)
        if refusal is not None:
            return Explanation(NoAnswer(text, refusal))
        with times.timing(Stage.LIBRARIES):
            shelves = await self._searchable(libraries)
        if not shelves:
            return Explanation(NoAnswer(text, Refusal.EMPTY_LIBRARY))
        reader = Reader(await self._reader.get())
        asked = Asked(text, asked_at, zone)

        def decide(encoder: Encoder, index: PassageIndex) -> Explanation:
            with times.timing(Stage.DECIDE), all_held(shelves):
                within = understand(text, talk, [shelf.library for shelf in shelves])
                return Decision(
                    asked, shelves, encoder=encoder, index=index, reader=reader, within=within, times=times
                ).explain()

        with times.timing(Stage.QUEUE):  # but for what `decide` counts itself
            return await self._workers.with_models(decide)

    async def candidates(self, text: str, *, libraries: Sequence[str], asked_at: datetime) -> list[Candidates]:
        """Return what would be read for a question, a library each: what the coefficients are fitted on."""
        shelves = await self._searchable(libraries)
        asked = Asked(" ".join(text.split()), asked_at)

        def find(encoder: Encoder, index: PassageIndex) -> list[Candidates]:
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

    async def _asks_nothing(self, text: str) -> Refusal | None:
        """Tell why a message is no question to the articles, None of one that is."""
        if not any(char.isalnum() for char in text):
            return Refusal.NOT_A_QUESTION
        if is_foreign(text):
            return Refusal.UNREAD_LANGUAGE
        return _TALK.get(await self._workers.with_models(lambda encoder, index: message_kind(text, encoder)))
