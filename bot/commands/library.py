"""The commands `pullquote library …`: what admins do on Discord with `/library`, for the operator."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer

from bot.commands.options import AsJson, Data
from bot.settings import Settings
from retrieval.domain.articles import Credit
from retrieval.domain.libraries import SHARED_LIBRARY, Scope


def _known_library(name: str) -> str:
    if re.fullmatch(rf"{SHARED_LIBRARY}|guild-[0-9]{{1,20}}", name):
        return name
    raise typer.BadParameter("a library is called `shared`, or `guild-` and a server's id.")


Library = Annotated[
    str, typer.Option("--library", help="`shared`, or `guild-` and a server's id.", callback=_known_library)
]
Id = Annotated[str, typer.Argument(help="An id that `pullquote library list` shows.")]
FeedNumber = Annotated[
    int, typer.Argument(min=1, max=2**31 - 1, help="A number that `pullquote library feed list` shows.")
]
Command = Callable[[], Coroutine[Any, Any, None]]


def _decoded(given: str | bytes) -> str:
    """Return a text; one that was piped in may be in another character set than the terminal's."""
    from retrieval.keeping.formats.charsets import decode_text

    return given if isinstance(given, str) else decode_text(given, "The text")


def register(
    app: typer.Typer,
    *,
    settings: Callable[[Path | None], Settings],
    run: Callable[[Command], None],
) -> None:
    """Add the commands to `app`; `settings` reads the settings, `run` makes a sentence of a known fault."""
    library = typer.Typer(help="Add to the library, re-index it, follow feeds.", no_args_is_help=True)
    add = typer.Typer(help="Add one article.", no_args_is_help=True)
    feed = typer.Typer(help="Follow feeds.", no_args_is_help=True)
    app.add_typer(library, name="library")
    library.add_typer(add, name="add")
    library.add_typer(feed, name="feed")

    def act(data: Path | None, command: Callable[[ModuleType, Settings], Coroutine[Any, Any, None]]) -> None:
        from bot.commands import library_actions

        run(lambda: command(library_actions, settings(data)))

    @add.command("url")
    def add_url(url: Annotated[str, typer.Argument(help="The address of a page, a PDF or a text.")],
                library: Library = SHARED_LIBRARY, data: Data = None, as_json: AsJson = False) -> None:  # fmt: skip
        """Fetch a page from the web and add its article."""
        act(data, lambda do, s: do.add(s, lambda manager: manager.add_url(library, url), as_json=as_json))

    @add.command("file")
    def add_file(path: Annotated[Path, typer.Argument(help="A text, Markdown, HTML or PDF file.")],
                 library: Library = SHARED_LIBRARY, data: Data = None, as_json: AsJson = False) -> None:  # fmt: skip
        """Add a file's article; `reindex` reads a file of the shared library again."""
        act(data, lambda do, s: do.add_path(s, library, path, as_json=as_json))

    @add.command("text")
    def add_text(
        text: Annotated[str, typer.Argument(help="The article's text; `-` reads standard input.")],
        title: Annotated[str | None, typer.Option(help="Its title.")] = None,
        publisher: Annotated[str | None, typer.Option(help="Who published it.")] = None,
        byline: Annotated[str | None, typer.Option(help="Who wrote it.")] = None,
        published_at: Annotated[datetime | None, typer.Option("--published-at", help="When, in UTC.")] = None,
        url: Annotated[str | None, typer.Option(help="Its address.")] = None,
        library: Library = SHARED_LIBRARY, data: Data = None, as_json: AsJson = False,
    ) -> None:  # fmt: skip
        """Add a text."""
        moment = published_at.replace(tzinfo=UTC) if published_at else None
        credit = Credit(title=title, publisher=publisher, byline=byline, published_at=moment, url=url)
        given = sys.stdin.buffer.read() if text == "-" else text
        act(
            data,
            lambda do, s: do.add(
                s, lambda manager: manager.add_text(library, _decoded(given), credit), as_json=as_json
            ),
        )

    @library.command()
    def remove(article_id: Id, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
               library: Library = SHARED_LIBRARY, data: Data = None, as_json: AsJson = False) -> None:  # fmt: skip
        """Take an article out; for a week it can be restored."""
        if not yes and sys.stdin.isatty() and not typer.confirm(f"Remove {article_id}?"):
            raise typer.Exit
        act(data, lambda do, s: do.remove(s, library, article_id, as_json=as_json))

    @library.command()
    def restore(article_id: Id, library: Library = SHARED_LIBRARY, data: Data = None, as_json: AsJson = False) -> None:
        """Undo a removal."""
        act(data, lambda do, s: do.add(s, lambda manager: manager.restore(library, article_id), as_json=as_json))

    @library.command()
    def review(
        version_id: Annotated[
            int | None, typer.Argument(help="A number that `library review` shows.", min=1, max=2**31 - 1)
        ] = None,
        take: Annotated[
            bool | None, typer.Option("--take/--keep", help="Put the new text in its place, or let the old one stay.")
        ] = None,
        library: Library = SHARED_LIBRARY, data: Data = None, as_json: AsJson = False,
    ) -> None:  # fmt: skip
        """Show articles whose page lost most of its text, and decide about one."""
        if (version_id is None) != (take is None):
            raise typer.BadParameter("give a number together with --take or --keep, or neither to see what waits.")
        if version_id is None or take is None:
            act(data, lambda do, s: do.review(s, library, as_json=as_json))
        else:
            act(data, lambda do, s: do.decide(s, library, version_id, take=take, as_json=as_json))

    @library.command("list")
    def list_all(library: Library = SHARED_LIBRARY, data: Data = None, as_json: AsJson = False) -> None:
        """List the articles."""
        from bot.commands.articles import FULL, list_articles

        run(lambda: list_articles(settings(data), library, wording=FULL, as_json=as_json))

    @library.command()
    def show(article_id: Id, library: Library = SHARED_LIBRARY, data: Data = None, as_json: AsJson = False) -> None:
        """Show one article with its text."""
        from bot.commands.articles import FULL, show_article

        run(lambda: show_article(settings(data), library, article_id, wording=FULL, as_json=as_json))

    @library.command()
    def status(library: Library = SHARED_LIBRARY, data: Data = None, as_json: AsJson = False) -> None:
        """Show counts, the last runs, and what failed in them."""
        act(data, lambda do, s: do.status(s, library, as_json=as_json))

    @library.command()
    def reindex(
        article: Annotated[str | None, typer.Option(help="Only this article.")] = None,
        feed: Annotated[int | None, typer.Option(min=1, max=2**31 - 1, help="Only this feed.")] = None,
        prune: Annotated[bool, typer.Option("--prune", help="Remove what is no longer where it was.")] = False,
        library: Library = SHARED_LIBRARY, data: Data = None, as_json: AsJson = False,
    ) -> None:  # fmt: skip
        """Read every file and page again, and bring in what has changed."""
        if article is not None and feed is not None:
            raise typer.BadParameter("give an article or a feed, not both.")
        scope = Scope(article, feed)
        act(data, lambda do, s: do.reindex(s, library, scope, prune=prune, as_json=as_json))

    @library.command()
    def export(path: Annotated[Path, typer.Argument(help="The file to write, such as library.jsonl.gz.")],
               library: Library = SHARED_LIBRARY, data: Data = None, as_json: AsJson = False) -> None:  # fmt: skip
        """Write the library's articles and feeds to a file."""
        act(data, lambda do, s: do.export(s, library, path, as_json=as_json))

    @library.command("import")
    def import_file(path: Annotated[Path, typer.Argument(help="A file that `library export` wrote.")],
                    library: Library = SHARED_LIBRARY, data: Data = None, as_json: AsJson = False) -> None:  # fmt: skip
        """Bring in what `export` wrote."""
        act(data, lambda do, s: do.work(s, lambda manager: manager.import_file(library, path), as_json=as_json))

    @feed.command("add")
    def feed_add(url: Annotated[str, typer.Argument(help="A feed, or a page that names one.")],
                 library: Library = SHARED_LIBRARY, data: Data = None, as_json: AsJson = False) -> None:  # fmt: skip
        """Follow a feed, and bring in what it has now; the running bot polls it from then on."""
        act(data, lambda do, s: do.add_feed(s, library, url, as_json=as_json))

    @feed.command("list")
    def feed_list(library: Library = SHARED_LIBRARY, data: Data = None, as_json: AsJson = False) -> None:
        """List the feeds."""
        act(data, lambda do, s: do.feeds(s, library, as_json=as_json))

    @feed.command("remove")
    def feed_remove(feed_id: FeedNumber, library: Library = SHARED_LIBRARY, data: Data = None,
                    as_json: AsJson = False) -> None:  # fmt: skip
        """Follow a feed no longer; its articles stay."""
        act(data, lambda do, s: do.change_feed(s, feed_id, lambda m: m.remove_feed(library, feed_id), as_json=as_json))

    @feed.command("pause")
    def feed_pause(feed_id: FeedNumber, library: Library = SHARED_LIBRARY, data: Data = None,
                   as_json: AsJson = False) -> None:  # fmt: skip
        """Pause a feed."""
        act(
            data,
            lambda do, s: do.change_feed(
                s, feed_id, lambda m: m.pause_feed(library, feed_id, paused=True), as_json=as_json
            ),
        )

    @feed.command("resume")
    def feed_resume(feed_id: FeedNumber, library: Library = SHARED_LIBRARY, data: Data = None,
                    as_json: AsJson = False) -> None:  # fmt: skip
        """Go on with a paused feed."""
        act(
            data,
            lambda do, s: do.change_feed(
                s, feed_id, lambda m: m.pause_feed(library, feed_id, paused=False), as_json=as_json
            ),
        )
