"""`/library settings`: who else may manage the library, and whether members may use it in direct messages."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.records.guilds import GuildSettings
from bot.service.client import PullquoteBot
from cogs._library.guard import AdminButtons, Asking, admits, guild_of
from cogs._ui.admission import not_too_fast
from cogs._ui.pages import QUIET

NOT_EVERYONE = "Everyone has that role. Please choose one that only admins of the library have."
_ALLOW, _STOP = "Allow in direct messages", "Stop direct messages"


@app_commands.command(name="settings", description="Who may manage the library, and where members may use it.")
async def settings(interaction: Asking) -> None:
    """Show the settings, with what changes them."""
    if not await admits(interaction, settings=True) or not await not_too_fast(interaction):
        return
    now = await interaction.client.guild_store.settings(guild_of(interaction))
    await interaction.response.send_message(
        settings_text(now),
        view=ChangeSettings(bot=interaction.client, shown_by=interaction, now=now),
        ephemeral=True,
        allowed_mentions=QUIET,
    )


class ChangeSettings(AdminButtons):
    """The menu and the button under the settings."""

    during = "changing the settings"
    for_settings = True  # the role that is set here is not enough

    def __init__(self, *, bot: PullquoteBot, shown_by: Asking, now: GuildSettings) -> None:
        super().__init__(bot=bot, shown_by=shown_by)
        self._mark(now)

    @discord.ui.select(
        cls=discord.ui.RoleSelect[Any], placeholder="A role that may manage the library", min_values=0, max_values=1
    )
    async def role(self, interaction: Asking, menu: discord.ui.RoleSelect[Any]) -> None:
        """Set the role, or none."""
        guild_id = guild_of(interaction)
        role = menu.values[0] if menu.values else None
        if role is not None and role.id == guild_id:
            await self._show(interaction, notice=NOT_EVERYONE)
            return
        await self.bot.guild_store.set_admin_role(guild_id, role.id if role is not None else None)
        await self._show(interaction)

    @discord.ui.button(style=discord.ButtonStyle.secondary)
    async def direct_messages(self, interaction: Asking, _: discord.ui.Button[ChangeSettings]) -> None:
        """Allow direct messages, or stop them."""
        guild_id = guild_of(interaction)
        now = await self.bot.guild_store.settings(guild_id)
        await self.bot.guild_store.set_direct_messages(guild_id, allowed=not now.direct_messages)
        await self._show(interaction)

    async def _show(self, interaction: Asking, *, notice: str = "") -> None:
        now = await self.bot.guild_store.settings(guild_of(interaction))
        self._mark(now)
        self.shown_by = interaction
        text = settings_text(now)
        await interaction.response.edit_message(
            content=f"{notice}\n\n{text}" if notice else text, view=self, allowed_mentions=QUIET
        )

    def _mark(self, now: GuildSettings) -> None:
        self.direct_messages.label = _STOP if now.direct_messages else _ALLOW
        default = [] if now.admin_role_id is None else [discord.Object(now.admin_role_id, type=discord.Role)]
        self.role.default_values = default


def settings_text(now: GuildSettings) -> str:
    """Return the settings in sentences."""
    if now.admin_role_id is None:
        who = "This library is managed by who may manage the server."
    else:
        who = (
            f"This library is managed by who may manage the server, and by <@&{now.admin_role_id}>. For that role, "
            "allow `/library` under Server Settings, Integrations as well: Discord shows it to nobody else."
        )
    if now.direct_messages:
        where = "Members may use it in direct messages too, with `/answer-from`."
    else:
        where = "Members can use it in this server only, not in direct messages."
    return f"{who}\n{where}"
