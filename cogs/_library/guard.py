"""Who may manage a server's library, asked at every command, click, modal and autocomplete; and which one it is."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any, ClassVar

import discord

from bot.ports import ManagesLibraries
from bot.service.client import PullquoteBot
from bot.service.faults import report, tell
from bot.service.visibility import libraries_of
from cogs._rendering import shown
from cogs._ui.admission import admitted
from cogs._ui.buttons import NOT_HERE, Buttons
from cogs._ui.pages import QUIET, Pages
from retrieval.errors import ArticleError

Asking = discord.Interaction[PullquoteBot]

NOT_IN_A_SERVER = "A library is managed in its server, not in direct messages."
NOT_ALLOWED = "Managing this server's library needs the permission Manage Server, or the role set for it."
SETTINGS_NOT_ALLOWED = "Changing these settings needs the permission Manage Server."
FORM_LIVES_S = 60 * 60
_REASON_LIMIT = 1_500
log = logging.getLogger(__name__)


async def refusal(interaction: Asking, *, settings: bool = False) -> str | None:
    """Return why the person behind `interaction` may not manage this server's library; None if they may.

    Discord sends the person's permissions and roles with every interaction, as they are at that moment.
    Who manages by the role set for it may not change the `settings`, that role among them.
    """
    if interaction.guild_id is None or not isinstance(interaction.user, discord.Member):
        return NOT_IN_A_SERVER
    if interaction.permissions.manage_guild or interaction.permissions.administrator:
        return None
    if settings:
        return SETTINGS_NOT_ALLOWED
    role_id = (await interaction.client.guild_store.settings(interaction.guild_id)).admin_role_id
    # The role of everyone has the server's id: it is never what is meant by a role for admins.
    if role_id not in (None, interaction.guild_id) and interaction.user.get_role(role_id) is not None:
        return None
    return NOT_ALLOWED


async def admits(interaction: Asking, *, settings: bool = False) -> bool:
    """Tell whether a person may manage this server's library, and if not, tell them why."""
    reason = await refusal(interaction, settings=settings)
    if reason is not None:
        await tell(interaction, reason)
    return reason is None


async def admits_silently(interaction: Asking) -> bool:
    """Tell whether a person may manage this server's library; an autocomplete just stays empty."""
    return await refusal(interaction) is None


def library_of(interaction: Asking) -> str:
    """Return the one library that this server manages."""
    if interaction.guild_id is None:
        raise ValueError("a library is managed in its server only")
    return libraries_of(interaction.guild_id)[0]


def guild_of(interaction: Asking) -> int:
    """Return the id of the server that an admin's command was used in."""
    if interaction.guild_id is None:
        raise ValueError("settings belong to a server")
    return interaction.guild_id


async def manager_for(interaction: Asking) -> ManagesLibraries:
    """Return what manages the libraries, as soon as it is ready."""
    return await interaction.client.library.manager()


async def begin(interaction: Asking) -> bool:
    """Acknowledge a command, for the admin's eyes only, or turn away who asks too fast."""
    return await admitted(interaction, ephemeral=True)


async def say(interaction: Asking, text: str, *, view: discord.ui.View = discord.utils.MISSING) -> None:
    """Say `text` to the admin alone, after `begin`."""
    await interaction.followup.send(text, view=view, ephemeral=True, suppress_embeds=True, allowed_mentions=QUIET)


@contextlib.asynccontextmanager
async def bad_input_told(interaction: Asking) -> AsyncIterator[None]:
    """Tell the admin the one sentence about input that cannot be taken; it ends the block."""
    try:
        yield
    except ArticleError as error:
        await tell(interaction, sentence_of(error))


def sentence_of(error: ArticleError) -> str:
    """Return what was wrong with input, written so that names and addresses in it stay harmless."""
    return shown(str(error), limit=_REASON_LIMIT)


class AdminButtons(Buttons):
    """Buttons that only who may manage the library at the time of the click can use."""

    for_settings: ClassVar[bool] = False

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Look at the permission again."""
        return await super().interaction_check(interaction) and await admits(interaction, settings=self.for_settings)


class AdminPages(Pages):
    """Pages that only an admin turns, and only their own."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Look at the permission again."""
        return await super().interaction_check(interaction) and await admits(interaction)


class AdminModal(discord.ui.Modal):
    """A form that only who may manage the library at the time it is sent can send, in its own server."""

    for_settings: ClassVar[bool] = False

    def __init__(self, *, title: str, shown_by: Asking) -> None:
        super().__init__(title=title, timeout=FORM_LIVES_S)
        self.guild_id = shown_by.guild_id

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Look at the permission again."""
        if interaction.guild_id != self.guild_id:
            await tell(interaction, NOT_HERE)
            return False
        return await admits(interaction, settings=self.for_settings)

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, _: object = None, /) -> None:
        """Tell the person, and log the cause."""
        await tell(interaction, report(error, during=f"taking in the form {self.title}"))
