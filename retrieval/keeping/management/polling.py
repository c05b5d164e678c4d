"""Polls feeds when they are due, and brings in what is new in them; one that fails never stops the others."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from retrieval.domain.libraries import Change, DoubtfulVersion, Feed, IndexProgress, IndexReport, Quota
from retrieval.errors import ArticleError, FetchError, RetrievalError
from retrieval.keeping.formats.feeds import FeedEntry
from retrieval.keeping.indexing.indexer import Indexer
from retrieval.keeping.indexing.places import EntryPlace
from retrieval.keeping.indexing.runs import RunListener, RunOptions
from retrieval.keeping.ingest.fetching import NotModified
from retrieval.keeping.ingest.intake import Ingest
from retrieval.keeping.management.backoff import BackOff
from retrieval.keeping.management.jobs import Jobs
from retrieval.store import ArticleSummary, FeedStore, LibraryStore, SeenEntry

MOST_ENTRIES = 50
"""Of one feed in one poll; the others come with the next."""
MOST_ATTEMPTS = 3
"""How often an entry that cannot be read is tried."""
AT_ONCE = 4
"""Feeds polled at the same time."""
POLL_FOR_S = 300.0
"""How long one poll goes on to read entries; the others come with the next."""
IDLE_S = 60.0
"""How long the poller sleeps at most before it looks again at what is due."""

HELD_UP_S, LONGEST_HELD_UP_S = 60.0, 3_600.0
"""How long a feed rests whose poll could not even be noted: a full disk is not written to over and over."""

Announce = Callable[[Feed, Sequence[ArticleSummary]], Awaitable[object]]
TellDoubts = Callable[[Feed, Sequence[DoubtfulVersion]], Awaitable[object]]
log = logging.getLogger(__name__)

POLL_EVERY = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=24)
JITTER = 0.1
"""Spread of the interval in each direction, so that feeds added together do not stay in step."""


def next_poll(now: datetime, *, failures: int, retry_after_s: float | None, rng: random.Random) -> datetime:
    """Return when to poll next after `failures` failures in a row (0: the poll went well).

    `retry_after_s` is what the server asked for; more than a week of it is taken as a week.
    """
    doubled = min(POLL_EVERY * (1 << min(failures, 20)), LONGEST_WAIT)
    wait = doubled * rng.uniform(1 - JITTER, 1 + JITTER)
    if retry_after_s is not None:
        wait = max(wait, timedelta(seconds=min(max(retry_after_s, 0.0), 7 * 86_400.0)))
    return now + wait


class FeedPoller:
    """Follows the feeds of all libraries."""

    def __init__(
        self,
        *,
        store: LibraryStore,
        indexer: Indexer,
        ingest: Ingest,
        jobs: Jobs,
        quota: Callable[[str], Quota | None],
        rng: random.Random | None = None,
    ) -> None:
        self._store = store
        self._feeds = FeedStore(store)
        self._indexer = indexer
        self._ingest = ingest
        self._jobs = jobs
        self._quota = quota
        self._rng = rng or random.Random()  # noqa: S311 - spreads load, guards nothing
        self.resting: frozenset[str] = frozenset()
        """Libraries whose feeds are not polled by `run` for now."""
        self.polls = 0
        self.failed_polls = 0
        """How many polls there were since the process began, and how many of them failed."""
        self._wake = asyncio.Event()
        self._polling: dict[int, asyncio.Lock] = {}
        self._held_up: dict[int, tuple[BackOff, float]] = {}

    def wake(self) -> None:
        """Look at once at what is due."""
        self._wake.set()

    async def run(self, announce: Announce, tell_doubts: TellDoubts) -> None:
        """Poll what is due, forever.

        `announce` hears of articles that are new since a feed was added, `tell_doubts` of those that lost most of
        their text. A feed whose poll cannot be noted rests, longer each time, in this process's memory alone.
        """
        active: dict[asyncio.Task[None], Feed] = {}

        def ended(task: asyncio.Task[None]) -> None:
            del active[task]
            self._wake.set()

        try:
            while True:
                self._wake.clear()
                try:
                    due = await self._feeds.due(datetime.now(UTC))
                except RetrievalError:
                    log.exception("the feeds cannot be listed; trying again in a minute")
                    due = []
                for feed in due:
                    if feed.library in self.resting:
                        continue
                    # One place a library: a server's slow feeds hold up nobody else's.
                    if (
                        len(active) < AT_ONCE
                        and all(feed.library != other.library for other in active.values())
                        and not self._rests(feed)
                    ):
                        task = asyncio.create_task(self._poll_safely(feed, announce, tell_doubts))
                        active[task] = feed
                        task.add_done_callback(ended)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_S):
                        await self._wake.wait()
        finally:
            for task in list(active):
                task.cancel()
            await asyncio.gather(*active, return_exceptions=True)

    def _rests(self, feed: Feed) -> bool:
        return feed.feed_id in self._held_up and time.monotonic() < self._held_up[feed.feed_id][1]

    async def _poll_safely(self, feed: Feed, announce: Announce, tell_doubts: TellDoubts) -> None:
        deadline = time.monotonic() + POLL_FOR_S
        try:
            report = await self.poll(feed, announce=announce, cancelled=lambda: time.monotonic() > deadline)
            self._held_up.pop(feed.feed_id, None)
            if report.doubtful:
                await tell_doubts(feed, report.doubtful)
        except Exception:
            # One feed's fault, even a bug, must not end the polling of all.
            log.exception("polling feed %d of %s failed", feed.feed_id, feed.library)
            try:
                await self._put_off(feed, "an unexpected fault; see the log")
            except RetrievalError:  # a database that cannot be written was just logged
                backoff, _ = self._held_up.get(feed.feed_id, (BackOff(HELD_UP_S, LONGEST_HELD_UP_S), 0.0))
                self._held_up[feed.feed_id] = backoff, time.monotonic() + backoff.fault()

    async def poll(
        self,
        feed: Feed,
        *,
        announce: Announce | None = None,
        progress: Callable[[IndexProgress], None] = lambda _: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> IndexReport:
        """Poll one feed now, whether it is due or not; what fails is in the report and noted on the feed."""
        self.polls += 1
        ingest = self._ingest.on_behalf_of(feed.library)
        async with self._polling.setdefault(feed.feed_id, asyncio.Lock()):
            seen = await self._feeds.entries(feed.feed_id)
            unfinished = any(0 < entry.failures < MOST_ATTEMPTS for entry in seen.values())
            etag, last_modified = (None, None) if unfinished else await self._feeds.conditions(feed.feed_id)
            try:
                read = await ingest.feed(feed.url, etag=etag, last_modified=last_modified)
            except ArticleError as error:
                await self._put_off(feed, str(error), error.retry_after if isinstance(error, FetchError) else None)
                return IndexReport(failed=[(feed.url, str(error))])
            if isinstance(read, NotModified):
                await self._well(feed, None, etag, last_modified, complete=True)
                return IndexReport()
            todo = [entry for entry in read.feed.entries if _is_due(entry, seen.get(entry.entry_id))]
            later, todo = todo[MOST_ENTRIES:], todo[:MOST_ENTRIES]
            report = await self._bring_in(feed, read.feed.title, todo, seen, progress, cancelled)
            await self._feeds.lists(feed.feed_id, [entry.entry_id for entry in read.feed.entries])
            complete = not later and not report.cancelled and not report.full
            etag, last_modified = (read.etag, read.last_modified) if complete else (None, None)
            await self._well(feed, read.feed.title, etag, last_modified, complete=complete)
        added = {brought.article_id for brought in report.brought if brought.change is Change.ADDED}
        # What a feed held when it was added is no news.
        if announce is not None and added and feed.announce_to is not None and feed.polled_at is not None:
            async with self._store.snapshot([feed.library]) as snapshot:
                await announce(feed, await snapshot.summaries(added))
        return report

    async def _bring_in(
        self,
        feed: Feed,
        title: str | None,
        entries: Sequence[FeedEntry],
        seen: dict[str, SeenEntry],
        progress: Callable[[IndexProgress], None],
        cancelled: Callable[[], bool],
    ) -> IndexReport:
        if not entries:
            return IndexReport()
        ingest = self._ingest.on_behalf_of(feed.library)
        readables = {entry.entry_id: EntryPlace(entry, feed.url, feed.feed_id, ingest) for entry in entries}

        async def run() -> IndexReport:
            return await self._indexer.run(
                list(readables.values()),
                library=feed.library,
                options=RunOptions(quota=self._quota(feed.library)),
                listener=RunListener(len(readables), progress, cancelled),
            )

        report = await self._jobs.record(feed.library, f"feed {feed.title or title or feed.url}", run)
        failed = {origin for origin, _ in report.failed}
        brought = {one.origin for one in report.brought}
        now_seen: dict[str, SeenEntry] = {}
        for entry in entries:
            old = seen.get(entry.entry_id, SeenEntry("", 0))
            if readables[entry.entry_id].origin in report.full:
                continue  # it is tried again once there is room
            if readables[entry.entry_id].origin in failed:
                now_seen[entry.entry_id] = SeenEntry(_stamp(entry), old.failures + 1)
            elif not report.cancelled or readables[entry.entry_id].origin in brought:
                now_seen[entry.entry_id] = SeenEntry(_stamp(entry), 0)
        await self._feeds.saw(feed.feed_id, now_seen)
        return report

    async def _well(
        self, feed: Feed, title: str | None, etag: str | None, last_modified: str | None, *, complete: bool
    ) -> None:
        await self._feeds.polled(
            feed.feed_id,
            complete=complete,
            next_poll_at=next_poll(datetime.now(UTC), failures=0, retry_after_s=None, rng=self._rng),
            title=title,
            etag=etag,
            last_modified=last_modified,
        )

    async def _put_off(self, feed: Feed, error: str, retry_after_s: float | None = None) -> None:
        self.failed_polls += 1
        log.warning("feed %d of %s: %s", feed.feed_id, feed.library, error)
        at = next_poll(datetime.now(UTC), failures=feed.failures + 1, retry_after_s=retry_after_s, rng=self._rng)
        await self._feeds.failed(feed.feed_id, next_poll_at=at, error=error)


def _is_due(entry: FeedEntry, seen: SeenEntry | None) -> bool:
    return seen is None or seen.stamp != _stamp(entry) or 0 < seen.failures < MOST_ATTEMPTS


def _stamp(entry: FeedEntry) -> str:
    """Return what changes with anything that the feed says of an entry."""
    parts = (entry.link, entry.title, entry.published_at, entry.content_html)
    return hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:16]
