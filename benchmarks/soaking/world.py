"""The whole bot in SimCord on one data folder, which can be stopped and started again in the same Discord."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import simcord

from benchmarks.soaking.news import TOWNS, News
from bot.records.history import History
from bot.service.client import PullquoteBot
from bot.service.starting import StartingLibrary
from bot.settings import Settings
from retrieval.domain.libraries import SHARED_LIBRARY, Feed
from retrieval.engine import Engine
from retrieval.keeping.ingest.fetching import Fetcher
from retrieval.keeping.ingest.intake import Ingest
from tests.retrieval.keeping.ingest.conftest import AnyPort
from tests.support.fake_encoder import FakeEncoder
from tests.support.fake_reader import FakeReader
from tests.support.web import NewsSite

MEMBERS, CHANNELS = 12, 4
SETTLE_S = 240.0
KEPT_MESSAGES = 40
"""In each channel; more than one round brings."""
STAND_INS: dict[str, Any] = {"encoder_loader": lambda _: FakeEncoder(), "reader_loader": FakeReader}


@dataclass
class Running:
    """One life of the bot: from opening the data folder to closing it."""

    engine: Engine
    library: StartingLibrary
    history: History
    bot: PullquoteBot
    after: asyncio.Task[None] | None = None

    async def stop(self) -> None:
        """Close all that was opened, in the order in which the bot does."""
        if self.after is not None:
            self.after.cancel()
            await asyncio.gather(self.after, return_exceptions=True)
        await self.library.stop()
        await self.history.close()
        await self.engine.close()


@dataclass
class World:
    """A server with channels and members, the news, and the bot as it runs now."""

    open: Callable[[], Any]
    env: simcord.Env
    guild: simcord.GuildHandle
    channels: list[simcord.ChannelHandle]
    members: list[simcord.MemberActor]
    news: News
    running: Running

    @property
    def me(self) -> str:
        """How the bot is mentioned."""
        return f"<@{self.env.bot.user.id}>"

    async def restart(self) -> None:
        """Stop the bot and start it anew on the same folder, in the same Discord."""
        await self.running.stop()
        self.running = await self.open()
        await self.env.restart_bot(self.running.bot)
        self.look_after()

    def look_after(self) -> None:
        """Follow feeds and folders beside everything else, as the running bot does."""
        bot = self.running.bot
        self.running.after = asyncio.create_task(self.running.library.look_after(bot.announce, bot.tell_doubts))

    def forget_old_messages(self) -> None:
        """Let SimCord's Discord forget all but the newest messages, and its notes of what was sent.

        It keeps some 23 KB of each exchange for good, ten times what all else in the process grows by.
        """
        backend = self.env.backend
        backend.http_requests.clear()
        backend.transcript.clear()
        for messages in backend.messages.values():
            for message_id in sorted(messages)[:-KEPT_MESSAGES]:
                del messages[message_id]
        for interaction_id in sorted(backend.interactions)[:-KEPT_MESSAGES]:
            del backend.interactions[interaction_id]
        tokens = backend.interaction_tokens
        for token in [token for token, known in tokens.items() if known not in backend.interactions]:
            del tokens[token]

    async def feed(self) -> Feed:
        """Return the one feed."""
        (feed,) = await (await self.running.library.manager()).feeds(SHARED_LIBRARY)
        return feed


async def _open(settings: Settings, models: dict[str, Any]) -> Running:
    engine = await Engine.open(settings.data_dir, **models)
    fetcher = partial(Fetcher, allow=lambda _: True, ports=AnyPort(), retry_s=0.0)
    library = StartingLibrary(engine, settings, ingest=lambda: Ingest(fetcher=fetcher()))
    await library.prepare()
    history = await History.open(settings.data_dir / "history.db")
    return Running(engine, library, history, PullquoteBot(settings=settings, library=library, history=history))


@asynccontextmanager
async def world(folder: Path, *, stand_ins: bool) -> AsyncIterator[World]:
    """Make the world in an empty folder; with `stand_ins` the engine runs without the models."""
    seeds = folder / "seeds"
    seeds.mkdir()
    site = NewsSite()
    await site.start()
    news = News(seeds, site)
    for town in TOWNS:
        news.write(town)
    news.publish()
    settings = Settings(_env_file=None, data_dir=folder / "data", seeds_dir=seeds)
    opening = partial(_open, settings, STAND_INS if stand_ins else {})
    running = await opening()
    manager = await running.library.manager()
    await manager.add_feed(SHARED_LIBRARY, f"{site.url}/feed")
    async with simcord.run(running.bot, settle_timeout=SETTLE_S) as env:
        guild = env.create_guild("ours")
        channels = [guild.create_text_channel(f"news-{number}") for number in range(CHANNELS)]
        members = [guild.add_member(env.create_user(f"reader{number}")) for number in range(MEMBERS)]
        made = World(opening, env, guild, channels, members, news, running)
        made.look_after()
        try:
            yield made
        finally:
            with contextlib.suppress(Exception):  # what went wrong before is what is told
                await made.running.stop()
    await site.stop()
