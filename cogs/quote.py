"""Checks a quote that somebody passes on: `/quote`, and the message menu."""

from __future__ import annotations

import re
from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.service.client import PullquoteBot
from bot.service.faults import tell
from bot.words.checks import NO_WORDS
from cogs._rendering import checks, texts
from cogs._ui.admission import not_too_fast
from cogs._ui.messages import as_read, libraries_seen, text_of
from cogs._ui.places import open_here
from cogs._ui.verbatim import kept_verbatim
from retrieval.domain.lookups import QuoteCheck

MENU = "Check this quote"
SPEAKER_LIMIT = 100
# The longest stretch in quotation marks of one kind; an apostrophe opens none.
_QUOTED = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|«([^«»]+)»|„([^„“”]+)[“”]")


class QuoteCheckCog(commands.Cog, name="Quote"):
    """Takes a text in, and gives back what the articles have of it."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot
        # discord.py takes no context menu as a method of a cog, so it is added by hand.
        self._menu = app_commands.ContextMenu(name=MENU, callback=self.check_message)

    async def cog_load(self) -> None:
        """Add the message menu."""
        self.bot.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Take the message menu away again."""
        self.bot.tree.remove_command(self._menu.name, type=self._menu.type)

    @app_commands.command(name="quote", description="Did anyone say this? Check a quote against the articles.")
    @app_commands.describe(text="The words to check", speaker="Who is said to have said them")
    async def quote(
        self,
        interaction: discord.Interaction[PullquoteBot],
        text: app_commands.Range[str, 1, texts.CHECK_LIMIT],
        speaker: app_commands.Range[str, 1, SPEAKER_LIMIT] | None = None,
    ) -> None:
        """Check `text` in this channel."""
        await self._respond(interaction, as_read(text).strip(), speaker)

    async def check_message(self, interaction: discord.Interaction[PullquoteBot], message: discord.Message) -> None:
        """Check what `message` quotes, or all of it where it quotes nothing."""
        await self._respond(interaction, quoted_in(as_read(text_of(message))), None)

    async def _respond(self, interaction: discord.Interaction[PullquoteBot], text: str, speaker: str | None) -> None:
        """Check and tell, in this order.

        1. Who asks too fast, or gives no words or too many, is told so alone.
        2. Every quote is read again in its article; a check whose article has just changed is not told.
        """
        if not await not_too_fast(interaction):
            return
        if not any(char.isalnum() for char in text):
            await tell(interaction, NO_WORDS)
            return
        if len(text) > texts.CHECK_LIMIT:
            await tell(interaction, texts.too_long_to_check(len(text)))
            return
        settings = await open_here(interaction)
        if settings is None:
            return
        await interaction.response.defer(ephemeral=settings.for_asker_only, thinking=True)
        check = await self.bot.library.check_quote(text, speaker, libraries=await libraries_seen(interaction))
        verified = await self._verified(check)
        rendered = [texts.CHANGED_MEANWHILE] if verified is None else checks.render_check(verified)
        for message in rendered:
            await interaction.followup.send(
                message,
                wait=True,
                ephemeral=settings.for_asker_only,
                suppress_embeds=True,
                allowed_mentions=discord.AllowedMentions.none(),
            )

    async def _verified(self, check: QuoteCheck) -> QuoteCheck | None:
        """Return the check with the quotes that the live articles hold; None if it no longer holds itself.

        The difference is told of the first quote, and of a spliced text of all of them.
        """
        kept = await kept_verbatim(self.bot.library, check.quotes)
        lost = len(kept) < len(check.quotes)
        if lost and (check.diff or not kept):
            return None
        return replace(check, quotes=kept)


def quoted_in(content: str) -> str:
    """Return the longest words in quotation marks, or all of the text without block quote marks."""
    stretches = [next(filter(None, match.groups())) for match in _QUOTED.finditer(content)]
    words = max(stretches, key=len, default="")
    if any(char.isalnum() for char in words):
        return words.strip()
    return "\n".join(line.removeprefix("> ") for line in content.split("\n")).strip()


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(QuoteCheckCog(bot))
