"""Suggests while somebody types, within the time that Discord gives."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import TypeVar

# Discord gives autocomplete 3 seconds; while the library still loads, nothing is suggested.
SUGGEST_WITHIN_S = 2.0
CHOICES, VALUE_LIMIT = 25, 100
"""Discord's limits: how many choices, and of how many characters a value."""

T = TypeVar("T")
log = logging.getLogger(__name__)


async def found_in_time(finding: Awaitable[list[T]]) -> list[T]:
    """Return what is found, nothing when that takes too long."""
    try:
        async with asyncio.timeout(SUGGEST_WITHIN_S):
            return await finding
    except TimeoutError:
        log.info("nothing suggested in time; the library may still be loading")
        return []
