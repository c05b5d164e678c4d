"""Starts the bot as an operator would, in a process of its own, against a Discord on loopback."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.conftest import ROOT
from tests.support.chroma_server import free_port
from tests.support.discord_server import TOKEN, LoopbackDiscord

FERRY = "The new ferry to Skye carries forty cars, the harbour master Ewan Grant said on Tuesday."
QUESTION = "How many cars does the new ferry to Skye carry?"


@dataclass
class BotProcess:
    """A bot that runs; `log` holds its lines, read whole when it has ended."""

    process: asyncio.subprocess.Process
    port: int
    environment: dict[str, str]
    log: list[dict[str, Any]] = field(default_factory=list)

    @property
    def data(self) -> Path:
        """Its data folder."""
        return Path(self.environment["PULLQUOTE_DATA_DIR"])

    async def command(self, *arguments: str) -> tuple[int, str]:
        """Run another command with its settings; returns the status and what it prints."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.support.bot_process", *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            env=self.environment,
        )
        printed, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, printed.decode()

    async def ended(self, within_s: float = 60.0) -> int:
        """Wait for its end; returns its status."""
        async with asyncio.timeout(within_s):
            _, said = await self.process.communicate()
        self.log += [json.loads(line) for line in said.decode().splitlines() if line.startswith("{")]
        assert self.process.returncode is not None
        return self.process.returncode

    async def until_ready(self) -> None:
        """Wait until it can answer."""
        async with asyncio.timeout(90), aiohttp.ClientSession() as session:
            while True:
                if self.process.returncode is not None:
                    raise RuntimeError(
                        f"it ended before it was ready: {(await self.process.communicate())[1].decode()}"
                    )
                try:
                    async with session.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.1)

    async def page(self, name: str) -> str:
        """Return a page of its monitoring port."""
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{self.port}/{name}") as answer:
            return await answer.text()


@asynccontextmanager
async def running_bot(
    server: LoopbackDiscord, folder: Path, *, ready: bool = True, **environment: str
) -> AsyncIterator[BotProcess]:
    """Start it on `folder/data` with one article, and wait until it can answer, or else (not `ready`) for nothing.

    It is killed if it is left running.
    """
    seeds = folder / "seeds"
    seeds.mkdir(exist_ok=True)
    (seeds / "ferry.txt").write_text(FERRY)
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PULLQUOTE_")}
    settings = {
        **kept, "PYTHONPATH": str(ROOT), "DISCORD_TOKEN": TOKEN, "PULLQUOTE_TEST_DISCORD": server.base,
        "PULLQUOTE_DATA_DIR": str(folder / "data"), "PULLQUOTE_SEEDS_DIR": str(seeds),
        "PULLQUOTE_METRICS_PORT": str(port), **environment,
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.bot_process", "run", "--json"),
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=settings,
    )
    bot = BotProcess(process, port, settings)
    try:
        if ready:
            await bot.until_ready()
        yield bot
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
