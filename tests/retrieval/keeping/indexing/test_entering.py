"""What an earlier version of the program stored is found after the next start, and nothing is encoded for it."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.indexing import index
from retrieval.domain.answers import Answer
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.engine import Engine
from tests.support.fake_encoder import FakeEncoder
from tests.support.fake_reader import FakeReader

TABLES = ("publishers", "source_keys", "entries", "words", "postings", "library_sizes")


async def answer(engine: Engine) -> Answer:
    outcome = await engine.ask(
        "Which harbour is closed?",
        libraries=[SHARED_LIBRARY],
        asked_at=datetime(2024, 4, 1, tzinfo=UTC),
    )
    assert isinstance(outcome, Answer), outcome
    return outcome


async def test_an_older_folder_is_found_again_without_encoding(tmp_path: Path, write):
    data = tmp_path / "data"
    texts = {f"{n}.txt": f"The harbour of Marl is closed, Ada Lund said. Number {n} sailed north." for n in range(3)}
    engine = await Engine.open(data, encoder_loader=lambda _: FakeEncoder(), reader_loader=FakeReader)
    await engine.ready()
    await index(engine, [write(name, text, publisher="The Marl Times") for name, text in texts.items()])
    before = await answer(engine)
    await engine.close()
    with sqlite3.connect(data / "library.db") as db:
        held = [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES]  # noqa: S608
        for table in TABLES:
            db.execute(f"DELETE FROM {table}")  # noqa: S608 - as before the migration
    db.close()
    encoder = FakeEncoder()
    engine = await Engine.open(data, encoder_loader=lambda _: encoder, reader_loader=FakeReader)
    told: list[tuple[int, int]] = []
    assert await engine.ready(repaired=lambda done, total: told.append((done, total))) == 0
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert encoder.encoded == []
    after = await answer(engine)
    await engine.close()
    with sqlite3.connect(data / "library.db") as db:
        assert [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES] == held  # noqa: S608
    db.close()
    assert {quote.text for quote in after.quotes} == {quote.text for quote in before.quotes}
