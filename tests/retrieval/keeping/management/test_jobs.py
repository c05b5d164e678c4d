"""One run at a time a library: a second request joins or waits, cancelling keeps what is published."""

from __future__ import annotations

import asyncio
from pathlib import Path

from retrieval.domain.libraries import SHARED_LIBRARY, RunState, Scope
from retrieval.engine import Engine
from retrieval.keeping.management.manager import LibraryManager
from tests.support.web import story


def fill(folder: Path, count: int, length: int = 1) -> None:
    for number in range(count):
        (folder / f"{number:03}.txt").write_text("\n\n".join(story(f"plan {number} {part}") for part in range(length)))


async def test_a_second_request_joins_the_first_and_sees_its_progress(manager: LibraryManager, folder: Path):
    fill(folder, 30)
    first, joined_first = await manager.reindex(SHARED_LIBRARY)
    second, joined_second = await manager.reindex(SHARED_LIBRARY)
    assert (joined_first, joined_second, first is second) == (False, True, True)
    seen = [state async for state in second.updates()]
    assert (await first.wait()).added == 30
    assert (seen[-1].done, seen[-1].total) == (30, 30)
    assert seen[-1].left_s == 0


async def test_a_narrower_request_joins_the_whole_and_a_wider_one_waits(manager: LibraryManager, folder: Path):
    fill(folder, 3)
    await (await manager.reindex(SHARED_LIBRARY))[0].wait()
    one = (await manager.articles(SHARED_LIBRARY))[0].article_id
    narrow, _ = await manager.reindex(SHARED_LIBRARY, Scope(article_id=one))
    whole, joined = await manager.reindex(SHARED_LIBRARY)
    assert not joined
    assert (await manager.reindex(SHARED_LIBRARY, Scope(article_id=one)))[1]
    assert (await whole.wait()).unchanged == 3
    assert narrow.ended


async def test_cancelling_keeps_what_is_published_and_the_next_run_does_the_rest(manager: LibraryManager, folder: Path):
    fill(folder, 60, length=6)
    job, _ = await manager.reindex(SHARED_LIBRARY)
    async for state in job.updates():
        if state.passages:
            job.cancel()
    report = await job.wait()
    assert report.cancelled
    published = len(await manager.articles(SHARED_LIBRARY))
    assert 0 < published < 60
    assert (await manager.status(SHARED_LIBRARY)).runs[0].state is RunState.CANCELLED
    report = await (await manager.reindex(SHARED_LIBRARY))[0].wait()
    assert (report.added, report.unchanged) == (60 - published, published)


async def test_a_run_that_the_process_left_behind_is_called_interrupted(
    manager: LibraryManager, engine: Engine, folder: Path
):
    fill(folder, 60, length=6)
    job, _ = await manager.reindex(SHARED_LIBRARY)
    async for state in job.updates():
        if state.passages:
            await manager._jobs.close()
    later = engine.manager(manager._keeping)
    await later.start()
    assert (await later.status(SHARED_LIBRARY)).runs[0].state is RunState.INTERRUPTED
    assert (await (await later.reindex(SHARED_LIBRARY))[0].wait()).failed == []
    assert len(await later.articles(SHARED_LIBRARY)) == 60
    await later.close()


async def test_articles_are_added_while_a_long_run_goes_on(manager: LibraryManager, folder: Path):
    from retrieval.domain.articles import Credit

    fill(folder, 80, length=6)
    job, _ = await manager.reindex(SHARED_LIBRARY)
    await asyncio.sleep(0)
    await manager.add_text(SHARED_LIBRARY, story("in between"), Credit())
    assert not job.ended
    assert (await job.wait()).added == 80
    assert len(await manager.articles(SHARED_LIBRARY)) == 81
