"""The real bot in SimCord: a server with a channel, a reader and an admin, over the seeds and made-up articles."""

from __future__ import annotations

import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import simcord
from simcord.preview import _markdown, _messages, _snapshot

from bot.opening import open_engine
from bot.records.history import History
from bot.service.client import PullquoteBot
from bot.service.starting import StartingLibrary
from bot.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = Path(__file__).parent / "articles"
DATA = ROOT / "data" / "demo"

MODEL_TAKES_S = 300.0
"""How long SimCord waits for an answer: the model runs on whatever machine this is."""

NAME = "Pullquote"
ADMIN = discord.Permissions(administrator=True)


@dataclass(frozen=True)
class Demo:
    """What the page shows: `alice` reads, `ada` manages the server."""

    env: simcord.Env
    channel: simcord.ChannelHandle
    alice: simcord.MemberActor
    ada: simcord.MemberActor

    @property
    def me(self) -> str:
        """How the bot is mentioned."""
        return f"<@{self.env.bot.user.id}>"


class Typist(simcord.MemberActor):
    """A member who types @Pullquote where Discord's own client would offer a mention."""

    async def send(self, channel: simcord.ChannelHandle, content: str = "", **options: Any) -> discord.Message:  # noqa: ANN401
        """Send a message."""
        return await super().send(channel, self._mentioning(content), **options)

    async def edit(self, message: Any, content: str) -> None:  # noqa: ANN401 - as in SimCord
        """Change a message."""
        await super().edit(message, self._mentioning(content))

    def _mentioning(self, content: str) -> str:
        return re.sub(rf"@{NAME}\b", f"<@{self._env.bot.user.id}>", content, flags=re.IGNORECASE)


@asynccontextmanager
async def demo_world(data: Path = DATA) -> AsyncIterator[Demo]:
    """Index what is new, then run the bot, with a history of its own that ends with it.

    SimCord gives the same ids at every start: what an earlier one remembered would be taken for this one's.
    """
    end_quotes_as_discord_does()
    settings = Settings(
        _env_file=None, discord_token=None, data_dir=data, seeds_dir=ROOT / "seeds", folders=(ARTICLES,)
    )
    engine = await open_engine(settings)
    try:
        library = StartingLibrary(engine, settings)
        try:
            await library.prepare()
            with tempfile.TemporaryDirectory() as folder:
                history = await History.open(Path(folder) / "history.db")
                try:
                    bot = PullquoteBot(settings=settings, library=library, history=history)
                    async with simcord.run(bot, settle_timeout=MODEL_TAKES_S) as env:
                        yield _furnished(env)
                finally:
                    await history.close()
        finally:
            await library.stop()
    finally:
        await engine.close()


def _furnished(env: simcord.Env) -> Demo:
    env.backend.bot_user.name = NAME
    guild = env.create_guild("Alden readers")
    channel = guild.create_text_channel("ask-the-news", topic="Mention @Pullquote, or type / for its commands.")
    admins = guild.create_role("admins", permissions=ADMIN)
    alice, ada = guild.add_member(env.create_user("alice")), guild.add_member(env.create_user("ada"), roles=[admins])
    return Demo(env, channel, Typist(env, guild, alice.user), Typist(env, guild, ada.user))


def end_quotes_as_discord_does() -> None:
    """Let a block quote end with its last `> ` line, as in Discord.

    SimCord reads Markdown as CommonMark does, where a following line still belongs to the quote; the
    small line under a quote would be drawn inside it.
    """
    original = _markdown.markdown_tokens

    def markdown_tokens(value: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        text = re.sub(r"(?m)^(> .*)\n(?!> )", r"\1\n\n", str(value)) if value is not None else value
        return original(text, *args, **kwargs)

    for module in (_markdown, _messages, _snapshot):
        if hasattr(module, "markdown_tokens"):
            module.markdown_tokens = markdown_tokens
