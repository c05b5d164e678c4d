"""The button that shows an answer to the one who asked, and to nobody else."""

from __future__ import annotations

import re
from typing import Any, Protocol, Self, cast

import discord

from bot.service.faults import tell
from cogs._answers.lasting import take_click
from cogs._rendering import texts


class AnswersAsker(Protocol):
    """What takes a click on the button."""

    async def answer_asker(self, interaction: discord.Interaction[Any]) -> None:
        """Answer the question that the message behind the button replies to."""


class ShowToAsker(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"answer:asker:(?P<user>\d{1,20})"):
    """The button that shows an answer to the one who asked, and to nobody else; it outlives a restart."""

    def __init__(self, user_id: int) -> None:
        self.user_id = user_id
        super().__init__(
            discord.ui.Button(
                label="Show my answer", style=discord.ButtonStyle.primary, custom_id=f"answer:asker:{user_id}"
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button anew from its id."""
        return cls(int(match["user"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Answer the message that this button stands under, as it reads now."""

        async def do() -> None:
            if interaction.user.id != self.user_id:
                await tell(interaction, texts.NOT_THE_ASKER)
                return
            cog = cast("AnswersAsker", interaction.client.get_cog("Ask"))  # it has added this button
            await cog.answer_asker(interaction)

        await take_click(interaction, do, during="showing an answer to its asker")


def offer_to(user_id: int) -> discord.ui.View:
    """Return the button that shows an answer to this person alone."""
    view = discord.ui.View(timeout=None)
    view.add_item(ShowToAsker(user_id))
    view.stop()  # clicks are told from the id: nothing is kept in memory for each message
    return view
