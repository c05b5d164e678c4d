"""Keeps what each server has set, and which server a person has picked for direct messages, in `history.db`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.records.history import History


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """What a server's admins have set; a server that has set nothing has these defaults.

    Who has `admin_role_id` may manage the library as who may manage the server does. `direct_messages`
    says whether members may use the server's library in direct messages.

    `channel_ids` are the channels in which the bot may answer, threads in them included; none: everywhere.
    With `for_asker_only` an answer is for the one who asked alone. An answer shows `most_quotes` at the most.
    With `in_thread` a question in a channel is answered in a thread of its own. Questions are kept for
    `history_days`; None is what the operator has set, and so is a `time_zone` of None.
    """

    admin_role_id: int | None = None
    direct_messages: bool = False
    channel_ids: frozenset[int] = frozenset()
    for_asker_only: bool = False
    most_quotes: int | None = None
    in_thread: bool = False
    history_days: int | None = None
    time_zone: str | None = None

    def days_kept(self, most: int) -> int:
        """Return for how many days questions are kept; the operator's `most` is never passed."""
        return most if self.history_days is None else min(self.history_days, most)


class GuildStore:
    """The settings of servers. Nothing is cached: what is taken away is gone at the next look."""

    def __init__(self, history: History) -> None:
        self._history = history

    async def settings(self, guild_id: int) -> GuildSettings:
        """Return what a server has set."""
        rows = await self._history.read("SELECT * FROM guild_settings WHERE guild_id = ?", guild_id)
        channels = await self._history.read("SELECT channel_id FROM guild_channels WHERE guild_id = ?", guild_id)
        channel_ids = frozenset(int(row["channel_id"]) for row in channels)
        if not rows:
            return GuildSettings(channel_ids=channel_ids)
        row = rows[0]
        return GuildSettings(
            admin_role_id=row["admin_role_id"],
            direct_messages=bool(row["direct_messages"]),
            channel_ids=channel_ids,
            for_asker_only=bool(row["for_asker_only"]),
            most_quotes=row["most_quotes"],
            in_thread=bool(row["in_thread"]),
            history_days=row["history_days"],
            time_zone=row["time_zone"],
        )

    async def set_admin_role(self, guild_id: int, role_id: int | None) -> None:
        """Let those with a role manage the library, or nobody but who may manage the server."""
        await self._set(guild_id, "admin_role_id", role_id)

    async def set_direct_messages(self, guild_id: int, *, allowed: bool) -> None:
        """Say whether members may use the server's library in direct messages."""
        await self._set(guild_id, "direct_messages", allowed)

    async def set_channels(self, guild_id: int, channel_ids: Collection[int]) -> None:
        """Let the bot answer in these channels only; none: everywhere."""
        async with self._history.write() as connection:
            await connection.execute("DELETE FROM guild_channels WHERE guild_id = ?", (guild_id,))
            await connection.executemany(
                "INSERT INTO guild_channels (guild_id, channel_id) VALUES (?, ?)",
                [(guild_id, channel_id) for channel_id in set(channel_ids)],
            )

    async def set_for_asker_only(self, guild_id: int, *, wanted: bool) -> None:
        """Say whether an answer is for the one who asked alone."""
        await self._set(guild_id, "for_asker_only", wanted)

    async def set_most_quotes(self, guild_id: int, most: int | None) -> None:
        """Say how many quotes an answer shows at the most; None: as many as answer."""
        await self._set(guild_id, "most_quotes", most)

    async def set_in_thread(self, guild_id: int, *, wanted: bool) -> None:
        """Say whether a question in a channel is answered in a thread of its own."""
        await self._set(guild_id, "in_thread", wanted)

    async def set_times(self, guild_id: int, *, history_days: int | None, time_zone: str | None) -> None:
        """Say for how long questions are kept, and in which zone "today" is meant; None: as the operator has it."""
        async with self._history.write() as connection:
            await connection.execute(
                "INSERT INTO guild_settings (guild_id, history_days, time_zone) VALUES (?, ?, ?) "
                "ON CONFLICT (guild_id) DO UPDATE SET history_days = excluded.history_days, "
                "time_zone = excluded.time_zone",
                (guild_id, history_days, time_zone),
            )

    async def retention(self) -> dict[int, int]:
        """Return for how many days questions are kept in each server that has set it."""
        rows = await self._history.read(
            "SELECT guild_id, history_days FROM guild_settings WHERE history_days IS NOT NULL"
        )
        return {int(row["guild_id"]): int(row["history_days"]) for row in rows}

    async def _set(self, guild_id: int, column: str, value: int | None) -> None:
        async with self._history.write() as connection:
            await connection.execute(
                f"INSERT INTO guild_settings (guild_id, {column}) VALUES (?, ?) "  # noqa: S608 - names from above
                f"ON CONFLICT (guild_id) DO UPDATE SET {column} = excluded.{column}",
                (guild_id, value),
            )

    async def missing(self) -> set[tuple[int, str]]:
        """Return the (channel, permission) pairs of which somebody has been told that they are missing."""
        rows = await self._history.read("SELECT channel_id, permission FROM permission_notices")
        return {(int(row["channel_id"]), str(row["permission"])) for row in rows}

    async def note_missing(self, guild_id: int, channel_id: int, permission: str) -> None:
        """Remember that somebody has been told of a missing permission."""
        async with self._history.write() as connection:
            await connection.execute(
                "INSERT OR IGNORE INTO permission_notices (guild_id, channel_id, permission) VALUES (?, ?, ?)",
                (guild_id, channel_id, permission),
            )

    async def forget_missing(self, channel_id: int, permission: str) -> None:
        """Forget that a permission was missing: it is there again."""
        async with self._history.write() as connection:
            await connection.execute(
                "DELETE FROM permission_notices WHERE channel_id = ? AND permission = ?", (channel_id, permission)
            )

    async def forget_channel(self, guild_id: int, channel_id: int) -> None:
        """Forget a channel that is gone."""
        async with self._history.write() as connection:
            await connection.execute(
                "DELETE FROM guild_channels WHERE guild_id = ? AND channel_id = ?", (guild_id, channel_id)
            )
            await connection.execute("DELETE FROM permission_notices WHERE channel_id = ?", (channel_id,))

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
