"""The command `pullquote quote`, which tells whether anyone said a thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.commands.session import print_json
from bot.opening import open_engine
from bot.settings import Settings

if TYPE_CHECKING:
    from retrieval.domain.lookups import QuoteCheck

Quoted = Annotated[str, typer.Argument(metavar="TEXT", help="The words that somebody is said to have said.")]
Speaker = Annotated[str | None, typer.Option("--speaker", help="Who is said to have said them.")]


async def check_quote(settings: Settings, text: str, speaker: str | None, *, as_json: bool) -> None:
    """Check one quote against the shared library and print the verdict; loads no model."""
    from bot.output.json_answers import check_json
    from bot.output.terminal_check import print_check
    from retrieval.domain.libraries import SHARED_LIBRARY

    engine = await open_engine(settings)
    try:
        check: QuoteCheck = await engine.check_quote(text, speaker, libraries=[SHARED_LIBRARY])
    finally:
        await engine.close()
    if as_json:
        print_json(check_json(check))
    else:
        print_check(Console(), check)
