"""Shows who is quoted in the articles, and everything from one source, in pages that the asker turns."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PullquoteBot
from bot.errors import tell
from bot.ports import libraries_of
from cogs._buttons import Buttons
from cogs._rendering import texts
from cogs._rendering.sources import Page, list_pages, nothing_text, several_text, source_pages
from retrieval.models import Quote
from retrieval.sources import MAX_SUGGESTED_CHARS, SeveralSources

# Discord gives autocomplete 3 seconds; while the library still loads, nothing is suggested.
SUGGEST_WITHIN_S = 2.0
NOT_YOURS = "Only the person who asked can turn these pages."
QUIET = discord.AllowedMentions.none()
TOPIC_LIMIT = 100
log = logging.getLogger(__name__)


class Pages(Buttons):
    """Pages with two buttons; every quote is checked against the live article when its page is shown."""

    during = "turning a page of sources"

    def __init__(
        self, *, bot: PullquoteBot, pages: Sequence[Page], asked_by: discord.Interaction[PullquoteBot]
    ) -> None:
        super().__init__(bot=bot, shown_by=asked_by)
        self.pages = pages
        self.asker_id = asked_by.user.id
        self.number = 0
        self._mark_ends()

    async def text(self) -> str:
        """Return the text of the page at hand, or a notice if an article has changed under it."""
        page = self.pages[self.number]
        return page.text if await self._verbatim(page.quotes) else texts.CHANGED_MEANWHILE

    @discord.ui.button(label="Previous", style=discord.ButtonStyle.secondary)
    async def previous(self, interaction: discord.Interaction[PullquoteBot], _: discord.ui.Button[Pages]) -> None:
        """Show the page before."""
        await self._turn(interaction, -1)

    @discord.ui.button(label="Next", style=discord.ButtonStyle.secondary)
    async def next(self, interaction: discord.Interaction[PullquoteBot], _: discord.ui.Button[Pages]) -> None:
        """Show the page after."""
        await self._turn(interaction, +1)

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let only the asker turn the pages."""
        if interaction.user.id == self.asker_id:
            return True
        await tell(interaction, NOT_YOURS)
        return False

    async def _turn(self, interaction: discord.Interaction[PullquoteBot], step: int) -> None:
        # Two quick clicks may both arrive before the buttons are marked anew.
        self.number = min(max(self.number + step, 0), len(self.pages) - 1)
        self._mark_ends()
        self.shown_by = interaction  # its token is the freshest, and the buttons live on from here
        await interaction.response.edit_message(
            content=await self.text(), view=self, suppress_embeds=True, allowed_mentions=QUIET
        )

    def _mark_ends(self) -> None:
        self.previous.disabled = self.number == 0
        self.next.disabled = self.number == len(self.pages) - 1

    async def _verbatim(self, quotes: Sequence[Quote]) -> bool:
        for quote in quotes:
            if not await self.bot.library.is_verbatim(quote):
                log.error("not verbatim, not shown: %s[%d:%d]", quote.article_id, quote.start, quote.end)
                return False
        return True


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
        if not await self._admit(interaction):
            return
        listed = await self.bot.library.sources(topic, libraries=libraries_of(interaction.guild_id))
        await self._show(interaction, await asyncio.to_thread(list_pages, listed, topic=topic))

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
        if not await self._admit(interaction):
            return
        found = await self.bot.library.source(name, topic, libraries=libraries_of(interaction.guild_id))
        if found is None:
            pages = [Page(nothing_text(name))]
        elif isinstance(found, SeveralSources):
            pages = [Page(several_text(name, found.names))]
        elif not found.quotes:
            pages = [Page(nothing_text(found.source, topic))]
        else:
            pages = await asyncio.to_thread(source_pages, found, topic=topic)
        await self._show(interaction, pages)

    @source.autocomplete("name")
    async def suggest(
        self, interaction: discord.Interaction[PullquoteBot], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest names from the libraries that this place may see."""
        libraries = libraries_of(interaction.guild_id)
        try:
            async with asyncio.timeout(SUGGEST_WITHIN_S):
                names = await self.bot.library.suggest_sources(typed, libraries=libraries)
        except TimeoutError:
            log.info("no names suggested in time; the library may still be loading")
            return []
        return [app_commands.Choice(name=name, value=name) for name in names]

    async def _admit(self, interaction: discord.Interaction[PullquoteBot]) -> bool:
        """Acknowledge a command, or turn away who asks too fast."""
        verdict = self.bot.rate_limit.check(interaction.user.id)
        if not verdict.allowed:
            await tell(interaction, texts.slow_down(timedelta(seconds=verdict.wait_s)))
            return False
        await interaction.response.defer(thinking=True)
        return True

    async def _show(self, interaction: discord.Interaction[PullquoteBot], pages: Sequence[Page]) -> None:
        view = Pages(bot=self.bot, pages=pages, asked_by=interaction)
        await interaction.followup.send(
            await view.text(),
            view=view if len(pages) > 1 else discord.utils.MISSING,
            suppress_embeds=True,
            allowed_mentions=QUIET,
        )


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(Sources(bot))
