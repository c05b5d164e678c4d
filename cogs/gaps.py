"""`/gaps`: what was asked in vain, for who keeps the library, so that they know what to add."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bot.records.gaps import AskedInVain, asked_in_vain
from bot.service.client import PullquoteBot
from cogs._library.guard import AdminPages, Asking, admits, begin, guild_of
from cogs._rendering.gaps import gap_pages

MOST_QUESTIONS = 300
MOST_FETCHED = 25
"""Threads that Discord is asked about in one go; those it has put away are not in the bot's memory."""

log = logging.getLogger(__name__)


class Gaps(commands.Cog):
    """The `/gaps` command."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot

    @app_commands.command(name="gaps", description="What was asked here in vain: what my library lacks.")
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.default_permissions(manage_guild=True)
    async def gaps(self, interaction: Asking) -> None:
        """Show to a keeper of the library what was asked in vain in the channels that they can see."""
        if not await admits(interaction) or not await begin(interaction):
            return
        asked = await asked_in_vain(self.bot.history, guild_of(interaction), limit=MOST_QUESTIONS)
        groups = await self._grouped(await _seen_by(interaction, asked))
        await AdminPages(bot=self.bot, pages=gap_pages(groups), asked_by=interaction).show(ephemeral=True)

    async def _grouped(self, asked: Sequence[AskedInVain]) -> list[list[AskedInVain]]:
        """Put like questions together, the most asked first."""
        by_words: dict[str, list[AskedInVain]] = {}
        for one in asked:
            by_words.setdefault(" ".join(one.question.casefold().split()), []).append(one)
        same = list(by_words.values())
        alike = await self.bot.library.alike([group[0].question for group in same])
        groups = [[one for number in numbers for one in same[number]] for numbers in alike]
        return sorted(groups, key=len, reverse=True)


async def _seen_by(interaction: Asking, asked: Sequence[AskedInVain]) -> list[AskedInVain]:
    """Return what was asked in channels that the person behind `interaction` can see themselves."""
    guild, person = interaction.guild, interaction.user
    if guild is None or not isinstance(person, discord.Member):
        return []
    if interaction.permissions.administrator:
        return list(asked)
    left = MOST_FETCHED
    sees: dict[int, bool] = {}
    for channel_id in dict.fromkeys(one.channel_id for one in asked):
        channel: discord.abc.GuildChannel | discord.Thread | None = guild.get_channel_or_thread(channel_id)
        if channel is None and left > 0:
            left -= 1
            channel = await _fetched(guild, channel_id)
        sees[channel_id] = channel is not None and _sees(person, channel)
    return [one for one in asked if sees[one.channel_id]]


async def _fetched(guild: discord.Guild, channel_id: int) -> discord.abc.GuildChannel | discord.Thread | None:
    try:
        return await guild.fetch_channel(channel_id)
    except (discord.HTTPException, discord.InvalidData) as error:
        log.info("a channel that was asked in cannot be looked at: %s", error)
        return None


def _sees(person: discord.Member, channel: discord.abc.GuildChannel | discord.Thread) -> bool:
    allowed = channel.permissions_for(person)
    # Who is in a private thread is not known here; who may manage threads sees them all.
    hidden = isinstance(channel, discord.Thread) and channel.is_private() and not allowed.manage_threads
    return allowed.view_channel and not hidden


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(Gaps(bot))
