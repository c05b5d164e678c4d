"""`/library list`, `show`, `remove` and `restore`."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
from discord import app_commands

from bot.service.client import PullquoteBot
from cogs._library.choosing import suggest_articles, suggest_removed
from cogs._library.guard import AdminButtons, AdminPages, Asking, bad_input_told, begin, library_of, manager_for, say
from cogs._rendering import library as words
from cogs._ui.pages import QUIET
from retrieval.domain.articles import ArticleSummary
from retrieval.domain.libraries import RemovedArticle

ID_LIMIT = 500


@app_commands.command(name="list", description="List the articles of this server's library, newest first.")
async def list_articles(interaction: Asking) -> None:
    """Show the articles in pages."""
    if not await begin(interaction):
        return
    manager = await manager_for(interaction)
    summaries = await manager.articles(library_of(interaction))
    pages = await asyncio.to_thread(words.article_pages, summaries)
    await AdminPages(bot=interaction.client, pages=pages, asked_by=interaction).show(ephemeral=True)


@app_commands.command(name="show", description="Show one article of this server's library.")
@app_commands.describe(article="Its title or id")
@app_commands.autocomplete(article=suggest_articles)
async def show_article(interaction: Asking, article: app_commands.Range[str, 1, ID_LIMIT]) -> None:
    """Show who published an article, where it is and how it begins."""
    if not await begin(interaction):
        return
    manager = await manager_for(interaction)
    summary = await _summary(interaction, article)
    stored = await manager.article(library_of(interaction), article) if summary is not None else None
    if summary is None or stored is None:
        await say(interaction, words.NO_SUCH_ARTICLE)
    else:
        await say(interaction, words.article_text(stored, summary))


@app_commands.command(name="remove", description="Remove an article from this server's library; this can be undone.")
@app_commands.describe(article="Its title or id")
@app_commands.autocomplete(article=suggest_articles)
async def remove_article(interaction: Asking, article: app_commands.Range[str, 1, ID_LIMIT]) -> None:
    """Ask whether it is meant."""
    if not await begin(interaction):
        return
    summary = await _summary(interaction, article)
    if summary is None:
        await say(interaction, words.NO_SUCH_ARTICLE)
        return
    view = ConfirmRemoval(bot=interaction.client, shown_by=interaction, article_id=article)
    await say(interaction, words.ask_removal_text(summary), view=view)


@app_commands.command(name="restore", description="Undo the removal of an article.")
@app_commands.describe(article="Its title, or the id that was told when it was removed")
@app_commands.autocomplete(article=suggest_removed)
async def restore_article(interaction: Asking, article: app_commands.Range[str, 1, ID_LIMIT]) -> None:
    """Bring a removed article back."""
    if not await begin(interaction):
        return
    async with bad_input_told(interaction):
        await say(interaction, await _restored(interaction, article.strip()))


class ConfirmRemoval(AdminButtons):
    """The two buttons under the question whether to remove an article."""

    during = "a click under /library remove"

    def __init__(self, *, bot: PullquoteBot, shown_by: Asking, article_id: str) -> None:
        super().__init__(bot=bot, shown_by=shown_by)
        self.article_id = article_id

    @discord.ui.button(label="Remove", style=discord.ButtonStyle.danger)
    async def remove(self, interaction: Asking, _: discord.ui.Button[ConfirmRemoval]) -> None:
        """Remove it from the library of the server in which the button is clicked."""
        self.stop()
        await interaction.response.defer()
        manager = await manager_for(interaction)
        removed = await manager.remove(library_of(interaction), self.article_id)
        if removed is None:
            await _replace(interaction, words.NO_SUCH_ARTICLE, view=None)
        else:
            view = OfferUndo(bot=self.bot, shown_by=interaction, removed=removed)
            await _replace(interaction, words.removed_text(removed), view=view)

    @discord.ui.button(label="Keep it", style=discord.ButtonStyle.secondary)
    async def keep(self, interaction: Asking, _: discord.ui.Button[ConfirmRemoval]) -> None:
        """Change nothing."""
        self.stop()
        await interaction.response.edit_message(content=words.NOTHING_REMOVED, view=None)


class OfferUndo(AdminButtons):
    """The button under the notice that an article was removed."""

    during = "undoing /library remove"

    def __init__(self, *, bot: PullquoteBot, shown_by: Asking, removed: RemovedArticle) -> None:
        super().__init__(bot=bot, shown_by=shown_by)
        self.article_id = removed.article_id

    @discord.ui.button(label="Undo", style=discord.ButtonStyle.secondary)
    async def undo(self, interaction: Asking, _: discord.ui.Button[OfferUndo]) -> None:
        """Bring the article back."""
        self.stop()
        await interaction.response.defer()
        async with bad_input_told(interaction):
            await _replace(interaction, await _restored(interaction, self.article_id), view=None)


async def _summary(interaction: Asking, article_id: str) -> ArticleSummary | None:
    manager = await manager_for(interaction)
    summaries = await manager.articles(library_of(interaction))
    return next((summary for summary in summaries if summary.article_id == article_id), None)


async def _restored(interaction: Asking, article_id: str) -> str:
    manager = await manager_for(interaction)
    restored = await manager.restore(library_of(interaction), article_id)
    return words.NOT_RESTORABLE if restored is None else words.restored_text(restored)


async def _replace(interaction: discord.Interaction[Any], text: str, *, view: discord.ui.View | None) -> None:
    await interaction.edit_original_response(content=text, view=view, allowed_mentions=QUIET)
