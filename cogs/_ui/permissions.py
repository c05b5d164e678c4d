"""Says once that a permission is missing, to someone who can give it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import discord

from bot.service.client import PullquoteBot
from bot.service.recently import Recently
from cogs._rendering import texts

NAMES = {
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "read_message_history": "Read Message History",
    "create_public_threads": "Create Public Threads",
}
"""Permissions the bot may lack, as Discord names them."""

_TO_OPEN_A_THREAD = ("create_public_threads", "send_messages_in_threads")
TRY_AGAIN_S = 24 * 60 * 60.0
log = logging.getLogger(__name__)


def lacking(message: discord.Message, *, in_thread: bool) -> list[str]:
    """Return which permissions are missing to answer `message`; `in_thread`: in a thread that is made for it."""
    channel, guild = message.channel, message.guild
    if guild is None or isinstance(channel, discord.PartialMessageable):
        return []  # for a channel that is not known yet discord.py reports no permissions at all
    wanted = [_to_write(channel), "read_message_history"]
    if in_thread:
        wanted += _TO_OPEN_A_THREAD
    allowed = channel.permissions_for(guild.me)
    return [name for name in wanted if not getattr(allowed, name)]


def is_mute(message: discord.Message, missing: Sequence[str]) -> bool:
    """Tell whether `message` cannot be answered at all where it was sent."""
    return _to_write(message.channel) in missing


def may_open_thread(missing: Sequence[str]) -> bool:
    """Tell whether a thread can be opened and written in."""
    return not set(_TO_OPEN_A_THREAD).intersection(missing)


def _to_write(channel: object) -> str:
    return "send_messages_in_threads" if isinstance(channel, discord.Thread) else "send_messages"


def opens_threads(channel: object) -> bool:
    """Tell whether a question in `channel` can get a thread of its own."""
    return isinstance(channel, discord.TextChannel)


class MissingPermissions:
    """Who has been told of which permission is kept, so that a restart repeats nothing; it ends with the lack."""

    def __init__(self, bot: PullquoteBot) -> None:
        self._bot = bot
        self._told: set[tuple[int, str]] | None = None
        self._tried = Recently(seconds=TRY_AGAIN_S)

    async def note(self, message: discord.Message, missing: Sequence[str]) -> None:
        """Tell of what is missing and not told yet, and forget what was missing and is there again."""
        if message.guild is None:
            return
        channel_id = message.channel.id
        told = await self._known()
        for key in [key for key in told if key[0] == channel_id and key[1] not in missing]:
            told.discard(key)
            await self._bot.guild_store.forget_missing(*key)
        fresh = [name for name in missing if (channel_id, name) not in told]
        fresh = [name for name in fresh if self._tried.first((channel_id, name))]
        if fresh and await self._say(message, message.guild, fresh):
            for name in fresh:
                told.add((channel_id, name))
                await self._bot.guild_store.note_missing(message.guild.id, channel_id, name)

    async def _known(self) -> set[tuple[int, str]]:
        if self._told is None:
            self._told = await self._bot.guild_store.missing()
        return self._told

    async def _say(self, message: discord.Message, guild: discord.Guild, missing: Sequence[str]) -> bool:
        """Tell the asker if they can change it, else the server's owner; tell whether anyone was reached."""
        asker, channel = message.author, message.channel
        text = texts.lacks(
            [NAMES[name] for name in missing],
            channel_id=channel.id,
            server=guild.name,
            mute=is_mute(message, missing),
        )
        can_change = isinstance(asker, discord.Member) and channel.permissions_for(asker).manage_roles
        if can_change and await self._send(asker.id, text):
            return True
        return guild.owner_id is not None and await self._send(guild.owner_id, text)

    async def _send(self, user_id: int, text: str) -> bool:
        try:
            user = self._bot.get_user(user_id) or await self._bot.fetch_user(user_id)
            await user.send(text, allowed_mentions=discord.AllowedMentions.none())
        except discord.HTTPException as error:
            log.warning("nobody could be told of a missing permission: %s", error)
            return False
        return True
