"""A history on disk, and a library whose model loads when it is let, for the tests of the bot's own parts."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.records.history import History
from bot.service.starting import StartingLibrary
from bot.settings import Settings
from retrieval.engine import Engine
from tests.conftest import ROOT
from tests.support.fake_encoder import FakeEncoder
from tests.support.fake_reader import FakeReader


@pytest_asyncio.fixture
async def history(tmp_path: Path) -> AsyncIterator[History]:
    opened = await History.open(tmp_path / "history.db")
    yield opened
    await opened.close()


class Gate:
    """An encoder loader that waits until it is let through."""

    def __init__(self) -> None:
        self.open = threading.Event()

    def load(self, _model: str) -> FakeEncoder:
        assert self.open.wait(30)
        return FakeEncoder()


@pytest.fixture
def seeds() -> Path:
    return ROOT / "seeds"


@pytest.fixture
def settings(tmp_path: Path, seeds: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path / "data", seeds_dir=seeds)


@pytest_asyncio.fixture
async def gated(settings: Settings) -> AsyncIterator[tuple[Gate, StartingLibrary]]:
    gate = Gate()
    engine = await Engine.open(settings.data_dir, encoder_loader=gate.load, reader_loader=FakeReader)
    library = StartingLibrary(engine, settings)
    yield gate, library
    gate.open.set()
    await library.stop()
    await engine.close()
