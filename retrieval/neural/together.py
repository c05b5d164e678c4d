"""Lets questions that are answered at the same time share the models: what several ask is one call in their thread."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from typing import Generic, TypeVar

from retrieval.neural.encoder import EncodesTexts
from retrieval.neural.reader import PassageReading, ReaderInput, ReadingRequest
from retrieval.neural.vectors import EncodedText, Projection

Q = TypeVar("Q")
A = TypeVar("A")

WINDOW_S = 0.002
"""How long the model waits for the other questions that are being answered, while it has nothing else to do."""

TEXTS_TOGETHER = 16
PASSAGES_TOGETHER = 8
"""In one turn of the models' thread. More are read no faster (a passage takes as long alone as among eight), and keep
others from their turn."""


class Together(Generic[Q, A]):
    """Collects what threads ask and has it answered in the models' thread, as much as fits in one call.

    `answer` takes requests and returns an answer each, in order; what it makes of one must not depend on the others.
    `size` tells how much of `most` a request takes; a larger one is answered alone. `others` tells how many
    questions are under way, which may ask soon. Where a call fails, each of its requests is tried alone, so that
    an error reaches only who caused it.
    """

    def __init__(
        self,
        answer: Callable[[Sequence[Q]], Sequence[A]],
        *,
        thread: Executor,
        size: Callable[[Q], int],
        most: int,
        others: Callable[[], int],
        window_s: float = WINDOW_S,
    ) -> None:
        self._answer = answer
        self._thread = thread
        self._size = size
        self._most = most
        self._others = others
        self._window_s = window_s
        self._waiting: deque[tuple[Q, Future[A]]] = deque()
        self._changed = threading.Condition()
        self._turn_taken = False

    def ask(self, request: Q) -> A:
        """Return the answer to one request; to be called in any thread but the models'."""
        future: Future[A] = Future()
        with self._changed:
            self._waiting.append((request, future))
            self._changed.notify()
            if not self._turn_taken:
                self._turn_taken = True
                self._thread.submit(self._take_turn)
        return future.result()

    def _take_turn(self) -> None:
        with self._changed:
            until = time.monotonic() + self._window_s
            while not self._is_full() and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
            batch = self._next()
            self._turn_taken = bool(self._waiting)
            if self._turn_taken:  # behind whatever else waits for the models
                self._thread.submit(self._take_turn)
        self._settle(batch)

    def _is_full(self) -> bool:
        """Tell whether nobody else may ask, or no more fits."""
        return len(self._waiting) >= self._others() or sum(self._size(q) for q, _ in self._waiting) >= self._most

    def _next(self) -> list[tuple[Q, Future[A]]]:
        batch = [self._waiting.popleft()]
        room = self._most - self._size(batch[0][0])
        while self._waiting and (room := room - self._size(self._waiting[0][0])) >= 0:
            batch.append(self._waiting.popleft())
        return batch

    def _settle(self, batch: Sequence[tuple[Q, Future[A]]]) -> None:
        try:
            answers = self._answer([request for request, _ in batch])
            for (_, future), answer in zip(batch, answers, strict=True):
                future.set_result(answer)
        except Exception as error:
            if len(batch) == 1:
                batch[0][1].set_exception(error)
                return
            for one in batch:
                self._settle([one])


class SharedEncoder:
    """The encoder for one question, in its own thread; what the question has encoded once is not encoded again."""

    def __init__(self, encoder: EncodesTexts, together: Together[str, EncodedText]) -> None:
        self._encoder = encoder
        self._together = together
        self._known: dict[str, EncodedText] = {}

    @property
    def fingerprint(self) -> str:
        """Name the weights."""
        return self._encoder.fingerprint

    @property
    def projection(self) -> Projection:
        """How the vectors of this encoder's words are made small."""
        return self._encoder.projection

    def encode(self, texts: Sequence[str]) -> list[EncodedText]:
        """Return one pass over each text, in order."""
        for text in texts:
            if text not in self._known:
                self._known[text] = self._together.ask(text)
        return [self._known[text] for text in texts]


class SharedReader:
    """A reader whose passages are read together with those of other questions."""

    def __init__(self, together: Together[ReadingRequest, list[PassageReading]]) -> None:
        self._together = together

    def read(self, question: str, passages: Sequence[ReaderInput]) -> list[PassageReading]:
        """Return what the model makes of each passage, in order."""
        return self._together.ask(ReadingRequest(question, tuple(passages))) if passages else []
