"""A fake manager at the `ManagesLibraries` seam: it keeps articles and feeds a library, and records every call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from retrieval.domain.articles import Article, ArticleSummary, Credit, StoredArticle
from retrieval.domain.libraries import (
    AddedArticle,
    Change,
    DoubtfulVersion,
    Feed,
    IndexReport,
    JobProgress,
    LibraryStatus,
    Looks,
    RemovedArticle,
    RunRecord,
    Scope,
    Transfer,
)
from retrieval.errors import ArticleError

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def doubtful(
    article_id: str, credit: Credit, *, version_id: int = 1, beginning: str = "We value your privacy."
) -> DoubtfulVersion:
    """Return a version that shows a cookie notice where an article was."""
    origin = f"https://example.com/{article_id}"
    return DoubtfulVersion(version_id, article_id, origin, credit, 0.06, Looks.CONSENT, 200, 5_210, beginning, NOW)


class FakeJob:
    """A job that a test moves on: `step` says how far it is, `end` that it has ended."""

    def __init__(self, what: str = "re-index") -> None:
        self.what = what
        self.progress = JobProgress(0, 0, 0, 0.0, None)
        self.cancelled = False
        self.fault: BaseException | None = None
        self.report = IndexReport(added=3, unchanged=20, passages=40, seconds=4.25)
        self.waiting: Callable[[Awaitable[object]], Awaitable[object]] = _just_wait
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()

    def step(self, done: int, total: int, *, passages: int = 0, left_s: float | None = None) -> None:
        self.progress = JobProgress(done, total, passages, float(done), left_s)
        self._changed.set()

    def end(self) -> None:
        self._ended.set()
        self._changed.set()

    async def updates(self) -> AsyncIterator[JobProgress]:
        while True:
            await self.waiting(self._changed.wait())
            self._changed.clear()
            if self._ended.is_set():
                return
            yield self.progress

    async def wait(self) -> IndexReport:
        await self.waiting(self._ended.wait())
        if self.fault is not None:
            raise self.fault
        return replace(self.report, cancelled=self.cancelled)

    def cancel(self) -> None:
        self.cancelled = True
        self.end()


async def _just_wait(awaitable: Awaitable[object]) -> object:
    return await awaitable


@dataclass
class Shelf:
    """What one library holds."""

    articles: dict[str, tuple[ArticleSummary, StoredArticle]] = field(default_factory=dict)
    removed: dict[str, tuple[ArticleSummary, StoredArticle]] = field(default_factory=dict)
    feeds: dict[int, Feed] = field(default_factory=dict)


class FakeManager:
    """Libraries in memory. `calls` are the method and the library of every call; `refusal` is raised by all."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.given: list[tuple[object, ...]] = []
        self.shelves: dict[str, Shelf] = {}
        self.refusal: BaseException | None = None
        self.job = FakeJob()
        self.joined = False
        self.export_bytes = b"an export"
        self.imported: bytes | None = None
        self.runs: tuple[RunRecord, ...] = ()
        self.running: tuple[str, JobProgress] | None = None
        self.change = Change.ADDED
        self.resting: set[str] = set()
        self.let_go_count = 0
        self.doubts: dict[str, list[DoubtfulVersion]] = {}

    def put(
        self,
        library: str,
        article_id: str,
        *,
        credit: Credit | None = None,
        text: str = "The text of the article.",
        passages: int = 2,
    ) -> ArticleSummary:
        credit = credit or Credit(title=f"Title of {article_id}", publisher="The Example Daily")
        summary = ArticleSummary(article_id, library, f"origin of {article_id}", "", "", credit, passages)
        stored = StoredArticle(Article(article_id, text, credit), library, (), ())
        self._shelf(library).articles[article_id] = (summary, stored)
        return summary

    def follow(self, library: str, feed_id: int, **fields: object) -> Feed:
        feed = Feed(
            feed_id=feed_id,
            library=library,
            url=f"https://example.com/feed/{feed_id}",
            title=None,
            announce_to=None,
            paused=False,
            added_at=NOW,
            polled_at=None,
            next_poll_at=NOW,
            failures=0,
            last_error=None,
            articles=0,
        )
        self._shelf(library).feeds[feed_id] = replace(feed, **fields)
        return self._shelf(library).feeds[feed_id]

    async def add_url(self, library: str, url: str) -> AddedArticle:
        self._called("add_url", library, url)
        return self._added(library, url, Credit(title="A page", url=url))

    async def add_file(self, library: str, name: str, data: bytes) -> AddedArticle:
        self._called("add_file", library, name, data)
        return self._added(library, name, Credit(title=name, title_is_label=True))

    async def add_text(self, library: str, text: str, credit: Credit) -> AddedArticle:
        self._called("add_text", library, text, credit)
        return self._added(library, "pasted", credit)

    async def remove(self, library: str, article_id: str) -> RemovedArticle | None:
        self._called("remove", library, article_id)
        shelf = self._shelf(library)
        if (found := shelf.articles.pop(article_id, None)) is None:
            return None
        shelf.removed[article_id] = found
        return RemovedArticle(article_id, found[0].credit, NOW, NOW + timedelta(days=7))

    async def restore(self, library: str, article_id: str) -> AddedArticle | None:
        self._called("restore", library, article_id)
        shelf = self._shelf(library)
        if (found := shelf.removed.pop(article_id, None)) is None:
            return None
        shelf.articles[article_id] = found
        return AddedArticle(article_id, found[0].origin, found[0].credit, found[0].passages, Change.ADDED)

    async def removed(self, library: str) -> list[RemovedArticle]:
        self._called("removed", library)
        shelf = self._shelf(library)
        return [RemovedArticle(i, s.credit, NOW, NOW + timedelta(days=7)) for i, (s, _) in shelf.removed.items()]

    async def doubtful(self, library: str) -> list[DoubtfulVersion]:
        self._called("doubtful", library)
        return list(self.doubts.get(library, ()))

    async def keep_old(self, library: str, version_id: int) -> bool:
        self._called("keep_old", library, version_id)
        return self._settled(library, version_id) is not None

    async def take_new(self, library: str, version_id: int) -> AddedArticle | None:
        self._called("take_new", library, version_id)
        version = self._settled(library, version_id)
        return version and AddedArticle(version.article_id, version.origin, version.credit, 1, Change.CHANGED)

    def _settled(self, library: str, version_id: int) -> DoubtfulVersion | None:
        waiting = self.doubts.get(library, [])
        found = next((one for one in waiting if one.version_id == version_id), None)
        self.doubts[library] = [one for one in waiting if one is not found]
        return found

    async def articles(self, library: str) -> list[ArticleSummary]:
        self._called("articles", library)
        return [summary for summary, _ in self._shelf(library).articles.values()]

    async def find_articles(self, library: str, typed: str, limit: int) -> list[ArticleSummary]:
        self._called("find_articles", library)
        words = typed.casefold().split()
        found = [summary for summary, _ in self._shelf(library).articles.values()]
        labels = [f"{s.credit.title or s.origin} · {s.credit.publisher} {s.article_id}".casefold() for s in found]
        return [s for s, label in zip(found, labels, strict=True) if all(word in label for word in words)][:limit]

    async def article(self, library: str, article_id: str) -> StoredArticle | None:
        self._called("article", library, article_id)
        found = self._shelf(library).articles.get(article_id)
        return found[1] if found else None

    async def status(self, library: str) -> LibraryStatus:
        self._called("status", library)
        shelf = self._shelf(library)
        waiting = len(self.doubts.get(library, ()))
        articles, feeds = len(shelf.articles), len(shelf.feeds)
        return LibraryStatus(library, articles, 7, 900, None, feeds, self.running, self.runs, waiting)

    async def reindex(self, library: str, scope: Scope = Scope(), *, prune: bool = False) -> tuple[FakeJob, bool]:  # noqa: B008
        self._called("reindex", library, scope, prune)
        shelf = self._shelf(library)
        if scope.article_id is not None and scope.article_id not in shelf.articles:
            raise ArticleError(f"This library has no article {scope.article_id}.")
        if scope.feed_id is not None and scope.feed_id not in shelf.feeds:
            raise ArticleError(f"This library has no feed {scope.feed_id}.")
        return self.job, self.joined

    async def add_feed(self, library: str, url: str, *, announce_to: str | None = None) -> Feed:
        self._called("add_feed", library, url, announce_to)
        return self.follow(library, len(self._shelf(library).feeds) + 1, url=url, announce_to=announce_to)

    async def feeds(self, library: str) -> list[Feed]:
        self._called("feeds", library)
        return list(self._shelf(library).feeds.values())

    async def remove_feed(self, library: str, feed_id: int) -> Feed | None:
        self._called("remove_feed", library, feed_id)
        return self._shelf(library).feeds.pop(feed_id, None)

    async def pause_feed(self, library: str, feed_id: int, *, paused: bool) -> Feed | None:
        self._called("pause_feed", library, feed_id, paused)
        feeds = self._shelf(library).feeds
        if feed_id not in feeds:
            return None
        feeds[feed_id] = replace(feeds[feed_id], paused=paused)
        return feeds[feed_id]

    async def export(self, library: str, path: Path) -> Transfer:
        self._called("export", library)
        await asyncio.to_thread(path.write_bytes, self.export_bytes)
        shelf = self._shelf(library)
        return Transfer(len(shelf.articles), len(shelf.feeds), len(self.export_bytes))

    async def libraries(self) -> list[str]:
        return [name for name, shelf in self.shelves.items() if shelf.articles or shelf.feeds]

    async def let_go(self) -> None:
        self.let_go_count += 1

    def rest(self, libraries: Collection[str]) -> None:
        self.resting = set(libraries)

    async def clear(self, library: str) -> int:
        self._called("clear", library)
        return len(self.shelves.pop(library, Shelf()).articles)

    async def import_file(self, library: str, path: Path) -> FakeJob:
        self._called("import_file", library)
        self.imported = await asyncio.to_thread(path.read_bytes)
        self.job.what = "import"
        return self.job

    def _shelf(self, library: str) -> Shelf:
        return self.shelves.setdefault(library, Shelf())

    def _called(self, method: str, library: str, *given: object) -> None:
        self.calls.append((method, library))
        self.given.append(given)
        if self.refusal is not None:
            raise self.refusal

    def _added(self, library: str, origin: str, credit: Credit) -> AddedArticle:
        article_id = f"new-{len(self.calls)}"
        self.put(library, article_id, credit=credit)
        return AddedArticle(article_id, origin, credit, 2, self.change)
