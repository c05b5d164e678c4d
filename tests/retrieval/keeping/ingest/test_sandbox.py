"""Whatever a parser does on hostile input ends in a sentence, and the next job runs as if nothing had been."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from retrieval.errors import ArticleError
from retrieval.keeping.ingest.sandbox import Limits, Sandbox
from tests.retrieval.keeping.ingest import jobs


@pytest_asyncio.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    made = Sandbox(Limits(cpu_s=1, wall_s=20, memory_bytes=400_000_000))
    yield made
    await made.close()


async def test_jobs_run_in_one_child_that_is_light_and_knows_no_secrets(sandbox, monkeypatch):
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    first, heavy, environment = await sandbox.run(jobs.process)
    second, _, _ = await sandbox.run(jobs.process)
    assert first == second
    assert heavy == []
    assert "DISCORD_TOKEN" not in environment
    assert await sandbox.run(jobs.add, 1, other=2) == 3


async def test_jobs_asked_for_at_once_each_get_their_own_outcome(sandbox):
    sums = await asyncio.gather(*(sandbox.run(jobs.add, number, other=1) for number in range(20)))
    assert sums == list(range(1, 21))


async def test_a_refusal_comes_through_as_it_is(sandbox):
    with pytest.raises(ArticleError, match=r"^a\.md is empty: it has no article text\.$"):
        await sandbox.run(jobs.refuse)


@pytest.mark.parametrize(
    ("job", "says"),
    [
        (jobs.break_down, "damaged in a way that no parser can read"),
        (jobs.recurse, "damaged in a way that no parser can read"),
        (jobs.die, "broke the parser"),
        (jobs.crash, "broke the parser"),
        (jobs.spin, "more than 1 s of computing"),
        (jobs.eat, "takes too much memory"),
        (jobs.return_stranger, "broke the parser"),
        (jobs.return_much, "far too long"),
    ],
)
async def test_a_parser_that_goes_wrong_gets_a_sentence_and_the_next_job_runs(sandbox, job, says):
    with pytest.raises(ArticleError) as caught:
        await sandbox.run(job)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert await sandbox.run(jobs.add, 1, other=2) == 3


async def test_a_parser_that_hangs_is_ended():
    sandbox = Sandbox(Limits(wall_s=3))
    with pytest.raises(ArticleError, match="took longer than 3 s"):
        await sandbox.run(jobs.hang)
    assert await sandbox.run(jobs.add, 1, other=2) == 3
    await sandbox.close()


async def test_computing_time_is_counted_for_each_job_anew(sandbox):
    for _ in range(2):
        with pytest.raises(ArticleError, match="of computing"):
            await sandbox.run(jobs.spin)


async def test_a_caller_that_gives_up_leaves_no_job_behind(sandbox):
    waiting = asyncio.create_task(sandbox.run(jobs.hang))
    await asyncio.sleep(0.5)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await sandbox.run(jobs.add, 1, other=2) == 3


async def test_what_a_parser_prints_does_not_get_between_the_replies(sandbox):
    assert await sandbox.run(jobs.chatter) == "said"
    assert await sandbox.run(jobs.add, 1, other=2) == 3


async def test_a_child_that_ended_while_idle_is_no_articles_fault(sandbox):
    child, _, _ = await sandbox.run(jobs.process)
    os.kill(child, signal.SIGKILL)
    await asyncio.sleep(0.5)
    assert await sandbox.run(jobs.add, 1, other=2) == 3


async def test_a_parser_writes_no_files(sandbox, tmp_path):
    with pytest.raises(ArticleError):
        await sandbox.run(jobs.write_file, str(tmp_path / "x"))
    assert not (tmp_path / "x").exists() or (tmp_path / "x").stat().st_size == 0


async def test_after_closing_nothing_runs(sandbox):
    await sandbox.run(jobs.add, 1, other=2)
    await sandbox.close()
    with pytest.raises(ArticleError, match="shutting down"):
        await sandbox.run(jobs.add, 1, other=2)


async def test_closing_waits_for_no_job(sandbox):
    running = asyncio.create_task(sandbox.run(jobs.hang))
    waiting = asyncio.create_task(sandbox.run(jobs.add, 1, other=2))
    await asyncio.sleep(0.5)
    await sandbox.close()
    for task in (running, waiting):
        with pytest.raises(ArticleError, match="shutting down"):
            await task
