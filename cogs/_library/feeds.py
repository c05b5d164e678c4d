"""`/library feed`: what the library follows, and where new articles are announced."""

from __future__ import annotations

import discord
from discord import app_commands

from cogs._library.adding import URL_LIMIT
from cogs._library.choosing import suggest_feeds
from cogs._library.guard import AdminPages, Asking, bad_input_told, begin, library_of, manager_for, say
from cogs._rendering import library_feeds as words

FOREIGN_CHANNEL = "That channel is not one of this server; please choose one that is."
I_MAY_NOT_WRITE = "I may not write in that channel. Please let me see it and send messages there, or choose another."
YOU_MAY_NOT_WRITE = "You may not write in that channel yourself. Please choose one in which you may."

FeedId = app_commands.Range[int, 1]


@app_commands.command(name="add", description="Follow an RSS, Atom or JSON feed.")
@app_commands.describe(url="The feed's address", channel="Where to tell of new articles; none: nowhere")
async def add_feed(
    interaction: Asking, url: app_commands.Range[str, 1, URL_LIMIT], channel: discord.TextChannel | None = None
) -> None:
    """Follow the feed at `url`."""
    if not await begin(interaction):
        return
    if channel is not None and (wrong := wrong_channel(interaction, channel)) is not None:
        await say(interaction, wrong)
        return
    async with bad_input_told(interaction):
        manager = await manager_for(interaction)
        announce_to = str(channel.id) if channel is not None else None
        feed = await manager.add_feed(library_of(interaction), url.strip(), announce_to=announce_to)
        await say(interaction, words.feed_added_text(feed))


@app_commands.command(name="list", description="List the feeds that this server's library follows.")
async def list_feeds(interaction: Asking) -> None:
    """Show the feeds in pages."""
    if not await begin(interaction):
        return
    manager = await manager_for(interaction)
    pages = words.feed_pages(await manager.feeds(library_of(interaction)))
    await AdminPages(bot=interaction.client, pages=pages, asked_by=interaction).show(ephemeral=True)


@app_commands.command(name="remove", description="Follow a feed no longer; its articles stay.")
@app_commands.describe(feed="Which feed")
@app_commands.autocomplete(feed=suggest_feeds)
async def remove_feed(interaction: Asking, feed: FeedId) -> None:
    """Follow a feed no longer."""
    if not await begin(interaction):
        return
    manager = await manager_for(interaction)
    removed = await manager.remove_feed(library_of(interaction), feed)
    await say(interaction, words.NO_SUCH_FEED if removed is None else words.feed_removed_text(removed))


@app_commands.command(name="pause", description="Leave a feed alone until you resume it.")
@app_commands.describe(feed="Which feed")
@app_commands.autocomplete(feed=suggest_feeds)
async def pause_feed(interaction: Asking, feed: FeedId) -> None:
    """Pause a feed."""
    await _pause(interaction, feed, paused=True)


@app_commands.command(name="resume", description="Go on with a feed that is paused.")
@app_commands.describe(feed="Which feed")
@app_commands.autocomplete(feed=suggest_feeds)
async def resume_feed(interaction: Asking, feed: FeedId) -> None:
    """Go on with a feed."""
    await _pause(interaction, feed, paused=False)


async def _pause(interaction: Asking, feed_id: int, *, paused: bool) -> None:
    if not await begin(interaction):
        return
    manager = await manager_for(interaction)
    feed = await manager.pause_feed(library_of(interaction), feed_id, paused=paused)
    await say(interaction, words.NO_SUCH_FEED if feed is None else words.feed_paused_text(feed))


def wrong_channel(interaction: Asking, channel: discord.TextChannel) -> str | None:
    """Return why new articles may not be announced in a channel; None if they may.

    An admin must not make the bot speak where they may not speak themselves.
    """
    if channel.guild.id != interaction.guild_id or not isinstance(interaction.user, discord.Member):
        return FOREIGN_CHANNEL
    if not may_write(channel.permissions_for(interaction.user)):
        return YOU_MAY_NOT_WRITE
    if not may_write(channel.permissions_for(channel.guild.me)):
        return I_MAY_NOT_WRITE
    return None


def may_write(permissions: discord.Permissions) -> bool:
    """Tell whether who has these permissions in a channel may see it and write there."""
    return permissions.view_channel and permissions.send_messages
