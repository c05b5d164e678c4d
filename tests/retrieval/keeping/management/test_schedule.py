"""Polling is polite: never sooner than asked, further apart with each failure, never in step."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from retrieval.keeping.management.polling import JITTER, LONGEST_WAIT, POLL_EVERY, next_poll

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def wait(failures: int, retry_after_s: float | None, seed: int) -> timedelta:
    return next_poll(NOW, failures=failures, retry_after_s=retry_after_s, rng=random.Random(seed)) - NOW


@given(st.integers(0, 10_000), st.integers())
def test_the_wait_is_jittered_and_bounded(failures: int, seed: int):
    assert POLL_EVERY * (1 - JITTER) <= wait(failures, None, seed) <= LONGEST_WAIT * (1 + JITTER)


@given(st.integers(0, 10), st.floats(0, 86_400), st.integers())
def test_a_server_is_never_asked_sooner_than_it_says(failures: int, retry_after_s: float, seed: int):
    assert wait(failures, retry_after_s, seed) >= timedelta(seconds=retry_after_s)


@given(st.integers(0, 5), st.integers())
def test_each_failure_doubles_the_wait(failures: int, seed: int):
    assert abs(wait(failures + 1, None, seed) - 2 * wait(failures, None, seed)) < timedelta(seconds=1)


def test_an_absurd_retry_after_is_no_more_than_a_week():
    assert wait(1, 1e12, 0) == timedelta(days=7)
