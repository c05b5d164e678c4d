"""Keeps what each server has set, and which server a person has picked for direct messages, in `history.db`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.records.history import History


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """What a server's admins have set; a server that has set nothing has these defaults.

    Who has `admin_role_id` may manage the library as who may manage the server does. `direct_messages`
    says whether members may use the server's library in direct messages.
    """

    admin_role_id: int | None = None
    direct_messages: bool = False


class GuildStore:
    """The settings of servers. Nothing is cached: what is taken away is gone at the next look."""

    def __init__(self, history: History) -> None:
        self._history = history

    async def settings(self, guild_id: int) -> GuildSettings:
        """Return what a server has set."""
        rows = await self._history.read(
            "SELECT admin_role_id, direct_messages FROM guild_settings WHERE guild_id = ?", guild_id
        )
        if not rows:
            return GuildSettings()
        return GuildSettings(admin_role_id=rows[0]["admin_role_id"], direct_messages=bool(rows[0]["direct_messages"]))

    async def set_admin_role(self, guild_id: int, role_id: int | None) -> None:
        """Let those with a role manage the library, or nobody but who may manage the server."""
        async with self._history.write() as connection:
            await connection.execute(
                "INSERT INTO guild_settings (guild_id, admin_role_id) VALUES (?, ?) "
                "ON CONFLICT (guild_id) DO UPDATE SET admin_role_id = excluded.admin_role_id",
                (guild_id, role_id),
            )

    async def set_direct_messages(self, guild_id: int, *, allowed: bool) -> None:
        """Say whether members may use the server's library in direct messages."""
        async with self._history.write() as connection:
            await connection.execute(
                "INSERT INTO guild_settings (guild_id, direct_messages) VALUES (?, ?) "
                "ON CONFLICT (guild_id) DO UPDATE SET direct_messages = excluded.direct_messages",
                (guild_id, allowed),
            )

    async def open_to_direct_messages(self) -> frozenset[int]:
        """Return the ids of the servers whose members may use their library in direct messages."""
        rows = await self._history.read("SELECT guild_id FROM guild_settings WHERE direct_messages")
        return frozenset(row["guild_id"] for row in rows)

    async def picked_by(self, user_id: int) -> int | None:
        """Return the server that a person has picked for direct messages, allowed or not."""
        rows = await self._history.read("SELECT guild_id FROM direct_libraries WHERE user_id = ?", user_id)
        return int(rows[0]["guild_id"]) if rows else None

    async def pick(self, user_id: int, guild_id: int | None) -> None:
        """Remember which server a person has picked; None for none."""
        async with self._history.write() as connection:
            if guild_id is None:
                await connection.execute("DELETE FROM direct_libraries WHERE user_id = ?", (user_id,))
            else:
                await connection.execute(
                    "INSERT OR REPLACE INTO direct_libraries (user_id, guild_id) VALUES (?, ?)", (user_id, guild_id)
                )
