"""Shows a channel's recent questions to the one who asks, and lets people delete theirs."""

from __future__ import annotations

import logging

import discord
from discord import app_commands
from discord.ext import commands

from bot.service.client import PullquoteBot
from bot.words.grammar import counted
from cogs._rendering.turns import render_turns
from cogs._ui.buttons import Buttons
from cogs._ui.messages import channel_of

SHOWN = 10
log = logging.getLogger(__name__)


class OfferDeletion(Buttons):
    """The button under `/history`."""

    during = "a click under /history"

    @discord.ui.button(label="Delete my questions here", style=discord.ButtonStyle.secondary)
    async def offer(self, interaction: discord.Interaction[PullquoteBot], _: discord.ui.Button[OfferDeletion]) -> None:
        """Ask whether it is meant, telling how many questions would go."""
        count = await self.bot.history.count_of_user(user_id=interaction.user.id, channel_id=channel_of(interaction))
        self.stop()
        await interaction.response.edit_message(
            content=f"Delete your {counted(count, 'question')} in this channel? This cannot be undone.",
            view=ConfirmDeletion(bot=self.bot, shown_by=interaction),
        )


class ConfirmDeletion(Buttons):
    """The two buttons under the question whether to delete."""

    during = "a click under /history"

    @discord.ui.button(label="Delete", style=discord.ButtonStyle.danger)
    async def delete(
        self, interaction: discord.Interaction[PullquoteBot], _: discord.ui.Button[ConfirmDeletion]
    ) -> None:
        """Delete what the person who clicks has asked in this channel."""
        count = await self.bot.history.delete_of_user(user_id=interaction.user.id, channel_id=channel_of(interaction))
        self.stop()
        await interaction.response.edit_message(
            content=f"Deleted {counted(count, 'question')} of yours in this channel. Messages that are already in the "
            "channel stay until someone deletes them.",
            view=None,
        )

    @discord.ui.button(label="Keep them", style=discord.ButtonStyle.secondary)
    async def keep(self, interaction: discord.Interaction[PullquoteBot], _: discord.ui.Button[ConfirmDeletion]) -> None:
        """Change nothing."""
        self.stop()
        await interaction.response.edit_message(content="Nothing was deleted.", view=None)


class HistoryCog(commands.Cog, name="History"):
    """The `/history` command, and forgetting what Discord itself has deleted."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot

    @app_commands.command(name="history", description="Show this channel's recent questions, only to you.")
    async def history(self, interaction: discord.Interaction[PullquoteBot]) -> None:
        """Show the recent questions of this channel to the one who asks."""
        channel_id = channel_of(interaction)
        turns = await self.bot.history.recent(channel_id, limit=SHOWN)
        own = await self.bot.history.count_of_user(user_id=interaction.user.id, channel_id=channel_id)
        await interaction.response.send_message(
            render_turns(turns),
            view=OfferDeletion(bot=self.bot, shown_by=interaction) if own else discord.utils.MISSING,
            ephemeral=True,
            suppress_embeds=True,
            allowed_mentions=discord.AllowedMentions.none(),
        )

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note that the bot was removed from a server: what is kept of it goes after a time of grace."""
        log.info("removed from a server; what is kept of it goes in %d days", self.bot.settings.left_server_days)
        await self.bot.departures.left(guild.id, at=discord.utils.utcnow())

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note that the bot is in a server, perhaps again."""
        await self.bot.departures.back(guild.id)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Note that the bot is in a server that it joined while Discord could not show it."""
        await self.bot.departures.back(guild.id)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Forget a deleted channel."""
        await self.bot.history.delete_channel(channel.id)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, thread: discord.RawThreadDeleteEvent) -> None:
        """Forget a deleted thread."""
        await self.bot.history.delete_channel(thread.thread_id)


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(HistoryCog(bot))
