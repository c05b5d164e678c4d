"""Measures a start: `python -m benchmarks.starting [--runs N]`, `pullquote run` against a Discord on loopback.

From the process's first moment to the gateway, to ready and to an answer, in seconds and in processor seconds (which
other load does not stretch), and the memory at each; on the seed library, indexed beforehand, with the real models.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

from benchmarks.processes import load, used
from tests.support.chroma_server import free_port
from tests.support.discord_server import TOKEN, LoopbackDiscord, loopback_discord

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "why did Gantz go to Washington?"
READY_WITHIN_S = 300.0


async def start(server: LoopbackDiscord, data: Path) -> dict[str, float]:
    """Start it once on `data`, ask one question, stop it; return the figures."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PULLQUOTE_")}
    identified, said = server.identified, len(server.messages)
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.real_bot_process", "run"),
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={
            **kept, "PYTHONPATH": str(ROOT), "DISCORD_TOKEN": TOKEN, "PULLQUOTE_TEST_DISCORD": server.base,
            "PULLQUOTE_DATA_DIR": str(data), "PULLQUOTE_SEEDS_DIR": str(ROOT / "seeds"),
            "PULLQUOTE_METRICS_PORT": str(port),
        },
    )  # fmt: skip
    figures: dict[str, float] = {}

    def note(what: str) -> None:
        now = used(process.pid)
        figures[f"{what}_s"] = time.monotonic() - began
        figures[f"{what}_cpu_s"] = now.cpu_s
        figures[f"{what}_mb"] = now.resident_mb
        figures[f"{what}_own_mb"] = now.own_mb

    try:
        await server.until(lambda: server.identified > identified, READY_WITHIN_S)
        note("gateway")
        async with asyncio.timeout(READY_WITHIN_S), aiohttp.ClientSession() as session:
            while not await _ready(session, port):  # noqa: ASYNC110 - another process tells no event
                await asyncio.sleep(0.05)
        note("ready")
        await server.ask(QUESTION)
        await server.until(lambda: len(server.messages) > said, READY_WITHIN_S)
        note("answer")
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
    return figures


async def _ready(session: aiohttp.ClientSession, port: int) -> bool:
    try:
        async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


async def measure(runs: int) -> dict[str, object]:
    """Start it once to index the seeds, then `runs` times; return medians."""
    with tempfile.TemporaryDirectory() as folder:
        async with loopback_discord() as server:
            await start(server, Path(folder))
            each = [await start(server, Path(folder)) for _ in range(runs)]
    medians = {name: round(statistics.median(one[name] for one in each), 2) for name in each[0]}
    return {"runs": runs, "machine": load(), **medians}


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    print(json.dumps(asyncio.run(measure(parser.parse_args().runs)), indent=1))


if __name__ == "__main__":
    main()
