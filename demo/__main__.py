"""Opens the real bot in a local page that looks like Discord: `make demo`, or `python -m demo [--port N]`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import signal
import sys
import webbrowser

from bot.logs import set_up_logging
from demo.clock import keep_time
from demo.world import Demo, demo_world
from retrieval.errors import RetrievalError

QUESTIONS = (
    "why did Gantz go to Washington?",
    "and what about the hostages?",
    "how much did the repair of the ferry's landing stage cost?",
    "what does Okoye say about the herons?",
    "who won the election?",
)


def main() -> None:
    """Read the command line and serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--port", type=int, help="the port on this machine; by default a free one")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    options = parser.parse_args()
    set_up_logging(level="WARNING")
    logging.getLogger("discord.client").setLevel(logging.ERROR)  # SimCord needs no voice support either
    try:
        asyncio.run(serve(port=options.port, browse=not options.no_browser))
    except RetrievalError as error:
        sys.exit(f"demo: {error}")
    except OSError as error:
        sys.exit(f"demo: The page cannot be served ({error.strerror or error}); try another port with --port.")


async def serve(*, port: int | None, browse: bool) -> None:
    """Serve the page on loopback until the process is asked to stop."""
    print("Reading the articles (half a minute the first time) ...", flush=True)
    async with demo_world() as demo:
        await greet(demo)
        async with demo.env.preview(
            demo.channel, viewers=[demo.alice, demo.ada], layout="channel", port=port
        ) as preview:
            print(_hints(preview.url), flush=True)
            if browse:
                await asyncio.to_thread(webbrowser.open, preview.url)
            await _until_stopped(keep_time(demo.env))


async def greet(demo: Demo) -> None:
    """Let the page begin with a question and its answer."""
    await demo.alice.send(demo.channel, f"{demo.me} {QUESTIONS[0]}")


def _hints(url: str) -> str:
    asked = "\n".join(f"    @Pullquote {question}" for question in QUESTIONS[1:])
    return (
        f"\nPullquote is ready: {url}\n"
        "Only this machine can open it. Ctrl-C ends it.\n\n"
        f"Write as you would on Discord, for example\n{asked}\n"
        "or type / for the commands. Choose Ada under “Viewing as” for what admins see: /settings, /gaps, /library."
    )


async def _until_stopped(beside: object) -> None:
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_number, stopped.set)
    task = asyncio.ensure_future(beside)  # type: ignore[call-overload]
    await stopped.wait()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


if __name__ == "__main__":
    main()
