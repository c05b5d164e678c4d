"""Owns the connections to `library.db`: many readers, one writer, each change whole or absent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiosqlite

from retrieval.domain.articles import Credit, Span
from retrieval.store.entering import drop_entry, note_publishers, put_entry, without_entry
from retrieval.store.entries import make_entry
from retrieval.store.reading import Readings
from retrieval.store.records import (
    ArticleVersion,
    PassageVersion,
    encoding_columns,
    grounds_json,
    passage_of,
    spans_json,
)
from retrieval.store.schema import MIGRATIONS
from retrieval.store.snapshot import Snapshot
from retrieval.store.sqlite import open_database, transaction, translated

READERS = 4
"""Questions that can read at once; each holds a reader for some milliseconds."""


class LibraryStore:
    """`library.db`. Made by `open`; closed by `close`."""

    def __init__(
        self,
        writer: aiosqlite.Connection,
        readers: Sequence[aiosqlite.Connection],
        *,
        database_id: str,
        readings: Readings,
    ) -> None:
        self.database_id = database_id
        self.readings = readings
        self._writer = writer
        self._readers = tuple(readers)
        self._idle: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        for reader in readers:
            self._idle.put_nowait(reader)
        self._write_lock = asyncio.Lock()

    @classmethod
    async def open(cls, path: Path) -> LibraryStore:
        """Open or create the database. Raises `StorageError`."""
        opened = [await open_database(path, MIGRATIONS)]
        try:
            for _ in range(READERS):
                opened.append(await open_database(path, MIGRATIONS))  # noqa: PERF401 - closed below on failure
            # What is deleted is to be gone from the file as well, not only from the tables.
            await opened[0].execute("PRAGMA secure_delete = ON")
            rows = await opened[0].execute_fetchall("SELECT value FROM meta WHERE key = 'database_id'")
            return cls(opened[0], opened[1:], database_id=next(iter(rows))[0], readings=Readings(path))
        except BaseException:
            for connection in opened:
                await connection.close()
            raise

    async def close(self) -> None:
        """Close every connection; what was committed is on disk."""
        self.readings.close()
        for connection in (*self._readers, self._writer):
            await connection.close()

    @asynccontextmanager
    async def snapshot(self, libraries: Sequence[str]) -> AsyncIterator[Snapshot]:
        """Give a consistent view of some libraries for as long as the block runs."""
        async with self.reading() as connection:
            yield Snapshot(connection, libraries)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[aiosqlite.Connection]:
        """Give a connection in a read transaction, for the stores of this package: it waits for no writer."""
        connection = await self._idle.get()
        try:
            with translated("library.db"):
                await connection.rollback()  # a question that was cancelled may have left its own behind
                await connection.execute("BEGIN")
                try:
                    yield connection
                finally:
                    await connection.rollback()
        finally:
            self._idle.put_nowait(connection)

    async def slices_of(self, places: Sequence[tuple[str, Span]]) -> list[str | None]:
        """Return `article.text[start:end]` of the live versions, all of one moment; None where there is no article."""
        async with self.snapshot(()) as snapshot:
            return [await snapshot.slice_of(article_id, span) for article_id, span in places]

    async def publish(self, indexed: ArticleVersion) -> None:
        """Make a new version of an article visible, whole; the vectors it no longer uses die."""
        kept = {passage.passage_id for passage in indexed.passages}
        article_id = indexed.article.article_id
        entry = await asyncio.to_thread(
            make_entry,
            indexed.article,
            indexed.sentences,
            indexed.attributions,
            [passage.sentences.start for passage in indexed.passages],
        )
        async with self.writing() as db:
            old = await self._passage_ids(db, article_id)
            for table in ("passages", "sentences", "attributions"):
                await db.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
            await self._put_article(db, indexed)
            await db.executemany(
                "INSERT INTO sentences VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (article_id, i, s.span.start, s.span.end, s.paragraph, int(s.heading))
                    for i, s in enumerate(indexed.sentences)
                ],
            )
            await db.executemany(
                "INSERT INTO attributions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        article_id, i, a.name, a.kind.value, a.cue_text, a.confidence, int(a.shown), spans_json(a),
                    )
                    for i, a in enumerate(indexed.attributions)
                ],
            )  # fmt: skip
            await db.executemany(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        p.passage_id, article_id, p.span.start, p.span.end, p.sentences.start, p.sentences.stop - 1,
                        p.content_hash, *encoding_columns(p.encoding), p.guesses,
                    )
                    for p in indexed.passages
                ],
            )  # fmt: skip
            await put_entry(db, indexed.library, article_id, entry)
            await _set_state(db, "live", sorted(kept))
            await _set_state(db, "dead", [i for i in old if i not in kept])

    async def remove(self, article_id: str) -> None:
        """Take an article out of its library; its vectors die."""
        async with self.writing() as db:
            await self.remove_within(db, article_id)

    async def remove_within(self, db: aiosqlite.Connection, article_id: str) -> None:
        """Do what `remove` does as a part of the caller's transaction."""
        old = await self._passage_ids(db, article_id)
        await drop_entry(db, article_id)
        await db.execute("DELETE FROM articles WHERE article_id = ?", (article_id,))  # the rest cascades
        await _set_state(db, "dead", old)

    async def reusable(self, article_id: str, collection: str) -> dict[str, PassageVersion]:
        """Return an article's passages in a collection by content hash."""
        async with self.reading() as db:
            rows = await db.execute_fetchall(
                "SELECT p.* FROM passages p JOIN vectors v USING (passage_id) WHERE article_id = ? AND collection = ?",
                (article_id, collection),
            )
        return {row["content_hash"]: passage_of(row) for row in rows}

    async def unentered(self) -> list[tuple[str, str]]:
        """Return library and id of the articles that no search finds, stored by an earlier version of this program."""
        async with self.reading() as db:
            return await without_entry(db)

    async def enter(self, library: str, article_id: str) -> None:
        """Put in what a search reads of an article that is stored; encodes nothing."""
        async with self.snapshot([library]) as snapshot:
            stored = await snapshot.article(article_id)
            firsts = await snapshot.first_sentences(article_id)
        if stored is None:
            return
        entry = await asyncio.to_thread(make_entry, stored.article, stored.sentences, stored.attributions, firsts)
        async with self.writing() as db:
            await put_entry(db, library, article_id, entry)

    async def is_taken(self, article_id: str, library: str) -> bool:
        """Tell whether a new article of a library must not have an id: a live one has it, or another's removed one."""
        async with self.reading() as db:
            rows = await db.execute_fetchall(
                "SELECT 1 FROM articles WHERE article_id = ? "
                "UNION SELECT 1 FROM removed_articles WHERE article_id = ? AND library != ?",
                (article_id, article_id, library),
            )
        return bool(list(rows))

    async def libraries(self) -> list[str]:
        """Return the libraries that have articles."""
        async with self.reading() as db:
            return [row[0] for row in await db.execute_fetchall("SELECT DISTINCT library FROM articles")]

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[aiosqlite.Connection]:
        """Give the one writing connection in a transaction, for the stores of this package."""
        async with self._write_lock:
            with translated("library.db"):
                async with transaction(self._writer):
                    yield self._writer

    async def empty_log(self) -> None:
        """Write the write-ahead log back and empty it: until then it holds what was deleted.

        A reader at work keeps what it sees in the log; then it is emptied at the next call, or when all is closed.
        """
        async with self._write_lock:
            with translated("library.db"):
                await self._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")

    @staticmethod
    async def _passage_ids(db: aiosqlite.Connection, article_id: str) -> list[int]:
        rows = await db.execute_fetchall("SELECT passage_id FROM passages WHERE article_id = ?", (article_id,))
        return [row["passage_id"] for row in rows]

    @staticmethod
    async def _put_article(db: aiosqlite.Connection, indexed: ArticleVersion) -> None:
        await bump_revision(db)
        cursor = await db.execute(
            "INSERT INTO articles (article_id, library, origin, text, text_sha256, recipe, indexed_at, title, "
            "title_is_label, publisher, byline, published_at, url, excerpt, grounds, language, characters, "
            "passage_count, revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
            "(SELECT value FROM meta WHERE key = 'revision')) "
            "ON CONFLICT (article_id) DO UPDATE SET origin = excluded.origin, text = excluded.text, "
            "text_sha256 = excluded.text_sha256, recipe = excluded.recipe, indexed_at = excluded.indexed_at, "
            "title = excluded.title, title_is_label = excluded.title_is_label, publisher = excluded.publisher, "
            "byline = excluded.byline, published_at = excluded.published_at, url = excluded.url, "
            "excerpt = excluded.excerpt, grounds = excluded.grounds, "
            "language = excluded.language, characters = excluded.characters, "
            "passage_count = excluded.passage_count, revision = excluded.revision WHERE library = excluded.library",
            (
                indexed.article.article_id, indexed.library, indexed.origin, indexed.article.text, indexed.text_sha256,
                indexed.recipe, datetime.now(UTC).isoformat(), *_credit_columns(indexed.article.credit),
                indexed.article.language, len(indexed.article.text), len(indexed.passages),
            ),
        )  # fmt: skip
        if cursor.rowcount == 0:
            raise RuntimeError(f"the id {indexed.article.article_id!r} is another library's")
        await db.execute(
            "INSERT INTO origins (library, origin, article_id) VALUES (?, ?, ?) "
            "ON CONFLICT (library, origin) DO UPDATE SET article_id = excluded.article_id, credit = NULL",
            (indexed.library, indexed.origin, indexed.article.article_id),
        )


async def bump_revision(db: aiosqlite.Connection, article_id: str | None = None) -> None:
    """Count up the revision, and note it on an article whose rows beside the text have changed."""
    await db.execute("UPDATE meta SET value = value + 1 WHERE key = 'revision'")
    if article_id is not None:
        await db.execute(
            "UPDATE articles SET revision = (SELECT value FROM meta WHERE key = 'revision') WHERE article_id = ?",
            (article_id,),
        )
        await note_publishers(db, article_id)


def _credit_columns(credit: Credit) -> tuple[object, ...]:
    return (
        credit.title,
        int(credit.title_is_label),
        credit.publisher,
        credit.byline,
        credit.published_at.isoformat() if credit.published_at else None,
        credit.url,
        int(credit.excerpt),
        grounds_json(credit.grounds),
    )


async def _set_state(db: aiosqlite.Connection, state: str, passage_ids: Sequence[int]) -> None:
    await db.executemany("UPDATE vectors SET state = ? WHERE passage_id = ?", [(state, i) for i in passage_ids])
