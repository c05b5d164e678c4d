"""Moves SimCord's clock as the wall's does, so that limits pass and buttons grow old as on Discord."""

from __future__ import annotations

import asyncio
import time

import simcord
from simcord.backend.errors import SetupError

EVERY_S = 1.0


async def keep_time(env: simcord.Env) -> None:
    """Let the time go on until cancelled; while a click is being answered it is caught up with afterwards."""
    shown = time.monotonic()
    while True:
        await asyncio.sleep(EVERY_S)
        now = time.monotonic()
        try:
            await env.advance_time(now - shown)
        except SetupError:  # SimCord does one thing at a time
            continue
        shown = now


async def pass_time(env: simcord.Env, seconds: float) -> None:
    """Let an amount of time go by, once what is under way has ended."""
    while True:
        try:
            await env.advance_time(seconds)
        except SetupError:
            await asyncio.sleep(EVERY_S / 4)
        else:
            return
