"""Whatever a parser does on hostile input ends in a sentence, and the next job runs as if nothing had been."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from retrieval.errors import ArticleError
from retrieval.keeping.ingest import sandbox as sandboxes
from retrieval.keeping.ingest.sandbox import Limits, Sandbox
from tests.conftest import ROOT
from tests.retrieval.keeping.ingest import jobs

TESTS = (ROOT / "tests",)


@pytest_asyncio.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    made = Sandbox(Limits(cpu_s=1, wall_s=60, memory_bytes=400_000_000), readable=TESTS)
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
    sandbox = Sandbox(Limits(wall_s=3), readable=TESTS)
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


async def test_one_servers_slow_articles_hold_up_no_other_server(sandbox):
    slow = [asyncio.create_task(sandbox.run_for("guild-1", jobs.hang)) for _ in range(5)]
    sums = [sandbox.run_for(f"guild-{number}", jobs.add, number, other=1) for number in range(2, 6)]
    assert await asyncio.gather(*sums) == [3, 4, 5, 6]
    assert not any(task.done() for task in slow)
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)
    assert await sandbox.run_for("guild-1", jobs.add, 1, other=1) == 2


linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux alone cuts a parser off")


@linux
async def test_a_parser_reads_none_of_this_machines_files(sandbox, tmp_path):
    (tmp_path / "secret").write_text("DISCORD_TOKEN=abc")
    if "files" not in await sandbox.run(jobs.in_force):
        pytest.skip("this kernel has no Landlock")
    for path in (str(tmp_path / "secret"), "/etc/passwd", str(ROOT / "pyproject.toml"), "/proc/self/environ"):
        with pytest.raises(ArticleError, match="damaged"):
            await sandbox.run(jobs.read_file, path)


@linux
async def test_a_parser_reaches_no_network_and_no_other_process(sandbox):
    protections = await sandbox.run(jobs.in_force)
    if "network" not in protections and "TCP" not in protections:
        pytest.skip("this kernel and its rules allow neither a namespace nor Landlock's rules for TCP")
    listening = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    with pytest.raises(ArticleError, match="damaged"):
        await sandbox.run(jobs.connect, port)
    listening.close()
    await listening.wait_closed()


async def test_what_protects_is_said_once(caplog, monkeypatch):
    monkeypatch.setattr(sandboxes, "_SAID", [])
    caplog.set_level("INFO")
    for _ in range(2):
        made = Sandbox(readable=TESTS)
        assert await made.run(jobs.add, 1, other=2) == 3
        await made.close()
    assert sum("processes of their own, with" in line for line in caplog.messages) == 1


async def test_a_child_that_cannot_start_is_a_sentence(monkeypatch):
    async def no_room(*_: object, **__: object) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", no_room)
    with pytest.raises(ArticleError, match=r"could not be started \(Resource temporarily unavailable\)"):
        await Sandbox().run(jobs.add, 1, other=2)


async def test_a_process_that_has_grown_much_is_replaced(sandbox):
    roomy = Sandbox(Limits(memory_bytes=1_000_000_000), readable=TESTS)
    first = await roomy.run(jobs.grow, 500_000_000)
    second, _, _ = await roomy.run(jobs.process)
    assert first != second
    await roomy.close()
