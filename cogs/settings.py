"""`/settings`: where, to whom and how the bot answers in a server, for who may manage the server."""

from __future__ import annotations

from typing import Any, ClassVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.records.guilds import GuildSettings
from bot.service.client import PullquoteBot
from bot.words.zones import zone_named, zones_meant
from cogs._library.guard import AdminButtons, AdminModal, Asking, admits, guild_of
from cogs._rendering.settings import settings_text, wrong_days, wrong_zone
from cogs._ui.admission import not_too_fast
from cogs._ui.pages import QUIET

ALL_QUOTES = "all"
MOST_QUOTES = 5
CHANNEL_CHOICES = 25
ASKER_ONLY, EVERYBODY = "Answer only the one who asks", "Answer for everybody"
TIMES = "Memory and time zone"
IN_THREAD, IN_CHANNEL = "Answer in threads", "Answer in the channel"
ANSWERED_IN = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.forum,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
]


class ServerSettings(commands.Cog, name="Settings"):
    """The `/settings` command, and forgetting channels that are gone."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot

    @app_commands.command(name="settings", description="Where, to whom and how I answer in this server.")
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.default_permissions(manage_guild=True)
    async def settings(self, interaction: Asking) -> None:
        """Show the settings to an admin alone, with what changes them."""
        if not await admits(interaction, settings=True) or not await not_too_fast(interaction):
            return
        view = ChangeAnswers(bot=self.bot, shown_by=interaction)
        await interaction.response.send_message(
            await view.text(interaction), view=view, ephemeral=True, allowed_mentions=QUIET
        )

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Answer no longer in a channel that is gone; where no other is set, everywhere again."""
        await self.bot.guild_store.forget_channel(channel.guild.id, channel.id)


class ChangeAnswers(AdminButtons):
    """The menus and buttons under the settings; each shows what is set at that moment."""

    during = "changing the settings"
    for_settings = True

    def __init__(self, *, bot: PullquoteBot, shown_by: Asking) -> None:
        super().__init__(bot=bot, shown_by=shown_by)

    async def text(self, interaction: Asking) -> str:
        """Return the settings in sentences, and mark menus and buttons with them."""
        now = await self.bot.guild_store.settings(guild_of(interaction))
        self._mark(now)
        return settings_text(
            now,
            history_days=self.bot.settings.history_days,
            time_zone=self.bot.settings.time_zone,
            moment=discord.utils.utcnow(),
        )

    @discord.ui.select(
        cls=discord.ui.ChannelSelect[Any],
        channel_types=ANSWERED_IN,
        placeholder="Channels I may answer in; none: everywhere",
        min_values=0,
        max_values=CHANNEL_CHOICES,
    )
    async def channels(self, interaction: Asking, menu: discord.ui.ChannelSelect[Any]) -> None:
        """Set the channels; those of another server are left out."""
        guild_id = guild_of(interaction)
        await self.bot.guild_store.set_channels(
            guild_id, [channel.id for channel in menu.values if channel.guild_id == guild_id]
        )
        await self.show_again(interaction)

    @discord.ui.select(
        options=[
            discord.SelectOption(label="As many quotes as answer", value=ALL_QUOTES),
            *(
                discord.SelectOption(label=f"{number} quote{'s' * (number > 1)} at the most", value=str(number))
                for number in range(1, MOST_QUOTES)
            ),
        ]
    )
    async def most_quotes(self, interaction: Asking, menu: discord.ui.Select[Any]) -> None:
        """Set how many quotes an answer shows."""
        value = menu.values[0]
        most = int(value) if value in map(str, range(1, MOST_QUOTES)) else None
        await self.bot.guild_store.set_most_quotes(guild_of(interaction), most)
        await self.show_again(interaction)

    @discord.ui.button(style=discord.ButtonStyle.secondary)
    async def audience(self, interaction: Asking, _: discord.ui.Button[ChangeAnswers]) -> None:
        """Answer for everybody, or only for the one who asks."""
        guild_id = guild_of(interaction)
        now = await self.bot.guild_store.settings(guild_id)
        await self.bot.guild_store.set_for_asker_only(guild_id, wanted=not now.for_asker_only)
        await self.show_again(interaction)

    @discord.ui.button(style=discord.ButtonStyle.secondary)
    async def thread(self, interaction: Asking, _: discord.ui.Button[ChangeAnswers]) -> None:
        """Answer in threads, or in the channel."""
        guild_id = guild_of(interaction)
        now = await self.bot.guild_store.settings(guild_id)
        await self.bot.guild_store.set_in_thread(guild_id, wanted=not now.in_thread)
        await self.show_again(interaction)

    @discord.ui.button(label=TIMES, style=discord.ButtonStyle.secondary)
    async def times(self, interaction: Asking, _: discord.ui.Button[ChangeAnswers]) -> None:
        """Open the form with what is typed: days and a time zone."""
        now = await self.bot.guild_store.settings(guild_of(interaction))
        await interaction.response.send_modal(ChangeTimes(under=self, shown_by=interaction, now=now))

    async def show_again(self, interaction: Asking, *, notice: str = "") -> None:
        """Show the settings as they are now, below a notice."""
        text = await self.text(interaction)
        self.shown_by = interaction
        await interaction.response.edit_message(
            content=f"{notice}\n\n{text}" if notice else text, view=self, allowed_mentions=QUIET
        )

    def _mark(self, now: GuildSettings) -> None:
        self.audience.label = EVERYBODY if now.for_asker_only else ASKER_ONLY
        self.thread.label = IN_CHANNEL if now.in_thread else IN_THREAD
        self.channels.default_values = [
            discord.SelectDefaultValue(id=channel_id, type=discord.SelectDefaultValueType.channel)
            for channel_id in sorted(now.channel_ids)[:CHANNEL_CHOICES]
        ]
        wanted = ALL_QUOTES if now.most_quotes is None else str(now.most_quotes)
        numbers: list[discord.SelectOption] = self.most_quotes.options
        for option in numbers:
            option.default = option.value == wanted


class ChangeTimes(AdminModal):
    """The form for what has to be typed."""

    for_settings: ClassVar[bool] = True

    def __init__(self, *, under: ChangeAnswers, shown_by: Asking, now: GuildSettings) -> None:
        super().__init__(title=TIMES, shown_by=shown_by)
        self.under = under
        operator = under.bot.settings
        self.days = discord.ui.TextInput[Any](
            custom_id="days",
            default=str(now.days_kept(operator.history_days)),
            required=False,
            max_length=6,
        )
        self.zone = discord.ui.TextInput[Any](
            custom_id="zone", default=now.time_zone or operator.time_zone, required=False, max_length=60
        )
        for label, hint, field in (
            ("Days that questions are kept", f"From 1 to {operator.history_days}", self.days),
            ("Time zone", "A name such as Europe/Paris, or a city", self.zone),
        ):
            self.add_item(discord.ui.Label(text=label, description=hint, component=field))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Take both, or neither where one cannot be taken; an empty field is what the operator has set."""
        most = self.under.bot.settings.history_days
        days, zone = self.days.value.strip(), self.zone.value.strip()
        if days and not (days.isascii() and days.isdecimal() and 1 <= int(days) <= most):
            await self.under.show_again(interaction, notice=wrong_days(days, most=most))
            return
        named = zone_named(zone) if zone else None
        if zone and named is None:
            await self.under.show_again(interaction, notice=wrong_zone(zone, zones_meant(zone)))
            return
        await self.under.bot.guild_store.set_times(
            guild_of(interaction), history_days=int(days) if days else None, time_zone=named
        )
        await self.under.show_again(interaction)


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(ServerSettings(bot))
