"""Indexes articles: reads them, compares them with the library and has what is new or changed published."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.domain.articles import text_sha256
from retrieval.domain.drafts import ArticleDraft
from retrieval.domain.libraries import Change, IndexReport
from retrieval.errors import ArticleError, GoneError, LibraryFullError, RetrievalError
from retrieval.keeping.indexing.doubts import Doubt, alike
from retrieval.keeping.indexing.holdings import NOTHING, Holdings
from retrieval.keeping.indexing.places import FreshDraft, Place
from retrieval.keeping.indexing.publisher import Publisher
from retrieval.keeping.indexing.reconciler import Reconciler
from retrieval.keeping.indexing.runs import RunListener, RunOptions
from retrieval.store import DoubtStore, Freshness, LibraryStore, OriginStore

GROUP_CHARACTERS = 128_000
"""Articles are encoded together until they have this much text, to fill batches of like length."""

GROUP_ARTICLES = 64
"""So many at most, however short: between groups others get their turn."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fresh:
    """What was read at a place, with the hash of its text."""

    place: Place
    reading: FreshDraft
    digest: str


class Indexer:
    """Brings articles into a library, group by group; `lock` is held while a group is compared and published."""

    def __init__(
        self,
        *,
        store: LibraryStore,
        publisher: Publisher,
        tidy: Callable[[], Awaitable[None]],
        lock: asyncio.Lock,
    ) -> None:
        self._store = store
        self._origins = OriginStore(store)
        self._doubts = DoubtStore(store)
        self._publisher = publisher
        self._tidy = tidy
        self.lock = lock

    async def run(
        self,
        readables: Sequence[Place],
        *,
        library: str,
        folders: Sequence[Path] = (),
        options: RunOptions = RunOptions(),  # noqa: B008 - immutable
        listener: RunListener | None = None,
    ) -> IndexReport:
        """Index what can be read. What fails keeps its old version, and so does what is in doubt (`doubts.py`).

        Articles of `folders` whose file is not among the readables, and those whose page says that it is
        gone, are reported as vanished, and with `options.prune` removed. What was removed stays away unless
        `options.explicit`, also if it is removed while the run goes on.
        """
        started = time.monotonic()
        listener = listener or RunListener(len(readables))
        report = listener.report

        def compare(shelf: Holdings) -> Reconciler:
            return Reconciler(
                shelf,
                library=library,
                store=self._store,
                publisher=self._publisher,
                options=options,
                listener=listener,
            )

        async with self._store.snapshot([library]) as snapshot:
            places = {readable.origin for readable in readables}
            known = {origin.origin: origin for origin in await snapshot.origins(places)}
        counted = options.quota is not None
        group: list[Fresh] = []
        characters = done = 0
        gone: set[str] = set()
        for done, readable in enumerate(readables):
            listener.at(done)
            if listener.cancelled():
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
            group.append(Fresh(readable, reading, text_sha256(reading.draft.text)))
            characters += len(reading.draft.text)
            if characters >= GROUP_CHARACTERS or len(group) >= GROUP_ARTICLES:
                await self._bring_in(group, library, report, compare, counted=counted)
                group, characters = [], 0
            await asyncio.sleep(0)  # drafts that are at hand give the loop no other chance
        else:
            listener.at(len(readables))
            await self._bring_in(group, library, report, compare, counted=counted)
            await self._vanished(library, places, gone, folders, report, compare if options.prune else None)
        async with self.lock:
            await self._tidy()
        listener.at(len(readables) if not report.cancelled else done)
        report.seconds = time.monotonic() - started
        return report

    async def _bring_in(
        self,
        group: Sequence[Fresh],
        library: str,
        report: IndexReport,
        compare: Callable[[Holdings], Reconciler],
        *,
        counted: bool,
    ) -> None:
        if not group:
            return
        async with self.lock:
            await self._compare(group, library, report, compare(await self._held(library, group, counted=counted)))

    async def _compare(
        self,
        group: Sequence[Fresh],
        library: str,
        report: IndexReport,
        comparison: Reconciler,
    ) -> None:
        away = set() if comparison.explicit else await self._origins.removed_marks(library)
        taken: list[Freshness] = []
        doubted: dict[str, tuple[ArticleDraft, Doubt]] = {}
        back: set[str] = set()
        for fresh in group:
            readable, reading, draft, digest = fresh.place, fresh.reading, fresh.reading.draft, fresh.digest
            if away & {readable.origin, draft.origin, digest} and not comparison.knows(draft.origin):
                continue
            try:
                doubt = await comparison.take(draft, digest, asked=readable.origin, article_id=reading.article_id)
            except LibraryFullError as error:
                report.full.append(readable.origin)
                report.failed.append((readable.origin, str(error)))
            except ArticleError as error:
                report.failed.append((readable.origin, str(error)))
            else:
                taken.append(
                    Freshness(draft.origin, reading.digest, reading.etag, reading.last_modified, readable.feed_id)
                )
                if doubt is not None:
                    doubted[draft.origin] = draft, doubt
                else:
                    doubted.pop(draft.origin, None)
                    back |= {draft.origin, digest}
        await comparison.flush()
        await self._origins.remember(library, taken)
        await self._doubts.settle(library, {one.origin for one in taken} - doubted.keys())
        for draft, doubt in doubted.values():
            await self._keep_aside(library, draft, doubt, report, comparison)
        if comparison.explicit:
            await self._origins.forget_removed(library, back)

    async def _keep_aside(
        self, library: str, draft: ArticleDraft, doubt: Doubt, report: IndexReport, comparison: Reconciler
    ) -> None:
        """Keep a version in doubt aside and report it, unless it is there already or somebody has decided on its like.

        Its text differs a little each time it is read, if it is a notice with a clock or a counter in it.
        """
        seen = await self._doubts.at(library, draft.origin)
        if seen is not None and (seen.text == draft.text or (seen.dismissed and alike(seen.text, draft.text))):
            comparison.stays(draft.origin)
            return
        await self._doubts.put(library, draft, kept=doubt.kept, looks=doubt.looks)
        log.warning("%s: %s shows %.0f%% of its old text, which stays", library, draft.origin, 100 * doubt.kept)
        waiting = await self._doubts.waiting(library)
        report.doubtful += [one for one in waiting if one.origin == draft.origin]

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
            async with self._store.snapshot([library]) as snapshot:
                # Which files are gone only the whole list tells; a page says so itself.
                there = await snapshot.origins(None if roots else gone)
                missing = [
                    entry
                    for entry in there
                    if entry.origin in gone
                    or (entry.origin not in seen and any(Path(entry.origin).is_relative_to(root) for root in roots))
                ]
                held = await snapshot.held({entry.origin for entry in missing}, ())
                shelf = Holdings.of(*held, NOTHING)  # nothing is added here, so that no quota is asked
            if compare is None:
                report.vanished += [entry.article_id for entry in missing]
                return
            comparison = compare(shelf)
            for entry in missing:
                await comparison.prune(entry)
                report.removed += 1
            await comparison.flush()

    async def _held(self, library: str, group: Sequence[Fresh], *, counted: bool) -> Holdings:
        """Return what the library has at the places of a group, or of its texts."""
        origins = {place for fresh in group for place in (fresh.place.origin, fresh.reading.draft.origin)}
        async with self._store.snapshot([library]) as snapshot:
            held = await snapshot.held(origins, {fresh.digest for fresh in group})
            # Counting a library costs its size; only one with a quota, which bounds that, needs it.
            return Holdings.of(*held, await snapshot.size() if counted else NOTHING)
