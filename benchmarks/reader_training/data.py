"""The public sets of a reader's training data, weighed, dated, split: see READER_MODEL_CARD.md for the licences."""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from benchmarks.reader_training.batches import Row

SHARES = {
    "squad2": 1.0, "realtimeqa": 1.0, "selqa": 1.0, "qed": 1.0, "tsqa": 1.0, "trecqa": 1.0,
    "ester": 0.6, "quac": 0.4, "qamr": 0.35, "qadiscourse": 0.12, "qasrl": 0.12,
    "quiz": 1.0, "window": 0.4, "made": 0.7,
}  # fmt: skip
"""The share of a set's rows that an epoch sees: news and questions as people ask them first."""

MOST_OF_A_PAIR = 4
"""Rows of one source question that stand together in a batch."""


def read_rows(folder: Path) -> list[Row]:
    """Read `reader/train.jsonl.gz` of the data folder; each row gets its `header`."""
    with gzip.open(folder / "reader" / "train.jsonl.gz", "rt", encoding="utf-8") as file:
        rows: list[Row] = [json.loads(line) for line in file]
    for row in rows:
        row["header"] = row["title"]
    return rows


def held_out(row: Row) -> bool:
    """Tell whether a row is kept for validation: a tenth of RealTimeQA's questions, some of SQuAD's articles."""
    if row["set"] == "squad2":
        return zlib.crc32(row["title"].encode()) % 6 == 0
    return row["set"] == "realtimeqa" and zlib.crc32(row["pair"].encode()) % 10 == 0


def epoch(rows: Iterable[Row], seed: int) -> list[list[Row]]:
    """Draw one epoch: rows and groups by their set's share, headers dated now and then."""
    rng = random.Random(seed)  # noqa: S311
    drawn: list[Row] = []
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if "group" in row:
            groups[row["group"]].append(row)
        elif rng.random() < SHARES[row["set"]]:
            header = dated(row, rng) if row["set"] == "realtimeqa" else row["header"]
            drawn.append({**row, "header": "" if rng.random() < 0.1 and row["kind"] != "wrong-date" else header})
    taken = [group for group in groups.values() if rng.random() < SHARES[group[0]["set"]]]
    return beside_their_pair(drawn, rng) + taken


def dated(row: Row, rng: random.Random) -> str:
    """Open most headers of RealTimeQA with a day of the week before the quiz, as the bot's headers open."""
    header = str(row["header"])
    stamp = row["pair"][:8]
    if row["kind"] in {"dated", "wrong-date"} or not stamp.isdigit() or rng.random() < 0.4:
        return header
    day = date(int(stamp[:4]), int(stamp[4:6]), int(stamp[6:])) - timedelta(days=rng.randrange(7))
    return spoken(day) + (f" – {header}" if header else "")


def spoken(day: date) -> str:
    """Write a day as the bot's headers do: "13 October 2023"."""
    return f"{day.day} {day:%B %Y}"


def beside_their_pair(rows: Sequence[Row], rng: random.Random) -> list[list[Row]]:
    """Put a question and what was made false of it into one chunk: they compete in one softmax."""
    pairs: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        pairs[row["set"], row["pair"] or f"#{row['id']}"].append(row)
    chunks = []
    for members in pairs.values():
        rng.shuffle(members)
        chunks += [members[i : i + MOST_OF_A_PAIR] for i in range(0, len(members), MOST_OF_A_PAIR)]
    return chunks


def validation(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the held-out rows that measure: originals, people's impossible ones, and swapped names and the like."""
    kinds = {"orig", "dated", "impossible", "swap-name", "swap-year", "swap-number", "antonym", "other-article"}
    return (row for row in rows if held_out(row) and row["kind"] in kinds)
