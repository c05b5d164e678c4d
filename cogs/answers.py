"""Keeps the buttons under answers alive, also under those that an earlier process gave."""

from __future__ import annotations

from discord.ext import commands

from bot.service.client import PullquoteBot
from cogs._answers.clicks import AnswerButton


class Answers(commands.Cog):
    """Takes clicks as long as it is loaded."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Take the clicks."""
        self.bot.add_dynamic_items(AnswerButton)

    async def cog_unload(self) -> None:
        """Take them no longer."""
        self.bot.remove_dynamic_items(AnswerButton)


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(Answers(bot))
