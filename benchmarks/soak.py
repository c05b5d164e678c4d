"""Soaks the whole bot in mixed traffic: `python -m benchmarks.soak [--minutes N]`; ends with 1 at a violation.

In SimCord, on the real engine, databases and index: questions together and one by one, follow-ups, buttons, commands,
re-indexes, a feed's polls and restarts. Nothing may be lost, doubled, mixed or out of date in answers, history rows
and articles, and memory, files, threads and tasks may not grow (the tolerances: benchmarks/soaking/bearing.py).
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.processes import load, trim, used
from benchmarks.soaking.bearing import Counts, Sample, growth
from benchmarks.soaking.traffic import Traffic, told
from benchmarks.soaking.world import World, world

LEAST_ROUNDS = 10
"""The first restart comes with the fifth, and growth cannot be told of fewer samples."""
EXECUTOR_THREADS = 6
"""asyncio's own pool is larger where there are more cores, and fills slowly."""


async def soak(minutes: float, folder: Path, *, stand_ins: bool, seed: int) -> tuple[Counts, list[Sample]]:
    """Go on for some minutes, at least `LEAST_ROUNDS` rounds; return what happened, and a sample a round."""
    counts, samples = Counts(), []
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(EXECUTOR_THREADS))
    started = time.perf_counter()
    async with world(folder, stand_ins=stand_ins) as made:
        traffic = Traffic(made, counts, seed)
        number = 0
        while number < LEAST_ROUNDS or time.perf_counter() - started < 60 * minutes:
            await traffic.round(number)
            samples.append(sample(made, counts, (time.perf_counter() - started) / 60))
            number += 1
    return counts, samples


def sample(made: World, counts: Counts, minutes: float) -> Sample:
    """Count what the process holds; what SimCord, in the same process, keeps of old messages is let go first."""
    made.forget_old_messages()
    gc.collect()
    trim()
    now = used()
    return Sample(
        minutes, counts.exchanges, counts.restarts, now.own_mb, now.files, now.threads, len(asyncio.all_tasks())
    )


def show(counts: Counts, samples: list[Sample], wrong: list[str]) -> None:
    """Print about ten samples, what happened, and what was wrong."""
    table = Table(title=f"soak: {load()}")
    for name in ("minutes", "questions", "restarts", "own MB", "files", "threads", "tasks"):
        table.add_column(name, justify="right")
    every = max(1, len(samples) // 10)
    for one in [*samples[::every], samples[-1]]:
        cells = (
            f"{one.minutes:.1f}",
            one.exchanges,
            one.restarts,
            f"{one.own_mb:.1f}",
            one.files,
            one.threads,
            one.tasks,
        )
        table.add_row(*map(str, cells))
    console = Console()
    console.print(table)
    print(told(counts))
    for line in wrong:
        print(line, file=sys.stderr)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--stand-ins", action="store_true", help="run without the models, which take most of the time")
    parser.add_argument("--seed", type=int, default=1, help="of the plan")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = soak(arguments.minutes, Path(folder), stand_ins=arguments.stand_ins, seed=arguments.seed)
        counts, samples = asyncio.run(made)
    wrong = [*counts.violations, *growth(samples)]
    show(counts, samples, wrong)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
