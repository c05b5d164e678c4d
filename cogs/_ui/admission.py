"""Lets a person's command or message through, or turns away who asks too fast, or where nothing is answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import discord

from bot.service.client import PullquoteBot
from bot.service.faults import tell
from cogs._rendering import texts
from cogs._ui.messages import Say, channel_of
from cogs._ui.places import open_here


async def not_too_fast(interaction: discord.Interaction[PullquoteBot]) -> bool:
    """Count a command of this person and channel, and tell who asks too fast, and them alone, to wait.

    A bot that stops takes none.
    """
    if interaction.client.stopping:
        await tell(interaction, texts.STOPPING)
        return False
    told = _wait(interaction.client, interaction.user.id, channel_of(interaction), interaction.guild_id, always=True)
    if told is None:
        return True
    await tell(interaction, told)
    return False


async def admitted(interaction: discord.Interaction[PullquoteBot], *, ephemeral: bool = False) -> bool:
    """Acknowledge a command, or turn away who asks too fast or where nothing is answered.

    `ephemeral`: its answer is for them alone, and so it may be given anywhere. Other answers are for them
    alone where the server wants it so.
    """
    if not await not_too_fast(interaction):
        return False
    if not ephemeral:
        settings = await open_here(interaction)
        if settings is None:
            return False
        ephemeral = settings.for_asker_only
    await interaction.response.defer(ephemeral=ephemeral, thinking=True)
    return True


async def message_admitted(message: discord.Message, say: Say, *, bot: PullquoteBot) -> bool:
    """Count a message of this person and channel; who goes on too fast is told once, where everybody sees it."""
    if bot.stopping:
        await say(texts.STOPPING)
        return False
    guild_id = message.guild.id if message.guild else None
    told = _wait(bot, message.author.id, message.channel.id, guild_id, always=False)
    if told:
        await say(told)
    return told is None


def _wait(bot: PullquoteBot, user_id: int, channel_id: int, guild_id: int | None, *, always: bool) -> str | None:
    """Return what is said to who has to wait, "" where that has been said; None to who has not."""
    limits: list[tuple[str, Any, int, Any]] = [("person", bot.rate_limit, user_id, texts.slow_down)]
    if guild_id is not None:  # in a direct message there is one person only
        limits.append(("channel", bot.channel_limit, channel_id, texts.channel_busy))
    for whose, limit, key, sentence in limits:
        admission = limit.check(key)
        if not admission.allowed:
            bot.metrics.turned_away(whose)
            return sentence(timedelta(seconds=admission.wait_s)) if always or admission.say_so else ""
    return None
