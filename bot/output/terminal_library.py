"""How the library's outcomes, feeds and status look in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.output.terminal import plain, print_text
from bot.words.doubts import doubt_words
from bot.words.grammar import counted
from retrieval.domain.articles import Credit
from retrieval.domain.libraries import (
    AddedArticle,
    Change,
    DoubtfulVersion,
    Feed,
    LibraryStatus,
    RemovedArticle,
    RunRecord,
)

_BEGINNING_CHARACTERS = 200
_CHANGE = {
    Change.ADDED: "Added {title}: {passages}. Its id is {id}.",
    Change.CHANGED: "Changed {title}: now {passages}. Its id is {id}.",
    Change.UNCHANGED: "{title} is in the library as it is ({id}).",
    Change.CREDITED: "The library has this text already, as {id}; {title} is now noted as carrying it too.",
}


def print_added(console: Console, added: AddedArticle) -> None:
    """Print what became of one article."""
    sentence = _CHANGE[added.change].format(
        title=titled(added.credit), passages=counted(added.passages, "passage"), id=added.article_id
    )
    print_text(console, Text(plain(sentence)))


def print_doubtful(console: Console, versions: Sequence[DoubtfulVersion]) -> None:
    """Print the new versions that wait for a decision, and how to decide."""
    if not versions:
        print_text(console, Text("No new version of an article waits for a decision."))
        return
    for version in versions:
        print_text(console, Text(plain(f"{version.version_id}. {titled(version.credit)}: {doubt_words(version)}.")))
        print_text(console, Text(plain(version.origin), style="dim"), indent=2)
        print_text(console, Text(plain(" ".join(version.beginning.split())[:_BEGINNING_CHARACTERS])), indent=2)
    print_text(
        console,
        Text(
            "`pullquote library review NUMBER --keep` lets the old text stay, `--take` puts the new one in its place."
        ),
    )


def print_removed(console: Console, removed: RemovedArticle) -> None:
    """Print that an article was taken out, and how to undo it."""
    print_text(
        console,
        Text(
            plain(
                f"Removed {titled(removed.credit)}. Until {removed.restorable_until:%Y-%m-%d} "
                f"`pullquote library restore {removed.article_id}` brings it back."
            )
        ),
    )


def print_feeds(console: Console, feeds: Sequence[Feed]) -> None:
    """Print the feeds as a table, and what went wrong with any."""
    if not feeds:
        print_text(console, Text("The library follows no feed; add one with `pullquote library feed add URL`."))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("feed", "title", "address", "articles", "last read", "state"):
        table.add_column(column, overflow="fold")
    for feed in feeds:
        read = f"{feed.polled_at:%Y-%m-%d %H:%M} UTC" if feed.polled_at else "not yet"
        state = "paused" if feed.paused else f"failing: {feed.last_error}" if feed.failures else "followed"
        row = (str(feed.feed_id), feed.title or "not stated", feed.url, str(feed.articles), read, state)
        table.add_row(*(Text(plain(cell)) for cell in row))
    if not console.is_terminal:
        console.width = 10_000  # a script that reads the table wants one feed a line
    console.print(table)


def print_status(console: Console, status: LibraryStatus) -> None:
    """Print a library at a glance."""
    counts = (counted(status.articles, "article"), counted(status.passages, "passage"), counted(status.feeds, "feed"))
    print_text(console, Text(plain(f"{status.library}: {', '.join(counts)}, {status.characters:,} characters.")))
    if status.quota:
        allowed = f"It may hold {status.quota.articles:,} articles and {status.quota.characters:,} characters."
        print_text(console, Text(allowed))
    if status.doubtful:
        waiting = counted(status.doubtful, "new version")
        print_text(console, Text(f"To decide: {waiting}; see `pullquote library review`.", style="yellow"))
    for run in status.runs:
        print_text(console, Text(plain(_run(run))))
        for failure in run.failures:
            print_text(console, Text(plain(failure.reason), style="red"), indent=2)


def _run(run: RunRecord) -> str:
    counts = (
        (run.added, "added"), (run.changed, "changed"), (run.credited, "credited to a further address"),
        (run.unchanged, "unchanged"), (run.removed, "removed"), (run.vanished, "vanished"),
        (run.doubtful, "kept aside"),
    )  # fmt: skip
    did = ", ".join(f"{count} {word}" for count, word in counts if count) or "nothing to do"
    return f"{run.started_at:%Y-%m-%d %H:%M} UTC, {run.what}: {run.state.value}; {did}."


def titled(credit: Credit) -> str:
    """Return an article's title in quotation marks, a label in brackets, or what it is without either."""
    if not credit.title:
        return "an article without a title"
    return f"[{credit.title}]" if credit.title_is_label else f"“{credit.title}”"
