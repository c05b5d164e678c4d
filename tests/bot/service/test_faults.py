"""What people see and what is kept while a database is held, a disk is full, a clock jumps, or Chroma is gone."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import simcord

from bot.records.history import History, Turn
from bot.service.client import PullquoteBot
from bot.service.clock import ClockCheck
from bot.service.health import beat, is_alive
from bot.service.starting import StartingLibrary
from bot.settings import Settings
from retrieval.engine import Engine
from retrieval.errors import StorageError
from retrieval.store import sqlite
from tests.cogs.conftest import ADMIN
from tests.cogs.quotes import FakeLibrary
from tests.support.bot_runner import FERRY, QUESTION, running_bot
from tests.support.chroma_server import free_port, running_chroma
from tests.support.discord_server import CHANNEL_ID, LoopbackDiscord
from tests.support.fake_encoder import FakeEncoder
from tests.support.fake_reader import FakeReader
from tests.support.holding import held

UNREACHABLE = "The articles cannot be reached just now."
ANSWER = "forty cars"


class Scene:
    """The whole bot with real databases and a real index: a server, a channel, and one who may manage it."""

    def __init__(self, env: simcord.Env, history: History, data: Path) -> None:
        self.env, self.history, self.data = env, history, data
        guild = env.create_guild()
        role = guild.create_role("admins", permissions=ADMIN)
        self.channel = guild.create_text_channel("news")
        self.admin = guild.add_member(env.create_user("ada"), roles=[role])

    async def ask(self, question: str = QUESTION) -> str:
        await self.env.advance_time(60)  # the rate limit is the real one
        await self.admin.send(self.channel, f"<@{self.env.bot.user.id}> {question}")
        return str(self.channel.last_message.content)

    async def add(self, title: str) -> str:
        """Paste an article; returns what is said."""
        await self.env.advance_time(60)
        form = await self.admin.slash(self.channel, "library add text")
        text = f"The {title} was opened on Monday, the engineer Ann Bell said. It is a hundred metres long."
        return str((await self.admin.submit_modal(form, {"title": title, "text": text})).response.content)

    async def kept(self) -> int:
        return await self.history.count_of_channel(self.channel.id)

    def has_buttons(self) -> bool:
        return bool(self.channel.last_message.components)


@asynccontextmanager
async def scene(tmp_path: Path, **settings: object) -> AsyncIterator[Scene]:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "ferry.txt").write_text(FERRY)
    made = Settings(_env_file=None, data_dir=tmp_path / "data", seeds_dir=tmp_path / "seeds", **settings)
    engine = await Engine.open(
        made.data_dir,
        chroma_url=made.chroma_url,
        encoder_loader=lambda _: FakeEncoder(),
        reader_loader=FakeReader,
    )
    library = StartingLibrary(engine, made)
    await library.prepare()
    history = await History.open(made.data_dir / "history.db")
    async with simcord.run(PullquoteBot(settings=made, library=library, history=history)) as env:
        yield Scene(env, history, made.data_dir)
    await library.stop()
    await history.close()
    await engine.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a held database for a third of a second, not for ten."""
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 300)


# -- a database that another program holds


@pytest.mark.usefixtures("impatient")
async def test_while_the_history_is_held_people_are_answered_and_only_the_buttons_are_missing(tmp_path: Path):
    async with scene(tmp_path) as here:
        with held(here.data / "history.db"):
            assert ANSWER in await here.ask()
            assert not here.has_buttons()
            assert await here.kept() == 0
        assert ANSWER in await here.ask()
        assert here.has_buttons()
        assert await here.kept() == 1


@pytest.mark.usefixtures("impatient")
async def test_while_the_library_is_held_people_are_answered_and_an_admin_is_told_that_nothing_was_added(
    tmp_path: Path,
):
    async with scene(tmp_path) as here:
        with held(here.data / "library.db"):
            assert ANSWER in await here.ask()
            assert UNREACHABLE in await here.add("bridge")
        assert "hundred metres" not in await here.ask("How long is the bridge?")
        assert (await here.add("bridge")).startswith("Added “bridge”")
        assert "hundred metres" in await here.ask("How long is the bridge?")


@pytest.mark.usefixtures("impatient")
async def test_a_start_on_a_held_database_ends_in_a_sentence_that_says_so(tmp_path: Path):
    async with scene(tmp_path) as here:
        data = here.data
    with held(data / "library.db"), pytest.raises(StorageError, match="held by another program; end that program"):
        await Engine.open(data)
    await (await Engine.open(data)).close()


# -- a full disk


async def test_on_a_full_disk_people_are_answered_and_the_history_goes_on_afterwards(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    async with scene(tmp_path) as here:
        [[pages]] = await here.history.read("PRAGMA page_count")
        for number in range(400):  # what is free in the file is used up first
            await here.history._connection.execute(f"PRAGMA max_page_count = {pages}")
            try:
                await here.history.record(Turn(1, 1, 1, f"{number}" * 200, asked_at=datetime.now(UTC)))
            except StorageError:
                break
        caplog.clear()
        assert ANSWER in await here.ask()
        assert not here.has_buttons()
        logged = [record for record in caplog.records if record.levelname in ("ERROR", "WARNING")]
        assert len(logged) == 1
        await here.history._connection.execute("PRAGMA max_page_count = 1000000")
        assert ANSWER in await here.ask()
        assert here.has_buttons()


# -- a clock that jumps


@pytest.mark.parametrize("hours", [-30_000, -13, 13, 30_000])
async def test_by_a_clock_that_has_jumped_nothing_is_deleted(tmp_path: Path, hours: int):
    history = await History.open(tmp_path / "history.db")
    bot = PullquoteBot(settings=Settings(_env_file=None), library=FakeLibrary(), history=history)
    async with simcord.run(bot) as env:
        await history.record(Turn(1, 1, 1, "old?", asked_at=env.now() - timedelta(days=91)))
        bot.clock = ClockCheck(now=lambda: time.time() + 3600 * hours)
        bot.clock.heard(format_datetime(datetime.now(UTC), usegmt=True))
        await bot.forget_old_turns()
        assert len(await history.recent(1, limit=9)) == 1
        bot.clock = ClockCheck()
        bot.clock.heard(format_datetime(datetime.now(UTC), usegmt=True))
        await bot.forget_old_turns()
        assert await history.recent(1, limit=9) == ()
    await history.close()


def test_what_discord_does_not_say_is_not_held_against_the_clock():
    clock = ClockCheck()
    for said in (None, "", "yesterday", "Wed, 99 Nov 2026 99:00:00 GMT"):
        clock.heard(said)
        assert clock.off() is None
        assert clock.may_be_believed(before="nothing")


async def test_discords_clock_is_heard_with_every_answer(discords: LoopbackDiscord, history: History):
    discords.skew_s = -7_200
    bot = PullquoteBot(settings=Settings(_env_file=None), library=FakeLibrary(), history=history)
    async with bot:
        with pytest.raises(Exception, match="Improper token"):
            await bot.login("x")
        off = bot.clock.off()
    assert off is not None
    assert abs(off - timedelta(hours=2)) < timedelta(seconds=30)


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_sign_of_life_from_another_time_is_none(tmp_path: Path, hours: int):
    beat(tmp_path)
    assert is_alive(tmp_path)
    moment = time.time() + 3600 * hours
    os.utime(tmp_path / "alive", (moment, moment))
    assert not is_alive(tmp_path)


# -- Chroma gone for a minute


async def test_while_chroma_is_gone_people_are_told_so_and_are_answered_once_it_is_back(tmp_path: Path):
    port = free_port()
    with running_chroma(tmp_path / "server", port) as url:
        manager = scene(tmp_path, chroma_url=url)
        here = await manager.__aenter__()
        assert ANSWER in await here.ask()
    said = await here.ask()
    assert said.startswith(UNREACHABLE)
    assert "127.0.0.1" not in said
    assert UNREACHABLE in await here.add("bridge")
    assert await here.kept() == 1
    with running_chroma(tmp_path / "server", port):
        assert ANSWER in await here.ask()
        assert (await here.add("bridge")).startswith("Added “bridge”")
        assert "hundred metres" in await here.ask("How long is the bridge?")
        assert await here.kept() == 3
        await manager.__aexit__(None, None, None)


# -- a second bot, and a model that does not load, in processes of their own


async def test_a_second_bot_on_the_same_data_is_refused_with_a_sentence(discords: LoopbackDiscord, tmp_path: Path):
    async with running_bot(discords, tmp_path) as bot:
        with pytest.raises(RuntimeError, match="Another Pullquote process is using the data folder"):
            async with running_bot(discords, tmp_path):
                pass
        await discords.ask(QUESTION)
        await discords.until(lambda: len(discords.messages) == 1)
        assert ANSWER in discords.said()[0]
        assert discords.identified == 1
        bot.process.terminate()
        assert await bot.ended() == 0


@pytest.mark.parametrize(
    ("code", "says"), [(4004, r"closed the connection for good \(code 4004\)"), (4014, "refuses the intents")]
)
async def test_a_connection_that_discord_closes_for_good_ends_in_a_sentence(
    discords: LoopbackDiscord, tmp_path: Path, code: int, says: str
):
    discords.close_with = code
    with pytest.raises(RuntimeError, match=f"\npullquote: Discord.*{says}") as caught:
        async with running_bot(discords, tmp_path):
            pass
    assert "Traceback" not in str(caught.value).splitlines()[-1]


async def test_a_port_that_is_taken_is_named(discords: LoopbackDiscord, tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with pytest.raises(RuntimeError, match=f"Port {port} on this machine cannot be used for metrics"):
            async with running_bot(discords, tmp_path, PULLQUOTE_METRICS_PORT=port):
                pass
    assert discords.identified == 0


async def test_a_running_bot_is_backed_up_and_examined_without_being_disturbed(
    discords: LoopbackDiscord, tmp_path: Path
):
    async with running_bot(discords, tmp_path) as bot:
        await discords.ask(QUESTION)
        await discords.until(lambda: len(discords.messages) == 1)
        assert (await bot.command("backup", str(tmp_path / "b.tar.gz")))[0] == 0
        status, printed = await bot.command("doctor", "--json")
        found = {check["check"]: check["state"] for check in json.loads(printed)}
        assert (status, found["library.db"], found["history.db"]) == (0, "ok", "ok")
        assert (found["token"], found["vector index"]) == ("ok", "skipped")
        assert (await bot.command("restore", str(tmp_path / "b.tar.gz"), "--replace"))[0] == 1
        await discords.ask("and who says so?")
        await discords.until(lambda: len(discords.messages) == 2)
        bot.process.terminate()
        assert await bot.ended() == 0
    shutil.rmtree(tmp_path / "data")
    assert (await bot.command("restore", str(tmp_path / "b.tar.gz")))[0] == 0
    async with running_bot(discords, tmp_path) as bot:
        await discords.ask(QUESTION)
        await discords.until(lambda: len(discords.messages) == 3)
        assert ANSWER in discords.said()[2]
        bot.process.terminate()
        assert await bot.ended() == 0
    history = await History.open(tmp_path / "data" / "history.db")
    assert await history.count_of_channel(CHANNEL_ID) == 2  # that of the backup, and the last
    await history.close()


async def test_a_model_that_does_not_load_is_told_to_who_asks_and_ends_the_bot_with_a_sentence(
    discords: LoopbackDiscord, tmp_path: Path
):
    async def ask_at_once() -> None:
        await discords.until(lambda: discords.identified == 1)
        await asyncio.sleep(0.2)
        await discords.ask(QUESTION)

    asking = asyncio.create_task(ask_at_once())
    with pytest.raises(RuntimeError, match="The model is not there; fetch it") as caught:
        async with running_bot(discords, tmp_path, PULLQUOTE_TEST_NO_MODEL="1"):
            pass
    await asking
    assert "Traceback (most recent call last)" not in str(caught.value).split("\n")[-1]
    assert [said[: len(UNREACHABLE)] for said in discords.said()] == [UNREACHABLE]
