"""Buttons on a message that answers an interaction: taken away in time, and their faults told calmly."""

from __future__ import annotations

import logging
from typing import Any, ClassVar

import discord

from bot.service.client import PullquoteBot
from bot.service.faults import report, tell

# An interaction's token lives 15 minutes; the buttons are taken away while they can still be edited.
BUTTONS_LIVE_S = 14 * 60
NOT_HERE = "That belongs to another server."
log = logging.getLogger(__name__)


class Buttons(discord.ui.View):
    """Buttons under what `shown_by` was answered with; `during` says in the log what a click is."""

    during: ClassVar[str]

    def __init__(self, *, bot: PullquoteBot, shown_by: discord.Interaction[PullquoteBot]) -> None:
        super().__init__(timeout=BUTTONS_LIVE_S)
        self.bot = bot
        self.shown_by = shown_by

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Take each click once, and none that comes from another server than the buttons were shown in."""
        if not self.bot.seen.first(interaction.id):
            return False
        if interaction.guild_id == self.shown_by.guild_id:
            return True
        await tell(interaction, NOT_HERE)
        return False

    async def on_timeout(self) -> None:
        """Take the buttons away, so that none is left that does nothing."""
        try:
            await self.shown_by.edit_original_response(view=None)
        except discord.HTTPException as error:
            log.info("buttons could not be taken away: %s", error)

    async def on_error(
        self, interaction: discord.Interaction[Any], error: Exception, item: discord.ui.Item[Any], /
    ) -> None:
        """Tell the person, and log the cause."""
        await tell(interaction, report(error, during=self.during))
