"""A headless Chromium, driven over its DevTools protocol: opens a page at a width, clicks, and takes pictures."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--hide-scrollbars", "--remote-debugging-port=0"),
)
START_S, ANSWER_S = 60, 60


class Tab:
    """One page of the browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)

    async def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Call the protocol and return its result; raises `RuntimeError` with what the browser says."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            reply = json.loads((await self._socket.receive(timeout=ANSWER_S)).data)
            if reply.get("id") == number:
                if "error" in reply:
                    raise RuntimeError(f"{method}: {reply['error'].get('message')}")
                return dict(reply["result"])

    async def open(self, url: str, *, width: int, height: int, scale: float = 1.0) -> None:
        """Show `url` in a window of that many CSS pixels."""
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False
        )
        await self.call("Page.navigate", url=url)

    async def run(self, expression: str) -> Any:  # noqa: ANN401 - whatever JavaScript returns
        """Return the value of a JavaScript expression."""
        result = await self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"the page raises {result['exceptionDetails'].get('text')}: {expression}")
        return result["result"].get("value")

    async def until(self, expression: str, *, seconds: float = 30.0) -> None:
        """Wait until a JavaScript expression is true; raises `TimeoutError`."""
        async with asyncio.timeout(seconds):
            while not await self.run(expression):  # noqa: ASYNC110 - what happens in the page is no event here
                await asyncio.sleep(0.1)

    async def picture(self, path: Path, *, x: float, y: float, width: float, height: float) -> None:
        """Save what a part of the page shows as a PNG."""
        clip = {"x": x, "y": y, "width": width, "height": height, "scale": 1}
        shot = await self.call("Page.captureScreenshot", format="png", clip=clip)
        await asyncio.to_thread(path.write_bytes, base64.b64decode(shot["data"]))


@asynccontextmanager
async def browser() -> AsyncIterator[Tab]:
    """Start Chromium with a fresh profile, give its one tab, and end it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            CHROMIUM,
            *FLAGS,
            f"--user-data-dir={profile}",
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            port = await _port_of(Path(profile) / "DevToolsActivePort")
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{port}/json/list") as response:
                    pages = [target for target in await response.json() if target["type"] == "page"]
                async with session.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                    yield Tab(socket)
        finally:
            process.terminate()
            await process.wait()


async def _port_of(path: Path) -> int:
    text = ""
    async with asyncio.timeout(START_S):
        while not text:
            await asyncio.sleep(0.1)
            text = await asyncio.to_thread(_text_of, path)
    return int(text.split("\n")[0])


def _text_of(path: Path) -> str:
    return path.read_text() if path.exists() else ""
