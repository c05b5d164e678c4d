"""Keeps what there is of a server for a time of grace after the bot has left it, and deletes it whole then."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.ports import ManagesLibraries, NewsLibrary
from bot.records.history import History
from bot.records.owners import delete_guild, known_guilds, left_guilds, note_back, note_left
from bot.service.visibility import guild_of, libraries_of

log = logging.getLogger(__name__)


class Departures:
    """Which servers the bot has left, and since when.

    1. A server that the bot is no longer in keeps its articles, feeds, settings and history for `grace`; its feeds
       rest meanwhile.
    2. If the bot is invited again before, everything is as it was.
    3. Then all of it is deleted, from the files as well.
    """

    def __init__(self, *, history: History, library: NewsLibrary, grace: timedelta) -> None:
        self._history = history
        self._library = library
        self._grace = grace

    async def left(self, guild_id: int, *, at: datetime) -> None:
        """Note that the bot was removed from a server."""
        await note_left(self._history, [guild_id], at=at)
        await self._rest()

    async def back(self, guild_id: int) -> None:
        """Note that the bot is in a server (again)."""
        if guild_id in await left_guilds(self._history):
            await note_back(self._history, [guild_id])
            await self._rest()
            log.info("invited again in time: everything of the server is as it was")

    async def look(self, present: Iterable[int], *, at: datetime) -> None:
        """Compare what is kept with the servers that the bot is in, and delete what has had its time.

        Servers may have been left, or joined, while the bot was not running. While the libraries are still being
        loaded nothing is done: whoever has loaded them has this looked at again.
        """
        here = frozenset(present)
        manager = self._library.ready_manager()
        if manager is None:
            return
        await manager.let_go()
        kept = await known_guilds(self._history) | _guilds(await manager.libraries())
        await note_left(self._history, kept - here, at=at)
        await note_back(self._history, here & await left_guilds(self._history))
        for guild_id in sorted(await left_guilds(self._history, before=at - self._grace)):
            await self._delete(guild_id, manager)
        await self._rest()

    async def _delete(self, guild_id: int, manager: ManagesLibraries) -> None:
        # The note goes last: what is interrupted here is taken up again at the next look.
        articles = await manager.clear(_library_of(guild_id))
        rows = await delete_guild(self._history, guild_id)
        await note_back(self._history, [guild_id])
        log.info("a server that was left is deleted: %d articles, %d rows of history and settings", articles, rows)

    async def _rest(self) -> None:
        manager = self._library.ready_manager()
        if manager is None:
            return
        manager.rest([_library_of(guild_id) for guild_id in await left_guilds(self._history)])


def _library_of(guild_id: int) -> str:
    return libraries_of(guild_id)[0]


def _guilds(libraries: Iterable[str]) -> frozenset[int]:
    return frozenset(guild_id for library in libraries if (guild_id := guild_of(library)) is not None)
