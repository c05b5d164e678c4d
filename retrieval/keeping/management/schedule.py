"""When a feed is polled next: a jittered interval, doubled with each failure, never sooner than its server asks."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

POLL_EVERY = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=24)
JITTER = 0.1
"""Spread of the interval in each direction, so that feeds added together do not stay in step."""


def next_poll(now: datetime, *, failures: int, retry_after_s: float | None, rng: random.Random) -> datetime:
    """Return when to poll next after `failures` failures in a row (0: the poll went well).

    `retry_after_s` is what the server asked for; more than a week of it is taken as a week.
    """
    doubled = min(POLL_EVERY * (1 << min(failures, 20)), LONGEST_WAIT)
    wait = doubled * rng.uniform(1 - JITTER, 1 + JITTER)
    if retry_after_s is not None:
        wait = max(wait, timedelta(seconds=min(max(retry_after_s, 0.0), 7 * 86_400.0)))
    return now + wait
