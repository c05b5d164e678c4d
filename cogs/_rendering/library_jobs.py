"""Writes how far a job is, what it did, and how a library stands."""

from __future__ import annotations

from collections.abc import Sequence

from bot.words.grammar import counted
from cogs._markdown.lengths import shown
from cogs._rendering.library import paged
from cogs._rendering.library_doubts import waiting_text
from retrieval.domain.libraries import IndexReport, JobProgress, LibraryStatus, RunRecord, RunState

CANCELLING = "It stops after the articles at hand. What is done stays."
ENDED_ALREADY = "That has ended already; `/library status` tells how."
_CELLS = 20
_WHAT_LIMIT, _ORIGIN_LIMIT, _REASON_LIMIT = 80, 120, 240
_LINES_A_PAGE = 12
_STATES = {
    RunState.RUNNING: "still running",
    RunState.CANCELLED: "cancelled",
    RunState.FAILED: "failed",
    RunState.INTERRUPTED: "interrupted; the next run does the rest",
}


def started_text(what: str, *, joined: bool) -> str:
    """Return what the one who asks for a job is told."""
    name = _public_name(what)
    if joined:
        return f"{name} is running already and covers what you ask for; the channel shows its progress."
    return f"{name} has started; the channel shows its progress."


def progress_text(what: str, progress: JobProgress) -> str:
    """Return how far a job is, with a bar."""
    total = max(progress.total, progress.done)
    if not total:
        return f"**{_public_name(what)}** · looking what there is to do"
    filled = _CELLS * progress.done // total
    parts = [
        f"{progress.done:,} of {counted(total, 'article')}",
        f"{counted(progress.passages, 'passage')} encoded",
        *([_left(progress.left_s)] if progress.left_s is not None else []),
    ]
    bar = "█" * filled + "░" * (_CELLS - filled)
    return f"**{_public_name(what)}**\n{bar} {100 * progress.done // total}%\n{' · '.join(parts)}"


def report_text(what: str, report: IndexReport) -> str:
    """Return what a job did, once it has ended."""
    ended = "was cancelled; what was done stays" if report.cancelled else "has ended"
    counts = _counts(report.added, report.changed, report.unchanged, report.credited, report.removed)
    lines = [f"**{_public_name(what)}** {ended}.", f"{counts} · {_seconds(report.seconds)}"]
    if report.vanished:
        gone = counted(len(report.vanished), "article")
        lines.append(f"No longer where it was: {gone}. `/library reindex remove_vanished:True` removes such articles.")
    if report.doubtful:
        lost = counted(len(report.doubtful), "page")
        lines.append(
            f"Keeps its old text, since most of it is no longer there: {lost}. `/library review` asks about it."
        )
    if report.failed:
        lines.append(f"{counted(len(report.failed), 'article')} failed; `/library status` tells which, and why.")
    return "\n".join(lines)


def status_pages(status: LibraryStatus) -> list[str]:
    """Return the pages of a library's status: what it holds, what runs, the last runs and what failed."""
    quota = status.quota
    articles = f"{status.articles:,} of {counted(quota.articles, 'article')}" if quota else None
    characters = f"{status.characters:,} of {counted(quota.characters, 'character')}" if quota else None
    holds = [
        articles or counted(status.articles, "article"),
        counted(status.passages, "passage"),
        characters or counted(status.characters, "character"),
        counted(status.feeds, "feed"),
    ]
    heading = f"**This server's library**\n{' · '.join(holds)}"
    lines = [waiting_text(status.doubtful)] if status.doubtful else []
    if status.running is not None:
        what, progress = status.running
        left = f", {_left(progress.left_s)}" if progress.left_s is not None else ""
        lines.append(f"Running: {_name(what)}, {progress.done:,} of {counted(progress.total, 'article')}{left}")
    for run in status.runs:
        lines += _run_lines(run)
    return paged(heading, lines or ["Nothing has run yet."], per_page=_LINES_A_PAGE)


def _run_lines(run: RunRecord) -> Sequence[str]:
    """Return a run, and a line for each of what failed in it."""
    failures = [
        f"  - {shown(failure.origin, limit=_ORIGIN_LIMIT)}: {shown(failure.reason, limit=_REASON_LIMIT)}"
        for failure in run.failures
    ]
    return [f"- {run_words(run)}", *failures]


def run_words(run: RunRecord) -> str:
    """Return what a run was, when, what it did and how it ended."""
    counts = _counts(run.added, run.changed, run.unchanged, run.credited, run.removed)
    parts = [f"{_name(run.what)}, <t:{int(run.started_at.timestamp())}:R>: {counts}"]
    if run.vanished:
        parts.append(f"{run.vanished:,} no longer found")
    if run.doubtful:
        parts.append(f"{run.doubtful:,} kept aside")
    if run.state in _STATES:
        parts.append(_STATES[run.state])
    return " · ".join(parts)


def _public_name(what: str) -> str:
    """Return what a job is without the addresses in it: everybody in the channel reads it."""
    return _name(" ".join(word for word in what.split() if "://" not in word))


def _name(what: str) -> str:
    name = shown(what, limit=_WHAT_LIMIT)
    return name[:1].upper() + name[1:]


def _counts(added: int, changed: int, unchanged: int, credited: int, removed: int) -> str:
    counts = {
        "added": added,
        "changed": changed,
        "unchanged": unchanged,
        "credited to another address": credited,
        "removed": removed,
    }
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "nothing new"


def _left(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(5, round(seconds / 5) * 5)} seconds left"
    if seconds < 90 * 60:
        return f"about {counted(round(seconds / 60), 'minute')} left"
    return f"about {counted(round(seconds / 3600), 'hour')} left"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} seconds" if seconds < 10 else counted(round(seconds), "second")
