"""Real Chroma and real SQLite in a temporary folder, with an encoder that needs no model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from retrieval.engine import Engine
from tests.support.fake_encoder import FakeEncoder
from tests.support.fake_reader import FakeReader


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest_asyncio.fixture
async def engine(tmp_path: Path, encoder: FakeEncoder) -> AsyncIterator[Engine]:
    opened = await Engine.open(tmp_path / "data", encoder_loader=lambda _: encoder, reader_loader=FakeReader)
    await opened.ready()
    yield opened
    await opened.close()


@pytest.fixture
def write(tmp_path: Path):
    """Write an article file and return its path."""

    def write_article(name: str, text: str, **front_matter: str) -> Path:
        path = tmp_path / "articles" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        head = "".join(f"{key}: {value}\n" for key, value in front_matter.items())
        path.write_text((f"---\n{head}---\n" if head else "") + text, encoding="utf-8")
        return path

    return write_article
