"""Finds the answer that a click is about, for the place where it was given and nowhere else."""

from __future__ import annotations

import discord

from bot.records.answers import KeptAnswer
from bot.service.client import PullquoteBot
from bot.service.faults import tell
from cogs._ui.buttons import NOT_HERE

FORGOTTEN = "I no longer have what this answer was made of. Please ask again."


async def kept_here(interaction: discord.Interaction[PullquoteBot], exchange_id: int) -> KeptAnswer | None:
    """Return the answer of an exchange; None, and a sentence for the person, when it is not kept or not of here."""
    kept = await interaction.client.answers.kept(exchange_id)
    if kept is None:
        await tell(interaction, FORGOTTEN)
        return None
    if (kept.guild_id, kept.channel_id) != (interaction.guild_id, interaction.channel_id):
        await tell(interaction, NOT_HERE)
        return None
    return kept
