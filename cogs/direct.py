"""Lets a person pick, in direct messages, one of their servers whose library answers there too."""

from __future__ import annotations

import asyncio
import logging

import discord
from discord import app_commands
from discord.ext import commands

from bot.service.client import PullquoteBot
from bot.service.faults import tell
from cogs._rendering import shown
from cogs._rendering.library import choice_name
from cogs._ui.admission import admitted
from cogs._ui.suggesting import CHOICES, found_in_time

NOT_OPEN = "That is none of your servers that allow this. Its admins can allow it with `/library settings`."
ONLY_SHARED = "In our direct messages I now answer from the articles that all servers share."
log = logging.getLogger(__name__)


class Direct(commands.Cog):
    """The `/answer-from` command."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot

    @app_commands.command(name="answer-from", description="Choose whose articles I answer from in our direct messages.")
    @app_commands.describe(server="One of your servers that allow it; none: only what all servers share")
    @app_commands.allowed_contexts(guilds=False, dms=True, private_channels=False)
    async def answer_from(
        self, interaction: discord.Interaction[PullquoteBot], server: app_commands.Range[str, 1, 100] | None = None
    ) -> None:
        """Remember the server; whether it is still open to the person is looked at again at each question."""
        if not await admitted(interaction, ephemeral=True):
            return
        if server is None:
            await self.bot.guild_store.pick(interaction.user.id, None)
            await tell(interaction, ONLY_SHARED)
            return
        guild = self._guild(server)
        # One sentence for all cases: nobody learns here which servers there are.
        if guild is None or not await self.bot.visibility.is_open_to(interaction.user.id, guild.id):
            await tell(interaction, NOT_OPEN)
            return
        await self.bot.guild_store.pick(interaction.user.id, guild.id)
        await tell(
            interaction,
            f"In our direct messages I now answer from the articles of {shown(guild.name, limit=100)} too, "
            "as long as it allows that and you are a member.",
        )

    @answer_from.autocomplete("server")
    async def suggest(
        self, interaction: discord.Interaction[PullquoteBot], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest the servers of the person that allow it, and no others."""
        guilds = await found_in_time(self._open_guilds(interaction.user.id, typed))
        return [app_commands.Choice(name=choice_name(guild.name), value=str(guild.id)) for guild in guilds]

    async def _open_guilds(self, user_id: int, typed: str) -> list[discord.Guild]:
        allowing = await self.bot.guild_store.open_to_direct_messages()
        named = [g for g in self.bot.guilds if g.id in allowing and typed.casefold() in g.name.casefold()]
        named = sorted(named, key=lambda guild: guild.name.casefold())[:CHOICES]
        are_open = await asyncio.gather(*(self.bot.visibility.is_open_to(user_id, guild.id) for guild in named))
        return [guild for guild, is_open in zip(named, are_open, strict=True) if is_open]

    def _guild(self, server: str) -> discord.Guild | None:
        return self.bot.get_guild(int(server)) if server.isascii() and server.isdecimal() else None


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(Direct(bot))
