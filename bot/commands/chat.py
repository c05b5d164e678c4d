"""A conversation in the terminal: a line is a question, and may go on from the lines before it."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack, suppress

from rich.console import Console

from bot.commands.session import answer, opened
from bot.settings import Settings
from retrieval.domain.talk import Exchange, exchange_of

GREETING = "Ask about the articles; `quit` or Ctrl-D ends."
PROMPT = "you> "


def chat(settings: Settings, *, as_json: bool) -> None:
    """Answer line after line until `quit` or the end of input.

    The lines are read between the event loop's runs, so that Ctrl-C and Ctrl-D work at the prompt.
    """
    interactive = sys.stdin.isatty() and not as_json
    if interactive:
        with suppress(ImportError):
            import readline  # noqa: F401 - importing it gives input() a line editor
        Console().print(GREETING, markup=False)
    stack = AsyncExitStack()
    with asyncio.Runner() as runner:
        engine = runner.run(stack.enter_async_context(opened(settings, quiet=as_json)))
        talk: list[Exchange] = []
        try:
            while (line := _read(interactive=interactive)) is not None:
                if line:
                    asked = answer(engine, line, as_json=as_json, time_zone=settings.time_zone, talk=talk)
                    talk.append(exchange_of(line, runner.run(asked)))
        finally:
            runner.run(stack.aclose())


def _read(*, interactive: bool) -> str | None:
    try:
        line = input(PROMPT if interactive else "").strip()
    except EOFError:
        return None
    return None if line.lower() in {"quit", "exit", "/quit", ":q"} else line
