"""What `pullquote library …` does: open the manager, call it, print the outcome."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import typer
from rich.console import Console

from bot.commands.session import opened, print_json
from bot.opening import keeping_of, open_engine
from bot.output.json_library import added_json, doubtful_json, feed_json, job_json, removed_json, status_json
from bot.output.terminal import index_progress, print_report, waiting
from bot.output.terminal_library import print_added, print_doubtful, print_feeds, print_removed, print_status
from bot.settings import Settings
from bot.words.grammar import counted
from retrieval.domain.libraries import SHARED_LIBRARY, AddedArticle, DoubtfulVersion, Feed, IndexReport, Scope
from retrieval.errors import ArticleError
from retrieval.keeping.management.jobs import Job
from retrieval.keeping.management.manager import LibraryManager

FAULT = 1
MAX_UPLOAD_BYTES = 20_000_000


@asynccontextmanager
async def managing(settings: Settings, *, quiet: bool, with_model: bool = True) -> AsyncIterator[LibraryManager]:
    """Open the manager of the data folder's libraries, and close it again; `with_model` for what indexes."""
    if with_model:
        async with opened(settings, quiet=quiet) as engine, _started(engine.manager(keeping_of(settings))) as manager:
            yield manager
        return
    engine = await open_engine(settings)
    try:
        async with _started(engine.manager(keeping_of(settings))) as manager:
            yield manager
    finally:
        await engine.close()


@asynccontextmanager
async def _started(manager: LibraryManager) -> AsyncIterator[LibraryManager]:
    try:
        await manager.start()
        yield manager
    finally:
        await manager.close()


async def add(
    settings: Settings,
    call: Callable[[LibraryManager], Awaitable[AddedArticle | DoubtfulVersion | None]],
    *,
    as_json: bool,
) -> None:
    """Bring in one article; `call` returns None when there is nothing to restore."""
    async with managing(settings, quiet=as_json) as manager:
        with waiting(Console(stderr=True, quiet=as_json), "Reading…"):
            added = await call(manager)
    if added is None:
        raise ArticleError("Nothing was removed under this id within the last week; check the id.")
    if isinstance(added, DoubtfulVersion):
        _print_doubtful([added], as_json=as_json)
    elif as_json:
        print_json(added_json(added))
    else:
        print_added(Console(), added)


async def add_path(settings: Settings, library: str, path: Path, *, as_json: bool) -> None:
    """Bring in a file: by its path into the shared library, by its content into a server's."""
    if library == SHARED_LIBRARY:
        await work(settings, lambda manager: manager.index_files(library, [path]), as_json=as_json)
        return
    try:
        with path.open("rb") as file:
            data = file.read(MAX_UPLOAD_BYTES + 1)
    except OSError as error:
        raise ArticleError(f"{path} cannot be read ({error.strerror or error}); check the path.") from error
    await add(settings, lambda manager: manager.add_file(library, path.name, data), as_json=as_json)


async def remove(settings: Settings, library: str, article_id: str, *, as_json: bool) -> None:
    """Take an article out."""
    async with managing(settings, quiet=as_json, with_model=False) as manager:
        removed = await manager.remove(library, article_id)
    if removed is None:
        raise ArticleError(f"The library has no article {article_id!r}; `pullquote library list` shows the ids.")
    if as_json:
        print_json(removed_json(removed))
    else:
        print_removed(Console(), removed)


async def review(settings: Settings, library: str, *, as_json: bool) -> None:
    """Show the new versions that wait for a decision."""
    async with managing(settings, quiet=as_json, with_model=False) as manager:
        _print_doubtful(await manager.doubtful(library), as_json=as_json)


async def decide(settings: Settings, library: str, version_id: int, *, take: bool, as_json: bool) -> None:
    """Put a new version in the place of the old text, or let the old text stay."""
    gone = ArticleError(
        f"No version {version_id} waits for a decision; `pullquote library review` shows those that do."
    )
    async with managing(settings, quiet=as_json, with_model=take) as manager:
        if not take:
            if not await manager.keep_old(library, version_id):
                raise gone
            if as_json:
                print_json({"version_id": version_id, "kept": True})
            else:
                Console().print("The old text stays.")
            return
        added = await manager.take_new(library, version_id)
    if added is None:
        raise gone
    if as_json:
        print_json(added_json(added))
    else:
        print_added(Console(), added)


async def status(settings: Settings, library: str, *, as_json: bool) -> None:
    """Show a library at a glance."""
    async with managing(settings, quiet=as_json, with_model=False) as manager:
        found = await manager.status(library)
    if as_json:
        print_json(status_json(found))
    else:
        print_status(Console(), found)


async def work(settings: Settings, start: Callable[[LibraryManager], Awaitable[Job]], *, as_json: bool) -> None:
    """Start a job, show its progress, and print its report."""
    async with managing(settings, quiet=as_json) as manager:
        report = await watched(await start(manager), quiet=as_json)
    _print_job(report, as_json=as_json)


async def reindex(settings: Settings, library: str, scope: Scope, *, prune: bool, as_json: bool) -> None:
    """Read what a library came from again."""

    async def start(manager: LibraryManager) -> Job:
        return (await manager.reindex(library, scope, prune=prune))[0]

    await work(settings, start, as_json=as_json)


async def export(settings: Settings, library: str, path: Path, *, as_json: bool) -> None:
    """Write a library to a file."""
    async with managing(settings, quiet=as_json, with_model=False) as manager:
        written = await manager.export(library, path)
    if as_json:
        print_json({"articles": written.articles, "feeds": written.feeds, "bytes": written.size_bytes})
    else:
        counts = f"{counted(written.articles, 'article')} and {counted(written.feeds, 'feed')}"
        Console().print(f"Wrote {counts} to {path} ({written.size_bytes:,} bytes).", markup=False, highlight=False)


async def add_feed(settings: Settings, library: str, url: str, *, as_json: bool) -> None:
    """Follow a feed, and bring in what it has now."""
    async with managing(settings, quiet=as_json) as manager:
        feed = await manager.add_feed(library, url)
        job, _ = await manager.reindex(library, Scope(feed_id=feed.feed_id))
        report = await watched(job, quiet=as_json)
        feed = next(one for one in await manager.feeds(library) if one.feed_id == feed.feed_id)
    if as_json:
        print_json(feed_json(feed) | {"report": job_json(report)})
        return
    print_feeds(Console(), [feed])
    _print_job(report, as_json=False)


async def feeds(settings: Settings, library: str, *, as_json: bool) -> None:
    """List the feeds."""
    async with managing(settings, quiet=as_json, with_model=False) as manager:
        listed = await manager.feeds(library)
    if as_json:
        print_json([feed_json(feed) for feed in listed])
    else:
        print_feeds(Console(), listed)


async def change_feed(
    settings: Settings, feed_id: int, call: Callable[[LibraryManager], Awaitable[Feed | None]], *, as_json: bool
) -> None:
    """Remove, pause or resume a feed."""
    async with managing(settings, quiet=as_json, with_model=False) as manager:
        feed = await call(manager)
    if feed is None:
        raise ArticleError(f"The library follows no feed {feed_id}; `pullquote library feed list` shows the numbers.")
    if as_json:
        print_json(feed_json(feed))
    else:
        print_feeds(Console(), [feed])


async def watched(job: Job, *, quiet: bool) -> IndexReport:
    """Show a job's progress until it ends; returns its report."""
    with index_progress(Console(stderr=True, quiet=quiet)) as progress:
        async for state in job.updates():
            progress(state)
    return await job.wait()


def _print_doubtful(versions: Sequence[DoubtfulVersion], *, as_json: bool) -> None:
    if as_json:
        print_json([doubtful_json(version) for version in versions])
    else:
        print_doubtful(Console(), versions)


def _print_job(report: IndexReport, *, as_json: bool) -> None:
    if as_json:
        print_json(job_json(report))
    else:
        print_report(Console(), report)
    if report.failed:
        raise typer.Exit(FAULT)
