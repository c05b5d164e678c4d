"""Puts the `/library` commands together, for admins only; each family of them is a file in `cogs/_library`."""

from __future__ import annotations

import logging
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.service.client import PullquoteBot
from cogs._library import adding, articles, feeds, reviewing, settings, transfer, upkeep
from cogs._library.guard import admits
from cogs._library.progress import EndedJob

log = logging.getLogger(__name__)


class AdminGroup(app_commands.Group):
    """Commands that Discord shows to who may manage the server, and that look for themselves who asks."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Look at the permission; Discord's own look can be changed under Server Settings, Integrations."""
        return await admits(interaction)


def library_group() -> AdminGroup:
    """Return `/library` with all its commands."""
    group = AdminGroup(
        name="library",
        description="Manage the articles that I answer from in this server.",
        guild_only=True,
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        default_permissions=discord.Permissions(manage_guild=True),
    )
    add = AdminGroup(name="add", description="Add an article.", parent=group)
    feed = AdminGroup(name="feed", description="Follow feeds.", parent=group)
    families: dict[AdminGroup, tuple[app_commands.Command[Any, ..., Any], ...]] = {
        add: (adding.add_url, adding.add_file, adding.add_text),
        feed: (feeds.add_feed, feeds.list_feeds, feeds.remove_feed, feeds.pause_feed, feeds.resume_feed),
        group: (
            *(articles.list_articles, articles.show_article, articles.remove_article, articles.restore_article),
            *(
                reviewing.review,
                upkeep.reindex,
                upkeep.status,
                transfer.export_library,
                transfer.import_library,
                settings.settings,
            ),
        ),
    }
    for parent, children in families.items():
        for command in children:
            parent.add_command(command)
    return group


class Library(commands.Cog):
    """The `/library` commands, and forgetting the settings of servers that the bot has left."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot
        self._group = library_group()
        self._ended = EndedJob()

    async def cog_load(self) -> None:
        """Add the commands."""
        self.bot.tree.add_command(self._group)
        self.bot.add_view(self._ended)

    async def cog_unload(self) -> None:
        """Take the commands away again."""
        self.bot.tree.remove_command(self._group.name)
        self._ended.stop()


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(Library(bot))
