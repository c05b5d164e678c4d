"""Tells what the bot is and how to ask it."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.service.client import PullquoteBot
from bot.service.faults import tell
from cogs._rendering import texts


class Help(commands.Cog):
    """The `/help` command."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot

    @app_commands.command(name="help", description="What I am, how to ask, and where the quotes come from.")
    async def help(self, interaction: discord.Interaction[PullquoteBot]) -> None:
        """Show the help to the one who asks for it."""
        name = self.bot.user.mention if self.bot.user else "me"
        await tell(interaction, texts.help_text(name, history_days=self.bot.settings.history_days))


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(Help(bot))
