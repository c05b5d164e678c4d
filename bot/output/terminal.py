"""How outcomes, reports and lists look in a terminal; nothing is asked or computed here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from bot.words.answers import NEAREST, about_words, credit_layers, parts_of
from bot.words.doubts import doubt_words
from bot.words.grammar import counted
from bot.words.refusals import refusal_words
from retrieval.domain.answers import Answer, NoAnswer, Outcome, Quote
from retrieval.domain.articles import ArticleSummary, StoredArticle
from retrieval.domain.libraries import IndexProgress, IndexReport, JobProgress
from retrieval.domain.lookups import SourceSummary

_TRICKY = (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x1B, 0x9B)
_VISIBLE = {code: f"<U+{code:04X}>" for code in _TRICKY}
"""Characters that could reorder or recolour a terminal line; a person sees their names instead."""


def print_outcome(console: Console, outcome: Outcome) -> None:
    """Print the quotes of an answer, or why there is none and what is nearest."""
    if (about := about_words(outcome.about, show=lambda text, _: plain(text))) is not None:
        print_text(console, Text(about, style="dim"))
    match outcome:
        case Answer():
            for lead, quotes in parts_of(outcome, show=lambda text, _: plain(text)):
                if lead is not None:
                    print_text(console, Text(lead, style="dim"))
                print_quotes(console, quotes)
        case NoAnswer(near_misses=near_misses):
            print_text(console, Text(plain(refusal_words(outcome))))
            if near_misses:
                print_text(console, Text(NEAREST, style="dim"))
                print_quotes(console, near_misses)


def print_quotes(console: Console, quotes: Sequence[Quote], *, marked: bool = False) -> None:
    """Print quotes with both layers of who they come from; `marked` sets the emphasised words off.

    In a terminal they are bold; where there is no bold, they stand between brackets of a kind that news
    does not use.
    """
    for quote in quotes:
        text = _marked(quote, console) if marked else Text(plain(quote.text))
        for paragraph in text.split("\n"):
            if paragraph.plain.strip():
                print_text(console, paragraph, indent=2)
        print_text(console, Text(credit_layers(quote, show=lambda text, _: plain(text)), style="dim"), indent=4)
        console.print()


def _marked(quote: Quote, console: Console) -> Text:
    shown, done = Text(), 0
    for span in quote.emphasis:
        shown.append(plain(quote.text[done : span.start]))
        words = plain(span.of(quote.text))
        shown.append(words if console.is_terminal else f"⟦{words}⟧", style="bold underline")
        done = span.end
    return shown.append(plain(quote.text[done:]))


def print_text(console: Console, text: Text, *, indent: int = 0) -> None:
    """Print one paragraph, whole on its line where the output is not a terminal."""
    if console.is_terminal:
        console.print(Padding(text, (0, 0, 0, indent)))
    else:  # a script that greps wants a sentence on one line
        console.print(Text(" " * indent) + text, soft_wrap=True)


def plain(text: str) -> str:
    """Return `text` with characters that could play tricks on a terminal made visible."""
    return text.translate(_VISIBLE)


def print_report(console: Console, report: IndexReport) -> None:
    """Print what an indexing run did, and each file that failed with what to do."""
    parts = [
        f"{count} {word}"
        for count, word in (
            (report.added, "added"),
            (report.changed, "changed"),
            (report.credited, "credited to a further address"),
            (report.unchanged, "unchanged"),
            (report.removed, "removed"),
            (len(report.failed), "failed"),
        )
        if count
    ]
    summary = ", ".join(parts) or "nothing to index"
    passages = counted(report.passages, "passage")
    did = f"Articles: {summary}; {passages} encoded in {report.seconds:.1f} s."
    console.print(did, highlight=False, soft_wrap=True)
    for _, error in report.failed:
        console.print(Text(f"  Not indexed: {plain(error)}", style="red"), soft_wrap=True)
    for version in report.doubtful:
        doubt = f"  Kept as it was: {version.origin}. {doubt_words(version)}; `pullquote library review` decides."
        console.print(Text(plain(doubt), style="yellow"), soft_wrap=True)
    if report.vanished:
        listed = ", ".join(report.vanished[:5]) + (", …" if len(report.vanished) > 5 else "")
        console.print(
            Text(f"  Their files are gone, they are still in the library: {listed}. `--prune` removes them."),
            soft_wrap=True,
        )


def print_articles(console: Console, articles: Sequence[ArticleSummary]) -> None:
    """Print the library as a table; a label is told from a title by brackets."""
    if not articles:
        console.print("The library has no articles yet; add some with `pullquote index PATH`.", soft_wrap=True)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("article id", "title", "publisher", "published", "passages"):
        table.add_column(column, overflow="fold", no_wrap=column == "article id")
    for article in articles:
        credit = article.credit
        title = f"[{credit.title}]" if credit.title_is_label else credit.title or "not stated"
        published = f"{credit.published_at:%Y-%m-%d}" if credit.published_at else "not stated"
        row = (article.article_id, title, credit.publisher or "not stated", published, str(article.passages))
        table.add_row(*(Text(plain(cell)) for cell in row))
    if not console.is_terminal:
        console.width = 10_000  # a script that reads the table wants one article a line
    console.print(table)


def print_sources(console: Console, summaries: Sequence[SourceSummary]) -> None:
    """Print who is quoted as a table, the most quoted first."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("source", "kind", "quotes", "articles", "first", "last", "also called"):
        table.add_column(column, overflow="fold", justify="right" if column in ("quotes", "articles") else "left")
    for summary in summaries:
        dates = (f"{date:%Y-%m-%d}" if date else "not stated" for date in (summary.first_at, summary.last_at))
        counts = (str(summary.quotes), str(summary.articles))
        row = (summary.source, summary.kind.value, *counts, *dates, ", ".join(summary.aliases))
        table.add_row(*(Text(plain(cell)) for cell in row))
    if not console.is_terminal:
        console.width = 10_000  # a script that reads the table wants one source a line
    console.print(table)


def print_article(console: Console, stored: StoredArticle) -> None:
    """Print one article: its credit, then its text as it is stored."""
    credit = stored.article.credit
    title = (
        f"[{credit.title}] (a label, not its title)" if credit.title_is_label else credit.title or "title not stated"
    )
    published = f"{credit.published_at:%Y-%m-%d}" if credit.published_at else "date not stated"
    for line in (title, f"{credit.publisher or 'publisher not stated'} · {published}", credit.url):
        if line:
            print_text(console, Text(plain(line), style="bold"))
    console.print()
    for paragraph in stored.article.text.split("\n"):
        print_text(console, Text(plain(paragraph)))


@contextmanager
def index_progress(console: Console) -> Iterator[Callable[[IndexProgress | JobProgress], None]]:
    """Show a progress bar on standard error while indexing, if that is a terminal."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[passages]} passages"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Indexing", total=None, passages=0)

        def update(state: IndexProgress | JobProgress) -> None:
            progress.update(task, completed=state.done, total=state.total, passages=state.passages)

        yield update


@contextmanager
def waiting(console: Console, what: str) -> Iterator[None]:
    """Show a spinner while something takes seconds, if the console is a terminal."""
    if not console.is_terminal:
        yield
        return
    with console.status(what):
        yield
