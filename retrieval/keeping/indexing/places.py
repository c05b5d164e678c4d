"""What the indexer reads articles from: each knows where it is, and whether it has changed since it was read."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from retrieval.errors import ArticleError, GoneError
from retrieval.keeping.formats.text_files import MAX_FILE_BYTES, ArticleDraft, article_files, read_article
from retrieval.keeping.indexing.holdings import is_gone_file
from retrieval.store import Origin

READING_VERSION = "1"
"""Goes up when files and pages are read differently, so that all are read anew."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as it was read just now, and what will tell that it has not changed since.

    `article_id` is the id it had before it was removed, if it comes back.
    """

    draft: ArticleDraft
    digest: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    article_id: str | None = None


class Readable(Protocol):
    """A place that an article can be read from."""

    @property
    def origin(self) -> str:
        """The address or file; the article read there may turn out to have another."""
        ...

    @property
    def feed_id(self) -> int | None:
        """The feed that named this place, if one did."""
        ...

    async def read(self, known: Origin | None) -> Reading | None:
        """Read the article; None when it is as it was when `known` was noted. Raises `ArticleError`."""
        ...


@dataclass(frozen=True, slots=True)
class ReadDraft:
    """An article that is at hand already."""

    draft: ArticleDraft
    feed_id: int | None = None
    article_id: str | None = None

    @property
    def origin(self) -> str:
        """Where the draft says it came from."""
        return self.draft.origin

    async def read(self, known: Origin | None) -> Reading | None:
        """Return the draft."""
        return Reading(self.draft, article_id=self.article_id)


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file on this machine; one whose bytes are the same as before is not parsed again."""

    path: Path
    parse: Callable[[Path], Awaitable[ArticleDraft]]
    feed_id: int | None = None

    @property
    def origin(self) -> str:
        """The absolute path."""
        return str(self.path.resolve())

    async def read(self, known: Origin | None) -> Reading | None:
        """Read the file unless its bytes are those that were read before."""
        if known is not None and await asyncio.to_thread(is_gone_file, self.origin):
            raise GoneError(f"{self.path} is no longer there.")
        digest = await asyncio.to_thread(_digest_of, self.path)
        if known is not None and digest is not None and known.digest == digest:
            return None
        return Reading(await self.parse(self.path), digest)


async def parse_text_file(path: Path) -> ArticleDraft:
    """Read a text or Markdown file in a thread."""
    return await asyncio.to_thread(read_article, path)


def find_files(paths: Sequence[Path]) -> tuple[list[Path], list[Path], list[tuple[str, str]]]:
    """Return the article files at paths, the folders that were read, and what cannot be read with the reasons."""
    files: list[Path] = []
    folders: list[Path] = []
    failed: list[tuple[str, str]] = []
    for path in paths:
        try:
            if path.is_dir() and not os.access(path, os.R_OK | os.X_OK):  # rglob would find nothing in it
                failed.append((str(path), f"The folder {path} cannot be read; check its permissions."))
                continue
            files += article_files(path)
            if path.is_dir():
                folders.append(path)
        except ArticleError as error:
            failed.append((str(path), str(error)))
        except OSError as error:
            failed.append((str(path), f"{path} cannot be read ({error.strerror}); check its permissions."))
    return list(dict.fromkeys(files)), folders, failed


def digest_of(data: bytes) -> str:
    """Return what stays the same as long as the bytes and the way they are read do."""
    return hashlib.sha256(READING_VERSION.encode() + b"\0" + data).hexdigest()


def _digest_of(path: Path) -> str | None:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return None
        return digest_of(path.read_bytes())
    except OSError:
        return None  # parsing says what is wrong with the file
