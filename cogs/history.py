"""Shows a channel's recent questions to the one who asks, and lets people delete theirs."""

from __future__ import annotations

import logging

import discord
from discord import app_commands
from discord.ext import commands

from bot.service.client import PullquoteBot
from cogs._rendering.turns import render_turns
from cogs._ui.buttons import Buttons
from cogs._ui.forgetting import NOTHING, ConfirmForgetting, What, whether_to_forget
from cogs._ui.messages import channel_of

SHOWN = 10
log = logging.getLogger(__name__)


class OfferDeletion(Buttons):
    """The button under `/history`."""

    during = "a click under /history"

    @discord.ui.button(label="Delete my questions here", style=discord.ButtonStyle.secondary)
    async def offer(self, interaction: discord.Interaction[PullquoteBot], _: discord.ui.Button[OfferDeletion]) -> None:
        """Ask whether it is meant, telling how many questions would go."""
        question = await whether_to_forget(interaction, What.MINE_HERE)
        self.stop()
        if question is None:  # deleted meanwhile, by another command
            await interaction.response.edit_message(content=NOTHING, view=None)
            return
        confirm = ConfirmForgetting(bot=self.bot, shown_by=interaction, what=What.MINE_HERE)
        await interaction.response.edit_message(content=question, view=confirm)


class HistoryCog(commands.Cog, name="History"):
    """The `/history` command, and forgetting what Discord itself has deleted."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot

    @app_commands.command(name="history", description="Show this channel's recent questions, only to you.")
    async def history(self, interaction: discord.Interaction[PullquoteBot]) -> None:
        """Show the recent questions of this channel to the one who asks."""
        channel_id = channel_of(interaction)
        turns = await self.bot.history.recent(channel_id, limit=SHOWN, reader=interaction.user.id)
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
