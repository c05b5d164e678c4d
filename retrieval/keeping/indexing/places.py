"""What the indexer reads articles from: each knows where it is, and whether it has changed since it was read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from retrieval.domain.drafts import ArticleDraft
from retrieval.errors import FetchError, GoneError
from retrieval.keeping.formats.feeds import FeedEntry
from retrieval.keeping.ingest.fetching import NotModified
from retrieval.keeping.ingest.files import MAX_FILE_BYTES, digest_of, is_gone_file
from retrieval.keeping.ingest.intake import Ingest
from retrieval.store import Origin


@dataclass(frozen=True, slots=True)
class FreshDraft:
    """An article as it was read just now, and what will tell that it has not changed since.

    `article_id` is the id it had before it was removed, if it comes back.
    """

    draft: ArticleDraft
    digest: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    article_id: str | None = None


class Place(Protocol):
    """A place that an article can be read from."""

    @property
    def origin(self) -> str:
        """The address or file; the article read there may turn out to have another."""
        ...

    @property
    def feed_id(self) -> int | None:
        """The feed that named this place, if one did."""
        ...

    async def read(self, known: Origin | None) -> FreshDraft | None:
        """Read the article; None when it is as it was when `known` was noted. Raises `ArticleError`."""
        ...


@dataclass(frozen=True, slots=True)
class DraftPlace:
    """An article that is at hand already."""

    draft: ArticleDraft
    feed_id: int | None = None
    article_id: str | None = None

    @property
    def origin(self) -> str:
        """Where the draft says it came from."""
        return self.draft.origin

    async def read(self, known: Origin | None) -> FreshDraft | None:
        """Return the draft."""
        return FreshDraft(self.draft, article_id=self.article_id)


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A file on this machine; one whose bytes are the same as before is not parsed again."""

    path: Path
    parse: Callable[[Path], Awaitable[ArticleDraft]]
    feed_id: int | None = None

    @property
    def origin(self) -> str:
        """The absolute path."""
        return str(self.path.resolve())

    async def read(self, known: Origin | None) -> FreshDraft | None:
        """Read the file unless its bytes are those that were read before."""
        if known is not None and await asyncio.to_thread(is_gone_file, self.origin):
            raise GoneError(f"{self.path} is no longer there.")
        digest = await asyncio.to_thread(_digest_of, self.path)
        if known is not None and digest is not None and known.digest == digest:
            return None
        return FreshDraft(await self.parse(self.path), digest)


def _digest_of(path: Path) -> str | None:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return None
        return digest_of(path.read_bytes())
    except OSError:
        return None  # parsing says what is wrong with the file


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
    feed_id: int | None
    ingest: Ingest

    @property
    def origin(self) -> str:
        """The entry's address; without one, a place in the feed."""
        return self.entry.link or f"{self.feed_url}#{self.entry.entry_id}"

    async def read(self, known: Origin | None) -> FreshDraft | None:
        """Read the entry. What the feed carries stands in for a page only where the library has nothing of that."""
        draft = await self.ingest.entry(self.entry, self.feed_url, page_only=known is not None)
        return FreshDraft(draft)
