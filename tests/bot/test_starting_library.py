"""What is looked up while the library still loads waits, and is then answered by the engine."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.serve import StartingLibrary
from bot.settings import Settings


class LoadingEngine:
    """An engine that is ready when it is told so, and tells what it was asked."""

    def __init__(self) -> None:
        self.loaded = asyncio.Event()

    async def ready(self) -> int:
        await self.loaded.wait()
        return 0

    async def sources(self, *asked: Any, **where: Any) -> object:
        return "sources", asked, where

    async def source(self, *asked: Any, **where: Any) -> object:
        return "source", asked, where

    async def suggest_sources(self, *asked: Any, **where: Any) -> object:
        return "suggest_sources", asked, where


@pytest.mark.parametrize(
    ("method", "asked"), [("sources", ("gaza",)), ("source", ("POLITICO", None)), ("suggest_sources", ("pol",))]
)
async def test_looking_sources_up_waits_for_the_library(method: str, asked: tuple[str | None, ...], tmp_path: Path):
    engine = LoadingEngine()
    settings = Settings(_env_file=None, seeds_dir=tmp_path / "none")
    library = StartingLibrary(engine, settings)
    answered = asyncio.create_task(getattr(library, method)(*asked, libraries=("guild-1", "shared")))
    await asyncio.sleep(0.01)
    assert not answered.done()
    engine.loaded.set()
    assert await answered == (method, asked, {"libraries": ("guild-1", "shared")})
