"""What several questions ask of a model at a time is one call, and each gets its own answer, the same as alone."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.neural.encoder import load_encoder
from retrieval.neural.reader import ReaderInput, ReadingRequest, load_reader
from retrieval.neural.together import SharedEncoder, Together
from tests.conftest import ROOT

TEXTS = (
    "why did Gantz go to Washington?",
    "who?",
    "What does the New York Sun say about the visit of the minister, and does POLITICO agree with what it says there?",
    "Ada Lovelace " * 40,
)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=24))
def test_each_gets_its_own_answer_in_calls_that_are_no_larger_than_is_allowed(sizes):
    calls: list[list[tuple[int, int]]] = []

    def answer(requests):
        calls.append(list(requests))
        return [number * 10 for number, _ in requests]

    with ThreadPoolExecutor(1) as models, ThreadPoolExecutor(6) as askers:
        together = Together(
            answer, thread=models, size=lambda request: request[1], most=6, others=lambda: len(sizes), window_s=0.001
        )
        results = list(askers.map(together.ask, enumerate(sizes)))
    assert results == [number * 10 for number in range(len(sizes))]
    assert all(sum(size for _, size in call) <= 6 or len(call) == 1 for call in calls)
    assert sorted(request for call in calls for request in call) == list(enumerate(sizes))


def test_those_who_ask_at_a_time_are_answered_in_one_call():
    calls: list[list[str]] = []
    all_here = threading.Barrier(4)

    def answer(requests):
        calls.append(sorted(requests))
        return requests

    def ask(text: str) -> str:
        all_here.wait()
        return together.ask(text)

    with ThreadPoolExecutor(1) as models, ThreadPoolExecutor(4) as askers:
        together = Together(answer, thread=models, size=len, most=9, others=lambda: 4, window_s=30)
        assert list(askers.map(ask, "abcd")) == list("abcd")
    assert calls == [list("abcd")]


def test_who_asks_alone_waits_for_nobody():
    with ThreadPoolExecutor(1) as models:
        together = Together(lambda asked: asked, thread=models, size=len, most=9, others=lambda: 1, window_s=3_600)
        assert together.ask("a") == "a"


def test_an_error_reaches_only_who_caused_it():
    def answer(requests):
        if "bad" in requests:
            raise ValueError("bad")
        return requests

    def ask(text: str) -> str | type[Exception]:
        try:
            return together.ask(text)
        except ValueError as error:
            return type(error)

    with ThreadPoolExecutor(1) as models, ThreadPoolExecutor(3) as askers:
        together = Together(answer, thread=models, size=lambda text: 1, most=9, others=lambda: 3, window_s=5)
        assert list(askers.map(ask, ["a", "bad", "c"])) == ["a", ValueError, "c"]


def test_a_question_encodes_the_same_words_once():
    asked: list[str] = []

    def answer(requests):
        asked.extend(requests)
        return [load_encoder_once().encode([text])[0] for text in requests]

    with ThreadPoolExecutor(1) as models:
        encoder = SharedEncoder(
            load_encoder_once(), Together(answer, thread=models, size=len, most=9, others=lambda: 1)
        )
        first, second = encoder.encode(["why?"])[0], encoder.encode(["why?", "who?"])[0]
    assert first is second
    assert asked == ["why?", "who?"]


_loaded: list = []


def load_encoder_once():
    if not _loaded:
        _loaded.append(load_encoder())
    return _loaded[0]


def test_texts_encoded_together_have_the_vectors_they_have_alone():
    encoder = load_encoder_once()
    together = encoder.encode(TEXTS)
    for text, beside in zip(TEXTS, together, strict=True):
        (alone,) = encoder.encode([text])
        assert np.array_equal(alone.spans, beside.spans)
        np.testing.assert_allclose(alone.vector, beside.vector, atol=1e-5)
        np.testing.assert_allclose(alone.tokens, beside.tokens, atol=1e-4)


def test_passages_read_beside_those_of_other_questions_score_as_alone():
    reader = load_reader()
    article = (ROOT / "seeds" / "gantz-washington.md").read_text().split("\n\n")
    passages = [ReaderInput("", tuple(f"{one}." for one in part.split(". "))) for part in article if len(part) > 80]
    assert len(passages) > 3
    requests = [ReadingRequest(text, tuple(passages[n : n + 3])) for n, text in enumerate(TEXTS)]
    for request, beside in zip(requests, reader.read_all(requests), strict=True):
        for passage, read in zip(request.passages, beside, strict=True):
            (alone,) = reader.read(request.question, [passage])
            np.testing.assert_allclose(alone.sentences, read.sentences, atol=1e-3)
            assert alone.no_answer == pytest.approx(read.no_answer, abs=1e-4)
            assert [s and s[:2] for s in alone.spans] == [s and s[:2] for s in read.spans]
