"""`kill -9` at any moment leaves every article as before or as after, and the next start mends the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.crash_harness import Children, Work, notes, progress

KILLS = range(55, 385, 11)
"""Steps at which a child dies: some while it opens and repairs, most while it indexes."""


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    started = Children()
    yield started
    started.close()


def fault(work: Work) -> str:
    return "\n".join(note["fault"] for note in notes(work) if "fault" in note)


@pytest.mark.timeout(300)
def test_killed_at_many_steps_it_is_always_whole_again(children: Children, tmp_path: Path):
    for kill_at in KILLS:
        work = Work(tmp_path, seed=1, kill_at=kill_at)
        assert children.run(work) == -9, fault(work)
    begun, done = progress(work)
    assert done > 0, "no operation ever came to its end"
    last = Work(tmp_path, seed=1, until=begun + 1)
    assert children.run(last) == 0, fault(last)
    assert sum("checked" in note for note in notes(last)) > len(KILLS) // 3


def test_killed_while_it_works_it_is_whole_again(children: Children, tmp_path: Path):
    work = Work(tmp_path, seed=2)
    for hundredths in (40, 90, 60):
        assert children.run(work, kill_after_s=hundredths / 100) == -9, fault(work)
    last = Work(tmp_path, seed=2, until=progress(work)[0] + 1)
    assert children.run(last) == 0, fault(last)
