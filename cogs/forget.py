"""`/forget`: people delete what they asked, here or everywhere, and moderators what was asked in their channel."""

from __future__ import annotations

from enum import Enum

import discord
from discord import app_commands
from discord.ext import commands

from bot.service.client import PullquoteBot
from bot.service.faults import tell
from bot.words.grammar import counted
from cogs._ui.admission import not_too_fast
from cogs._ui.buttons import Buttons
from cogs._ui.messages import channel_of
from cogs._ui.pages import QUIET

MODERATORS_ONLY = "Only who may manage the messages of this channel can delete what others asked here."
NOTHING = "I remember no such question. Nothing was deleted."
KEPT = "Nothing was deleted."


class What(Enum):
    """What is to be forgotten; the value is how Discord offers it."""

    MINE_HERE = "my questions in this channel"
    MINE_EVERYWHERE = "my questions everywhere"
    ALL_HERE = "all questions of this channel (moderators)"


class Forget(commands.Cog):
    """The `/forget` command."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot

    @app_commands.command(name="forget", description="Delete what I remember of your questions.")
    @app_commands.describe(what="Whose questions, and where")
    @app_commands.choices(what=[app_commands.Choice(name=what.value, value=what.name) for what in What])
    async def forget(self, interaction: discord.Interaction[PullquoteBot], what: app_commands.Choice[str]) -> None:
        """Ask whether it is meant, telling how many questions would go."""
        if not await not_too_fast(interaction):
            return
        wanted = What[what.value]
        if not await _admits(interaction, wanted):
            return
        count = await _count(interaction, wanted)
        if count == 0:
            await tell(interaction, NOTHING)
            return
        await interaction.response.send_message(
            f"Delete {_named(wanted, count)}? This cannot be undone.",
            view=ConfirmForgetting(bot=self.bot, shown_by=interaction, what=wanted),
            ephemeral=True,
            allowed_mentions=QUIET,
        )


class ConfirmForgetting(Buttons):
    """The two buttons under the question whether to forget."""

    during = "a click under /forget"

    def __init__(self, *, bot: PullquoteBot, shown_by: discord.Interaction[PullquoteBot], what: What) -> None:
        super().__init__(bot=bot, shown_by=shown_by)
        self.what = what

    @discord.ui.button(label="Delete", style=discord.ButtonStyle.danger)
    async def delete(
        self, interaction: discord.Interaction[PullquoteBot], _: discord.ui.Button[ConfirmForgetting]
    ) -> None:
        """Delete it, after looking at the permission again."""
        if not await _admits(interaction, self.what):
            return
        count = await _delete(interaction, self.what)
        self.stop()
        await interaction.response.edit_message(
            content=f"Deleted {_named(self.what, count)}. Messages that are already in a channel stay until someone "
            "deletes them.",
            view=None,
        )

    @discord.ui.button(label="Keep them", style=discord.ButtonStyle.secondary)
    async def keep(
        self, interaction: discord.Interaction[PullquoteBot], _: discord.ui.Button[ConfirmForgetting]
    ) -> None:
        """Change nothing."""
        self.stop()
        await interaction.response.edit_message(content=KEPT, view=None)


async def _admits(interaction: discord.Interaction[PullquoteBot], what: What) -> bool:
    # In a direct message there is nobody else whose questions could be meant.
    if what is What.ALL_HERE and interaction.guild_id is not None and not interaction.permissions.manage_messages:
        await tell(interaction, MODERATORS_ONLY)
        return False
    return True


async def _count(interaction: discord.Interaction[PullquoteBot], what: What) -> int:
    history, user_id, channel_id = interaction.client.history, interaction.user.id, channel_of(interaction)
    match what:
        case What.MINE_HERE:
            return await history.count_of_user(user_id=user_id, channel_id=channel_id)
        case What.MINE_EVERYWHERE:
            return await history.count_of_user(user_id=user_id)
        case What.ALL_HERE:
            return await history.count_of_channel(channel_id)


async def _delete(interaction: discord.Interaction[PullquoteBot], what: What) -> int:
    history, user_id, channel_id = interaction.client.history, interaction.user.id, channel_of(interaction)
    match what:
        case What.MINE_HERE:
            return await history.delete_of_user(user_id=user_id, channel_id=channel_id)
        case What.MINE_EVERYWHERE:
            return await history.delete_of_user(user_id=user_id)
        case What.ALL_HERE:
            return await history.delete_channel(channel_id)


def _named(what: What, count: int) -> str:
    match what:
        case What.MINE_HERE:
            return f"{counted(count, 'question')} of yours in this channel"
        case What.MINE_EVERYWHERE:
            return f"{counted(count, 'question')} of yours, in all servers and direct messages"
        case What.ALL_HERE:
            return (
                f"all {counted(count, 'question')} of this channel, whoever asked"
                if count > 1
                else ("the one question of this channel, whoever asked")
            )


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(Forget(bot))
