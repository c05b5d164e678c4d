"""Articles are found by title, publisher and id, by what they are about, and in no library but those asked of."""

from __future__ import annotations

from pathlib import Path

import pytest
import pytest_asyncio

from benchmarks.indexing import index
from retrieval.engine import Engine

TEXTS = {
    "ferry": ("The ferry", "The boats to Skye sail again. The harbour was frozen for a week."),
    "harbour": ("The harbour of Oban", "Builders found a wall. It is old, they said."),
    "port": ("A port at sea", "The frozen harbour was frozen again, and the boats stay where they are."),
}


@pytest_asyncio.fixture
async def filled(engine: Engine, write) -> Engine:
    paths: list[Path] = [write(f"{name}.md", text, title=title) for name, (title, text) in TEXTS.items()]
    await index(engine, paths)
    return engine


async def found(engine: Engine, typed: str, *, libraries: tuple[str, ...] = ("shared",), limit: int = 9) -> list[str]:
    summaries = await engine.find_articles(typed, libraries=libraries, limit=limit)
    return [(summary.credit.title or "").rpartition(" ")[2] for summary in summaries]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ferry", ["ferry"]),
        ("FERR", ["ferry"]),
        ("harbour", ["Oban", "ferry", "sea"]),  # by title first, then by how much it is about it
        ("frozen boats", ["sea", "ferry"]),
        ("freezing", []),
        ("the boats of Skye", ["ferry"]),
        ("wall zebra", []),
        ("the", ["ferry", "Oban"]),  # no word to be about, but titles have it
        ("...", []),
        ('" OR 1=1 --', []),
    ],
)
async def test_by_title_and_by_topic(filled: Engine, typed: str, expected: list[str]) -> None:
    assert sorted(await found(filled, typed)) == sorted(expected)
    if typed in ("harbour", "frozen boats"):
        assert await found(filled, typed) == expected


async def test_no_more_than_asked_for_and_each_once(filled: Engine) -> None:
    assert len(await found(filled, "harbour", limit=2)) == 2
    everything = await found(filled, "")
    assert sorted(everything) == sorted(set(everything))
    assert len(everything) == 3


async def test_no_other_library_is_looked_in(filled: Engine) -> None:
    assert await found(filled, "harbour", libraries=("guild-1",)) == []
    assert await filled.find_articles("harbour", libraries=("guild-1", "shared"), limit=9)
