"""The commands `pullquote sources` and `pullquote source`: who is quoted, and with what."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from bot.commands.options import AsJson, Data
from bot.commands.session import print_json
from bot.opening import open_engine
from bot.settings import Settings

Topic = Annotated[str | None, typer.Argument(help="Only what has these words.", show_default=False)]


def register(
    app: typer.Typer,
    *,
    settings: Callable[[Path | None], Settings],
    run: Callable[[Callable[[], Coroutine[Any, Any, None]]], None],
) -> None:
    """Add both commands to `app`; `settings` reads the settings, `run` makes a sentence of a known fault."""

    @app.command()
    def sources(topic: Topic = None, data: Data = None, as_json: AsJson = False) -> None:
        """List who is quoted in the shared library or publishes in it."""
        run(lambda: _sources(settings(data), topic, as_json=as_json))

    @app.command()
    def source(
        name: Annotated[str, typer.Argument(help="A name that `pullquote sources` lists, or a surname.")],
        topic: Topic = None,
        data: Data = None,
        as_json: AsJson = False,
    ) -> None:
        """Show everything attributed to one source or published by it, newest first."""
        run(lambda: _source(settings(data), name, topic, as_json=as_json))


async def _sources(settings: Settings, topic: str | None, *, as_json: bool) -> None:
    from bot.output.json_answers import source_json
    from bot.output.terminal import plain, print_sources
    from retrieval.domain.libraries import SHARED_LIBRARY

    engine = await open_engine(settings)
    try:
        listed = await engine.sources(topic, libraries=[SHARED_LIBRARY])
    finally:
        await engine.close()
    if as_json:
        print_json([source_json(summary) for summary in listed])
    elif listed:
        print_sources(Console(), listed)
    else:
        about = f" on {plain(topic)}" if topic else ""
        Console().print(Text(f"No source in the library is quoted{about}."), soft_wrap=True)


async def _source(settings: Settings, name: str, topic: str | None, *, as_json: bool) -> None:
    from bot.output.json_answers import quote_json
    from bot.output.terminal import plain, print_quotes
    from bot.words.answers import may_also_be, nothing_from, several_bear
    from bot.words.grammar import counted
    from retrieval.domain.libraries import SHARED_LIBRARY
    from retrieval.domain.lookups import SeveralSources, SourceQuotes

    engine = await open_engine(settings)
    try:
        found = await engine.source(name, topic, libraries=[SHARED_LIBRARY])
    finally:
        await engine.close()
    quotes = found.quotes if isinstance(found, SourceQuotes) else ()
    known = found.source if isinstance(found, SourceQuotes) else name
    if isinstance(found, SeveralSources):  # scripts find the names beside the JSON, whose keys are fixed
        notice = Text(plain(several_bear(name, found.names)))
        Console(stderr=as_json).print(notice, soft_wrap=True)
    elif not quotes and not as_json:
        Console().print(Text(plain(nothing_from(known, topic if found else None))), soft_wrap=True)
    if isinstance(found, SourceQuotes) and found.others:
        Console(stderr=True).print(Text(plain(may_also_be(found.others))), soft_wrap=True)
    if as_json:
        print_json({"source": known, "quotes": [quote_json(quote) for quote in quotes]})
    elif quotes:
        console = Console()
        console.print(Text(f"{plain(known)}: {counted(len(quotes), 'quote')}\n", style="bold"), soft_wrap=True)
        print_quotes(console, quotes)
