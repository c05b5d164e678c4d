"""Kills a process that indexes, hundreds of times, and checks what it left: `python -m benchmarks.crash [--kills N]`.

Odd kills come at a step (before or after a statement to SQLite or a call to Chroma), even ones at a moment.
Each child begins as every start does, by repairing, then checks that every article is whole and as before or
as after, that each first sentence can be quoted and verified, that Chroma holds exactly the live vectors, and
goes on with its plan of additions, changes and removals. Ends with status 1 at the first fault.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from tests.support.crash_harness import Children, Work, notes, progress

MOST_STEPS = 600
MOST_SECONDS = 2.5


def run(kills: int, seed: int, folder: Path) -> bool:
    """Kill and check, print the figures, and tell whether all was well."""
    rng = random.Random(seed)  # noqa: S311 - moments, no secrets
    children = Children()
    started = time.monotonic()
    work = Work(folder, seed)
    for number in range(kills):
        if number % 2:
            work = Work(folder, seed, kill_at=rng.randint(1, MOST_STEPS))
            code = children.run(work)
        else:
            work = Work(folder, seed)
            code = children.run(work, kill_after_s=rng.uniform(0.05, MOST_SECONDS))
        if code != -9:
            break
    else:
        code = children.run(Work(folder, seed, until=progress(work)[0] + 1))
    written = notes(work)
    faults = [note["fault"] for note in written if "fault" in note]
    print(
        json.dumps(
            {
                "kills": number + (not faults),
                "checks": sum("checked" in note or "closed" in note for note in written),
                "operations_interrupted": sum("begun" in a and "checked" in b for a, b in pairwise(written)),
                "operations_finished": progress(work)[1],
                "faults": len(faults) + (code not in {0, -9} and not faults),
                "seconds": round(time.monotonic() - started),
            }
        )
    )
    print("\n".join(faults), file=sys.stderr)
    return code == 0 and not faults


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1, help="of the plan and of the moments")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(0 if run(arguments.kills, arguments.seed, Path(folder)) else 1)


if __name__ == "__main__":
    main()
