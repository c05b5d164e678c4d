"""Tells what the bot is, which version of it answers, and what it keeps of people."""

from __future__ import annotations

from importlib.metadata import version

import discord
from discord import app_commands
from discord.ext import commands

from bot.service.client import PullquoteBot
from bot.service.faults import tell
from cogs._rendering import texts
from cogs._ui.places import settings_at


class About(commands.Cog):
    """The `/about` command."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot

    @app_commands.command(name="about", description="What I am, which version, and what I keep of you.")
    async def about(self, interaction: discord.Interaction[PullquoteBot]) -> None:
        """Show it to the one who asks."""
        here = await settings_at(self.bot, interaction.guild_id)
        days = here.days_kept(self.bot.settings.history_days)
        await tell(interaction, texts.about_text(version("pullquote"), history_days=days))


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(About(bot))
