"""The front door of what comes in: addresses, files, texts and feeds become drafts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from retrieval.domain.addresses import site_of
from retrieval.domain.articles import Credit, Ground
from retrieval.domain.drafts import ArticleDraft, tidy_credit
from retrieval.errors import ArticleError
from retrieval.keeping.formats.cleaning import article_text
from retrieval.keeping.formats.content import read_content
from retrieval.keeping.formats.feeds import FeedAddress, FeedEntry, ParsedFeed, read_feed
from retrieval.keeping.ingest.fetching import Fetcher, NotModified
from retrieval.keeping.ingest.files import read_bytes
from retrieval.keeping.ingest.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class PageRead:
    """An article that was fetched, with what to ask with next time."""

    draft: ArticleDraft
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class FeedRead:
    """A feed that was fetched, with its own address and what to ask with next time."""

    feed: ParsedFeed
    url: str
    etag: str | None
    last_modified: str | None


class Ingest:
    """Reads whatever comes in; made within a running event loop, closed once. All parsing is in the sandbox.

    `library` is the one it reads for: the sandbox serves libraries in turn.
    """

    def __init__(self, *, fetcher: Fetcher | None = None, sandbox: Sandbox | None = None, library: str = "") -> None:
        self._fetcher = fetcher or Fetcher()
        self._sandbox = sandbox or Sandbox()
        self._library = library

    def on_behalf_of(self, library: str) -> Ingest:
        """Return the same door for one library; only the first is closed."""
        return Ingest(fetcher=self._fetcher, sandbox=self._sandbox, library=library)

    async def page(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> PageRead | NotModified:
        """Fetch and read the article at `url`. Its origin is its canonical address. Raises `ArticleError`."""
        read = await self._page(url, etag, last_modified)
        if isinstance(read, NotModified):
            return read
        return replace(read, draft=_with_publisher(read.draft))

    async def file(self, name: str, data: bytes) -> ArticleDraft:
        """Read a file that was handed in, of any kind. Raises `ArticleError`.

        Its origin has a hash of the content: two files called "message.txt" are two articles.
        """
        origin = f"upload:{name}#{sha256(data).hexdigest()[:8]}"
        return await self._sandbox.run_for(self._library, read_content, data, origin=origin, name=name)

    async def text(self, text: str, credit: Credit) -> ArticleDraft:
        """Take a text that was typed or pasted, with the credit given beside it. Raises `ArticleError`."""
        if credit.url and tidy_credit(credit).url is None:
            raise ArticleError(
                f"{credit.url!r} is no web address; write it like https://example.org/story, or leave it out."
            )
        cleaned = await asyncio.to_thread(article_text, text, "The text")
        return ArticleDraft(f"text:{sha256(cleaned.encode()).hexdigest()[:16]}", cleaned, credit)

    async def path(self, path: Path) -> ArticleDraft:
        """Read a file on disk, of any kind. Its origin is its absolute path. Raises `ArticleError`."""
        data = await asyncio.to_thread(read_bytes, path)
        origin = str(await asyncio.to_thread(path.resolve))
        return await self._sandbox.run_for(self._library, read_content, data, origin=origin, name=str(path))

    async def feed(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FeedRead | NotModified:
        """Fetch and read the feed at `url`, or the one that the page there names. Raises `ArticleError`."""
        read = await self._feed(url, etag, last_modified)
        if isinstance(read, FeedAddress):
            read = await self._feed(read.url, None, None)
        if isinstance(read, FeedAddress):
            raise ArticleError(f"{url} names a page instead of a feed; give the address of the feed itself.")
        return read

    async def entry(self, entry: FeedEntry, feed_url: str, *, page_only: bool = False) -> ArticleDraft:
        """Read a feed's entry: its page, or what the feed carries of it where it has no page that can be read.

        What a page does not state of itself is taken from the feed: its title, and from a feed of its own site its
        byline and date too. Who published it is what its page or its address says, or the entry's `source` where
        there is no page: a feed's own title says nothing of that. What the feed carries is the feed's: its origin is
        a place in the feed, and its address is the entry's only on the feed's own site. With `page_only` it does not
        stand in for a page. Raises `ArticleError`.
        """
        if entry.link is not None:
            try:
                read = await self._page(entry.link, None, None)
            except ArticleError:
                if page_only or entry.content_html is None:
                    raise
            else:
                assert isinstance(read, PageRead)  # nothing was given to compare with
                draft = _with_publisher(read.draft)
                return replace(draft, credit=_with_feed(draft.credit, entry, feed_url))
        return await self._carried(entry, feed_url)

    async def close(self) -> None:
        """Close the connections and end the parsing processes."""
        await self._fetcher.close()
        await self._sandbox.close()

    async def _page(self, url: str, etag: str | None, last_modified: str | None) -> PageRead | NotModified:
        fetched = await self._fetcher.fetch(url, etag=etag, last_modified=last_modified)
        if isinstance(fetched, NotModified):
            return fetched
        draft = await self._sandbox.run_for(
            self._library,
            read_content,
            fetched.data,
            origin=fetched.final_url,
            name=url,
            content_type=fetched.content_type,
            url=fetched.final_url,
        )
        return PageRead(draft, fetched.etag, fetched.last_modified)

    async def _feed(
        self, url: str, etag: str | None, last_modified: str | None
    ) -> FeedRead | FeedAddress | NotModified:
        fetched = await self._fetcher.fetch(url, etag=etag, last_modified=last_modified)
        if isinstance(fetched, NotModified):
            return fetched
        read = await self._sandbox.run_for(
            self._library, read_feed, fetched.data, fetched.final_url, fetched.content_type
        )
        if isinstance(read, FeedAddress):
            return read
        return FeedRead(read, fetched.final_url, fetched.etag, fetched.last_modified)

    async def _carried(self, entry: FeedEntry, feed_url: str) -> ArticleDraft:
        """Read the article that the feed itself carries."""
        name = entry.title or entry.entry_id
        if entry.content_html is None:
            raise ArticleError(f"The entry {name!r} has neither a page nor a text; the feed gives nothing to read.")
        page = f"<!doctype html><html><body><article>{entry.content_html}</article></body></html>"
        draft = await self._sandbox.run_for(
            self._library,
            read_content,
            page.encode("utf-8", "replace"),
            origin=f"{feed_url}#{entry.entry_id}",
            name=name,
            content_type="text/html; charset=utf-8",
        )
        own = entry.link is None or site_of(entry.link) == site_of(feed_url)
        # What these words state of themselves for machines is the feed's word too, and is passed over.
        draft = replace(draft, credit=_with_feed(Credit(url=(own and entry.link) or feed_url), entry, feed_url))
        if entry.publisher is not None:
            grounds = replace(draft.credit.grounds, publisher=Ground.FEED)
            return replace(draft, credit=replace(draft.credit, publisher=entry.publisher, grounds=grounds))
        # Words of somebody else's page were not published by the feed that carries them.
        return _with_publisher(draft) if own else draft


def _with_feed(credit: Credit, entry: FeedEntry, feed_url: str) -> Credit:
    """Add what only the feed says of an entry: of whatever it leads to its title, of its own site all else too."""
    grounds = credit.grounds
    if entry.title is not None and (credit.title is None or credit.title_is_label):
        credit = replace(credit, title=entry.title, title_is_label=False)
        grounds = replace(grounds, title=Ground.FEED)
    if entry.link is None or site_of(entry.link) == site_of(feed_url):
        if credit.byline is None and entry.byline is not None:
            credit, grounds = replace(credit, byline=entry.byline), replace(grounds, byline=Ground.FEED)
        if credit.published_at is None and entry.published_at is not None:
            credit = replace(credit, published_at=entry.published_at)
            grounds = replace(grounds, published_at=Ground.FEED)
    return replace(credit, grounds=grounds)


def _with_publisher(draft: ArticleDraft) -> ArticleDraft:
    """Name the site where no publisher is stated: that it was published there is certain."""
    host = urlsplit(draft.credit.url).hostname if draft.credit.url else None
    if draft.credit.publisher is not None or host is None:
        return draft
    grounds = replace(draft.credit.grounds, publisher=Ground.ADDRESS)
    return replace(draft, credit=replace(draft.credit, publisher=host.removeprefix("www."), grounds=grounds))
