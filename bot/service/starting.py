"""A library that can be asked while it is still being opened."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.opening import keeping_of
from bot.service.later import LaterEngine
from bot.settings import Settings
from retrieval.domain.answers import Outcome, Quote
from retrieval.domain.articles import ArticleSummary, StoredArticle
from retrieval.domain.askers import TERMINAL, Asker
from retrieval.domain.lookups import QuoteCheck, SourceLookup, SourceSummary
from retrieval.domain.talk import Talk
from retrieval.domain.vitals import Readiness, Vitals

if TYPE_CHECKING:
    from retrieval.engine import Engine
    from retrieval.keeping.ingest.intake import Ingest
    from retrieval.keeping.management.manager import LibraryManager
    from retrieval.keeping.management.polling import Announce, TellDoubts

log = logging.getLogger(__name__)


class StartingLibrary:
    """The engine from its first moment on: what is asked while it gets ready waits and is answered."""

    def __init__(
        self, engine: Engine | LaterEngine, settings: Settings, *, ingest: Callable[[], Ingest] | None = None
    ) -> None:
        """`ingest` makes what reads pages, feeds and files, once the library is ready."""
        self._later = engine if isinstance(engine, LaterEngine) else LaterEngine.of(engine)
        self._settings = settings
        self._ingest = ingest
        self._preparing: asyncio.Task[None] | None = None
        self._manager: LibraryManager | None = None

    def prepare(self) -> asyncio.Task[None]:
        """Begin to load the model and to index the seeds, once; the task raises what went wrong."""
        if self._preparing is None:
            self._preparing = asyncio.create_task(self._prepare())
        return self._preparing

    async def _prepare(self) -> None:
        engine = await self._later.get()
        mended = await engine.ready(concluding=False)
        if mended:
            log.info("made %d articles anew that a crash or another model had left incomplete", mended)
        ingest = self._ingest() if self._ingest is not None else None
        self._manager = engine.manager(keeping_of(self._settings), ingest=ingest)
        await self._manager.start()
        report = await (await self._manager.index_folders()).wait()
        log.info("folders: %d added, %d changed, %d unchanged", report.added, report.changed, report.unchanged)
        for _, error in report.failed:
            log.warning("not indexed: %s", error)
        for job in await self._manager.conclude_anew():
            log.info("%s, while questions are answered", job.what)
        log.info("ready to answer")

    async def _ready(self) -> Engine:
        """Return the engine once it can answer."""
        await asyncio.shield(self.prepare())
        return await self._later.get()

    async def ask(
        self,
        question: str,
        *,
        libraries: Sequence[str],
        asked_at: datetime,
        zone: tzinfo | None = None,
        talk: Talk = (),
        asker: Asker = TERMINAL,
    ) -> Outcome:
        """Answer as soon as the library is ready."""
        engine = await self._ready()
        zone = zone or ZoneInfo(self._settings.time_zone)
        return await engine.ask(question, libraries=libraries, asked_at=asked_at, zone=zone, talk=talk, asker=asker)

    async def refresh(self, libraries: Sequence[str]) -> None:
        """Answer from now on from what is live now."""
        await (await self._later.get()).refresh(libraries)

    async def manager(self) -> LibraryManager:
        """Return what manages the libraries, as soon as they are ready."""
        await asyncio.shield(self.prepare())
        assert self._manager is not None  # set when prepared
        return self._manager

    def ready_manager(self) -> LibraryManager | None:
        """Return what manages the libraries, or None while they are still being loaded."""
        return self._manager

    def readiness(self) -> Readiness:
        """Tell whether questions can be answered, or why never, and how many wait; asks nothing of the disk."""
        task = self._preparing
        failed = task is not None and task.done() and not task.cancelled() and task.exception()
        fault = str(failed) if failed else None
        ready = task is not None and task.done() and not task.cancelled() and fault is None
        engine = self._later.made
        return Readiness(ready, engine.waiting if engine is not None else 0, fault)

    async def vitals(self) -> Vitals:
        """Return what the libraries hold, how their feeds fare, and how many questions wait."""
        vitals = await (await self._later.get()).vitals()
        if self._manager is None:
            return vitals
        poller = self._manager.poller
        return replace(vitals, polls=poller.polls, failed_polls=poller.failed_polls)

    async def look_after(self, announce: Announce, tell_doubts: TellDoubts) -> None:
        """Follow the feeds and watch the folders, as soon as the library is ready, until cancelled."""
        manager = await self.manager()
        from retrieval.keeping.management.watching import watch

        folders = [folder for folder in keeping_of(self._settings).folders if folder.is_dir()]
        async with asyncio.TaskGroup() as group:
            group.create_task(manager.poller.run(announce, tell_doubts))
            group.create_task(watch(folders, manager.index_folders))

    async def stop(self) -> None:
        """End preparing and the jobs, if any go on; the engine can be closed then."""
        if self._preparing is not None:
            self._preparing.cancel()
            await asyncio.gather(self._preparing, return_exceptions=True)  # its error went to whoever asked
        if self._manager is not None:
            await self._manager.close()

    async def check_quote(self, text: str, speaker: str | None, *, libraries: Sequence[str]) -> QuoteCheck:
        """Check a quote as soon as the library is ready."""
        return await (await self._ready()).check_quote(text, speaker, libraries=libraries)

    async def still_verbatim(self, quotes: Sequence[Quote]) -> list[bool]:
        """Tell of each quote whether the live stored article still reads exactly so at its offsets."""
        return await (await self._later.get()).still_verbatim(quotes)

    async def sources(self, topic: str | None, *, libraries: Sequence[str]) -> list[SourceSummary]:
        """List who is quoted as soon as the library is ready."""
        return await (await self._ready()).sources(topic, libraries=libraries)

    async def source(self, name: str, topic: str | None, *, libraries: Sequence[str]) -> SourceLookup:
        """Look a source up as soon as the library is ready."""
        return await (await self._ready()).source(name, topic, libraries=libraries)

    async def alike(self, texts: Sequence[str]) -> list[list[int]]:
        """Group texts that ask the same as soon as the library is ready."""
        return await (await self._ready()).alike(texts)

    async def suggest_sources(self, typed: str, *, libraries: Sequence[str]) -> list[str]:
        """Suggest names as soon as the library is ready."""
        return await (await self._ready()).suggest_sources(typed, libraries=libraries)

    async def article(self, article_id: str, *, libraries: Sequence[str]) -> StoredArticle | None:
        """Return an article as it is now; needs no model."""
        return await (await self._later.get()).article(article_id, libraries)

    async def find_articles(self, typed: str, *, libraries: Sequence[str], limit: int) -> list[ArticleSummary]:
        """Find articles by title or topic as soon as the library is ready."""
        return await (await self._ready()).find_articles(typed, libraries=libraries, limit=limit)
