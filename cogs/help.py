"""Tells how to ask the bot, and what a person may use where they are."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.service.client import PullquoteBot
from bot.service.faults import tell
from cogs._library.guard import refusal
from cogs._rendering import texts

Command = app_commands.Command[Any, Any, Any] | app_commands.Group | app_commands.ContextMenu


class Help(commands.Cog):
    """The `/help` command."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot

    @app_commands.command(name="help", description="How to ask, and what you can use here.")
    async def help(self, interaction: discord.Interaction[PullquoteBot]) -> None:
        """Show the help to the one who asks for it."""
        name = self.bot.user.mention if self.bot.user else "me"
        usable = [command for command in self.bot.tree.get_commands() if await may_use(interaction, command)]
        slash = {c.qualified_name: c.description for c in usable if not isinstance(c, app_commands.ContextMenu)}
        menus = [
            command.name
            for command in self.bot.tree.get_commands(type=discord.AppCommandType.message)
            if await may_use(interaction, command)
        ]
        await tell(interaction, f"{texts.help_text(name)}\n\n{texts.usable_text(slash, menus)}")


async def may_use(interaction: discord.Interaction[PullquoteBot], command: Command) -> bool:
    """Tell whether Discord offers a command here, and whether the person behind `interaction` may use it."""
    contexts = interaction.client.tree.allowed_contexts
    if command.allowed_contexts is not None:
        contexts = contexts.merge(command.allowed_contexts)
    if not (contexts.dm_channel if interaction.guild_id is None else contexts.guild):
        return False
    wanted = command.default_permissions
    if wanted is None or interaction.permissions.is_superset(wanted):
        return True
    return await refusal(interaction) is None  # the role that may manage the library


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(Help(bot))
