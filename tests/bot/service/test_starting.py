"""What is looked up or managed while the library still loads waits, and is then served by the engine."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.service.starting import StartingLibrary
from bot.settings import Settings
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.keeping.management.manager import LibraryManager
from tests.bot.conftest import Gate
from tests.retrieval.keeping.indexing.test_indexing import BODY

ASKED = {
    "sources": lambda library: library.sources("port", libraries=("guild-1", "shared")),
    "source": lambda library: library.source("Benny Gantz", None, libraries=("guild-1", "shared")),
    "suggest_sources": lambda library: library.suggest_sources("ben", libraries=("guild-1", "shared")),
    "manager": lambda library: library.manager(),
}


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "port.txt").write_text("The port is shut, according to Benny Gantz.")
    return folder


@pytest.mark.parametrize("what", ASKED)
async def test_what_is_asked_waits_for_the_library(gated: tuple[Gate, StartingLibrary], what: str):
    gate, library = gated
    answered = asyncio.create_task(ASKED[what](library))
    await asyncio.sleep(0.05)  # time enough to be answered too early
    assert not answered.done()
    gate.open.set()
    found = await answered
    if isinstance(found, LibraryManager):
        assert len(await found.articles(SHARED_LIBRARY)) == 1
    else:
        assert "Gantz" in str(found)


async def test_a_changed_file_of_a_folder_is_brought_in_while_the_bot_runs(
    gated: tuple[Gate, StartingLibrary],
    settings: Settings,
):
    gate, library = gated
    gate.open.set()
    manager = await library.manager()

    async def announce(*_: object) -> None:
        raise AssertionError("a folder is no feed")

    looking = asyncio.create_task(library.look_after(announce, announce))
    await asyncio.sleep(0.5)  # the watcher must be at its post before the file changes
    (settings.seeds_dir / "new.txt").write_text(BODY)
    async with asyncio.timeout(60):
        while len(await manager.articles(SHARED_LIBRARY)) < 2:
            await asyncio.sleep(0.1)  # nothing but looking tells when the watcher has acted
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
