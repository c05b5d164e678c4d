"""The models' thread, the questions' and Chroma's, and what is loaded into them once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from retrieval.index.passage_index import PassageIndex, collection_name
from retrieval.neural.encoder import Encoder, EncodesTexts
from retrieval.neural.reader import PassageReading, ReadingRequest, ReadsTogether
from retrieval.neural.together import PASSAGES_TOGETHER, TEXTS_TOGETHER, SharedEncoder, SharedReader, Together
from retrieval.neural.vectors import EncodedText

T = TypeVar("T")

ASKED_FOR_S = 0.3
"""How long after a question another one is to be expected."""

QUESTIONS_A_TURN = 3
"""Questions that go before each batch of passages while questions keep coming, so that most wait for none."""

TURN_CHECK_S = 0.005

QUESTIONS_AT_ONCE = 4
"""Questions that are being answered at the same time, each in a thread: while the models work for some, others search
and quote."""


class Lazy(Generic[T]):
    """Something that is loaded in a thread, once, at the first use or at `start`.

    What fails to load raises its error at every use.
    """

    def __init__(self, load: Callable[[], T], thread: Executor) -> None:
        self._load = load
        self._thread = thread
        self._loaded: asyncio.Future[T] | None = None

    def start(self) -> asyncio.Future[T]:
        """Begin to load it, if that has not begun."""
        if self._loaded is None:
            self._loaded = asyncio.get_running_loop().run_in_executor(self._thread, self._load)
        return self._loaded

    async def get(self) -> T:
        """Return it, loading it first if need be."""
        return await asyncio.shield(self.start())

    async def settled(self) -> T | None:
        """Wait for the loading that has begun; None where none has, or where it failed."""
        if self._loaded is None:
            return None
        await asyncio.wait([self._loaded])
        return None if self._loaded.exception() else self._loaded.result()


class Workers:
    """The models in one thread of their own, questions in a few, Chroma in two; every call is awaited, none blocks.

    Questions come to the models by way of `Together`: what several ask at a time is one call.

    `database_id` is `library.db`'s, a part of the names of its collections.
    """

    def __init__(
        self, *, database_id: str, load_encoder: Callable[[], Encoder], open_index: Callable[[], PassageIndex]
    ) -> None:
        self._database_id = database_id
        self._model_thread = ThreadPoolExecutor(1, thread_name_prefix="encoder")
        self._question_threads = ThreadPoolExecutor(QUESTIONS_AT_ONCE, thread_name_prefix="question")
        self._index_threads = ThreadPoolExecutor(2, thread_name_prefix="index")
        self._models: list[Lazy[Any]] = []
        self._encoder: Lazy[Encoder] = self.lazily(load_encoder)
        self._encoding: Together[str, EncodedText] | None = None
        self._index = Lazy(open_index, self._index_threads)
        self._asked_at = -ASKED_FOR_S
        self._asking = 0
        self._answered = 0

    def lazily(self, load: Callable[[], T]) -> Lazy[T]:
        """Return a model that will be loaded in the models' thread, in the order of these calls."""
        model = Lazy(load, self._model_thread)
        self._models.append(model)
        return model

    async def ready(self) -> None:
        """Load what is not loaded yet, and wait until all can be used. Raises what loading raised."""
        index = self._index.start()
        for model in self._models:
            model.start()
        for model in self._models:
            await model.get()
        await asyncio.shield(index)

    async def encoder(self) -> Encoder:
        """Return the encoder, loading it first if need be."""
        return await self._encoder.get()

    async def collection(self, library: str) -> str:
        """Return the name of the collection that holds a library's vectors by the present encoder."""
        return collection_name(library, (await self.encoder()).fingerprint, self._database_id)

    async def in_encoder(self, call: Callable[[Encoder], T]) -> T:
        """Run a call with the encoder in the models' thread."""
        encoder = await self.encoder()
        return await asyncio.get_running_loop().run_in_executor(self._model_thread, call, encoder)

    async def in_index(self, call: Callable[[PassageIndex], T]) -> T:
        """Run a call with the index in one of the index's threads."""
        index = await self._index.get()
        return await asyncio.get_running_loop().run_in_executor(self._index_threads, call, index)

    def reading_together(self, load: Callable[[], ReadsTogether]) -> Callable[[], SharedReader]:
        """Return what loads a reader for questions, whose passages are then read with those of other questions."""

        def loaded() -> SharedReader:
            model = load()
            together: Together[ReadingRequest, list[PassageReading]] = Together(
                model.read_all,
                thread=self._model_thread,
                size=lambda request: len(request.passages),
                most=PASSAGES_TOGETHER,
                others=lambda: self._asking,
            )
            return SharedReader(together)

        return loaded

    async def with_models(self, call: Callable[[EncodesTexts, PassageIndex], T]) -> T:
        """Run a question's call with the encoder and the index in one of the questions' threads."""
        index, encoder = await self._index.get(), await self.encoder()
        if self._encoding is None:
            self._encoding = Together(
                encoder.encode,
                thread=self._model_thread,
                size=lambda text: 1,
                most=TEXTS_TOGETHER,
                others=lambda: self._asking,
            )
        shared = SharedEncoder(encoder, self._encoding)
        self._asking += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._question_threads, call, shared, index)
        finally:
            self._asking -= 1
            self._answered += 1
            self._asked_at = time.monotonic()

    def is_asked(self) -> bool:
        """Tell whether questions are being asked, so that what can wait keeps its turns short."""
        return self._asking > 0 or time.monotonic() - self._asked_at < ASKED_FOR_S

    async def turn(self) -> None:
        """Wait until what can wait may use the models: no question is near, or some have gone before."""
        enough = self._answered + QUESTIONS_A_TURN
        while self.is_asked() and self._answered < enough:  # noqa: ASYNC110 - that none is asked is no event
            await asyncio.sleep(TURN_CHECK_S)

    async def close(self) -> None:
        """Wait for what runs, then let go of the index's files and the threads."""
        await asyncio.to_thread(self._question_threads.shutdown)
        for model in self._models:
            await model.settled()  # errors went to whoever asked
        if await self._index.settled() is not None:
            await self.in_index(lambda index: index.close())
        for threads in (self._model_thread, self._index_threads):
            await asyncio.to_thread(threads.shutdown)  # waits for what runs, and the loop goes on
