"""The commands `pullquote history export` and `history forget`: what is kept of one person on Discord."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bot.commands.options import AsJson, Data
from bot.commands.session import print_json
from bot.records.history import History
from bot.records.owners import delete_person, rows_of_person
from bot.settings import Settings
from bot.words.grammar import counted
from retrieval.errors import StorageError

User = Annotated[int, typer.Option("--user", min=1, help="The person's id on Discord.")]
_WRITTEN_AS_JSON = ("quotes", "message_ids")


def register(
    app: typer.Typer,
    *,
    settings: Callable[[Path | None], Settings],
    run: Callable[[Callable[[], Coroutine[Any, Any, None]]], None],
) -> None:
    """Add the commands to `app`; `settings` reads the settings, `run` makes a sentence of a known fault."""
    group = typer.Typer(help="Hand out, or delete, what is kept of one person.", no_args_is_help=True)
    app.add_typer(group, name="history")

    @group.command()
    def export(user: User, data: Data = None) -> None:
        """Print everything that is kept of one person, as JSON; the bot may run meanwhile."""
        run(lambda: _export(settings(data), user))

    @group.command()
    def forget(user: User, data: Data = None, as_json: AsJson = False) -> None:
        """Delete everything that is kept of one person, from the files as well; the bot may run meanwhile."""
        run(lambda: _forget(settings(data), user, as_json=as_json))


async def _export(settings: Settings, user_id: int) -> None:
    async with _history(settings) as history:
        tables = await rows_of_person(history, user_id)
    for row in (row for rows in tables.values() for row in rows):
        row.update({key: json.loads(row[key]) for key in _WRITTEN_AS_JSON if key in row})
    print_json({"user_id": user_id, **tables})


async def _forget(settings: Settings, user_id: int, *, as_json: bool) -> None:
    async with _history(settings) as history:
        count = await delete_person(history, user_id)
    if as_json:
        print_json({"user_id": user_id, "deleted": count})
    else:
        Console().print(f"Deleted {counted(count, 'record')} of that person.", highlight=False)


@asynccontextmanager
async def _history(settings: Settings) -> AsyncIterator[History]:
    path = settings.data_dir / "history.db"
    if not path.exists():
        raise StorageError(f"There is no history at {path}; name the bot's data folder with --data.")
    history = await History.open(path)
    try:
        yield history
    finally:
        await history.close()
