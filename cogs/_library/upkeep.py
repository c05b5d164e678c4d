"""`/library reindex` and `/library status`."""

from __future__ import annotations

from discord import app_commands

from cogs._library.articles import ID_LIMIT
from cogs._library.choosing import suggest_articles, suggest_feeds
from cogs._library.guard import AdminPages, Asking, bad_input_told, begin, library_of, manager_for, say
from cogs._library.progress import watch
from cogs._library.reviewing import ask_about_doubts
from cogs._rendering.library_jobs import started_text, status_pages
from retrieval.domain.libraries import Scope

ONE_OF_THEM = "Please name an article or a feed, not both; or neither, for all of the library."


@app_commands.command(name="reindex", description="Look at all articles again, or at one, or at one feed's.")
@app_commands.describe(
    article="Only this article, by title or id",
    feed="Only the articles of this feed",
    remove_vanished="Also remove articles that can no longer be found where they came from",
)
@app_commands.autocomplete(article=suggest_articles)
@app_commands.autocomplete(feed=suggest_feeds)
async def reindex(
    interaction: Asking,
    article: app_commands.Range[str, 1, ID_LIMIT] | None = None,
    feed: app_commands.Range[int, 1] | None = None,
    remove_vanished: bool = False,
) -> None:
    """Start a re-index, or join the one under way, and show its progress in the channel."""
    if not await begin(interaction):
        return
    if article is not None and feed is not None:
        await say(interaction, ONE_OF_THEM)
        return
    async with bad_input_told(interaction):
        manager = await manager_for(interaction)
        scope = Scope(article_id=article, feed_id=feed)
        job, joined = await manager.reindex(library_of(interaction), scope, prune=remove_vanished)
        await say(interaction, started_text(job.what, joined=joined))
        report = await watch(interaction, job)
        if report is not None and report.doubtful and not interaction.is_expired():
            await ask_about_doubts(interaction, report.doubtful[0])


@app_commands.command(name="status", description="Show what the library holds, what runs, and what failed and why.")
async def status(interaction: Asking) -> None:
    """Show the library at a glance, in pages."""
    if not await begin(interaction):
        return
    manager = await manager_for(interaction)
    pages = status_pages(await manager.status(library_of(interaction)))
    await AdminPages(bot=interaction.client, pages=pages, asked_by=interaction).show(ephemeral=True)
