"""Decides which libraries a place and a person see: the one function that every surface asks."""

from __future__ import annotations

import time

import discord

from bot.records.guilds import GuildStore
from retrieval.domain.libraries import SHARED_LIBRARY

MEMBER_FOR_S = 30.0
"""How long an answer of Discord about a membership is believed: who leaves loses the library within this."""


class Visibility:
    """Knows who sees which libraries.

    1. In a server: its own library and the shared one.
    2. In a direct message: the shared one; and that of the server that the person has picked, as long as
       that server allows it, the bot is in it and the person is a member, all looked at again each time.
    """

    def __init__(self, client: discord.Client, guilds: GuildStore) -> None:
        self._client = client
        self._guilds = guilds
        self._members: dict[tuple[int, int], tuple[float, bool]] = {}

    async def libraries(self, *, guild_id: int | None, user_id: int) -> tuple[str, ...]:
        """Return the ids of the libraries that are seen; `guild_id` is None in a direct message.

        Raises `StorageError`, and `discord.HTTPException` when a membership cannot be checked.
        """
        if guild_id is not None:
            return libraries_of(guild_id)
        picked = await self._guilds.picked_by(user_id)
        if picked is None or not await self.is_open_to(user_id, picked):
            return libraries_of(None)
        return libraries_of(picked)

    async def has_lost_pick(self, user_id: int) -> bool:
        """Tell whether a person has picked a server for direct messages that is not open to them any more."""
        picked = await self._guilds.picked_by(user_id)
        return picked is not None and not await self.is_open_to(user_id, picked)

    async def is_open_to(self, user_id: int, guild_id: int) -> bool:
        """Tell whether a person may use a server's library in direct messages just now."""
        settings = await self._guilds.settings(guild_id)
        return settings.direct_messages and await self._is_member(user_id, guild_id)

    async def _is_member(self, user_id: int, guild_id: int) -> bool:
        guild = self._client.get_guild(guild_id)
        if guild is None:
            return False
        now = time.monotonic()
        self._members = {key: kept for key, kept in self._members.items() if kept[0] > now}
        if (known := self._members.get((guild_id, user_id))) is not None:
            return known[1]
        # Without the members intent the cache never hears of someone who leaves, so Discord is asked.
        try:
            await guild.fetch_member(user_id)
        except (discord.NotFound, discord.Forbidden):
            member = False
        else:
            member = True
        self._members[guild_id, user_id] = (now + MEMBER_FOR_S, member)
        return member


def guild_of(library: str) -> int | None:
    """Return the server whose own library has this id; None for the shared one."""
    prefix, _, number = library.partition("-")
    return int(number) if prefix == "guild" and number.isascii() and number.isdecimal() else None


def libraries_of(guild_id: int | None) -> tuple[str, ...]:
    """Return the ids of the libraries that a server sees; a direct message sees the shared one only."""
    return (SHARED_LIBRARY,) if guild_id is None else (f"guild-{guild_id}", SHARED_LIBRARY)
