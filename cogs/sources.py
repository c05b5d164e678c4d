"""Shows who is quoted in the articles, and everything from one source, in pages that the asker turns."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bot.service.client import PullquoteBot
from cogs._rendering.sources import Page, list_pages, nothing_text, several_text, source_pages
from cogs._ui.admission import admitted
from cogs._ui.messages import libraries_seen
from cogs._ui.quote_pages import QuotePages
from cogs._ui.suggesting import found_in_time
from retrieval.domain.lookups import MAX_SUGGESTED_CHARS, SeveralSources

TOPIC_LIMIT = 100
log = logging.getLogger(__name__)


class Sources(commands.Cog):
    """The commands `/sources` and `/source`."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot

    @app_commands.command(name="sources", description="List who is quoted in the articles, and how often.")
    @app_commands.describe(topic="Only sources with something on this, in a word or a few")
    async def sources(
        self, interaction: discord.Interaction[PullquoteBot], topic: app_commands.Range[str, 1, TOPIC_LIMIT] | None
    ) -> None:
        """Show the sources that this place may see, the most quoted first."""
        if not await admitted(interaction):
            return
        libraries = await libraries_seen(interaction)
        listed = await self.bot.library.sources(topic, libraries=libraries)
        await self._show(interaction, await asyncio.to_thread(list_pages, listed, topic=topic), libraries)

    @app_commands.command(name="source", description="Show everything from one source, newest first.")
    @app_commands.describe(
        name="A person, an outlet or an organisation", topic="Only what is about this, in a word or a few"
    )
    async def source(
        self,
        interaction: discord.Interaction[PullquoteBot],
        name: app_commands.Range[str, 1, MAX_SUGGESTED_CHARS],
        topic: app_commands.Range[str, 1, TOPIC_LIMIT] | None,
    ) -> None:
        """Show what is attributed to a source or published by it."""
        if not await admitted(interaction):
            return
        libraries = await libraries_seen(interaction)
        found = await self.bot.library.source(name, topic, libraries=libraries)
        if found is None:
            pages = [Page(nothing_text(name))]
        elif isinstance(found, SeveralSources):
            pages = [Page(several_text(name, found.names))]
        elif not found.quotes:
            pages = [Page(nothing_text(found.source, topic))]
        else:
            pages = await asyncio.to_thread(source_pages, found, topic=topic)
        await self._show(interaction, pages, libraries)

    @source.autocomplete("name")
    async def suggest(
        self, interaction: discord.Interaction[PullquoteBot], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest names from the libraries that this place may see."""

        async def find() -> list[str]:
            return await self.bot.library.suggest_sources(typed, libraries=await libraries_seen(interaction))

        return [app_commands.Choice(name=name, value=name) for name in await found_in_time(find())]

    async def _show(
        self, interaction: discord.Interaction[PullquoteBot], pages: Sequence[Page], libraries: Sequence[str]
    ) -> None:
        await QuotePages(bot=self.bot, pages=pages, asked_by=interaction, libraries=libraries).show()


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(Sources(bot))
