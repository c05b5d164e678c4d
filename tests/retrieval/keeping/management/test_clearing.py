"""A server's library is deleted whole: from what answers, from Chroma, and from the bytes of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.domain.articles import Credit
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.engine import Engine
from retrieval.keeping.management.manager import LibraryManager
from tests.support.web import NewsSite, rss

OURS, THEIRS = "guild-7", "guild-8"
HERRING = "The fleet of Oban landed nine tonnes of herring on Monday, the skipper Una Reid said."
KEPT = "The bakery in Leith gives away its bread at night, the baker Tom Hay said."


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_nothing_of_a_cleared_library_is_left_and_all_of_the_others(
    manager: LibraryManager, engine: Engine, site: NewsSite, tmp_path: Path
) -> None:
    await manager.add_text(OURS, HERRING, Credit(title="Herring"))
    gone = await manager.add_text(OURS, HERRING.replace("nine", "ten"), Credit(title="More herring"))
    await manager.remove(OURS, gone.article_id)  # kept aside for a week: it goes too
    await manager.add_feed(OURS, site.put("/ours", rss("Ours", []), kind="application/rss+xml"))
    await manager.add_text(THEIRS, KEPT, Credit(title="Bread"))
    assert b"tonnes of herring" in bytes_of(tmp_path / "data")
    assert await manager.libraries() == [OURS, THEIRS]
    assert await manager.clear(OURS) == 1
    assert b"tonnes of herring" not in bytes_of(tmp_path / "data")
    assert b"gives away its bread" in bytes_of(tmp_path / "data")
    assert await manager.libraries() == [THEIRS]
    assert (await manager.articles(OURS), await manager.feeds(OURS), await manager.removed(OURS)) == ([], [], [])
    assert len(await manager.articles(THEIRS)) == 1


async def test_the_shared_library_is_not_to_be_cleared(manager: LibraryManager) -> None:
    with pytest.raises(ValueError, match="shared"):
        await manager.clear(SHARED_LIBRARY)
