"""Limits how fast one person may ask, so that nobody can keep the model from everybody else."""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a question may pass; if not, how many seconds to wait, and whether to say so."""

    allowed: bool
    wait_s: int = 0
    say_so: bool = False


class RateLimit:
    """At most `questions` a person in any `seconds`; it says so once, then stays quiet until it passes."""

    def __init__(self, *, questions: int = 5, seconds: float = 20.0) -> None:
        self._questions = questions
        self._seconds = seconds
        self._asked: dict[int, deque[float]] = {}
        self._told: set[int] = set()

    def check(self, user_id: int) -> Admission:
        """Count a question of `user_id` and tell whether it may pass."""
        now = time.monotonic()
        self._forget(before=now - self._seconds)
        asked = self._asked.setdefault(user_id, deque())
        if len(asked) < self._questions:
            asked.append(now)
            self._told.discard(user_id)
            return Admission(allowed=True)
        say_so = user_id not in self._told
        self._told.add(user_id)
        return Admission(allowed=False, wait_s=math.ceil(asked[0] + self._seconds - now), say_so=say_so)

    def _forget(self, *, before: float) -> None:
        # Only people who asked within the window are kept, so the memory is as small as the traffic.
        for user_id, asked in list(self._asked.items()):
            while asked and asked[0] <= before:
                asked.popleft()
            if not asked:
                del self._asked[user_id]
                self._told.discard(user_id)
