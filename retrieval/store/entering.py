"""Writes what a search reads of live versions, within the transaction that makes them live.

An entry costs its own size to put in, whatever the library holds: only once `MERGED_TOGETHER` of them wait are they
put into the postings together, since each word of an article has its block.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from itertools import pairwise

import aiosqlite
import numpy as np

from retrieval.language.folding import name_key
from retrieval.store.entries import SENTENCE_COLUMNS, Entry, ints_of
from retrieval.store.postings import KINDS, NumberedEntry, Postings, Table, invert, key_of
from retrieval.store.records import credit_from_json

MERGED_TOGETHER = 64
"""Entries of a library that wait at most; each question reads them beside the postings."""

BLOCK = 512
"""Rows of a block of postings; an entry's are never split."""

WORDS_AT_ONCE = 2_000
"""Words whose blocks are read in one statement."""


async def put_entry(db: aiosqlite.Connection, library: str, article_id: str, entry: Entry) -> None:
    """Put in what a search reads of an article that has just been made live, in place of what was there of it."""
    await drop_entry(db, article_id)
    ids = await _numbered(db, library, {*entry.title, *entry.stems})
    title = np.array([ids[stem] for stem in entry.title], np.int32)
    tokens = np.array([ids[stem] for stem in entry.stems], np.int32)
    rows = await db.execute_fetchall(
        "INSERT INTO entries (article_id, library, day, title, passages, sentences, tokens) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING number",
        (
            article_id, library, entry.day, title.tobytes(), entry.passages.tobytes(), entry.sentences.tobytes(),
            tokens.tobytes(),
        ),
    )  # fmt: skip
    number = next(iter(rows))[0]
    await db.executemany(
        "INSERT INTO source_keys VALUES (?, ?, ?, ?)", [(library, key, number, place) for key, place in entry.keys]
    )
    await _count(db, library, 1, len(entry.passages), len(title), len(tokens))
    await note_publishers(db, article_id)
    await _merge(db, library)


async def drop_entry(db: aiosqlite.Connection, article_id: str) -> None:
    """Take an article out of what is searched, if it is there."""
    rows = list(await db.execute_fetchall("SELECT * FROM entries WHERE article_id = ?", (article_id,)))
    if not rows:
        return
    entry, library = numbered(rows[0]), rows[0]["library"]
    if rows[0]["merged"]:
        inverted = invert([entry])
        for kind, postings in enumerate(inverted):
            await _take_out(db, kind, postings, entry.number)
        await _count_words(db, inverted, sign=-1)
    await _count(db, library, -1, -len(entry.passages), len(entry.title), len(entry.tokens))
    await db.execute("DELETE FROM entries WHERE number = ?", (entry.number,))
    await _forget_words(db, library, entry)


async def _forget_words(db: aiosqlite.Connection, library: str, entry: NumberedEntry) -> None:
    """Forget the words that only this entry had: what was removed is to be gone from the file."""
    waiting = await db.execute_fetchall("SELECT * FROM entries WHERE library = ? AND merged = 0", (library,))
    kept = {word for row in waiting for word in (*ints_of(row["title"]).tolist(), *ints_of(row["tokens"]).tolist())}
    words = {*entry.title.tolist(), *entry.tokens.tolist()} - kept
    await db.executemany(
        "DELETE FROM words WHERE word_id = ? AND passages = 0 AND articles = 0", [(word,) for word in words]
    )


async def drop_library(db: aiosqlite.Connection, library: str) -> None:
    """Take all of a library out of what is searched."""
    await db.execute(
        "DELETE FROM postings WHERE key IN (SELECT p.key FROM words w JOIN postings p "
        "ON p.key BETWEEN w.word_id << 32 AND (w.word_id << 32) + 4294967295 WHERE w.library = ?)",
        (library,),
    )
    for table in ("entries", "words", "library_sizes"):
        await db.execute(f"DELETE FROM {table} WHERE library = ?", (library,))


async def note_publishers(db: aiosqlite.Connection, article_id: str) -> None:
    """Note by which names an article's publishers are found, of its own origin and of its carriers."""
    rows = list(
        await db.execute_fetchall(
            "SELECT number, library, publisher FROM entries JOIN articles USING (article_id, library) "
            "WHERE article_id = ?",
            (article_id,),
        )
    )
    if not rows:
        return
    number, library, own = rows[0]
    carriers = await db.execute_fetchall(
        "SELECT credit FROM origins WHERE article_id = ? AND credit IS NOT NULL", (article_id,)
    )
    names = {own, *(credit_from_json(row["credit"]).publisher for row in carriers)}
    await db.execute("DELETE FROM publishers WHERE number = ?", (number,))
    await db.executemany(
        "INSERT INTO publishers VALUES (?, ?, ?, ?)",
        [(library, name, number, name_key(name)) for name in names if name],
    )


async def without_entry(db: aiosqlite.Connection) -> list[tuple[str, str]]:
    """Return library and id of the articles that no search finds."""
    rows = await db.execute_fetchall(
        "SELECT library, article_id FROM articles WHERE article_id NOT IN (SELECT article_id FROM entries) "
        "ORDER BY library, article_id"
    )
    return [(row[0], row[1]) for row in rows]


def numbered(row: sqlite3.Row) -> NumberedEntry:
    """Return the entry of a row of `entries`."""
    return NumberedEntry(
        number=row["number"],
        title=ints_of(row["title"]),
        tokens=ints_of(row["tokens"]),
        counts=ints_of(row["sentences"]).reshape(-1, SENTENCE_COLUMNS)[:, -1],
        passages=ints_of(row["passages"]),
    )


async def _numbered(db: aiosqlite.Connection, library: str, stems: set[str]) -> dict[str, int]:
    """Return the number of each stem in a library, giving new ones to those that have none."""
    listed = json.dumps(sorted(stems), ensure_ascii=False)
    await db.execute(
        "INSERT OR IGNORE INTO words (library, stem) SELECT ?, value FROM json_each(?) AS j "
        "WHERE NOT EXISTS (SELECT 1 FROM words WHERE library = ? AND stem = j.value)",
        (library, listed, library),
    )
    rows = await db.execute_fetchall(
        "SELECT stem, word_id FROM words WHERE library = ? AND stem IN (SELECT value FROM json_each(?))",
        (library, listed),
    )
    return {row["stem"]: row["word_id"] for row in rows}


async def _count(db: aiosqlite.Connection, library: str, articles: int, passages: int, title: int, tokens: int) -> None:
    """Count an entry in the sizes of its library; `articles` is 1 or -1, `passages` of its sign."""
    await db.execute(
        "INSERT INTO library_sizes VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (library) DO UPDATE SET "
        "articles = articles + excluded.articles, passages = passages + excluded.passages, "
        "words = words + excluded.words, passage_words = passage_words + excluded.passage_words, "
        "title_words = title_words + excluded.title_words",
        (
            library, articles, passages, articles * (tokens + title), articles * tokens + passages * title,
            articles * title,
        ),
    )  # fmt: skip


async def _count_words(db: aiosqlite.Connection, postings: tuple[Postings, Postings], *, sign: int) -> None:
    in_passages, in_articles = postings
    titles = in_articles.words[in_articles.rows["in_title"] > 0]
    for column, words in (("passages", in_passages.words), ("articles", in_articles.words), ("titles", titles)):
        found, times = np.unique(words, return_counts=True)
        await db.executemany(
            f"UPDATE words SET {column} = {column} + ? WHERE word_id = ?",
            list(zip((sign * times).tolist(), found.tolist(), strict=True)),
        )


async def _merge(db: aiosqlite.Connection, library: str) -> None:
    """Put the entries that wait into the postings, once they are enough."""
    waiting = list(
        await db.execute_fetchall("SELECT * FROM entries WHERE library = ? AND merged = 0 ORDER BY number", (library,))
    )
    if len(waiting) < MERGED_TOGETHER:
        return
    inverted = invert([numbered(row) for row in waiting])
    for kind, postings in enumerate(inverted):
        words, first = np.unique(postings.words, return_index=True)
        runs = dict(zip(words.tolist(), pairwise([*first.tolist(), len(postings.words)]), strict=True))
        listed = list(runs)
        for start in range(0, len(listed), WORDS_AT_ONCE):
            batch = {word: postings.rows[slice(*runs[word])] for word in listed[start : start + WORDS_AT_ONCE]}
            await _append(db, kind, batch)
    await _count_words(db, inverted, sign=1)
    await db.execute("UPDATE entries SET merged = 1 WHERE library = ? AND merged = 0", (library,))


async def _append(db: aiosqlite.Connection, kind: int, batch: dict[int, Table]) -> None:
    """Append the rows of some words to the last block of each, in new blocks where they do not fit."""
    last = {
        key >> 32: (key, np.frombuffer(data, KINDS[kind]))
        for key, data in await _blocks(db, kind, ((word, MAX_NUMBER) for word in batch))
    }
    written: list[tuple[int, bytes]] = []
    for word, rows in batch.items():
        key, held = last.get(word, (None, rows[:0]))
        if key is None or len(held) >= BLOCK:
            key, held = key_of(word, kind, int(rows["article"][0])), rows[:0]
        whole = np.concatenate([held, rows])
        for piece in _cut(whole):
            written.append((key, piece.tobytes()))
            rest = whole[whole["article"] > piece["article"][-1]]
            key = key_of(word, kind, int(rest["article"][0])) if len(rest) else key
    await db.executemany("INSERT OR REPLACE INTO postings VALUES (?, ?)", written)


def _cut(rows: Table) -> list[Table]:
    """Cut rows into blocks, each a little more than full at most, so that an entry's are together."""
    pieces = []
    while len(rows) > BLOCK:
        end = int(np.searchsorted(rows["article"], rows["article"][BLOCK - 1], side="right"))
        pieces.append(rows[:end])
        rows = rows[end:]
    return [*pieces, rows] if len(rows) else pieces


MAX_NUMBER = (1 << 31) - 1


async def _blocks(db: aiosqlite.Connection, kind: int, upto: Iterable[tuple[int, int]]) -> list[tuple[int, bytes]]:
    """Return for each (word, entry number) the last block that begins at that entry or before."""
    listed = [[key_of(word, kind), key_of(word, kind, number)] for word, number in upto]
    rows = await db.execute_fetchall(
        "SELECT p.key, p.entries FROM json_each(?) AS j JOIN postings AS p ON p.key = (SELECT max(key) FROM postings "
        "WHERE key BETWEEN json_extract(j.value, '$[0]') AND json_extract(j.value, '$[1]'))",
        (json.dumps(listed),),
    )
    return [(row[0], row[1]) for row in rows]


async def _take_out(db: aiosqlite.Connection, kind: int, postings: Postings, number: int) -> None:
    """Take an entry's rows out of the blocks that have them."""
    words = np.unique(postings.words).tolist()
    left: list[tuple[bytes, int]] = []
    empty: list[tuple[int]] = []
    for key, data in await _blocks(db, kind, ((word, number) for word in words)):
        rows = np.frombuffer(data, KINDS[kind])
        rows = rows[rows["article"] != number]
        if len(rows):
            left.append((rows.tobytes(), key))
        else:
            empty.append((key,))
    await db.executemany("UPDATE postings SET entries = ? WHERE key = ?", left)
    await db.executemany("DELETE FROM postings WHERE key = ?", empty)
