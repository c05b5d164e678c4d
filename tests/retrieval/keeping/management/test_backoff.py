"""What goes on failing is tried ever more rarely, and again at once when it has gone well."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from retrieval.errors import StorageError
from retrieval.keeping.management.backoff import BackOff
from retrieval.keeping.management.watching import watch


def test_waits_double_up_to_a_bound_and_begin_anew():
    backoff = BackOff(1.0, 5.0)
    assert [backoff.fault() for _ in range(5)] == [1.0, 2.0, 4.0, 5.0, 5.0]
    backoff.well()
    assert backoff.fault() == 1.0


async def test_a_folder_that_is_not_there_is_watched_once_it_is(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    folder = tmp_path / "later"
    heard: list[int] = []

    async def changed() -> None:
        heard.append(len(list(folder.glob("*"))))
        raise StorageError("The disk is full; free some space.")

    watching = asyncio.create_task(watch([folder], changed, again_s=0.2))
    await asyncio.sleep(1.0)
    assert not watching.done()
    assert caplog.text.count("cannot be watched") <= 4
    folder.mkdir()
    async with asyncio.timeout(120):
        while not any(heard):
            (folder / f"{len(list(folder.glob('*')))}.txt").write_text("Words.")
            await asyncio.sleep(0.5)
    assert not watching.done()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
