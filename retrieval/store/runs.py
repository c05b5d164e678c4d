"""The record of runs: what each did, and what could not be brought in and why."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from datetime import UTC, datetime

from retrieval.domain.libraries import Failure, RunRecord, RunState
from retrieval.store.database import LibraryStore

KEPT_RUNS = 50
"""How many runs of a library are kept; the status shows the last few."""
COUNTS = ("added", "changed", "unchanged", "credited", "removed", "vanished", "doubtful", "passages")


class RunStore:
    """The table `runs`."""

    def __init__(self, store: LibraryStore) -> None:
        self._store = store

    async def begin(self, library: str, what: str) -> int:
        """Enter a run that begins now; returns its id."""
        async with self._store.writing() as db:
            cursor = await db.execute(
                "INSERT INTO runs (library, what, state, started_at) VALUES (?, ?, ?, ?)",
                (library, what, RunState.RUNNING.value, datetime.now(UTC).isoformat()),
            )
            run_id = cursor.lastrowid
            assert run_id is not None  # an INSERT has one
            await db.execute(
                "DELETE FROM runs WHERE library = ? AND run_id <= ("
                "SELECT run_id FROM runs WHERE library = ? ORDER BY run_id DESC LIMIT 1 OFFSET ?)",
                (library, library, KEPT_RUNS),
            )
            return run_id

    async def end(self, run: RunRecord) -> None:
        """Note how a run ended and what it did."""
        report = {key: getattr(run, key) for key in COUNTS} | {"failures": [asdict(f) for f in run.failures]}
        async with self._store.writing() as db:
            await db.execute(
                "UPDATE runs SET state = ?, finished_at = ?, report = ? WHERE run_id = ?",
                (run.state.value, datetime.now(UTC).isoformat(), json.dumps(report, ensure_ascii=False), run.run_id),
            )

    async def interrupted(self) -> None:
        """Note of runs that a crash ended that they are no longer running."""
        async with self._store.writing() as db:
            await db.execute(
                "UPDATE runs SET state = ? WHERE state = ?", (RunState.INTERRUPTED.value, RunState.RUNNING.value)
            )

    async def last(self, library: str, *, limit: int) -> tuple[RunRecord, ...]:
        """Return the last runs of a library, newest first."""
        async with self._store.reading() as db:
            rows = await db.execute_fetchall(
                "SELECT * FROM runs WHERE library = ? ORDER BY run_id DESC LIMIT ?", (library, limit)
            )
        return tuple(map(_run_of, rows))


def _run_of(row: sqlite3.Row) -> RunRecord:
    report = json.loads(row["report"])
    failures = tuple(Failure(**failure) for failure in report.pop("failures", ()))
    return RunRecord(
        run_id=row["run_id"],
        what=row["what"],
        started_at=datetime.fromisoformat(row["started_at"]),
        finished_at=datetime.fromisoformat(row["finished_at"]) if row["finished_at"] else None,
        state=RunState(row["state"]),
        failures=failures,
        **report,
    )
