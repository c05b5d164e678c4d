"""Serves `/metrics`, `/healthz` and `/readyz` on loopback, for whoever runs the bot."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from aiohttp import web

from bot.service.disk import Disk, disk_of
from bot.service.metrics import Metrics
from retrieval.domain.vitals import Readiness, Vitals
from retrieval.errors import RetrievalError

LOOPBACK = "127.0.0.1"
log = logging.getLogger(__name__)


class TellsVitals(Protocol):
    """A library that tells how it stands."""

    def readiness(self) -> Readiness:
        """Tell whether questions can be answered."""
        ...

    async def vitals(self) -> Vitals:
        """Return its figures."""
        ...


class IsConnected(Protocol):
    """A client of Discord."""

    @property
    def latency(self) -> float:
        """Seconds that the gateway takes to answer a heartbeat; no number while not connected."""
        ...

    @property
    def stopping(self) -> bool:
        """Whether it takes no more questions."""
        ...

    @property
    def connected(self) -> bool:
        """Whether the gateway's connection stands."""
        ...


class Monitor:
    """What the three pages show."""

    def __init__(self, *, bot: IsConnected, library: TellsVitals, metrics: Metrics, data_dir: Path) -> None:
        self._bot = bot
        self._library = library
        self._metrics = metrics
        self._data_dir = data_dir

    def app(self) -> web.Application:
        """Return the pages as an application."""
        app = web.Application()
        app.router.add_get("/metrics", self._show_metrics)
        app.router.add_get("/healthz", self._show_health)
        app.router.add_get("/readyz", self._show_readiness)
        return app

    def lacking(self) -> list[str]:
        """Return what keeps a question from being answered now, a few words each; empty where nothing does."""
        readiness = self._library.readiness()
        reasons = []
        if self._bot.stopping:
            reasons.append("stopping")
        if not self._bot.connected:
            reasons.append("not connected to Discord")
        if readiness.fault is not None:
            reasons.append("the library cannot be used; see the log")
        elif not readiness.ready:
            reasons.append("the library is still loading")
        return reasons

    async def _show_metrics(self, request: web.Request) -> web.StreamResponse:
        try:
            self._metrics.take(await self._library.vitals())
            disk = await asyncio.to_thread(disk_of, self._data_dir)
        except (RetrievalError, OSError):
            log.exception("the figures of the library cannot be read; the last ones are shown")
            disk = Disk(0, 0)
        self._metrics.take_state(
            connected=self._bot.connected,
            latency_s=self._bot.latency,
            ready=not self.lacking(),
            disk=disk,
        )
        return await self._metrics.handler(request)

    async def _show_health(self, _: web.Request) -> web.Response:
        """Answer at all: that the loop turns is what is asked."""
        return web.json_response({"status": "ok"})

    async def _show_readiness(self, _: web.Request) -> web.Response:
        lacking = self.lacking()
        return web.json_response(
            {"status": "waiting" if lacking else "ready", "lacking": lacking}, status=503 if lacking else 200
        )


@asynccontextmanager
async def monitored(monitor: Monitor, port: int) -> AsyncIterator[int]:
    """Serve the pages on loopback for as long as the block runs, and give their port; 0 is a free one.

    Raises `OSError` when the port is taken.
    """
    runner = web.AppRunner(monitor.app(), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, LOOPBACK, port)
        await site.start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()
