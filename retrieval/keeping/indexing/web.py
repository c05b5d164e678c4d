"""Places on the web that the indexer reads from: a page again, and an entry of a feed."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.errors import FetchError, GoneError
from retrieval.keeping.formats.feeds import FeedEntry
from retrieval.keeping.indexing.places import FreshDraft
from retrieval.keeping.ingest.fetching import NotModified
from retrieval.keeping.ingest.intake import Ingest
from retrieval.store import Origin


@dataclass(frozen=True, slots=True)
class PagePlace:
    """A page; its server is asked for it only if it has changed since."""

    url: str
    ingest: Ingest
    feed_id: int | None = None

    @property
    def origin(self) -> str:
        """The address."""
        return self.url

    async def read(self, known: Origin | None) -> FreshDraft | None:
        """Fetch and read the page; None when the server says that it has not changed."""
        etag, last_modified = (known.etag, known.last_modified) if known is not None else (None, None)
        try:
            page = await self.ingest.page(self.url, etag=etag, last_modified=last_modified)
        except FetchError as error:
            if error.gone:
                raise GoneError(str(error)) from error
            raise
        if isinstance(page, NotModified):
            return None
        if page.draft.origin != self.url:  # what this server says of one page tells nothing of another
            return FreshDraft(page.draft)
        return FreshDraft(page.draft, etag=page.etag, last_modified=page.last_modified)


@dataclass(frozen=True, slots=True)
class EntryPlace:
    """An entry of a feed: its page, or the whole article when the feed itself carries it."""

    entry: FeedEntry
    feed_url: str
    feed_title: str | None
    feed_id: int | None
    ingest: Ingest

    @property
    def origin(self) -> str:
        """The entry's address; without one, a place in the feed."""
        return self.entry.link or f"{self.feed_url}#{self.entry.entry_id}"

    async def read(self, known: Origin | None) -> FreshDraft | None:
        """Read the entry. What the feed carries stands in for a page only where the library has nothing of that."""
        draft = await self.ingest.entry(self.entry, self.feed_title, self.feed_url, page_only=known is not None)
        return FreshDraft(draft)
