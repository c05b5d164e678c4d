"""A manager over a real engine, real parsing and a web server on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from retrieval.domain.libraries import Quota
from retrieval.engine import Engine
from retrieval.keeping.ingest.fetching import Fetcher
from retrieval.keeping.ingest.intake import Ingest
from retrieval.keeping.management.manager import Keeping, LibraryManager
from tests.support.web import NewsSite


class AnyPort:
    """Loopback servers listen wherever there is room."""

    def __contains__(self, port: object) -> bool:
        return True


@pytest_asyncio.fixture
async def site() -> AsyncIterator[NewsSite]:
    site = NewsSite()
    await site.start()
    yield site
    await site.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "folder"
    path.mkdir()
    return path


@pytest_asyncio.fixture
async def manager(engine: Engine, folder: Path) -> AsyncIterator[LibraryManager]:
    ingest = Ingest(fetcher=Fetcher(allow=lambda _: True, ports=AnyPort(), retry_s=0.0))
    made = engine.manager(Keeping(folders=(folder,), quota=Quota(5, 20_000)), ingest=ingest)
    await made.start()
    yield made
    await made.close()
