"""`/forget`: people delete what they asked, here or everywhere, and moderators what was asked in their channel."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.service.client import PullquoteBot
from bot.service.faults import tell
from cogs._ui.admission import not_too_fast
from cogs._ui.forgetting import NOTHING, ConfirmForgetting, What, admits, whether_to_forget
from cogs._ui.pages import QUIET


class Forget(commands.Cog):
    """The `/forget` command."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot

    @app_commands.command(name="forget", description="Delete what I remember of your questions.")
    @app_commands.describe(what="Whose questions, and where")
    @app_commands.choices(what=[app_commands.Choice(name=what.value, value=what.name) for what in What])
    async def forget(self, interaction: discord.Interaction[PullquoteBot], what: app_commands.Choice[str]) -> None:
        """Ask whether it is meant, telling how many questions would go."""
        if not await not_too_fast(interaction):
            return
        wanted = What[what.value]
        if not await admits(interaction, wanted):
            return
        question = await whether_to_forget(interaction, wanted)
        if question is None:
            await tell(interaction, NOTHING)
            return
        await interaction.response.send_message(
            question,
            view=ConfirmForgetting(bot=self.bot, shown_by=interaction, what=wanted),
            ephemeral=True,
            allowed_mentions=QUIET,
        )


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(Forget(bot))
