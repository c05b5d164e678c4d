"""Pages that the person who asked turns with two buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import discord

from bot.service.client import PullquoteBot
from bot.service.faults import tell
from cogs._ui.buttons import Buttons

NOT_YOURS = "Only the person who asked can turn these pages."
QUIET = discord.AllowedMentions.none()


class Pages(Buttons):
    """Texts, one at a time; what may have become untrue meanwhile is looked at again in `text`."""

    during: ClassVar[str] = "turning a page"

    def __init__(self, *, bot: PullquoteBot, pages: Sequence[str], asked_by: discord.Interaction[PullquoteBot]) -> None:
        super().__init__(bot=bot, shown_by=asked_by)
        self.pages = pages
        self.asker_id = asked_by.user.id
        self.number = 0
        if len(pages) == 1:
            self.clear_items()
        self._mark_ends()

    async def text(self) -> str:
        """Return the text of the page at hand."""
        return self.pages[self.number]

    @discord.ui.button(label="Previous", style=discord.ButtonStyle.secondary)
    async def previous(self, interaction: discord.Interaction[PullquoteBot], _: discord.ui.Button[Pages]) -> None:
        """Show the page before."""
        await self._turn(interaction, -1)

    @discord.ui.button(label="Next", style=discord.ButtonStyle.secondary)
    async def next(self, interaction: discord.Interaction[PullquoteBot], _: discord.ui.Button[Pages]) -> None:
        """Show the page after."""
        await self._turn(interaction, +1)

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let only the asker turn the pages."""
        if interaction.user.id != self.asker_id:
            await tell(interaction, NOT_YOURS)
            return False
        return await super().interaction_check(interaction)

    async def show(self, *, ephemeral: bool = False) -> None:
        """Show the first page to the one who asked, with the buttons if there are more."""
        await self.shown_by.followup.send(
            await self.text(),
            view=self if len(self.children) > 0 else discord.utils.MISSING,
            ephemeral=ephemeral,
            suppress_embeds=True,
            allowed_mentions=QUIET,
        )

    async def _turn(self, interaction: discord.Interaction[PullquoteBot], step: int) -> None:
        # Two quick clicks may both arrive before the buttons are marked anew.
        self.number = min(max(self.number + step, 0), len(self.pages) - 1)
        self._mark_ends()
        self.shown_by = interaction  # its token is the freshest, and the buttons live on from here
        await interaction.response.edit_message(
            content=await self.text(), view=self, suppress_embeds=True, allowed_mentions=QUIET
        )

    def _mark_ends(self) -> None:
        self.previous.disabled = self.number == 0
        self.next.disabled = self.number == len(self.pages) - 1
