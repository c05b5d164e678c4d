"""The button that asks a question again without the talk before it."""

from __future__ import annotations

import re
from typing import Any, Protocol, cast

import discord

from cogs._answers.lasting import take_click


class AsksAgain(Protocol):
    """What takes a click on the button."""

    async def ask_as_typed(self, interaction: discord.Interaction[Any]) -> None:
        """Answer the question of the answer that was clicked once more, without the talk before it."""


class AsTyped(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"pullquote:as-typed"):
    """The button that asks a question again without the talk before it; works after a restart too."""

    def __init__(self) -> None:
        super().__init__(
            discord.ui.Button(
                label="Ask just as typed", style=discord.ButtonStyle.secondary, custom_id="pullquote:as-typed"
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> AsTyped:
        """Take up a button that was sent earlier: which question it means is in the history."""
        return cls()

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Ask again."""
        cog = cast("AsksAgain", interaction.client.get_cog("Ask"))  # it has added this button
        await take_click(interaction, lambda: cog.ask_as_typed(interaction), during="a click on “Ask just as typed”")
