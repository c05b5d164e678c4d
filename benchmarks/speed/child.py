"""One system in a process of its own, told by lines of JSON what to do; also read by the other systems' Python.

Only the standard library is imported here, and `benchmarks.processes`, which imports nothing else either.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from benchmarks.processes import used

MOST_ASKERS = 64


class System(Protocol):
    """What is measured."""

    async def index(self, part: int) -> None:
        """Bring in a part of the articles; when it returns, questions are answered from them."""

    async def ask(self, question: str) -> int:
        """Answer one question; return how many passages were read for it, beyond being found."""

    def tell(self) -> dict[str, Any]:
        """Return what another system is to hear, as JSON."""

    def hear(self, told: dict[str, Any]) -> None:
        """Take what another system told."""

    async def close(self) -> None:
        """Let go of everything."""


def read_work(path: str) -> dict[str, Any]:
    """Return what the parent wrote: articles in parts, the passages of each part, questions, the model's folder."""
    work: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    return work


async def serve(system: System) -> None:
    """Say that the system is ready, then do what each line of standard input says, and answer it with a line."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(MOST_ASKERS + 2))
    answer: dict[str, Any] | None = {"ready": True}
    while answer is not None:
        print(json.dumps(answer), file=out, flush=True)
        answer = await _next(system)


async def _next(system: System) -> dict[str, Any] | None:
    line = await asyncio.to_thread(sys.stdin.readline)
    order = json.loads(line) if line else {"do": "end"}
    started = time.perf_counter()
    match order["do"]:
        case "index":
            computed = time.process_time()
            await system.index(order["part"])
            return {"seconds": time.perf_counter() - started, "cpu_s": time.process_time() - computed}
        case "ask":
            return await asked(system, order["questions"], order["askers"])
        case "tell":
            return system.tell()
        case "hear":
            system.hear(order["told"])
            return {}
        case "used":
            return asdict(used())
        case _:
            await system.close()
            return None


async def asked(system: System, questions: list[str], askers: int) -> dict[str, Any]:
    """Have `askers` people ask one question after another; return seconds, of each and of all, and processor time."""
    waiting = iter(questions)
    latencies: list[float] = []
    read: list[int] = []

    async def ask_on() -> None:
        for question in waiting:
            began = time.perf_counter()
            read.append(await system.ask(question))
            latencies.append(time.perf_counter() - began)

    started, computed = time.perf_counter(), time.process_time()
    await asyncio.gather(*(ask_on() for _ in range(askers)))
    seconds, cpu_s = time.perf_counter() - started, time.process_time() - computed
    return {"latencies": latencies, "seconds": seconds, "cpu_s": cpu_s, "read": read}
