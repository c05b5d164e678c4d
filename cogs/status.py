"""`/status`: how the bot stands, for who manages a server."""

from __future__ import annotations

import asyncio
import math
import time
from importlib.metadata import version

from discord import app_commands
from discord.ext import commands

from bot.ports import ManagesLibraries
from bot.service.client import PullquoteBot
from bot.service.disk import disk_of
from cogs._library.guard import Asking, admits, begin, library_of, say
from cogs._rendering.status import Holdings, Standing, status_text
from retrieval.domain.libraries import SHARED_LIBRARY, Feed, RunRecord


class Status(commands.Cog):
    """The `/status` command."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot

    @app_commands.command(name="status", description="How I stand: what I can answer from, what waits, what failed.")
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.default_permissions(manage_guild=True)
    async def status(self, interaction: Asking) -> None:
        """Show it to the admin alone; it waits for nothing that is still loading."""
        if not await admits(interaction) or not await begin(interaction):
            return
        manager = self.bot.library.ready_manager()
        holdings, feeds, run = await _kept(manager, library_of(interaction)) if manager else (None, (), None)
        latency = self.bot.latency
        standing = Standing(
            version=version("pullquote"),
            up_s=time.monotonic() - self.bot.started,
            readiness=self.bot.library.readiness(),
            latency_s=latency if math.isfinite(latency) else None,
            disk=await self._disk(),
            holdings=holdings,
            feeds=feeds,
            run=run,
        )
        await say(interaction, status_text(standing))

    async def _disk(self) -> tuple[int, int] | None:
        try:
            disk = await asyncio.to_thread(disk_of, self.bot.settings.data_dir)
        except OSError:
            return None
        return disk.used, disk.free


async def _kept(manager: ManagesLibraries, library: str) -> tuple[Holdings | None, tuple[Feed, ...], RunRecord | None]:
    """Return what a server's questions are answered from, its feeds, and when it was looked through last."""
    own, shared = await manager.status(library), await manager.status(SHARED_LIBRARY)
    run = next((run for run in own.runs if run.what.startswith("re-index")), own.runs[0] if own.runs else None)
    holdings = Holdings((own.articles, own.passages), (shared.articles, shared.passages))
    return holdings, tuple(await manager.feeds(library)), run


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(Status(bot))
