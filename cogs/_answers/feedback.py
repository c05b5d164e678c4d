"""The form for a word about an answer, beside whether it was useful."""

from __future__ import annotations

from typing import Any

import discord

from bot.service.faults import report, tell
from cogs._answers.place import kept_here

WORD_LIMIT = 200
NOTED = "Noted, thank you."
NOT_YET = "Please say first whether the answer was useful."
_FORM_LIVES_S = 60 * 60


class WordForm(discord.ui.Modal):
    """One short field; what is written in it is kept with the person's opinion."""

    def __init__(self, exchange_id: int) -> None:
        super().__init__(title="Was this useful?", timeout=_FORM_LIVES_S)
        self.exchange_id = exchange_id
        self.word = discord.ui.TextInput[WordForm](
            custom_id="word", max_length=WORD_LIMIT, placeholder="Missing, wrong, too long, just right …"
        )
        self.add_item(discord.ui.Label(text="In a word or a few", component=self.word))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Keep the word."""
        kept = await kept_here(interaction, self.exchange_id)
        if kept is None:
            return
        word = " ".join(self.word.value.split())
        said = await interaction.client.answers.explain(kept, user_id=interaction.user.id, word=word)
        await tell(interaction, NOTED if said else NOT_YET)

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, _: object = None, /) -> None:
        """Tell the person, and log the cause."""
        await tell(interaction, report(error, during="taking in a word about an answer"))
