"""Takes the clicks on the buttons under answers, whichever process put them there."""

from __future__ import annotations

import logging
import re
from typing import Any, Self

import discord

from cogs._answers.actions import act
from cogs._answers.buttons import TEMPLATE, Action
from cogs._answers.lasting import take_click

log = logging.getLogger(__name__)


class AnswerButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=TEMPLATE):
    """A button under an answer, made anew from its id at each click."""

    def __init__(self, button: discord.ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(button)
        self._action = match["action"]
        self._exchange_id, self._first, self._last = (int(match[name]) for name in ("exchange", "first", "last"))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the button that was clicked."""
        assert isinstance(item, discord.ui.Button)  # the template is of buttons alone
        return cls(item, match)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the button says; what goes wrong ends in one calm sentence, unless Discord no longer listens."""

        async def do() -> None:
            try:
                await act(interaction, Action(self._action), self._exchange_id, self._first, self._last)
            except discord.NotFound as error:  # the interaction has expired, or its channel is gone
                log.info("a click under an answer came to nothing: %s", error)

        await take_click(interaction, do, during="a click under an answer")
