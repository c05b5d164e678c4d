"""Writes how the bot stands, for who manages a server: one message, whatever there is to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.words.grammar import counted
from cogs._markdown.lengths import shown
from cogs._rendering.library_feeds import feed_name
from cogs._rendering.library_jobs import run_words
from retrieval.domain.libraries import Feed, RunRecord
from retrieval.domain.vitals import Readiness

SHOWN_FEEDS = 4
_ERROR_LIMIT = 120
_UNITS = (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000))
_AGES = (("day", 86_400), ("hour", 3_600), ("minute", 60))


@dataclass(frozen=True, slots=True)
class Holdings:
    """Articles and passages that a server's questions are answered from: of its own library, and shared ones."""

    own: tuple[int, int]
    shared: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """How the bot stands; sizes in bytes, `disk` is None where it cannot be measured.

    `holdings` is None while the library cannot be looked at; `feeds` are those of the server, `run` is the last time
    that articles were looked through again.
    """

    version: str
    up_s: float
    readiness: Readiness
    latency_s: float | None
    disk: tuple[int, int] | None
    holdings: Holdings | None = None
    feeds: Sequence[Feed] = ()
    run: RunRecord | None = None


def status_text(now: Standing) -> str:
    """Return how the bot stands."""
    lines = [f"**Pullquote {now.version}** · up for {age(now.up_s)}", _models(now.readiness)]
    if now.latency_s is not None:
        lines.append(f"Discord answers within {round(1000 * now.latency_s):,} ms.")
    if now.holdings is not None:
        own, shared = (_holding(*holding) for holding in (now.holdings.own, now.holdings.shared))
        lines.append(f"This server's library has {own}; the one that all servers share has {shared}.")
        lines.append(_last_run(now.run))
        lines += _feeds(now.feeds)
    if now.disk is not None:
        used, free = now.disk
        lines.append(f"My data takes {size(used)} of the disk; {size(free)} are free.")
    return "\n".join(lines)


def age(seconds: float) -> str:
    """Return a time in its largest fitting unit: "3 days", "1 hour", "less than a minute"."""
    for unit, length in _AGES:
        if seconds >= length:
            return counted(int(seconds // length), unit)
    return "less than a minute"


def size(count: int) -> str:
    """Return bytes as people write them: "1.2 GB", "340 MB", "900 bytes"."""
    for unit, length in _UNITS:
        if count >= length:
            value = count / length
            return f"{value:.1f} {unit}" if value < 10 else f"{value:,.0f} {unit}"
    return counted(count, "byte")


def _models(readiness: Readiness) -> str:
    if readiness.fault is not None:
        return "I cannot answer: the model or the articles could not be loaded. Who runs me finds why in the log."
    if not readiness.ready:
        return f"The model is still loading; {counted(readiness.waiting, 'question')} wait for it."
    if not readiness.waiting:
        return "The model is loaded, and no question waits."
    verb = "is" if readiness.waiting == 1 else "are"
    return f"The model is loaded; {counted(readiness.waiting, 'question')} {verb} being answered or waiting."


def _holding(articles: int, passages: int) -> str:
    return f"{counted(articles, 'article')} ({counted(passages, 'passage')})"


def _last_run(run: RunRecord | None) -> str:
    if run is None:
        return "Its articles have not been looked through again yet; `/library reindex` does that."
    return f"Looked through last: {run_words(run)}"


def _feeds(feeds: Sequence[Feed]) -> list[str]:
    failing = [feed for feed in feeds if feed.last_error and not feed.paused]
    if not feeds:
        return []
    if not failing:
        return [f"{counted(len(feeds), 'feed')}, none with a fault."]
    lines = [f"{counted(len(feeds), 'feed')}, {len(failing):,} with a fault:"]
    lines += [
        f"- {feed_name(feed)}: {shown(feed.last_error or '', limit=_ERROR_LIMIT)} "
        f"(failed {counted(feed.failures, 'time')})"
        for feed in failing[:SHOWN_FEEDS]
    ]
    if len(failing) > SHOWN_FEEDS:
        lines.append(f"-# and {len(failing) - SHOWN_FEEDS:,} more: `/library feed list`")
    return lines
