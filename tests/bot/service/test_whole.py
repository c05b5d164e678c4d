"""The whole bot in SimCord: commands, manager, SQLite and Chroma are real; only the encoder needs no model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import simcord

from bot.records.history import History
from bot.service.client import PullquoteBot
from bot.service.starting import StartingLibrary
from bot.settings import Settings
from retrieval.engine import Engine
from tests.cogs.conftest import ADMIN
from tests.support.fake_encoder import FakeEncoder
from tests.support.fake_reader import FakeReader
from tests.support.patience import PATIENCE_S

FERRY = (
    "The new ferry to Skye sailed for the first time on Tuesday, the harbour master Ewan Grant said. "
    "It carries forty cars and three hundred passengers across the sound in twenty minutes."
)
QUESTION = "How many cars does the new ferry to Skye carry?"


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "port.txt").write_text("The port of Leith is shut for a week, the engineer Ann Bell said.")
    return folder


@dataclass(frozen=True)
class Place:
    """A server with a channel, and one who may manage it."""

    channel: simcord.ChannelHandle
    admin: simcord.MemberActor
    env: simcord.Env

    async def ask(self, question: str) -> str:
        """Ask by mention; returns the answer."""
        await self.env.advance_time(60)  # the rate limit is the real one
        await self.admin.send(self.channel, f"<@{self.env.bot.user.id}> {question}")
        return str(self.channel.last_message.content)


@asynccontextmanager
async def two_servers(tmp_path: Path, seeds: Path) -> AsyncIterator[tuple[Place, Place]]:
    settings = Settings(_env_file=None, data_dir=tmp_path / "data", seeds_dir=seeds)
    engine = await Engine.open(settings.data_dir, encoder_loader=lambda _: FakeEncoder(), reader_loader=FakeReader)
    library = StartingLibrary(engine, settings)
    await library.prepare()
    history = await History.open(tmp_path / "history.db")
    bot = PullquoteBot(settings=settings, library=library, history=history)
    async with simcord.run(bot, settle_timeout=PATIENCE_S) as env:
        made = []
        for name in ("ours", "theirs"):
            guild = env.create_guild(name)
            role = guild.create_role("admins", permissions=ADMIN)
            admin = guild.add_member(env.create_user(f"admin of {name}"), roles=[role])
            made.append(Place(guild.create_text_channel("news"), admin, env))
        yield made[0], made[1]
    await library.stop()
    await history.close()
    await engine.close()


async def test_what_an_admin_adds_answers_in_their_server_alone_until_it_is_removed(tmp_path: Path, seeds: Path):
    async with two_servers(tmp_path, seeds) as (ours, theirs):
        await add_ask_remove_restore(ours, theirs)


async def add_ask_remove_restore(ours: Place, theirs: Place) -> None:
    form = await ours.admin.slash(ours.channel, "library add text")
    told = await ours.admin.submit_modal(form, {"title": "A ferry", "publisher": "The Day", "text": FERRY})
    assert told.response.content.startswith("Added “A ferry”")
    assert "forty cars" in await ours.ask(QUESTION)
    assert "forty cars" not in await theirs.ask(QUESTION)
    article_id = told.response.content.split("Id: ")[1].replace("\\", "")
    asked = await ours.admin.slash(ours.channel, "library remove", article=article_id)
    await ours.admin.click(asked.response, label="Remove")
    assert "forty cars" not in await ours.ask(QUESTION)
    await ours.admin.slash(ours.channel, "library restore", article=article_id)
    assert "forty cars" in await ours.ask(QUESTION)


async def test_a_conversation_goes_on_over_a_restart_and_ends_where_its_history_is_deleted(tmp_path: Path, seeds: Path):
    (seeds / "ferry.txt").write_text(FERRY)
    async with two_servers(tmp_path, seeds) as (ours, theirs):
        assert "About" not in await ours.ask(QUESTION)
        follow_up = "and how many passengers?"
        answered = await ours.ask(follow_up)
        assert answered.startswith("-# About: ")
        assert "Skye" in answered.splitlines()[0]
        assert "three hundred" in answered
        assert "About" not in await theirs.ask(follow_up)
        old = ours.env.bot
        await ours.env.restart_bot(PullquoteBot(settings=old.settings, library=old.library, history=old.history))
        assert (await ours.ask(follow_up)).startswith("-# About: ")
        assert "About" not in await ours.ask("Who said that the port of Leith is shut for a week?")  # another topic
        shown = await ours.admin.slash(ours.channel, "history")
        await ours.admin.click(shown.response, label="Delete my questions here")
        await ours.admin.click(shown.response, label="Delete")
        assert "About" not in await ours.ask(follow_up)
