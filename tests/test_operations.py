"""What docs/operations.md says of tables, metrics and settings is what there is."""

from __future__ import annotations

import re
import sqlite3

from bot.records.history import migrations
from bot.service.metrics import Metrics
from retrieval.store.schema import MIGRATIONS
from retrieval.store.sqlite import split_statements
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def tables(scripts: list[str] | tuple[str, ...]) -> set[str]:
    with sqlite3.connect(":memory:") as db:
        for script in scripts:
            for statement in split_statements(script):
                db.execute(statement)
        found = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'").fetchall()
    db.close()
    return {name for (name,) in found}


def test_every_table_has_a_bound_or_a_retention():
    grows = PAGE[PAGE.index("## What grows") :]
    named = set(re.findall(r"`([a-z_]+)`", "\n".join(line.split("|")[1] for line in grows.splitlines() if "|" in line)))
    assert tables(MIGRATIONS) | tables(migrations()) == named


def test_every_metric_is_named():
    names = {family.name.removeprefix("pullquote_") for family in Metrics().registry.collect()}
    ours = {name for name in names if not name.startswith(("process_", "python_"))}
    described = set(re.findall(r"`([a-z_]+?)(?:_total)?(?:\{[a-z]+\})?`", PAGE))
    assert ours - {"pullquote"} <= described
