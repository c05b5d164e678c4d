"""The command line: parses, opens the engine, calls it, prints; every fault ends in one sentence and a status.

Status 0: done (a refusal is an answer too). 1: a fault, or an article that could not be indexed. 2: the
command or a setting was wrong. Standard output carries the result alone; all else goes to standard error.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console

from bot.commands import backup as cli_backup
from bot.commands import doctor as cli_doctor
from bot.commands import history as cli_history
from bot.commands import library as cli_library
from bot.commands import sources as cli_sources
from bot.commands.options import AsJson, Data
from bot.commands.quote import Quoted, Speaker, check_quote
from bot.commands.session import answer, opened, print_json
from bot.settings import Settings, SettingsFileError, explain, read_settings

T = TypeVar("T")

SEED_QUESTION = "why did Gantz go to Washington?"
FAULT, USAGE = 1, 2

app = typer.Typer(
    name="pullquote",
    help="Answers questions about the news only in the articles' own words, and says whose words they are.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.command()
def ask(question: Annotated[str, typer.Argument(help="What you want to know.")], data: Data = None,
        as_json: AsJson = False) -> None:  # fmt: skip
    """Ask one question of the shared library."""
    _run(lambda: _ask(_settings(data), question, as_json=as_json))


@app.command()
def quote(text: Quoted, speaker: Speaker = None, data: Data = None, as_json: AsJson = False) -> None:
    """Check whether anyone in the shared library said this: word for word, changed, or not at all."""
    _run(lambda: check_quote(_settings(data), text, speaker, as_json=as_json))


@app.command()
def chat(data: Data = None, as_json: AsJson = False) -> None:
    """Ask question after question; a line is a question, `quit` or the end of input ends it."""
    from bot.commands.chat import chat as converse

    settings = _settings(data)
    _guarded(lambda: converse(settings, as_json=as_json))


@app.command()
def index(
    paths: Annotated[list[Path], typer.Argument(help="Article files (.txt, .md) or folders of them.")],
    data: Data = None,
    as_json: AsJson = False,
    prune: Annotated[bool, typer.Option("--prune", help="Remove articles whose file in a folder is gone.")] = False,
) -> None:
    """Bring articles into the shared library; what has not changed costs nothing."""
    _run(lambda: _index(_settings(data), paths, as_json=as_json, prune=prune))


@app.command()
def articles(
    article_id: Annotated[str | None, typer.Argument(help="Show only this article, with its text.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List the articles of the shared library."""
    _run(lambda: _articles(_settings(data), article_id, as_json=as_json))


@app.command()
def article(article_id: Annotated[str, typer.Argument(help="An id that `pullquote articles` lists.")],
            data: Data = None, as_json: AsJson = False) -> None:  # fmt: skip
    """Show one article with its text."""
    _run(lambda: _articles(_settings(data), article_id, as_json=as_json))


@app.command()
def attribute(files: Annotated[list[Path], typer.Argument(help="Article files, or .jsonl lines of {id, text}.")],
              data: Data = None, as_json: AsJson = False) -> None:  # fmt: skip
    """Tell who is credited with what in texts, without indexing them."""
    from bot.commands.attribute import attribute as tell

    _run(lambda: tell(_settings(data), files, as_json=as_json))


@app.command()
def run(data: Data = None, as_json: AsJson = False) -> None:
    """Run the bot on Discord until it is stopped; `--json` writes the log as JSON lines."""
    from bot.service.serve import serve

    _run(lambda: serve(_settings(data), json_logs=as_json))


@app.command()
def start(data: Data = None, as_json: AsJson = False) -> None:
    """Do the main job: run on Discord if there is a token, else index the seeds and answer here."""
    settings = _settings(data)
    if settings.discord_token is not None:
        run(data, as_json)
        return
    _errors().print("No DISCORD_TOKEN is set (environment or .env), so this runs in the terminal only.", soft_wrap=True)
    _run(lambda: _index(settings, None, as_json=False, out=_errors()))
    if not as_json:
        Console().print(f"\n> {SEED_QUESTION}\n", markup=False, highlight=False)
    _run(lambda: _ask(settings, SEED_QUESTION, as_json=as_json))
    if sys.stdin.isatty():
        chat(data, as_json)


@app.command()
def health(data: Data = None) -> None:
    """Tell by the exit status whether the bot on this data folder is up (for health checks)."""
    from bot.service.health import is_alive

    if not is_alive(_settings(data).data_dir):
        _fail("The bot on this data folder is not connected to Discord; see its log.", FAULT)
    Console().print("The bot is up.")


async def _ask(settings: Settings, question: str, *, as_json: bool) -> None:
    async with opened(settings, quiet=as_json) as engine:
        await answer(engine, question, as_json=as_json, time_zone=settings.time_zone)


async def _index(settings: Settings, paths: list[Path] | None, *, as_json: bool, prune: bool = False,
                 out: Console | None = None) -> None:  # fmt: skip
    """Index what is at the paths, or what is new in the folders of the settings."""
    from bot.commands.library_actions import managing, watched
    from bot.output.json_answers import report_json
    from bot.output.terminal import print_report
    from retrieval.domain.libraries import SHARED_LIBRARY

    async with managing(settings, quiet=as_json) as manager:
        if paths is None:
            job = await manager.index_folders()
        else:
            job = await manager.index_files(SHARED_LIBRARY, paths, prune=prune)
        report = await watched(job, quiet=as_json)
    if as_json:
        print_json(report_json(report))
    else:
        print_report(out or Console(), report)
    if report.failed:
        raise typer.Exit(FAULT)


async def _articles(settings: Settings, article_id: str | None, *, as_json: bool) -> None:
    from bot.commands.articles import BRIEF, list_articles, show_article
    from retrieval.domain.libraries import SHARED_LIBRARY

    if article_id is None:
        await list_articles(settings, SHARED_LIBRARY, wording=BRIEF, as_json=as_json)
    else:
        await show_article(settings, SHARED_LIBRARY, article_id, wording=BRIEF, as_json=as_json)


def _settings(data: Path | None) -> Settings:
    try:
        return read_settings() if data is None else read_settings(data_dir=data)
    except ValidationError as error:
        _fail(explain(error), USAGE)
    except SettingsFileError as error:
        _fail(str(error), USAGE)


def _run(command: Callable[[], Coroutine[Any, Any, None]]) -> None:
    _guarded(lambda: asyncio.run(command()))


def _guarded(command: Callable[[], T]) -> T:
    """Run a command; a fault that we know becomes its sentence and a status."""
    from bot.service.serve import ServeError
    from retrieval.errors import RetrievalError

    try:
        return command()
    except (RetrievalError, ServeError) as error:
        _fail(str(error), FAULT)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _errors() -> Console:
    return Console(stderr=True, highlight=False, markup=False)


def _fail(sentence: str, status: int) -> NoReturn:
    _errors().print(f"pullquote: {sentence}", soft_wrap=True)
    raise typer.Exit(status)


cli_sources.register(app, settings=_settings, run=_run)
cli_library.register(app, settings=_settings, run=_run)
cli_history.register(app, settings=_settings, run=_run)
cli_backup.register(app, settings=_settings, run=_run)
cli_doctor.register(app, settings=_settings, run=_run)
