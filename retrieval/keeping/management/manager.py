"""Manages libraries: what admins do to them on Discord and in the terminal ends here.

Every method sees the library it is given, and no other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from retrieval.domain.addresses import is_web_address
from retrieval.domain.articles import Credit
from retrieval.domain.drafts import ArticleDraft
from retrieval.domain.libraries import (
    AddedArticle,
    DoubtfulVersion,
    Feed,
    IndexProgress,
    IndexReport,
    LibraryStatus,
    Quota,
    RemovedArticle,
    Scope,
    Transfer,
)
from retrieval.errors import ArticleError
from retrieval.keeping.indexing.indexer import Indexer
from retrieval.keeping.indexing.places import DraftPlace, FilePlace, PagePlace, Place
from retrieval.keeping.indexing.repair import Repair
from retrieval.keeping.indexing.runs import RunListener, RunOptions
from retrieval.keeping.ingest.files import find_files
from retrieval.keeping.ingest.intake import FeedRead, Ingest
from retrieval.keeping.management.jobs import Job, Jobs
from retrieval.keeping.management.polling import FeedPoller
from retrieval.keeping.management.transfer import Export, ImportPlace, article_line, feed_line, write_export
from retrieval.store import (
    ArticleSummary,
    DoubtStore,
    FeedStore,
    LibraryStore,
    OriginStore,
    RunStore,
    StoredArticle,
    clear,
    named_libraries,
)

UNDO_FOR = timedelta(days=7)
SHOWN_RUNS = 5
MOST_FEEDS = 50
"""In one server's library."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """What the operator sets: folders of the shared library's files, and what one server's may hold."""

    folders: tuple[Path, ...] = ()
    quota: Quota | None = None
    shared: str = "shared"


class LibraryManager:
    """Adds to libraries, takes out of them and looks after them. Made by `Engine.manager`."""

    def __init__(
        self,
        *,
        store: LibraryStore,
        indexer: Indexer,
        ingest: Ingest,
        repair: Repair,
        keeping: Keeping,
    ) -> None:
        self._store = store
        self._origins = OriginStore(store)
        self._feeds = FeedStore(store)
        self._runs = RunStore(store)
        self._doubts = DoubtStore(store)
        self._indexer = indexer
        self._ingest = ingest
        self._repair = repair
        self._keeping = keeping
        self._jobs = Jobs(self._runs)
        self.poller = FeedPoller(store=store, indexer=indexer, ingest=ingest, jobs=self._jobs, quota=self._quota)

    async def start(self) -> None:
        """Note which runs the last process did not end, and let go of texts that can no longer come back."""
        await self._runs.interrupted()
        await self.let_go()

    async def let_go(self) -> None:
        """Let go of the texts of removed articles whose time for undoing it is over, from the file as well."""
        await self._origins.blank_removed(before=datetime.now(UTC) - UNDO_FOR)
        await self._store.empty_log()

    async def close(self) -> None:
        """End what runs; what it published stays."""
        await self._jobs.close()
        await self._ingest.close()

    async def add_url(self, library: str, url: str) -> AddedArticle | DoubtfulVersion:
        """Fetch a page, a PDF or a text from the web and add it; a known one that lost most of its text waits."""
        page = PagePlace(url.strip(), self._ingest.on_behalf_of(library))
        report = await self._bring(library, page)
        waiting = {one.origin: one for one in await self._doubts.waiting(library)}
        read = [one.origin for one in report.doubtful] + [one.origin for one in report.brought]
        met = [origin for origin in read if origin in waiting]
        return waiting[met[0]] if met else await self._added(library, report)

    async def add_file(self, library: str, name: str, data: bytes) -> AddedArticle:
        """Add a file that was handed in: text, Markdown, HTML or PDF, told apart by its content."""
        return await self._add(library, DraftPlace(await self._ingest.on_behalf_of(library).file(name, data)))

    async def add_text(self, library: str, text: str, credit: Credit) -> AddedArticle:
        """Add a text that was pasted."""
        return await self._add(library, DraftPlace(await self._ingest.text(text, credit)))

    async def remove(self, library: str, article_id: str) -> RemovedArticle | None:
        """Take an article out; None when the library has none of this id."""
        now = datetime.now(UTC)
        async with self._indexer.lock:
            credit = await self._origins.remove(library, article_id, at=now)
            if credit is not None:
                await self._repair.tidy()
        if credit is None:
            return None
        return RemovedArticle(article_id, credit, now, now + UNDO_FOR)

    async def restore(self, library: str, article_id: str) -> AddedArticle | None:
        """Undo a removal; None when there is none of this id, or its time is over."""
        records = await self._origins.removed(library, since=datetime.now(UTC) - UNDO_FOR)
        record = next((one for one in records if one.article.article_id == article_id), None)
        if record is None:
            return None
        article = record.article
        places = [
            DraftPlace(
                ArticleDraft(origin.origin, article.text, origin.credit or article.credit, article.language),
                article_id=article_id,
            )
            for origin in record.origins
        ]
        return await self._add(library, *places, accept=True)

    async def doubtful(self, library: str) -> list[DoubtfulVersion]:
        """Return the new versions that were kept aside and wait for a decision, the oldest first."""
        return await self._doubts.waiting(library)

    async def keep_old(self, library: str, version_id: int) -> bool:
        """Let the old text stay, and say no more of this new one.

        False when the version no longer waits: somebody has decided, or another one was read since.
        """
        async with self._indexer.lock:
            return await self._doubts.dismiss(library, version_id)

    async def take_new(self, library: str, version_id: int) -> AddedArticle | None:
        """Put a version that was kept aside in the place of the old text; None when it no longer waits."""
        draft = await self._doubts.draft(library, version_id)
        return None if draft is None else await self._add(library, DraftPlace(draft), accept=True)

    async def removed(self, library: str) -> list[RemovedArticle]:
        """Return what can be restored, the last removed first."""
        records = await self._origins.removed(library, since=datetime.now(UTC) - UNDO_FOR)
        return [
            RemovedArticle(one.article.article_id, one.article.credit, one.removed_at, one.removed_at + UNDO_FOR)
            for one in records
        ]

    async def articles(self, library: str) -> list[ArticleSummary]:
        """Return all articles without their text, newest first, undated last."""
        async with self._store.snapshot([library]) as snapshot:
            return await snapshot.summaries()

    async def find_articles(self, library: str, typed: str, limit: int) -> list[ArticleSummary]:
        """Return up to `limit` articles whose title (else origin), publisher or id has each of the words typed."""
        async with self._store.snapshot([library]) as snapshot:
            return await snapshot.summaries_like(typed, limit)

    async def article(self, library: str, article_id: str) -> StoredArticle | None:
        """Return one article, or None."""
        async with self._store.snapshot([library]) as snapshot:
            return await snapshot.article(article_id)

    async def status(self, library: str) -> LibraryStatus:
        """Return the library at a glance, with its last runs and what failed in them."""
        async with self._store.snapshot([library]) as snapshot:
            size = await snapshot.size()
        job = self._jobs.running(library)
        return LibraryStatus(
            library=library,
            articles=size.articles,
            passages=size.passages,
            characters=size.characters,
            quota=self._quota(library),
            feeds=len(await self._feeds.all(library)),
            running=None if job is None else (job.what, job.progress),
            runs=await self._runs.last(library, limit=SHOWN_RUNS),
            doubtful=len(await self._doubts.waiting(library)),
        )

    async def reindex(self, library: str, scope: Scope = Scope(), *, prune: bool = False) -> tuple[Job, bool]:  # noqa: B008 - immutable
        """Start a re-index, or join the one that covers it; tells whether it was joined.

        Raises `ArticleError` when the library has no such article or feed.
        """
        feed: Feed | None = None
        what = "re-index"
        if scope.article_id is not None:
            stored = await self.article(library, scope.article_id)
            if stored is None:
                raise ArticleError(f"The library has no article {scope.article_id!r}; its list shows the ids.")
            what = f"re-index of {stored.article.credit.title or scope.article_id}"
        elif scope.feed_id is not None:
            feed = await self._feeds.get(library, scope.feed_id)
            if feed is None:
                raise ArticleError(f"The library has no feed {scope.feed_id}; its list of feeds shows the numbers.")
            what = f"re-index of the feed {feed.title or feed.url}"

        async def work(job: Job) -> IndexReport:
            polled = IndexReport()
            if feed is not None:
                polled = await self.poller.poll(feed, progress=job.advance, cancelled=lambda: job.cancelled)
            readables, folders, unreadable = await self._again(library, scope)
            just_read = {one.origin for one in polled.brought}
            rest = [one for one in readables if one.origin not in just_read]
            report = await self._index(
                library, rest, job, folders=folders, failed=unreadable, options=RunOptions(prune=prune)
            )
            report.absorb(polled)
            return report

        return self._jobs.start(library, what, scope, work, prune=prune)

    async def index_files(self, library: str, paths: Sequence[Path], *, prune: bool = False) -> Job:
        """Start to bring in files and folders of this machine; what was removed before comes back."""

        async def work(job: Job) -> IndexReport:
            files, folders, unreadable = await asyncio.to_thread(find_files, paths)
            readables = [FilePlace(path, self._ingest.on_behalf_of(library).path) for path in files]
            return await self._index(
                library,
                readables,
                job,
                folders=folders,
                failed=unreadable,
                options=RunOptions(prune=prune, explicit=True),
            )

        return self._jobs.start(library, "files", None, work)[0]

    async def index_folders(self) -> Job:
        """Start to bring in what is new or changed in the operator's folders; what was removed stays away."""
        library = self._keeping.shared

        async def work(job: Job) -> IndexReport:
            readables, folders, unreadable = await self._in_folders()
            return await self._index(library, readables, job, folders=folders, failed=unreadable)

        return self._jobs.start(library, "folders", None, work)[0]

    async def conclude_anew(self) -> list[Job]:
        """Start, a library each, to conclude anew who says what, where a newer version does that otherwise."""

        def work_on(library: str) -> Callable[[Job], Awaitable[IndexReport]]:
            async def work(job: Job) -> IndexReport:
                changed = await self._repair.conclude_anew(
                    library,
                    concluded=lambda done, total: job.advance(IndexProgress(done, total, 0)),
                    cancelled=lambda: job.cancelled,
                )
                return IndexReport(changed=changed, cancelled=job.cancelled)

            return work

        return [
            self._jobs.start(library, "re-reading who said what", None, work_on(library))[0]
            for library in await self._store.libraries()
            if not await self._repair.is_concluded(library)
        ]

    async def add_feed(self, library: str, url: str, *, announce_to: str | None = None) -> Feed:
        """Follow a feed; its present articles are added in the background by its first poll."""
        read = await self._ingest.on_behalf_of(library).feed(url.strip())
        assert isinstance(read, FeedRead)  # nothing was given to compare with
        known = await self._feeds.all(library)
        if not self._may_follow(library, len(known)) and all(feed.url != read.url for feed in known):
            raise ArticleError(f"The library follows {MOST_FEEDS} feeds already; remove one before you add another.")
        feed = await self._feeds.add(library, read.url, title=read.feed.title, announce_to=announce_to)
        self.poller.wake()
        return feed

    async def feeds(self, library: str) -> list[Feed]:
        """Return the feeds of a library, oldest first."""
        return await self._feeds.all(library)

    async def remove_feed(self, library: str, feed_id: int) -> Feed | None:
        """Follow a feed no longer; its articles stay. None when the library has none of this id."""
        return await self._feeds.remove(library, feed_id)

    async def pause_feed(self, library: str, feed_id: int, *, paused: bool) -> Feed | None:
        """Pause a feed, or go on with it. None when the library has none of this id."""
        feed = await self._feeds.pause(library, feed_id, paused=paused)
        self.poller.wake()
        return feed

    async def export(self, library: str, path: Path) -> Transfer:
        """Write the library to a file that `import_file` reads, whole or not at all."""
        lines: list[dict[str, object]] = []
        async with self._store.snapshot([library]) as snapshot:
            summaries = await snapshot.summaries()
            places = {summary.article_id: [(summary.origin, summary.credit)] for summary in summaries}
            for origin in await snapshot.origins():
                if origin.credit is not None:
                    places[origin.article_id].append((origin.origin, origin.credit))
            for article_id, found in places.items():
                stored = await snapshot.article(article_id)
                assert stored is not None  # read in the same snapshot
                lines.append(article_line(stored.article.text, stored.article.language, found))
        feeds = await self._feeds.all(library)
        lines += [feed_line(feed.url, feed.title) for feed in feeds]
        size = await asyncio.to_thread(write_export, path, lines)
        return Transfer(len(summaries), len(feeds), size)

    async def import_file(self, library: str, path: Path) -> Job:
        """Bring in what `export` wrote; what the library has at the same address stays as it is.

        Raises `ArticleError` when the file is no export.
        """
        export = await asyncio.to_thread(Export.open, path)

        async def work(job: Job) -> IndexReport:
            readables = [ImportPlace(place, export) for place in export.places]
            try:
                report = await self._index(library, readables, job, options=RunOptions(explicit=True, keep=True))
            finally:
                export.close()
            if report.cancelled:
                return report
            known = {feed.url for feed in await self._feeds.all(library)}
            for feed in export.feeds:
                if feed.url not in known and self._may_follow(library, len(known)):
                    await self._feeds.add(library, feed.url, title=feed.title, announce_to=None)
                    known.add(feed.url)
            self.poller.wake()
            return report

        return self._jobs.start(library, f"import of {path.name}", None, work)[0]

    async def libraries(self) -> list[str]:
        """Return the libraries of which anything is kept."""
        return await named_libraries(self._store)

    def rest(self, libraries: Collection[str]) -> None:
        """Let the feeds of some libraries rest, and of no others, until told otherwise."""
        self.poller.resting = frozenset(libraries)
        self.poller.wake()

    async def clear(self, library: str) -> int:
        """Delete everything of a library, from the file as well; return how many articles that were."""
        if library == self._keeping.shared:
            raise ValueError("the shared library is no one's to be deleted whole")
        await self._jobs.stop(library)
        async with self._indexer.lock:
            count = await clear(self._store, library)
            await self._repair.tidy()
        return count

    def _quota(self, library: str) -> Quota | None:
        return None if library == self._keeping.shared else self._keeping.quota

    def _may_follow(self, library: str, feeds: int) -> bool:
        """Tell whether a library that follows so many feeds may follow another."""
        return self._quota(library) is None or feeds < MOST_FEEDS

    async def _add(self, library: str, *readables: Place, accept: bool = False) -> AddedArticle:
        """Bring in one article from one or several places; raises what is wrong with it."""
        return await self._added(library, await self._bring(library, *readables, accept=accept))

    async def _bring(self, library: str, *readables: Place, accept: bool = False) -> IndexReport:
        options = RunOptions(explicit=True, accept=accept, quota=self._quota(library))
        report = await self._indexer.run(readables, library=library, options=options)
        if report.failed:
            raise ArticleError(report.failed[0][1])
        return report

    async def _added(self, library: str, report: IndexReport) -> AddedArticle:
        if not report.brought:
            raise ArticleError("The page is no longer there; the library keeps what it had of it, until you remove it.")
        brought = report.brought[0]
        async with self._store.snapshot([library]) as snapshot:
            origins = {origin.origin: origin for origin in await snapshot.origins([brought.origin])}
            summary = next(iter(await snapshot.summaries([brought.article_id])), None)
        if summary is None or brought.origin not in origins:
            raise ArticleError("The article was removed while it was read; add it again if you want it back.")
        credit = origins[brought.origin].credit or summary.credit
        return AddedArticle(brought.article_id, brought.origin, credit, summary.passages, brought.change)

    async def _index(
        self,
        library: str,
        readables: Sequence[Place],
        job: Job,
        *,
        folders: Sequence[Path] = (),
        failed: Sequence[tuple[str, str]] = (),
        options: RunOptions = RunOptions(),  # noqa: B008 - immutable
    ) -> IndexReport:
        report = await self._indexer.run(
            readables,
            library=library,
            folders=folders,
            options=replace(options, quota=self._quota(library)),
            listener=RunListener(len(readables), job.advance, lambda: job.cancelled),
        )
        report.failed[:0] = failed
        return report

    async def _again(self, library: str, scope: Scope) -> tuple[list[Place], list[Path], list[tuple[str, str]]]:
        """Return what a re-index reads: the places it can read again, the folders whole, and what cannot be read.

        Texts that were pasted or handed in have no place to be read from again; they stay as they are. Only
        the operator's library reads files of this machine.
        """
        async with self._store.snapshot([library]) as snapshot:
            origins = await snapshot.origins()
        wanted = [
            origin
            for origin in origins
            if (scope.article_id is None or origin.article_id == scope.article_id)
            and (scope.feed_id is None or origin.feed_id == scope.feed_id)
        ]
        ingest = self._ingest.on_behalf_of(library)
        readables: dict[str, Place] = {}
        folders: list[Path] = []
        unreadable: list[tuple[str, str]] = []
        if library == self._keeping.shared:
            for origin in wanted:
                if Path(origin.origin).is_absolute():
                    readables[origin.origin] = FilePlace(Path(origin.origin), ingest.path)
            if scope == Scope():
                found, folders, unreadable = await self._in_folders()
                readables |= {one.origin: one for one in found}
        for origin in wanted:
            if is_web_address(origin.origin):
                readables[origin.origin] = PagePlace(origin.origin, ingest)
        return list(readables.values()), folders, unreadable

    async def _in_folders(self) -> tuple[list[FilePlace], list[Path], list[tuple[str, str]]]:
        """Return the files of the operator's folders that were not removed, the folders, and what is unreadable."""
        given = [folder for folder in self._keeping.folders if folder.is_dir()]
        files, folders, unreadable = await asyncio.to_thread(find_files, given)
        removed = await self._origins.removed_marks(self._keeping.shared)
        parse = self._ingest.on_behalf_of(self._keeping.shared).path
        readables = [FilePlace(path, parse) for path in files]
        return [one for one in readables if one.origin not in removed], folders, unreadable
