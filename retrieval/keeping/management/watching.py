"""Watches folders: whatever changes in them is brought in."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from watchfiles import awatch

from retrieval.errors import RetrievalError

SETTLE_MS = 2_000
"""Changes within this time are taken together: an editor or a copy writes in several steps."""
log = logging.getLogger(__name__)


async def watch(folders: Sequence[Path], changed: Callable[[], Awaitable[object]]) -> None:
    """Await `changed` after each burst of changes in the folders, until cancelled."""
    if not folders:
        return
    try:
        async for changes in awatch(*folders, debounce=SETTLE_MS):
            log.info("%d files changed in the watched folders", len(changes))
            try:
                await changed()
            except RetrievalError:
                log.exception("the watched folders could not be brought in; the next change tries again")
    except (OSError, RuntimeError):  # such as a folder that goes, or the system's limit of watches
        log.exception("the folders are no longer watched; the next start brings in what changes")
