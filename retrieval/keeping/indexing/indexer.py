"""Indexes articles: reads them, compares them with the library and has what is new or changed published."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from retrieval.domain.articles import text_sha256
from retrieval.domain.libraries import Change, IndexProgress, IndexReport, Quota
from retrieval.errors import ArticleError, GoneError, LibraryFullError, RetrievalError
from retrieval.keeping.indexing.holdings import Holdings
from retrieval.keeping.indexing.places import FreshDraft, Place
from retrieval.keeping.indexing.publisher import Publisher
from retrieval.keeping.indexing.reconciler import Reconciler
from retrieval.store import Freshness, LibraryStore, OriginStore

GROUP_CHARACTERS = 128_000
"""Articles are encoded together until they have this much text, to fill batches of like length."""

GROUP_ARTICLES = 64
"""So many at most, however short: between groups others get their turn."""

log = logging.getLogger(__name__)


class Indexer:
    """Brings articles into a library, group by group; `lock` is held while a group is compared and published.

    `published` is awaited after each group, with the library's name.
    """

    def __init__(
        self,
        *,
        store: LibraryStore,
        publisher: Publisher,
        lock: asyncio.Lock,
        published: Callable[[str], Awaitable[None]],
    ) -> None:
        self._store = store
        self._origins = OriginStore(store)
        self._publisher = publisher
        self.lock = lock
        self._published = published

    async def run(
        self,
        readables: Sequence[Place],
        *,
        library: str,
        folders: Sequence[Path] = (),
        prune: bool = False,
        quota: Quota | None = None,
        explicit: bool = False,
        keep: bool = False,
        cancelled: Callable[[], bool] = lambda: False,
        progress: Callable[[IndexProgress], None] = lambda _: None,
    ) -> IndexReport:
        """Index what can be read. What fails keeps its old version; `cancelled` is asked before each article.

        With `explicit`, somebody asked for just these: what was removed comes back. Else it stays away, also if
        it is removed while the run goes on. With `keep`, what the library has at an origin stays as it is.

        Articles of `folders` whose file is not among the readables, and those whose page says that it is
        gone, are reported as vanished, and with `prune` removed.
        """
        started = time.monotonic()
        report = IndexReport()
        done = 0

        def encoded(count: int) -> None:
            report.passages += count
            progress(IndexProgress(done, len(readables), report.passages))

        def compare(shelf: Holdings) -> Reconciler:
            return Reconciler(
                shelf, library=library, store=self._store, publisher=self._publisher, quota=quota, note=report.note,
                encoded=encoded, explicit=explicit, keep=keep,
            )  # fmt: skip

        async with self._store.snapshot([library]) as snapshot:
            known = {origin.origin: origin for origin in await snapshot.origins()}
        group: list[tuple[Place, FreshDraft]] = []
        characters = 0
        gone: set[str] = set()
        for done, readable in enumerate(readables):
            progress(IndexProgress(done, len(readables), report.passages))
            if cancelled():
                report.cancelled = True
                break
            origin = known.get(readable.origin)
            try:
                reading = await readable.read(origin)
            except GoneError as error:
                if origin is None:
                    report.failed.append((readable.origin, str(error)))
                else:
                    gone.add(readable.origin)
                continue
            except ArticleError as error:
                report.failed.append((readable.origin, str(error)))
                continue
            except RetrievalError:
                raise
            except Exception:
                # What one page or file does to a parser, be it our bug, must not end the run for all others.
                log.exception("reading %r failed", readable.origin)
                report.failed.append((readable.origin, "It could not be read: a fault of the bot's, see its log."))
                continue
            if reading is None:
                assert origin is not None  # only what is known can be unchanged
                report.note(readable.origin, origin.article_id, Change.UNCHANGED)
                continue
            group.append((readable, reading))
            characters += len(reading.draft.text)
            if characters >= GROUP_CHARACTERS or len(group) >= GROUP_ARTICLES:
                await self._bring_in(group, library, report, compare)
                group, characters = [], 0
            await asyncio.sleep(0)  # drafts that are at hand give the loop no other chance
        else:
            done = len(readables)
            await self._bring_in(group, library, report, compare)
            seen = {readable.origin for readable in readables}
            await self._vanished(library, seen, gone, folders, report, compare if prune else None)
        async with self.lock:
            await self._publisher.tidy()
        progress(IndexProgress(done, len(readables), report.passages))
        report.seconds = time.monotonic() - started
        return report

    async def _bring_in(
        self,
        group: Sequence[tuple[Place, FreshDraft]],
        library: str,
        report: IndexReport,
        compare: Callable[[Holdings], Reconciler],
    ) -> None:
        if not group:
            return
        try:
            async with self.lock:
                await self._compare(group, library, report, compare(await self._shelf(library)))
        finally:
            await self._published(library)

    async def _compare(
        self,
        group: Sequence[tuple[Place, FreshDraft]],
        library: str,
        report: IndexReport,
        comparison: Reconciler,
    ) -> None:
        away = set() if comparison.explicit else await self._origins.removed_marks(library)
        taken: list[Freshness] = []
        back: set[str] = set()
        for readable, reading in group:
            draft, digest = reading.draft, text_sha256(reading.draft.text)
            if away & {readable.origin, draft.origin, digest} and not comparison.knows(draft.origin):
                continue
            try:
                await comparison.take(draft, digest, asked=readable.origin, article_id=reading.article_id)
            except LibraryFullError as error:
                report.full.append(readable.origin)
                report.failed.append((readable.origin, str(error)))
            except ArticleError as error:
                report.failed.append((readable.origin, str(error)))
            else:
                taken.append(
                    Freshness(draft.origin, reading.digest, reading.etag, reading.last_modified, readable.feed_id)
                )
                back |= {draft.origin, digest}
        await comparison.flush()
        await self._origins.remember(library, taken)
        if comparison.explicit:
            await self._origins.forget_removed(library, back)

    async def _vanished(
        self,
        library: str,
        seen: set[str],
        gone: set[str],
        folders: Sequence[Path],
        report: IndexReport,
        compare: Callable[[Holdings], Reconciler] | None,
    ) -> None:
        """Report what is no longer where it was, or take it out if `compare` is given."""
        roots = [folder.resolve() for folder in folders]
        async with self.lock:
            shelf = await self._shelf(library)
            missing = [
                entry
                for origin, entry in shelf.origins.items()
                if origin in gone or (origin not in seen and any(Path(origin).is_relative_to(root) for root in roots))
            ]
            if compare is None:
                report.vanished += [entry.article_id for entry in missing]
                return
            comparison = compare(shelf)
            for entry in missing:
                await comparison.prune(entry)
                report.removed += 1
            await comparison.flush()
        if missing:
            await self._published(library)

    async def _shelf(self, library: str) -> Holdings:
        async with self._store.snapshot([library]) as snapshot:
            summaries, origins = await snapshot.summaries(), await snapshot.origins()
        return Holdings.of(summaries, origins, await self._store.taken_ids(library))
