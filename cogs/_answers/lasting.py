"""What every lasting button does with a click: takes it once, and ends what goes wrong in one sentence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot.service.faults import report, tell


async def take_click(interaction: discord.Interaction[Any], act: Callable[[], Awaitable[None]], *, during: str) -> None:
    """Do what a click asks for, unless Discord has sent it before; `during` says in the log what it is."""
    if not interaction.client.seen.first(interaction.id):
        return
    try:
        await act()
    except Exception as error:  # whatever it is, the person is to hear one sentence
        await tell(interaction, report(error, during=during))
