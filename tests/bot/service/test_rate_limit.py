"""Nobody asks faster than the limit, and nobody pays for another's haste."""

from __future__ import annotations

import pytest

from bot.service.rate_limit import RateLimit


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr("bot.service.rate_limit.time.monotonic", lambda: now[0])
    return now


def test_the_limit_holds_within_the_window_and_ends_with_it(clock: list[float]) -> None:
    limit = RateLimit(questions=2, seconds=10)
    assert [limit.check(1).allowed for _ in range(3)] == [True, True, False]
    clock[0] += 10
    assert limit.check(1).allowed


def test_it_tells_how_long_to_wait_but_only_once(clock: list[float]) -> None:
    limit = RateLimit(questions=1, seconds=10)
    limit.check(1)
    clock[0] += 3.5
    first, second = limit.check(1), limit.check(1)
    assert (first.wait_s, first.say_so) == (7, True)
    assert not second.say_so


def test_one_person_does_not_use_up_anothers_questions(clock: list[float]) -> None:
    limit = RateLimit(questions=1, seconds=10)
    assert limit.check(1).allowed
    assert limit.check(2).allowed


def test_it_remembers_nobody_for_longer_than_the_window(clock: list[float]) -> None:
    limit = RateLimit(questions=1, seconds=10)
    for user_id in range(50):
        limit.check(user_id)
    clock[0] += 11
    limit.check(99)
    assert list(limit._asked) == [99]
