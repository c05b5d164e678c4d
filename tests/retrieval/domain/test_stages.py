"""A stopwatch counts every second once, however stages lie in one another; a real question is timed in all of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.indexing import index
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.domain.stages import Stage, Stopwatch
from retrieval.domain.vitals import Holding
from retrieval.engine import Engine
from tests.support.fake_encoder import FakeEncoder
from tests.support.fake_reader import FakeReader

Work = tuple[str, int, list["Work"]]
WORKS = st.recursive(
    st.builds(lambda stage, seconds: (stage, seconds, []), st.sampled_from("abc"), st.integers(0, 9)),
    lambda inner: st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.lists(inner, max_size=3)),
    max_leaves=12,
)


@given(WORKS)
def test_each_second_is_counted_once_and_for_the_innermost_stage(work: Work):
    now = 0.0
    watch = Stopwatch(lambda: now)
    wanted: dict[str, int] = {}

    def do(one: Work) -> None:
        nonlocal now
        stage, seconds, inner = one
        wanted[stage] = wanted.get(stage, 0) + seconds
        with watch.timing(stage):
            now += seconds
            for part in inner:
                do(part)

    do(work)
    assert watch.seconds == wanted
    assert sum(watch.seconds.values()) == now


def test_a_stage_that_fails_is_counted_too():
    ticks = iter((1.0, 4.0))
    watch = Stopwatch(lambda: next(ticks))
    with pytest.raises(ValueError, match="on purpose"), watch.timing("a"):
        raise ValueError("on purpose")
    assert watch.seconds == {"a": 3.0}


async def test_a_question_is_timed_stage_by_stage(tmp_path: Path, write):
    heard: list[Mapping[str, float]] = []
    engine = await Engine.open(
        tmp_path / "data", encoder_loader=lambda _: FakeEncoder(), reader_loader=FakeReader, observe=heard.append
    )
    await engine.ready()
    await index(engine, [write("ferry.txt", "The new ferry to Skye carries forty cars, the harbour master said.")])
    await engine.ask("How many cars does the ferry carry?", libraries=[SHARED_LIBRARY], asked_at=datetime.now(UTC))
    vitals = await engine.vitals()
    await engine.close()
    assert len(heard) == 1
    assert set(heard[0]) == set(Stage)
    assert all(seconds >= 0 for seconds in heard[0].values())
    assert vitals.holdings == {SHARED_LIBRARY: Holding(articles=1, passages=1)}
    assert (vitals.waiting, vitals.feeds, vitals.failing_feeds) == (0, 0, 0)
