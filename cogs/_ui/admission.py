"""Lets a person's command or message through, or turns away who asks too fast."""

from __future__ import annotations

from datetime import timedelta

import discord

from bot.service.client import PullquoteBot
from bot.service.faults import tell
from bot.service.rate_limit import RateLimit
from cogs._rendering import texts
from cogs._ui.messages import Say


async def not_too_fast(interaction: discord.Interaction[PullquoteBot]) -> bool:
    """Count a command of this person, and tell who asks too fast, and them alone, to wait."""
    admission = interaction.client.rate_limit.check(interaction.user.id)
    if not admission.allowed:
        await tell(interaction, texts.slow_down(timedelta(seconds=admission.wait_s)))
    return admission.allowed


async def admitted(interaction: discord.Interaction[PullquoteBot], *, ephemeral: bool = False) -> bool:
    """Acknowledge a command, or turn away who asks too fast; `ephemeral`: its answer is for them alone."""
    if not await not_too_fast(interaction):
        return False
    await interaction.response.defer(ephemeral=ephemeral, thinking=True)
    return True


async def message_admitted(message: discord.Message, say: Say, *, rate_limit: RateLimit) -> bool:
    """Count a message of this person; who goes on too fast is told once, where everybody sees it."""
    admission = rate_limit.check(message.author.id)
    if admission.say_so:
        await say(texts.slow_down(timedelta(seconds=admission.wait_s)))
    return admission.allowed
