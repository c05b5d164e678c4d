"""Watches folders: whatever changes in them is brought in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from watchfiles import awatch

from retrieval.errors import RetrievalError
from retrieval.keeping.management.backoff import BackOff

SETTLE_MS = 2_000
"""Changes within this time are taken together: an editor or a copy writes in several steps."""
AGAIN_S, LONGEST_S = 30.0, 3_600.0
"""How long to wait before watching is tried again, and at most."""
log = logging.getLogger(__name__)


async def watch(folders: Sequence[Path], changed: Callable[[], Awaitable[object]], *, again_s: float = AGAIN_S) -> None:
    """Await `changed` after each burst of changes in the folders, until cancelled.

    What stops the watching, such as a folder that goes or the system's limit of watches, is tried again, at first
    after `again_s` seconds; what changed meanwhile is brought in then.
    """
    if not folders:
        return
    backoff = BackOff(again_s, LONGEST_S)
    while True:
        try:
            async for changes in awatch(*folders, debounce=SETTLE_MS):
                log.info("%d files changed in the watched folders", len(changes))
                await _bring_in(changed)
                backoff.well()
        except (OSError, RuntimeError) as error:
            wait_s = backoff.fault()
            log.warning("the folders cannot be watched (%s); trying again in %.0f s", error, wait_s)
        else:
            return  # only when it is asked to stop
        await asyncio.sleep(wait_s)
        await _bring_in(changed)


async def _bring_in(changed: Callable[[], Awaitable[object]]) -> None:
    try:
        await changed()
    except RetrievalError:
        log.exception("the watched folders could not be brought in; the next change tries again")
