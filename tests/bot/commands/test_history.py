"""What is kept of one person is handed out whole, and deleted to the last byte, and nobody else's with it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.records.guilds import GuildStore
from bot.records.history import History, Turn
from retrieval.domain.talk import QuotedSpan
from tests.bot.commands.test_app import pullquote

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA, BO = 7, 8


def kept(folder: Path, questions: Sequence[tuple[int, str]]) -> None:
    """Fill a history with questions, Anna's pick of a server among them."""

    async def fill() -> None:
        history = await History.open(folder / "history.db")
        for user_id, question in questions:
            quoted = (QuotedSpan("a", 3, 8, "words"),)
            await history.record(Turn(5, 1, user_id, question, NOON, quotes=quoted, message_ids=(2**62,)))
        await GuildStore(history).pick(ANNA, 5)
        await history.close()

    asyncio.run(fill())


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_a_persons_data_is_exported_whole_and_alone(tmp_path: Path) -> None:
    kept(tmp_path, [(ANNA, "why the tariff?"), (BO, "of nobody else's business"), (ANNA, "and when?")])
    ran = pullquote("history", "export", "--user", ANNA, "--data", tmp_path)
    exported = json.loads(ran.stdout)
    assert exported["user_id"] == ANNA
    assert [row["question"] for row in exported["turns"]] == ["why the tariff?", "and when?"]
    assert exported["turns"][0]["quotes"] == [["a", 3, 8, "words"]]
    assert exported["turns"][0]["message_ids"] == [2**62]
    assert exported["direct_libraries"] == [{"user_id": ANNA, "guild_id": 5}]
    assert "nobody else" not in ran.stdout


def test_a_person_is_forgotten_to_the_last_byte_and_nobody_else_is(tmp_path: Path) -> None:
    kept(tmp_path, [(ANNA, "why the tariff on herring?"), (BO, "and on cod?")])
    assert b"herring" in bytes_of(tmp_path)
    ran = pullquote("history", "forget", "--user", ANNA, "--data", tmp_path, "--json")
    assert json.loads(ran.stdout) == {"user_id": ANNA, "deleted": 2}
    assert b"herring" not in bytes_of(tmp_path)
    assert b"and on cod?" in bytes_of(tmp_path)
    assert json.loads(pullquote("history", "export", "--user", ANNA, "--data", tmp_path).stdout) == {"user_id": ANNA}


def test_a_folder_without_a_history_is_said_and_none_is_made(tmp_path: Path) -> None:
    ran = pullquote("history", "export", "--user", ANNA, "--data", tmp_path)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "There is no history at" in ran.stderr
    assert list(tmp_path.iterdir()) == []
