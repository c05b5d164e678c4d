"""The commands `pullquote backup` and `pullquote restore`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bot.commands.options import AsJson, Data
from bot.commands.session import print_json
from bot.settings import Settings


def register(
    app: typer.Typer,
    *,
    settings: Callable[[Path | None], Settings],
    run: Callable[[Callable[[], Coroutine[Any, Any, None]]], None],
) -> None:
    """Add the commands to `app`; `settings` reads the settings, `run` makes a sentence of a known fault."""

    @app.command()
    def backup(
        target: Annotated[Path, typer.Argument(help="A new folder, or a file named .tar, .tar.gz or .tgz.")],
        data: Data = None,
        as_json: AsJson = False,
    ) -> None:
        """Back up both databases; the bot may run meanwhile."""
        run(lambda: _back_up(settings(data), target, as_json=as_json))

    @app.command()
    def restore(
        source: Annotated[Path, typer.Argument(help="What `pullquote backup` made.")],
        replace: Annotated[
            bool, typer.Option("--replace", help="Put it in the place of what the data folder holds.")
        ] = False,
        data: Data = None,
        as_json: AsJson = False,
    ) -> None:
        """Put a backup in the data folder, checked and whole; stop the bot first."""
        run(lambda: _restore(settings(data), source, replace=replace, as_json=as_json))


async def _back_up(settings: Settings, target: Path, *, as_json: bool) -> None:
    from bot.service.backup import back_up

    made = await asyncio.to_thread(back_up, settings.data_dir, target)
    if as_json:
        print_json({"path": str(made.path), **made.manifest.model_dump(mode="json")})
    else:
        names = " and ".join(made.manifest.files)
        _say(f"Backed up {names} ({made.size_bytes:,} bytes) to {made.path}.")


async def _restore(settings: Settings, source: Path, *, replace: bool, as_json: bool) -> None:
    from bot.service.backup import restore

    manifest = await asyncio.to_thread(restore, source, settings.data_dir, replace=replace)
    if as_json:
        print_json(manifest.model_dump(mode="json"))
    else:
        made = f"{manifest.made_at:%Y-%m-%d %H:%M} UTC"
        _say(f"Restored the backup of {made} into {settings.data_dir}; the next start makes the vector index anew.")


def _say(sentence: str) -> None:
    Console().print(sentence, markup=False, highlight=False, soft_wrap=True)
