"""Every table that says whose a row is is looked at, whoever added it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.records.history import History, Turn
from bot.records.owners import (
    delete_guild,
    delete_person,
    known_guilds,
    left_guilds,
    note_back,
    note_left,
    rows_of_person,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def test_a_table_that_is_added_later_is_exported_and_deleted_too(history: History) -> None:
    async with history.write() as connection:
        await connection.execute("CREATE TABLE opinions (user_id INTEGER, guild_id INTEGER, word TEXT)")
        await connection.executemany(
            "INSERT INTO opinions VALUES (?, ?, ?)", [(7, 5, "good"), (8, 5, "bad"), (7, 6, "")]
        )
    assert await rows_of_person(history, 8) == {"opinions": [{"user_id": 8, "guild_id": 5, "word": "bad"}]}
    assert await known_guilds(history) == {5, 6}
    assert await delete_guild(history, 5) == 2
    assert await delete_person(history, 7) == 1
    assert await known_guilds(history) == frozenset()


async def test_direct_messages_are_of_no_server(history: History) -> None:
    await history.record(Turn(None, 1, 7, "why?", NOON))
    assert await known_guilds(history) == frozenset()
    assert await delete_guild(history, 5) == 0
    assert len(await history.recent(1, limit=9)) == 1


async def test_the_first_note_that_a_server_was_left_counts(history: History) -> None:
    await note_left(history, [5, 6], at=NOON)
    await note_left(history, [5], at=NOON + timedelta(days=9))
    assert await left_guilds(history, before=NOON + timedelta(days=1)) == {5, 6}
    assert await left_guilds(history, before=NOON) == frozenset()
    await note_back(history, [6])
    assert await left_guilds(history) == {5}


async def test_the_note_outlives_the_deletion_so_that_it_can_be_taken_up_again(history: History) -> None:
    await note_left(history, [5], at=NOON)
    await delete_guild(history, 5)
    assert await left_guilds(history) == {5}
