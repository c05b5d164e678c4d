"""A short soak of the whole bot finds nothing wrong, and what a soak is to find, it finds."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.soaking.bearing import MB_ANYWAY, MOST_FILES, Counts, Sample, growth
from benchmarks.soaking.traffic import Traffic
from benchmarks.soaking.world import World, world
from retrieval.domain.libraries import SHARED_LIBRARY
from tests.conftest import ROOT

STEADY = Sample(minutes=0.0, exchanges=0, restarts=0, own_mb=300.0, files=40, threads=20, tasks=7)


def test_a_short_soak_ends_with_nothing_lost_doubled_or_grown():
    command = [sys.executable, "-m", "benchmarks.soak", "--minutes", "0", "--stand-ins"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=280)
    assert ended.returncode == 0, ended.stderr
    assert '"violations": {}' in ended.stdout
    assert '"restarts": 1' in ended.stdout


@pytest.mark.parametrize("what", ["files", "threads", "tasks", "own_mb"])
@given(rise=st.integers(2, 6), count=st.integers(12, 60))
def test_whatever_grows_with_each_round_is_told(what: str, rise: int, count: int):
    each = rise * (MB_ANYWAY if what == "own_mb" else 1)
    samples = [replace(STEADY, **{what: getattr(STEADY, what) + number * each}) for number in range(count)]
    assert [line.split()[0] for line in growth(samples)] == [what]


@given(st.lists(st.integers(0, MOST_FILES), min_size=12, max_size=60))
def test_what_goes_up_and_down_within_the_tolerance_is_no_growth(files: list[int]):
    assert growth([replace(STEADY, files=STEADY.files + more) for more in files]) == []


@given(st.integers(1, 7))
def test_too_few_samples_are_no_all_clear(count: int):
    assert growth([STEADY] * count)


async def lose_an_article(made: World) -> None:
    manager = await made.running.library.manager()
    (first, *_) = await manager.articles(SHARED_LIBRARY)
    await manager.remove(SHARED_LIBRARY, first.article_id)


async def lose_an_exchange(made: World) -> None:
    assert sum([await made.running.history.delete_of_user(user_id=member.id) for member in made.members])


async def answer_twice(made: World) -> None:
    async def once_more(message: discord.Message) -> None:
        if not message.author.bot:
            await message.reply("Once more.")

    made.env.bot.add_listener(once_more, "on_message")


@pytest.mark.parametrize(
    ("fault", "told"),
    [(lose_an_article, "1 articles are lost"), (lose_an_exchange, "the history has"), (answer_twice, "got 2 answers")],
)
async def test_a_fault_is_told(tmp_path: Path, fault: object, told: str):
    counts = Counts()
    async with world(tmp_path, stand_ins=True) as made:
        traffic = Traffic(made, counts, seed=2)
        await traffic.round(0)
        assert counts.violations == []
        await fault(made)
        await traffic.round(2)
    assert any(told in line for line in counts.violations)
