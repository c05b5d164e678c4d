"""`/library review`: what to do with new versions that lost most of their text, one after the other."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.service.client import PullquoteBot
from cogs._library.guard import AdminButtons, Asking, bad_input_told, begin, library_of, manager_for, say
from cogs._rendering import library_doubts as words
from cogs._ui.pages import QUIET
from retrieval.domain.libraries import DoubtfulVersion


@app_commands.command(name="review", description="Decide about articles whose page lost most of its text.")
async def review(interaction: Asking) -> None:
    """Ask about each version that was kept aside."""
    if not await begin(interaction):
        return
    if not await ask_about_doubts(interaction):
        await say(interaction, words.NOTHING_WAITS)


async def ask_about_doubts(interaction: Asking, first: DoubtfulVersion | None = None) -> bool:
    """Ask the admin alone about the versions that wait, `first` before the others; False when none does."""
    asked = await _question(interaction, first)
    if asked is None:
        return False
    question, view = asked
    await say(interaction, question, view=view)
    return True


async def _question(interaction: Asking, first: DoubtfulVersion | None = None) -> tuple[str, DecideAboutVersion] | None:
    """Return the question about the version that is next, and its buttons; None when none waits."""
    manager = await manager_for(interaction)
    waiting = await manager.doubtful(library_of(interaction))
    if first is not None:
        waiting.sort(key=lambda version: version.version_id != first.version_id)
    if not waiting:
        return None
    view = DecideAboutVersion(bot=interaction.client, shown_by=interaction, version=waiting[0])
    return words.doubt_text(waiting[0], left=len(waiting) - 1), view


class DecideAboutVersion(AdminButtons):
    """The buttons under the question about one version; an answer brings up the next."""

    during = "deciding about a new version"

    def __init__(self, *, bot: PullquoteBot, shown_by: Asking, version: DoubtfulVersion) -> None:
        super().__init__(bot=bot, shown_by=shown_by)
        self.version = version

    @discord.ui.button(label="Keep the old text", style=discord.ButtonStyle.primary)
    async def keep(self, interaction: Asking, _: discord.ui.Button[DecideAboutVersion]) -> None:
        """Keep it for good."""
        await interaction.response.defer()
        manager = await manager_for(interaction)
        kept = await manager.keep_old(library_of(interaction), self.version.version_id)
        await self._go_on(interaction, words.kept_text(self.version) if kept else words.NO_LONGER_WAITS)

    @discord.ui.button(label="Take the new text", style=discord.ButtonStyle.danger)
    async def take(self, interaction: Asking, _: discord.ui.Button[DecideAboutVersion]) -> None:
        """Put the new text in its place."""
        await interaction.response.defer()
        async with bad_input_told(interaction):
            manager = await manager_for(interaction)
            taken = await manager.take_new(library_of(interaction), self.version.version_id)
            await self._go_on(interaction, words.taken_text(self.version) if taken else words.NO_LONGER_WAITS)

    @discord.ui.button(label="Later", style=discord.ButtonStyle.secondary)
    async def later(self, interaction: Asking, _: discord.ui.Button[DecideAboutVersion]) -> None:
        """Decide nothing now."""
        self.stop()
        await interaction.response.edit_message(content=words.LATER, view=None, allowed_mentions=QUIET)

    async def _go_on(self, interaction: Asking, told: str) -> None:
        """Say what was done, and ask about the next version."""
        self.stop()
        asked = await _question(interaction)
        if asked is None:
            await interaction.edit_original_response(content=told, view=None, allowed_mentions=QUIET)
            return
        question, view = asked
        await interaction.edit_original_response(content=f"{told}\n\n{question}", view=view, allowed_mentions=QUIET)
