"""An engine that is made at its first use, on a data folder that is ours from the start.

Importing the engine takes a processor a second, which the way to Discord's gateway does not wait for.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Self

from bot.opening import open_engine
from bot.settings import Settings
from retrieval.domain.stages import Observe
from retrieval.store.folder import DataFolder

if TYPE_CHECKING:
    from retrieval.engine import Engine


class LaterEngine:
    """Gives the engine to whoever needs it; made by `take` or, of an engine that is there already, by `of`."""

    def __init__(self, make: Callable[[], Awaitable[Engine]], let_go: Callable[[], Awaitable[None]]) -> None:
        """`make` is called once at most; `let_go` closes what was taken for an engine that was never made."""
        self._make, self._let_go = make, let_go
        self._engine: Engine | None = None
        self._opening: asyncio.Task[Engine] | None = None

    @classmethod
    async def take(cls, settings: Settings, *, observe: Observe) -> Self:
        """Take the data folder. Raises `DataInUseError` or `StorageError`, as the engine would."""
        folder = await DataFolder.take(settings.data_dir)

        async def make() -> Engine:
            await asyncio.to_thread(importlib.import_module, "retrieval.engine")
            return await open_engine(settings, observe=observe, held=folder)

        return cls(make, folder.close)

    @classmethod
    def of(cls, engine: Engine) -> Self:
        """Give an engine that is there already."""

        async def make() -> Engine:
            return engine

        later = cls(make, engine.close)
        later._engine = engine
        return later

    @property
    def made(self) -> Engine | None:
        """The engine, if anybody has needed it yet."""
        return self._engine

    async def get(self) -> Engine:
        """Return the engine, making it first if need be."""
        if self._engine is None:
            if self._opening is None:
                self._opening = asyncio.create_task(self._open())
            return await asyncio.shield(self._opening)
        return self._engine

    async def _open(self) -> Engine:
        self._engine = await self._make()
        return self._engine

    async def close(self) -> None:
        """Close the engine, or the folder alone if nobody has needed the engine."""
        if self._opening is not None:
            await asyncio.wait([self._opening])  # an import cannot be broken off
        if self._engine is not None:
            await self._engine.close()
        else:
            await self._let_go()
