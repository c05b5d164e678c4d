"""A library as a file: gzipped JSON lines, a head, then an article or a feed a line."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from retrieval.domain.addresses import ADDRESS_PATTERN, MAX_ADDRESS_CHARACTERS, is_web_address
from retrieval.domain.articles import Credit, Grounds
from retrieval.domain.drafts import ArticleDraft
from retrieval.errors import ArticleError, StorageError
from retrieval.keeping.formats.cleaning import article_text, clean_text
from retrieval.keeping.indexing.places import FreshDraft
from retrieval.store import Origin
from retrieval.store.records import credit_fields

FORMAT = 1
MAX_BYTES = 400_000_000
"""Of a file once it is unpacked."""
MAX_LINE_BYTES = 4_000_000
MAX_PLACES = 50
"""Addresses of one article."""
MAX_DRAFTS = 10_000
"""Articles and further addresses of one file."""

Short = Annotated[str, Field(max_length=1_000)]
Address = Annotated[str, Field(pattern=f"^{ADDRESS_PATTERN}$", max_length=MAX_ADDRESS_CHARACTERS)]


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Head(_Line):
    pullquote_library: Literal[1]


class _Credit(_Line):
    title: Short | None = None
    publisher: Short | None = None
    byline: Short | None = None
    published_at: AwareDatetime | None = None
    url: Address | None = None
    title_is_label: bool = False
    excerpt: bool = False
    grounds: Grounds = Grounds()

    @field_validator("published_at", mode="before")
    @classmethod
    def _in_its_own_zone(cls, written: object) -> object:
        """Read a moment as `article_line` writes it: in the zone, and so with the day, that the article states."""
        if not isinstance(written, str):
            return written
        moment = datetime.fromisoformat(written)
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone")
        try:
            moment.astimezone(UTC)
        except OverflowError:
            raise ValueError("a date beyond the ends of the calendar") from None
        return moment

    def credit(self) -> Credit:
        return Credit(**self.model_dump(exclude={"grounds"}), grounds=self.grounds)


class _Place(_Line):
    origin: Annotated[str, Field(max_length=4_000)]
    credit: _Credit


class _Article(_Line):
    text: Annotated[str, Field(min_length=1, max_length=500_000)]
    language: Annotated[str, Field(max_length=8)] | None = None
    places: Annotated[list[_Place], Field(min_length=1, max_length=MAX_PLACES)]


class _ArticleLine(_Line):
    article: _Article


class _Feed(_Line):
    url: Address
    title: Short | None = None


class _FeedLine(_Line):
    feed: _Feed


_LINE: TypeAdapter[_ArticleLine | _FeedLine] = TypeAdapter(_ArticleLine | _FeedLine)


@dataclass(frozen=True, slots=True)
class ExportedFeed:
    """A feed that an export names."""

    url: str
    title: str | None


def article_line(text: str, language: str | None, places: Iterable[tuple[str, Credit]]) -> dict[str, object]:
    """Return one article as a line: its text, and every origin with the credit given there."""
    return {
        "article": {
            "text": text,
            "language": language,
            "places": [
                {"origin": origin, "credit": credit_fields(credit)} for origin, credit in islice(places, MAX_PLACES)
            ],
        }
    }


def feed_line(url: str, title: str | None) -> dict[str, object]:
    """Return one feed as a line."""
    return {"feed": {"url": url, "title": title}}


def write_export(path: Path, lines: Iterable[dict[str, object]]) -> int:
    """Write an export, whole or not at all; returns its size in bytes. Raises `StorageError`."""
    try:
        if path.exists() and not path.is_file():
            raise StorageError(f"{path} cannot be written: it is there, and no file; choose another name.")
    except OSError as error:
        raise StorageError(f"{path} cannot be written ({error.strerror}); choose another name.") from error
    partial = path.with_name(f".{path.name}.part")
    try:
        with gzip.open(partial, "wt", encoding="utf-8", newline="\n") as file:
            for line in ({"pullquote_library": FORMAT}, *lines):
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        partial.replace(path)
        return path.stat().st_size
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise StorageError(
            f"{path} cannot be written ({error.strerror or error}); choose another place or free some space."
        ) from error


@dataclass(frozen=True, slots=True)
class ExportedPlace:
    """An address of an article in an export: `line` is where the article stands, `place` which of its places it is."""

    origin: str
    line: int
    place: int


class Export:
    """An export that was looked through: its places and feeds are known, its texts are read when they are needed.

    So an import holds one article at a time, whatever the file holds. Whoever made it closes it.
    """

    def __init__(self, path: Path, places: Sequence[ExportedPlace], feeds: Sequence[ExportedFeed]) -> None:
        self.places = places
        self.feeds = feeds
        self._path = path
        self._lines: Iterator[bytes] | None = None
        self._at = 0
        self._article: _Article | None = None
        self._text: str | None = None
        self._reading = threading.Lock()

    @classmethod
    def open(cls, path: Path) -> Export:
        """Look an export through. Raises `ArticleError` when it is none, or is damaged.

        Only web addresses are kept as origins: a file may come from anyone, and a path in it must never
        make this machine read that path.
        """
        places: list[ExportedPlace] = []
        feeds: list[ExportedFeed] = []
        for number, line in enumerate(_lines(path), start=1):
            entry = _entry(path, number, line)
            if isinstance(entry, _FeedLine):
                feeds.append(ExportedFeed(entry.feed.url, entry.feed.title))
            if not isinstance(entry, _ArticleLine):
                continue
            text = clean_text(entry.article.text)
            if not any(character.isalnum() for character in text):
                raise _damaged(path, number, "an article without words")
            no_address = f"import:{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
            for at, place in enumerate(entry.article.places):
                origin = place.origin if is_web_address(place.origin) else no_address
                places.append(ExportedPlace(origin, number, at))
            if len(places) > MAX_DRAFTS:
                raise ArticleError(f"{path.name} holds more than {MAX_DRAFTS:,} articles; it was not imported.")
        return cls(path, places, feeds)

    def draft(self, place: ExportedPlace) -> ArticleDraft:
        """Return an article as it is at one of its places; cheap in the order of the file. Raises `ArticleError`."""
        with self._reading:
            article = self._article_at(place.line)
            if self._text is None:
                self._text = article_text(article.text, f"The article in line {place.line} of {self._path.name}")
            credit = article.places[place.place].credit.credit()
            return ArticleDraft(place.origin, self._text, credit, article.language)

    def close(self) -> None:
        """Let go of the file."""
        self._lines, self._article, self._text = None, None, None

    def _article_at(self, line: int) -> _Article:
        if line < self._at or self._lines is None:
            self._lines, self._at = _lines(self._path), 0
        while self._at < line:
            data = next(self._lines, None)
            if data is None:
                raise ArticleError(f"{self._path.name} was cut short while it was imported; import it again.")
            self._at += 1
            if self._at == line:
                entry = _entry(self._path, line, data)
                if not isinstance(entry, _ArticleLine):
                    raise _damaged(self._path, line, "it has changed since")
                self._article = entry.article
                self._text = None
        assert self._article is not None  # of this very line: it was read just now, or last time
        return self._article


@dataclass(frozen=True, slots=True)
class ImportPlace:
    """A place of an export, for the indexer: its text is read when its turn has come."""

    place: ExportedPlace
    export: Export
    feed_id: int | None = None

    @property
    def origin(self) -> str:
        """The address; without one, a name made of the text."""
        return self.place.origin

    async def read(self, known: Origin | None) -> FreshDraft | None:
        """Read the article at this place."""
        return FreshDraft(await asyncio.to_thread(self.export.draft, self.place))


def _entry(path: Path, number: int, line: bytes) -> _Head | _ArticleLine | _FeedLine:
    try:
        return _Head.model_validate_json(line) if number == 1 else _LINE.validate_json(line)
    except ValidationError as error:
        if number == 1:
            raise ArticleError(
                f"{path.name} is no library export of this version; give a file that `library export` wrote."
            ) from error
        raise _damaged(path, number, error.errors()[0]["msg"]) from error


def _damaged(path: Path, number: int, why: str) -> ArticleError:
    return ArticleError(f"{path.name} is damaged at line {number} ({why}); export it anew.")


def _lines(path: Path) -> Iterator[bytes]:
    read = 0
    try:
        with gzip.open(path, "rb") as file:
            while line := file.readline(MAX_LINE_BYTES + 1):
                read += len(line)
                if len(line) > MAX_LINE_BYTES or read > MAX_BYTES:
                    raise ArticleError(
                        f"{path.name} unpacks to more than an export may hold ({MAX_BYTES // 1_000_000} MB, "
                        f"{MAX_LINE_BYTES // 1_000_000} MB an article); it was not imported."
                    )
                yield line
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ArticleError(
            f"{path.name} is no library export, or is cut short; give a file that `library export` wrote."
        ) from error
    except OSError as error:
        raise ArticleError(f"{path.name} cannot be read ({error.strerror or error}); check the path.") from error
    if not read:
        raise ArticleError(f"{path.name} is empty; give a file that `library export` wrote.")
