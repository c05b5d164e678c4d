"""Deletes what is remembered of people once they have said twice that it is meant, for `/forget` and `/history`."""

from __future__ import annotations

from enum import Enum

import discord

from bot.records.owners import delete_person, rows_of_person
from bot.service.client import PullquoteBot
from bot.service.faults import tell
from bot.words.grammar import counted
from cogs._ui.buttons import Buttons
from cogs._ui.messages import channel_of

MODERATORS_ONLY = "Only who may manage the messages of this channel can delete what others asked here."
NOTHING = "I remember nothing of that. Nothing was deleted."
KEPT = "Nothing was deleted."
_STAY = "Messages that are already in a channel stay until someone deletes them."


class What(Enum):
    """What is to be forgotten; the value is how Discord offers it."""

    MINE_HERE = "my questions in this channel"
    MINE_EVERYWHERE = "everything of mine, everywhere"
    ALL_HERE = "all questions of this channel (moderators)"


class ConfirmForgetting(Buttons):
    """The two buttons under the question whether to forget."""

    during = "a click that forgets"

    def __init__(self, *, bot: PullquoteBot, shown_by: discord.Interaction[PullquoteBot], what: What) -> None:
        super().__init__(bot=bot, shown_by=shown_by)
        self.what = what

    @discord.ui.button(label="Delete", style=discord.ButtonStyle.danger)
    async def delete(
        self, interaction: discord.Interaction[PullquoteBot], _: discord.ui.Button[ConfirmForgetting]
    ) -> None:
        """Delete it, after looking at the permission again."""
        if not await admits(interaction, self.what):
            return
        named = await _delete(interaction, self.what)
        self.stop()
        await interaction.response.edit_message(content=f"Deleted {named}. {_STAY}", view=None)

    @discord.ui.button(label="Keep them", style=discord.ButtonStyle.secondary)
    async def keep(
        self, interaction: discord.Interaction[PullquoteBot], _: discord.ui.Button[ConfirmForgetting]
    ) -> None:
        """Change nothing."""
        self.stop()
        await interaction.response.edit_message(content=KEPT, view=None)


async def admits(interaction: discord.Interaction[PullquoteBot], what: What) -> bool:
    """Tell whether a person may delete it, and say so where not."""
    # In a direct message there is nobody else whose questions could be meant.
    if what is What.ALL_HERE and interaction.guild_id is not None and not interaction.permissions.manage_messages:
        await tell(interaction, MODERATORS_ONLY)
        return False
    return True


async def whether_to_forget(interaction: discord.Interaction[PullquoteBot], what: What) -> str | None:
    """Return the question whether to delete it, which names how much it is; None where there is nothing."""
    history, user_id, channel_id = interaction.client.history, interaction.user.id, channel_of(interaction)
    match what:
        case What.MINE_HERE:
            anything = count = await history.count_of_user(user_id=user_id, channel_id=channel_id)
        case What.MINE_EVERYWHERE:
            found = await rows_of_person(history, user_id)
            anything, count = len(found), len(found.get("turns", ()))
        case What.ALL_HERE:
            anything = count = await history.count_of_channel(channel_id)
    return f"Delete {_named(what, count)}? This cannot be undone." if anything else None


async def _delete(interaction: discord.Interaction[PullquoteBot], what: What) -> str:
    """Delete it and return what that was, in words."""
    history, user_id, channel_id = interaction.client.history, interaction.user.id, channel_of(interaction)
    match what:
        case What.MINE_HERE:
            count = await history.delete_of_user(user_id=user_id, channel_id=channel_id)
        case What.MINE_EVERYWHERE:
            count = await history.count_of_user(user_id=user_id)
            await delete_person(history, user_id)
        case What.ALL_HERE:
            count = await history.delete_channel(channel_id)
    return _named(what, count)


def _named(what: What, count: int) -> str:
    questions = counted(count, "question")
    match what:
        case What.MINE_HERE:
            return f"{questions} of yours in this channel"
        case What.MINE_EVERYWHERE:
            return f"everything I keep of you, in all servers and direct messages ({questions})"
        case What.ALL_HERE:
            every = f"all {questions}" if count > 1 else "the one question"
            return f"{every} of this channel, whoever asked"
