"""The command `pullquote doctor`: is all in order that the bot needs, and if not, what to do."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

from bot.commands.options import AsJson, Data
from bot.commands.session import print_json
from bot.settings import Settings

WRONG = 1
_STYLES = {"ok": "green", "wrong": "bold red", "skipped": "yellow"}


def register(
    app: typer.Typer,
    *,
    settings: Callable[[Path | None], Settings],
    run: Callable[[Callable[[], Coroutine[Any, Any, None]]], None],
) -> None:
    """Add the command to `app`; `settings` reads the settings, `run` makes a sentence of a known fault."""

    @app.command()
    def doctor(data: Data = None, as_json: AsJson = False) -> None:
        """Check token, permissions, data folder, databases, models, index and clock; status 1 if anything is wrong."""
        run(lambda: _examine(settings(data), as_json=as_json))


async def _examine(settings: Settings, *, as_json: bool) -> None:
    from bot.service.checkup import State, checks_of_machine
    from bot.service.discord_checks import checks_of_discord

    found = []
    for checks in (checks_of_discord(settings), checks_of_machine(settings)):
        async for check in checks:
            found.append(check)
            if not as_json:
                line = Text.assemble(
                    (f"{check.state.value:<8}", _STYLES[check.state.value]), f"{check.name}: {check.says}"
                )
                Console().print(line, soft_wrap=True, highlight=False)
    if as_json:
        print_json([{"check": one.name, "state": one.state.value, "says": one.says} for one in found])
    if any(one.state is State.WRONG for one in found):
        raise typer.Exit(WRONG)
