"""Holds the model and the vector index, loads both beside the event loop, and runs their calls in threads."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from retrieval.index.passage_index import PassageIndex
from retrieval.neural.encoder import Encoder
from retrieval.neural.reranker import Reranker

if TYPE_CHECKING:
    from retrieval.keeping.attribution.extractor import Extractor

T = TypeVar("T")

ASKED_FOR_S = 0.3
"""How long after a question another one is to be expected."""

QUESTIONS_A_TURN = 3
"""Questions that go before each batch of passages while questions keep coming, so that most wait for none."""

TURN_CHECK_S = 0.005


class Workers:
    """The model in one thread of its own, Chroma in two; every call is awaited, none blocks the loop.

    Loading starts with `start` or with the first use. What fails to load raises its `RetrievalError`
    at every use.
    """

    def __init__(
        self,
        *,
        load_encoder: Callable[[], Encoder],
        open_index: Callable[[], PassageIndex],
        load_extractor: Callable[[], Extractor],
        load_reranker: Callable[[], Reranker] | None = None,
    ) -> None:
        self._load_extractor = load_extractor
        self._extractor: asyncio.Future[Extractor] | None = None
        self._load_encoder = load_encoder
        self._load_reranker = load_reranker
        self._reranker: asyncio.Future[Reranker] | None = None
        self._open_index = open_index
        self._encoder_thread = ThreadPoolExecutor(1, thread_name_prefix="encoder")
        self._index_threads = ThreadPoolExecutor(2, thread_name_prefix="index")
        self._encoder: asyncio.Future[Encoder] | None = None
        self._index: asyncio.Future[PassageIndex] | None = None
        self._asked_at = -ASKED_FOR_S
        self._asking = 0
        self._answered = 0

    def start(self) -> None:
        """Begin to load the model and to open the index, if that has not begun."""
        loop = asyncio.get_running_loop()
        if self._encoder is None:
            self._encoder = loop.run_in_executor(self._encoder_thread, self._load_encoder)
        if self._extractor is None:
            self._extractor = loop.run_in_executor(self._encoder_thread, self._load_extractor)
        if self._reranker is None and self._load_reranker is not None:
            self._reranker = loop.run_in_executor(self._encoder_thread, self._load_reranker)
        if self._index is None:
            self._index = loop.run_in_executor(self._index_threads, self._open_index)

    async def ready(self) -> None:
        """Wait until both can be used. Raises what loading raised."""
        await self.encoder()
        await self.extractor()
        await self.reranker()
        await self._opened_index()

    async def encoder(self) -> Encoder:
        """Return the model, loading it first if need be."""
        self.start()
        assert self._encoder is not None
        return await asyncio.shield(self._encoder)

    async def extractor(self) -> Extractor:
        """Return what finds attributions, loading it first if need be."""
        self.start()
        assert self._extractor is not None  # set by start
        return await asyncio.shield(self._extractor)

    async def reranker(self) -> Reranker | None:
        """Return the reranker, or None when none is set."""
        self.start()
        return None if self._reranker is None else await asyncio.shield(self._reranker)

    async def in_encoder(self, call: Callable[[Encoder], T]) -> T:
        """Run a call with the model in the model's thread."""
        encoder = await self.encoder()
        return await asyncio.get_running_loop().run_in_executor(self._encoder_thread, call, encoder)

    async def in_index(self, call: Callable[[PassageIndex], T]) -> T:
        """Run a call with the index in one of the index's threads."""
        index = await self._opened_index()
        return await asyncio.get_running_loop().run_in_executor(self._index_threads, call, index)

    async def with_models(self, call: Callable[[Encoder, PassageIndex], T]) -> T:
        """Run a question's call with the model and the index in the model's thread."""
        index = await self._opened_index()
        self._asking += 1
        try:
            return await self.in_encoder(lambda encoder: call(encoder, index))
        finally:
            self._asking -= 1
            self._answered += 1
            self._asked_at = time.monotonic()

    def is_asked(self) -> bool:
        """Tell whether questions are being asked, so that what can wait keeps its turns short."""
        return self._asking > 0 or time.monotonic() - self._asked_at < ASKED_FOR_S

    async def turn(self) -> None:
        """Wait until what can wait may use the model: no question is near, or some have gone before."""
        enough = self._answered + QUESTIONS_A_TURN
        while self.is_asked() and self._answered < enough:  # noqa: ASYNC110 - that none is asked is no event
            await asyncio.sleep(TURN_CHECK_S)

    async def close(self) -> None:
        """Wait for what runs, then let go of the index's files and the threads."""
        started = (self._encoder, self._extractor, self._reranker, self._index)
        loading = [future for future in started if future is not None]
        await asyncio.gather(*loading, return_exceptions=True)  # their errors went to whoever asked
        if self._index is not None and self._index.exception() is None:
            await self.in_index(lambda index: index.close())
        self._encoder_thread.shutdown()
        self._index_threads.shutdown()

    async def _opened_index(self) -> PassageIndex:
        self.start()
        assert self._index is not None
        return await asyncio.shield(self._index)
