"""Gathers what the systems took, and lays it out as a table and as JSON."""

from __future__ import annotations

import statistics
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

ASKERS = (1, 8, 64)
HARDEST = "langchain+reranker"
"""Beside which the bars are told: a cross-encoder over as many passages."""


@dataclass
class Figures:
    """What was measured, a list a system; seconds and MB."""

    passages: int
    seconds_indexing: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    rates: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    cpu_indexing: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    disk_mb: dict[str, float] = field(default_factory=dict)
    ready_s: dict[str, float] = field(default_factory=dict)
    ready_cpu_s: dict[str, float] = field(default_factory=dict)
    resident_mb: dict[str, float] = field(default_factory=dict)
    own_mb: dict[str, float] = field(default_factory=dict)
    rounds: dict[tuple[str, int], list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def indexed(self, name: str, passages: int, took: dict[str, Any]) -> None:
        """Note a part of the articles."""
        self.rates[name].append(passages / took["seconds"])
        self.seconds_indexing[name].append(took["seconds"])
        self.cpu_indexing[name].append(took["cpu_s"])

    def started(self, name: str, ready_s: float, used: dict[str, Any]) -> None:
        """Note a start."""
        self.ready_s[name], self.ready_cpu_s[name] = ready_s, used["cpu_s"]

    def resident(self, name: str, used: dict[str, Any]) -> None:
        """Note the memory at the end."""
        self.resident_mb[name], self.own_mb[name] = used["resident_mb"], used["own_mb"]

    def asked(self, name: str, askers: int, answered: dict[str, Any]) -> None:
        """Note a round of questions."""
        self.rounds[name, askers].append(answered)


def summary(figures: Figures) -> dict[str, Any]:
    """Return the figures of each system, and the ratios that the bars are about: medians over parts and rounds."""
    systems = {}
    for name in dict.fromkeys(one for one, _ in figures.rounds):
        row: dict[str, Any] = {}
        if figures.seconds_indexing[name]:
            row["indexing_passages_per_s"] = figures.passages / sum(figures.seconds_indexing[name])
            row["indexing_passages_per_cpu_s"] = figures.passages / sum(figures.cpu_indexing[name])
        for askers in ASKERS:
            rounds = figures.rounds[name, askers]
            all_ms = [1000 * one for each in rounds for one in each["latencies"]]
            row[f"askers_{askers}"] = {
                **{f"p{share}_ms": float(np.percentile(all_ms, share)) for share in (50, 95, 99)},
                "questions_per_s": len(all_ms) / sum(each["seconds"] for each in rounds),
                "cpu_ms_a_question": 1000 * sum(each["cpu_s"] for each in rounds) / len(all_ms),
                "questions": len(all_ms),
            }
        read = [one for askers in ASKERS for each in figures.rounds[name, askers] for one in each["read"]]
        row["passages_read_a_question"] = statistics.mean(read)
        row["ready_s"], row["ready_cpu_s"] = figures.ready_s[name], figures.ready_cpu_s[name]
        row["resident_mb"], row["own_mb"] = figures.resident_mb[name], figures.own_mb[name]
        row["disk_mb"] = figures.disk_mb.get(name, figures.disk_mb.get(name.partition("+")[0]))
        systems[name] = row
    del systems["floor"]["disk_mb"]
    return {"passages": figures.passages, "systems": _rounded(systems), "ratios": _rounded(_ratios(figures))}


def _ratios(figures: Figures) -> dict[str, float]:
    """Compare round by round, so that both sides of a ratio had the machine at the same time."""

    def latency(name: str) -> list[float]:
        return [statistics.median(each["latencies"]) for each in figures.rounds[name, ASKERS[0]]]

    def rate(name: str) -> list[float]:
        return [len(each["latencies"]) / each["seconds"] for each in figures.rounds[name, ASKERS[-1]]]

    def cpu(name: str, askers: int) -> list[float]:
        return [each["cpu_s"] / len(each["latencies"]) for each in figures.rounds[name, askers]]

    one, many = ASKERS[0], ASKERS[-1]
    ratios = {
        "indexing over the bare encoder": _median_ratio(figures.rates["pullquote"], figures.rates["floor"]),
        "p50, one asker, over bare encoding and reading": _median_ratio(latency("pullquote"), latency("floor")),
        "processor time indexing, over the bare encoder": _median_ratio(
            figures.cpu_indexing["pullquote"], figures.cpu_indexing["floor"]
        ),
        "processor time a question, one asker, over the floor": _median_ratio(cpu("pullquote", one), cpu("floor", one)),
    }
    if (HARDEST, ASKERS[0]) in figures.rounds:
        ratios["times as fast as LangChain with a cross-encoder, one asker"] = _median_ratio(
            latency(HARDEST), latency("pullquote")
        )
        ratios["questions/s beside LangChain with a cross-encoder, 64 askers"] = _median_ratio(
            rate("pullquote"), rate(HARDEST)
        )
        ratios["questions/s beside LangChain as it comes, 64 askers"] = _median_ratio(
            rate("pullquote"), rate("langchain")
        )
        ratios["processor time of LangChain with a cross-encoder over ours, one asker"] = _median_ratio(
            cpu(HARDEST, one), cpu("pullquote", one)
        )
        ratios["processor time of LangChain with a cross-encoder over ours, 64 askers"] = _median_ratio(
            cpu(HARDEST, many), cpu("pullquote", many)
        )
        ratios["indexing beside LangChain"] = _median_ratio(figures.rates["pullquote"], figures.rates["langchain"])
    return ratios


def _median_ratio(ones: list[float], others: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(ones, others, strict=True))


def _rounded(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return round(value, 2) if isinstance(value, float) else value


def print_table(found: dict[str, Any]) -> None:
    """Print the systems side by side, then the ratios."""
    console = Console(width=200)
    table = Table(title=f"{found['passages']} passages; milliseconds, questions/s, MB")
    for title in ("", "indexed/s (cpu s)", *(f"{askers} asking: p50 / p95 / p99, a second" for askers in ASKERS)):
        table.add_column(title, justify="left" if not title else "right")
    for title in ("cpu ms (1, 64)", "read", "ready s (cpu)", "resident (own)", "disk"):
        table.add_column(title, justify="right")
    for name, row in found["systems"].items():
        asked = [row[f"askers_{askers}"] for askers in ASKERS]
        table.add_row(
            name,
            f"{row['indexing_passages_per_s']:.1f} ({row['indexing_passages_per_cpu_s']:.1f})"
            if "indexing_passages_per_s" in row
            else "",
            *(f"{one['p50_ms']:.0f} / {one['p95_ms']:.0f} / {one['p99_ms']:.0f}, {one['questions_per_s']:.1f}"
              for one in asked),
            f"{asked[0]['cpu_ms_a_question']:.0f}, {asked[-1]['cpu_ms_a_question']:.0f}",
            f"{row['passages_read_a_question']:.1f}",
            f"{row['ready_s']:.1f} ({row['ready_cpu_s']:.1f})" if "ready_s" in row else "",
            f"{row['resident_mb']:.0f} ({row['own_mb']:.0f})" if "resident_mb" in row else "",
            f"{row['disk_mb']:.1f}" if "disk_mb" in row else "",
        )  # fmt: skip
    console.print(table)
    for name, ratio in found["ratios"].items():
        console.print(f"{name}: {ratio}")
    console.print(f"machine: {found['machine']}")
