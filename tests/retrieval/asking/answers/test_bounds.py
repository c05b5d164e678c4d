"""No question holds the models, or its thread, for more than its share, whatever it is made of."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.indexing import index
from retrieval.asking.answers.answerer import MOST_CHARACTERS
from retrieval.asking.reading.close_reading import READ_CLOSELY
from retrieval.domain.answers import NoAnswer, Refusal
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.engine import Engine
from retrieval.neural.pieces import LONGEST_TEXT, MAX_PIECES, ReaderInput
from retrieval.neural.reader import load_reader
from tests.conftest import ROOT
from tests.support.fake_encoder import FakeEncoder
from tests.support.fake_reader import FakeReader

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOST_SEARCHES = 7
"""The whole library, the times that are named, and five sides or sources."""

SHARE_S = 1.5
"""Seconds of computing beside the models; on a busy machine some ten times what the worst has measured."""

OUTLETS = (
    "The Leith Herald",
    "Dundee Courier",
    "Perth Echo",
    "Skye Times",
    "Oban News",
    "Ayr Post",
    "Tay Mail",
    "Forth Sun",
)
HOSTILE = {
    "a word": "q" * 2_000,
    "a name": "Who is Q" + "q" * 1_900 + "?",
    "a word of many letters": "Who is " + "".join(chr(0x4E00 + n) for n in range(1_900)) + "?",
    "odd words": "why did " + " ".join(f"xq{n}zvbl" for n in range(190)) + "?",
    "odd names": "did " + " and ".join(f"Xq{n}zvbl" for n in range(140)) + " say so?",
    "quotes": "who said " + '"' * 1_900 + " that?",
    "clauses": "; ".join(f"who shut port {n}" for n in range(90)),
    "commas": "port, " * 330,
    "outlets": "Do " + ", ".join(OUTLETS * 8) + " agree about the port?",
    "parts": " ".join(f"Does the article from {one} say that the port is shut, while" for one in OUTLETS * 3),
    "sources": "what did "
    + " and ".join(name[:8] for name in ("Ada", "Ben", "Cy", "Dee", "Eve", "Fay", "Gus"))
    + " say?",
    "days": "on 5 March 2023 " * 120,
    "who": "what did " + "did " * 480,
    "capitals": "Who is " + "Aa " * 650,
    "numbers": "1 " * 990,
}


class Counted:
    """An engine of several outlets, and how much of the models a question takes."""

    def __init__(self) -> None:
        self.engine: Engine
        self.encoded: list[str] = []
        self.read: list[int] = []

    async def ask(self, text: str) -> None:
        self.encoded.clear()
        self.read.clear()
        await self.engine.ask(text, libraries=[SHARED_LIBRARY], asked_at=datetime(2024, 4, 1, tzinfo=UTC))
        assert len(self.read) <= MOST_SEARCHES
        assert all(passages <= READ_CLOSELY for passages in self.read)
        assert len(self.encoded) <= 1 + MOST_SEARCHES


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def counted(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Counted]:
    made = Counted()

    class Encodes(FakeEncoder):
        def encode(self, texts, *, layers=()):
            made.encoded.extend(texts)
            return super().encode(texts, layers=layers)

    class Reads(FakeReader):
        def read_all(self, requests):
            made.read.extend(len(request.passages) for request in requests)
            return super().read_all(requests)

    folder = tmp_path_factory.mktemp("bounds")
    for number, outlet in enumerate(OUTLETS):
        text = f"The port of Leith is shut for {number + 2} days, Ada said. Ben denied that the port is shut." * 4
        (folder / f"{number}.md").write_text(f"---\npublisher: {outlet}\ntitle: Port {number}\n---\n{text}\n")
    (folder / "huge.md").write_text("The port " + "and the pier, and “the wall” of 5% " * 3_000 + "is shut.")
    made.engine = await Engine.open(folder / "data", encoder_loader=lambda _: Encodes(), reader_loader=Reads)
    await made.engine.ready()
    await index(made.engine, [*(folder / f"{n}.md" for n in range(len(OUTLETS))), folder / "huge.md", ROOT / "seeds"])
    yield made
    await made.engine.close()


@contextmanager
def within_its_share() -> Iterator[None]:
    """Hold the process's computing, not the clock: others use the machine too."""
    began = time.process_time()
    yield
    assert time.process_time() - began < SHARE_S


@pytest.mark.parametrize("what", HOSTILE)
async def test_a_question_made_to_take_long_takes_its_share(counted, what):
    with within_its_share():
        await counted.ask(HOSTILE[what][:MOST_CHARACTERS])


WORDS = st.one_of(
    st.sampled_from(("port", "Leith", "did", "say", "and", ",", ";", "?", '"', "“", "while", "yesterday")),
    st.sampled_from(("5 March 2024", "xqzvbl", "Xqzvbl", *OUTLETS)),
    st.text(max_size=60),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(words=st.lists(WORDS, min_size=1, max_size=12), times=st.integers(1, 60))
async def test_whatever_is_asked_takes_its_share(counted, words, times):
    with within_its_share():
        await counted.ask((" ".join(words) + " ")[:MOST_CHARACTERS] * times)


async def test_a_question_that_is_too_long_is_told_so_unread(counted):
    outcome = await counted.engine.ask(
        "why? " * 500, libraries=[SHARED_LIBRARY], asked_at=datetime(2024, 4, 1, tzinfo=UTC)
    )
    assert isinstance(outcome, NoAnswer)
    assert (outcome.refusal, outcome.names) == (Refusal.TOO_LONG, ("2499", "2000"))


async def test_sentences_of_any_length_are_read_within_the_models_longest_input():
    reader = load_reader()
    huge = ReaderInput("Port " * 9_000, tuple("the port of Leith is shut " * 40_000 for _ in range(4)))
    began = time.process_time()
    (read,) = await asyncio.to_thread(reader.read, "is the port shut? " * 9_000, [huge])
    assert time.process_time() - began < 10 * SHARE_S
    assert len(read.sentences) == 4
    assert max(span[1] for span in read.spans if span) <= LONGEST_TEXT
    assert MAX_PIECES <= 512
