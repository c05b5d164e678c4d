"""Compares this machine's clock with Discord's, so that a clock that has jumped deletes nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime

import aiohttp

MOST_OFF = timedelta(hours=12)
"""How far both clocks may be apart before nothing is deleted for its age: far less than any time of grace."""

log = logging.getLogger(__name__)


class ClockCheck:
    """Remembers by how much this clock was ahead of Discord's when Discord last answered; `now` is a POSIX time."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._monotonic = time.monotonic
        self._heard: tuple[float, float] | None = None

    def heard(self, date: str | None) -> None:
        """Take the header `Date` of an answer."""
        try:
            moment = parsedate_to_datetime(date or "")
        except ValueError:
            return
        self._heard = (moment.timestamp(), self._monotonic())

    def off(self) -> timedelta | None:
        """Return by how much this clock is ahead of Discord's now (behind it: less than none); None if unknown."""
        if self._heard is None:
            return None
        moment, since = self._heard
        return timedelta(seconds=self._now() - moment - (self._monotonic() - since))

    def may_be_believed(self, *, before: str) -> bool:
        """Tell whether ages can be reckoned by this clock; where not, log that what comes `before` it waits."""
        off = self.off()
        if off is None or abs(off) <= MOST_OFF:
            return True
        hours = off.total_seconds() / 3600
        log.error("this machine's clock is %.0f hours off Discord's; set it: until then %s waits", hours, before)
        return False

    def listen_to(self, trace: aiohttp.TraceConfig) -> None:
        """Hear the date of each answer that `trace` hears of."""

        async def ended(_: aiohttp.ClientSession, __: object, told: aiohttp.TraceRequestEndParams) -> None:
            self.heard(told.response.headers.get("Date"))

        trace.on_request_end.append(ended)
