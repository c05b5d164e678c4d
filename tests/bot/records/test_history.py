"""The history keeps channels apart, forgets when told to, and survives being closed."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.records.history import History, Turn
from bot.records.owners import delete_guild
from retrieval.domain.answers import Refusal
from retrieval.domain.talk import QuotedSpan
from retrieval.errors import NewerDataError, StorageError
from retrieval.store.sqlite import open_database

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def turn(question: str = "why?", *, channel_id: int = 1, user_id: int = 7, guild_id: int | None = 5) -> Turn:
    return Turn(guild_id, channel_id, user_id, question, asked_at=NOON)


async def test_a_turn_is_read_as_it_was_recorded(history: History) -> None:
    recorded = Turn(
        guild_id=None,
        channel_id=1,
        user_id=2,
        question="naïve “question” 🙂?",
        asked_at=NOON,
        refusal=Refusal.UNKNOWN_NAME,
        reason="No article mentions it.",
        quotes=(QuotedSpan("a", 3, 8, "words"),),
        message_ids=(2**62, 11),
    )
    await history.record(recorded)
    assert await history.recent(1, limit=1) == (recorded,)


@pytest.mark.parametrize("refusal", Refusal)
async def test_every_refusal_is_kept_as_what_it_is(history: History, refusal: Refusal) -> None:
    await history.record(replace(turn(), refusal=refusal, reason="The articles do not say."))
    (kept,) = await history.recent(1, limit=9)
    assert (kept.refusal, kept.reason) == (refusal, "The articles do not say.")


async def test_a_turn_is_taken_back_by_the_id_that_it_was_recorded_under(history: History) -> None:
    first, second = await history.record(turn("why?")), await history.record(turn("when?"))
    await history.take_back(first)
    assert [kept.question for kept in await history.recent(1, limit=9)] == ["when?"]
    await history.take_back(second)
    assert await history.recent(1, limit=9) == ()


async def test_what_one_person_asked_is_counted_and_deleted_everywhere(history: History) -> None:
    for channel_id, user_id in ((1, 7), (2, 7), (2, 8)):
        await history.record(turn(channel_id=channel_id, user_id=user_id))
    assert await history.count_of_user(user_id=7) == await history.delete_of_user(user_id=7) == 2
    assert (await history.count_of_channel(1), await history.count_of_channel(2)) == (0, 1)


async def test_the_newest_turns_come_first_and_only_as_many_as_asked_for(history: History) -> None:
    for number in range(5):
        await history.record(turn(str(number)))
    assert [kept.question for kept in await history.recent(1, limit=3)] == ["4", "3", "2"]


async def test_times_are_kept_in_utc(history: History) -> None:
    east = timezone(timedelta(hours=2))
    await history.record(Turn(None, 1, 2, "why?", asked_at=datetime(2026, 3, 1, 14, tzinfo=east)))
    (kept,) = await history.recent(1, limit=1)
    assert kept.asked_at == NOON
    assert kept.asked_at.utcoffset() == timedelta(0)


async def test_a_time_without_a_zone_is_refused(history: History) -> None:
    with pytest.raises(ValueError, match="aware"):
        await history.record(Turn(None, 1, 2, "why?", asked_at=NOON.replace(tzinfo=None)))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.text(max_size=20)), max_size=12), st.data())
def test_history_never_crosses_channels(asked: list[tuple[int, int, str]], data: st.DataObject) -> None:
    """Neither reading nor deleting in one channel touches another."""
    emptied = data.draw(st.tuples(st.integers(1, 4), st.integers(1, 3)))

    async def scenario(folder: Path) -> None:
        history = await History.open(folder / "history.db")
        for channel_id, user_id, question in asked:
            await history.record(turn(question, channel_id=channel_id, user_id=user_id))
        deleted = await history.delete_of_user(channel_id=emptied[0], user_id=emptied[1])
        kept = [entry for entry in asked if entry[:2] != emptied]
        assert deleted == len(asked) - len(kept)
        for channel_id in range(1, 5):
            found = [entry.question for entry in await history.recent(channel_id, limit=99)]
            assert found[::-1] == [question for channel, _, question in kept if channel == channel_id]
        await history.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(scenario(Path(folder)))


async def test_a_server_is_forgotten_whole_and_others_are_not(history: History) -> None:
    await history.record(turn(channel_id=1, guild_id=5))
    await history.record(turn(channel_id=2, guild_id=5))
    await history.record(turn(channel_id=3, guild_id=6))
    await history.record(turn(channel_id=4, guild_id=None))
    assert await delete_guild(history, 5) == 2
    assert [len(await history.recent(channel, limit=9)) for channel in (1, 2, 3, 4)] == [0, 0, 1, 1]


async def test_a_channel_is_forgotten(history: History) -> None:
    await history.record(turn())
    assert await history.delete_channel(1) == 1
    assert await history.recent(1, limit=9) == ()


async def test_retention_deletes_what_is_older_and_nothing_else(history: History) -> None:
    for days in (0, 10, 20):
        await history.record(Turn(None, 1, 2, str(days), asked_at=NOON - timedelta(days=days)))
    assert await history.prune(before=NOON - timedelta(days=10)) == 1
    assert [kept.question for kept in await history.recent(1, limit=9)] == ["10", "0"]


async def test_what_is_deleted_is_gone_from_the_file_too(tmp_path: Path) -> None:
    history = await History.open(tmp_path / "history.db")
    await history.record(turn("a very private question"))
    await history.delete_of_user(user_id=7, channel_id=1)
    held = _bytes_of(tmp_path)
    await history.close()
    assert b"very private" not in held


def _bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())  # the write-ahead log too


async def test_it_survives_being_closed(tmp_path: Path) -> None:
    first = await History.open(tmp_path / "history.db")
    await first.record(turn())
    await first.set_note("name", "old")
    await first.set_note("name", "value")
    await first.close()
    second = await History.open(tmp_path / "history.db")
    assert len(await second.recent(1, limit=9)) == 1
    assert await second.note("name") == "value"
    assert await second.note("other") is None
    await second.close()


async def test_many_writers_at_once_lose_nothing(history: History) -> None:
    await asyncio.gather(*(history.record(turn(str(number))) for number in range(40)))
    assert len(await history.recent(1, limit=99)) == 40


async def test_a_file_of_a_newer_version_is_refused_by_name(tmp_path: Path) -> None:
    newer = await open_database(tmp_path / "history.db", ["SELECT 1;"] * 9)
    await newer.close()
    with pytest.raises(NewerDataError, match=r"history\.db was written by a newer version"):
        await History.open(tmp_path / "history.db")


async def test_a_failed_write_is_a_storage_error(history: History, tmp_path: Path) -> None:
    blocker = await open_database(tmp_path / "other.db", [])
    await blocker.close()
    await history._connection.execute("DROP TABLE turns")
    with pytest.raises(StorageError, match="history cannot be written"):
        await history.record(turn())


async def test_what_is_read_waits_for_no_writer_and_sees_nothing_half_written(tmp_path: Path) -> None:
    history = await History.open(tmp_path / "history.db")
    await history.record(turn("before"))
    blocked = sqlite3.connect(tmp_path / "history.db", isolation_level=None)
    blocked.execute("BEGIN IMMEDIATE")
    blocked.execute("UPDATE turns SET question = 'half written'")
    writing = asyncio.create_task(history.record(turn("after")))
    async with asyncio.timeout(3):  # a writer waits for ten seconds
        await asyncio.sleep(0.1)
        assert [one.question for one in await history.recent(1, limit=9)] == ["before"]
    assert not writing.done()
    blocked.execute("ROLLBACK")
    await writing
    assert [one.question for one in await history.recent(1, limit=9)] == ["after", "before"]
    blocked.close()
    await history.close()


async def test_what_reads_cannot_write(history: History) -> None:
    with pytest.raises(StorageError):
        await history.read("DELETE FROM turns")
