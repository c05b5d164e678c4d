"""Shows an article that somebody looks for, by its title or by what it is about."""

from __future__ import annotations

import asyncio
import logging

import discord
from discord import app_commands
from discord.ext import commands

from bot.service.client import PullquoteBot
from bot.service.faults import tell
from cogs._rendering import safe_url
from cogs._rendering.library import choice_name, title_of
from cogs._rendering.reading import LISTED, no_article, reading_pages, several_articles
from cogs._ui.admission import admitted
from cogs._ui.messages import libraries_seen
from cogs._ui.quote_pages import QuotePages
from cogs._ui.suggesting import CHOICES, VALUE_LIMIT, found_in_time
from retrieval.domain.articles import ArticleSummary, StoredArticle

TYPED_LIMIT = 500
log = logging.getLogger(__name__)


class ArticleCog(commands.Cog, name="Article"):
    """The `/article` command."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot

    @app_commands.command(name="article", description="Read an article: find it by its title or by what it is about.")
    @app_commands.describe(article="Its title, or a few words that it is about")
    async def article(
        self, interaction: discord.Interaction[PullquoteBot], article: app_commands.Range[str, 1, TYPED_LIMIT]
    ) -> None:
        """Show the one article that is meant, to the one who asks; or those that may be."""
        if not await admitted(interaction, ephemeral=True):
            return
        libraries = await libraries_seen(interaction)
        stored = await self.bot.library.article(article, libraries=libraries)
        if stored is None:
            found = await self.bot.library.find_articles(article, libraries=libraries, limit=LISTED + 1)
            if len(found) != 1:
                await tell(interaction, several_articles(article, found) if found else no_article(article))
                return
            stored = await self.bot.library.article(found[0].article_id, libraries=libraries)
        if stored is None:  # removed in this very moment
            await tell(interaction, no_article(article))
            return
        await self._show(interaction, stored)

    @article.autocomplete("article")
    async def suggest(
        self, interaction: discord.Interaction[PullquoteBot], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest articles from the libraries that this place may see."""

        async def find() -> list[ArticleSummary]:
            libraries = await libraries_seen(interaction)
            return await self.bot.library.find_articles(typed, libraries=libraries, limit=CHOICES)

        # Discord takes no value of more characters; such an article is found by its whole title.
        return [
            app_commands.Choice(name=choice_name(_label(one)), value=one.article_id)
            for one in await found_in_time(find())
            if len(one.article_id) <= VALUE_LIMIT
        ]

    async def _show(self, interaction: discord.Interaction[PullquoteBot], stored: StoredArticle) -> None:
        pages = await asyncio.to_thread(reading_pages, stored)
        url = safe_url(stored.article.credit.url)
        await QuotePages(
            bot=self.bot,
            pages=pages,
            asked_by=interaction,
            libraries=[stored.library],
            link=None if url is None else ("Open article", url),
        ).show(ephemeral=True)


def _label(summary: ArticleSummary) -> str:
    title = title_of(summary.credit, summary.article_id)
    return f"{title} · {summary.credit.publisher}" if summary.credit.publisher else title


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(ArticleCog(bot))
