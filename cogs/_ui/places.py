"""Where a server lets the bot answer, and what is said elsewhere."""

from __future__ import annotations

import logging
from typing import Any
from zoneinfo import ZoneInfo

import discord

from bot.records.guilds import GuildSettings
from bot.service.client import PullquoteBot
from bot.service.faults import tell
from cogs._rendering import texts

log = logging.getLogger(__name__)


async def settings_at(bot: PullquoteBot, guild_id: int | None) -> GuildSettings:
    """Return what the server has set; the defaults in a direct message."""
    return GuildSettings() if guild_id is None else await bot.guild_store.settings(guild_id)


def zone_of(settings: GuildSettings) -> ZoneInfo | None:
    """Return the time zone that a server has set; None: the operator's."""
    return None if settings.time_zone is None else ZoneInfo(settings.time_zone)


def is_open(settings: GuildSettings, channel: Any) -> bool:  # noqa: ANN401 - one of a dozen kinds of channels
    """Tell whether the bot may answer in `channel`: in one that is set, or in a thread there; anywhere if none is."""
    if not settings.channel_ids:
        return True
    return not settings.channel_ids.isdisjoint({channel.id, getattr(channel, "parent_id", None)})


async def open_here(interaction: discord.Interaction[PullquoteBot]) -> GuildSettings | None:
    """Return what is set where a command was used; None, and a sentence to its user, where nothing is answered."""
    settings = await settings_at(interaction.client, interaction.guild_id)
    if interaction.guild is None or interaction.channel is None or is_open(settings, interaction.channel):
        return settings
    await tell(interaction, texts.elsewhere(_seen_by(interaction.user, interaction.guild, settings)))
    return None


async def point_elsewhere(message: discord.Message, settings: GuildSettings) -> None:
    """Tell somebody who asked where the bot may not answer, in a direct message, where it does."""
    if message.guild is None:
        return
    told = texts.elsewhere(_seen_by(message.author, message.guild, settings), server=message.guild.name)
    try:
        await message.author.send(told, allowed_mentions=discord.AllowedMentions.none())
    except discord.HTTPException as error:  # their direct messages are closed
        log.info("nobody could be told where questions are answered: %s", error)


def _seen_by(person: discord.User | discord.Member, guild: discord.Guild, settings: GuildSettings) -> list[int]:
    """Return the channels that are set and that this person can see; nobody learns here of hidden ones."""
    if not isinstance(person, discord.Member):
        return []
    channels = (guild.get_channel(channel_id) for channel_id in sorted(settings.channel_ids))
    return [channel.id for channel in channels if channel and channel.permissions_for(person).view_channel]
