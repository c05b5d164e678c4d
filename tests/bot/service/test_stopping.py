"""A bot that is asked to stop finishes what it was asked, or says that it cannot, and leaves whole files."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
from pathlib import Path

import pytest

from bot.service import stopping
from bot.service.stopping import OpenQuestions, StoppedError
from cogs._rendering import texts
from tests.support.bot_runner import QUESTION, BotProcess, running_bot
from tests.support.discord_server import LoopbackDiscord


def kept(data: Path) -> int:
    """Return how many questions are kept, having looked that both databases are whole and closed."""
    assert not list(data.glob("*-wal"))
    for name in ("library.db", "history.db"):
        with sqlite3.connect(data / name) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        db.close()
    with sqlite3.connect(data / "history.db") as db:
        (count,) = db.execute("SELECT count(*) FROM turns").fetchone()
    db.close()
    return int(count)


async def asked(discords: LoopbackDiscord) -> None:
    """Ask, and wait until the bot is at it."""
    seen = len(discords.requests)
    await discords.ask(QUESTION)
    await discords.until(lambda: any("typing" in path for _, path, _ in discords.requests[seen:]))


def told(bot: BotProcess) -> str:
    return " ".join(line["message"] for line in bot.log)


async def test_an_open_question_is_answered_and_new_ones_are_turned_away(discords: LoopbackDiscord, tmp_path: Path):
    async with running_bot(discords, tmp_path, PULLQUOTE_TEST_SLOW_S="1.5") as bot:
        await asked(discords)
        bot.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.3)
        await discords.ask("and how many people?")
        await discords.until(lambda: len(discords.messages) == 1)
        assert discords.said() == [texts.STOPPING]
        assert "stopping" in await bot.page("readyz")
        assert await bot.ended() == 0
    assert len(discords.said()) == 2
    assert "forty cars" in discords.said()[1]
    assert kept(bot.data) == 1
    assert "no more questions are taken" in told(bot)
    assert not any(line["level"] in ("ERROR", "CRITICAL") for line in bot.log), bot.log


async def test_what_cannot_be_finished_in_time_is_refused_with_a_sentence(discords: LoopbackDiscord, tmp_path: Path):
    async with running_bot(discords, tmp_path, PULLQUOTE_TEST_SLOW_S="4", PULLQUOTE_TEST_STOP_S="0.5") as bot:
        await asked(discords)
        bot.process.send_signal(signal.SIGTERM)
        await discords.until(lambda: len(discords.messages) == 1)
        assert await bot.ended() == 0
    assert discords.said() == [texts.STOPPED]
    assert kept(bot.data) == 0
    assert not any(line["level"] in ("ERROR", "CRITICAL") for line in bot.log), bot.log


async def test_a_second_signal_waits_for_nobody(discords: LoopbackDiscord, tmp_path: Path):
    async with running_bot(discords, tmp_path, PULLQUOTE_TEST_SLOW_S="3", PULLQUOTE_TEST_STOP_S="600") as bot:
        await asked(discords)
        bot.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.3)
        bot.process.send_signal(signal.SIGTERM)
        assert await bot.ended(30) == 0
    assert kept(bot.data) in (0, 1)


def articles(data: Path) -> int:
    if not (data / "library.db").exists():
        return 0
    with contextlib.closing(sqlite3.connect(f"{(data / 'library.db').as_uri()}?mode=ro", uri=True)) as db:
        try:
            return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
        except sqlite3.OperationalError:  # it is just being made
            return 0


async def test_a_stop_amid_indexing_keeps_what_is_done_and_the_next_start_does_the_rest(
    discords: LoopbackDiscord, tmp_path: Path
):
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for number in range(300):
        text = f"Harbour {number} has {number + 2} boats, the master of harbour {number} said. " * 40
        (seeds / f"{number}.txt").write_text(text)
    async with running_bot(discords, tmp_path, ready=False, PULLQUOTE_TEST_SLOW_BATCH_S="0.2") as bot:
        async with asyncio.timeout(90):
            while not articles(bot.data) > 0:
                await asyncio.sleep(0.05)
        bot.process.send_signal(signal.SIGTERM)
        assert await bot.ended() == 0
    assert not any(line["level"] in ("ERROR", "CRITICAL") for line in bot.log), bot.log
    kept(bot.data)
    assert 0 < articles(bot.data) < 301
    async with running_bot(discords, tmp_path) as bot:
        assert articles(bot.data) == 301
        bot.process.terminate()
        assert await bot.ended() == 0
    assert not any("missing from Chroma" in line["message"] for line in bot.log)


async def test_what_begins_when_the_time_is_over_is_not_begun(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stopping, "TELL_WITHIN_S", 0.05)
    questions = OpenQuestions()
    with questions.one():
        await questions.finish(0.05)
        with pytest.raises(StoppedError):
            await questions.work(asyncio.sleep(60))


async def test_nothing_open_is_waited_for_not_at_all():
    async with asyncio.timeout(1):
        await OpenQuestions().finish(60)


async def test_who_does_not_let_itself_be_told_holds_up_nobody(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stopping, "TELL_WITHIN_S", 0.05)
    questions, told = OpenQuestions(), asyncio.Event()

    async def deaf() -> None:
        with questions.one():
            with pytest.raises(StoppedError):
                await questions.work(asyncio.sleep(60))
            told.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await questions.finish(0.05)
    assert told.is_set()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_who_gives_up_waiting_leaves_no_work_behind():
    questions = OpenQuestions()
    work = asyncio.create_task(questions.work(asyncio.sleep(60)))
    await asyncio.sleep(0.01)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    assert len(asyncio.all_tasks()) == 1
