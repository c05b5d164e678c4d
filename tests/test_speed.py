"""The speed benchmark asks every question once, whoever asks, and compares only what was measured side by side."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.speed.child import asked
from benchmarks.speed.table import ASKERS, Figures, summary

SYSTEMS = ("pullquote", "floor", "langchain", "langchain+reranker")
USED = {"cpu_s": 1.0, "resident_mb": 500.0, "own_mb": 400.0}


class Counting:
    """Counts who asks at the same time."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.at_once = self.most = 0

    async def index(self, part: int) -> None: ...

    async def ask(self, question: str) -> int:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        self.heard.append(question)
        await asyncio.sleep(0)
        self.at_once -= 1
        return len(question)

    def tell(self) -> dict[str, object]:
        return {}

    def hear(self, told: dict[str, object]) -> None: ...

    async def close(self) -> None: ...


@given(st.lists(st.text(max_size=5), max_size=40), st.integers(1, 64))
def test_each_question_is_asked_once_by_no_more_people_than_there_are(questions: list[str], askers: int):
    system = Counting()
    answered = asyncio.run(asked(system, questions, askers))
    assert system.heard == questions
    assert system.most == min(askers, len(questions))
    assert len(answered["latencies"]) == len(questions)
    assert sorted(answered["read"]) == sorted(map(len, questions))


def round_of(seconds: float) -> dict[str, object]:
    return {"latencies": [seconds, seconds], "seconds": 2 * seconds, "cpu_s": 2 * seconds, "read": [4, 4]}


@given(st.lists(st.floats(0.1, 20), min_size=1, max_size=5), st.floats(0.5, 8), st.floats(0.5, 8))
def test_a_machine_that_slows_down_for_all_changes_no_ratio(slowness: list[float], floor: float, theirs: float):
    takes = {"pullquote": 1.0, "floor": 1 / floor, "langchain": 0.1, "langchain+reranker": theirs}
    figures = Figures(passages=10 * len(slowness))
    for name in SYSTEMS:
        figures.started(name, 1.0, USED)
        figures.resident(name, USED)
        figures.disk_mb[name] = 1.0
        for slow in slowness:
            took = slow * takes[name]
            figures.indexed(name, 10, {"seconds": took, "cpu_s": took})
            for askers in ASKERS:
                figures.asked(name, askers, round_of(took))
    ratios = summary(figures)["ratios"]
    assert ratios["p50, one asker, over bare encoding and reading"] == pytest.approx(floor, abs=0.011)
    assert ratios["times as fast as LangChain with a cross-encoder, one asker"] == pytest.approx(theirs, abs=0.011)
    assert ratios["questions/s beside LangChain with a cross-encoder, 64 askers"] == pytest.approx(theirs, abs=0.011)
    assert ratios["indexing over the bare encoder"] == pytest.approx(1 / floor, abs=0.011)


def test_without_the_others_the_floor_alone_is_compared():
    figures = Figures(passages=10)
    for name in SYSTEMS[:2]:
        figures.started(name, 1.0, USED)
        figures.resident(name, USED)
        figures.indexed(name, 10, {"seconds": 1.0, "cpu_s": 1.0})
        for askers in ASKERS:
            figures.asked(name, askers, round_of(1.0))
    found = summary(figures)
    assert list(found["systems"]) == ["pullquote", "floor"]
    assert set(found["ratios"]) == {
        "indexing over the bare encoder",
        "p50, one asker, over bare encoding and reading",
        "processor time indexing, over the bare encoder",
        "processor time a question, one asker, over the floor",
    }
