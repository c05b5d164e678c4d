"""Suggests articles and feeds of this server's library while an admin types."""

from __future__ import annotations

import asyncio
import logging

from discord import app_commands

from cogs._library.guard import Asking, admits_silently, library_of, manager_for
from cogs._rendering.library import choice_name, title_of
from retrieval.management.models import Feed
from retrieval.store import ArticleSummary

# Discord gives autocomplete 3 seconds; while the library still loads, nothing is suggested.
SUGGEST_WITHIN_S = 2.0
CHOICES = 25
VALUE_LIMIT = 100
log = logging.getLogger(__name__)


@app_commands.check(admits_silently)
async def suggest_articles(interaction: Asking, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest the articles whose title, publisher or id has what is typed."""
    try:
        async with asyncio.timeout(SUGGEST_WITHIN_S):
            manager = await manager_for(interaction)
            summaries = await manager.articles(library_of(interaction))
    except TimeoutError:
        log.info("no articles suggested in time; the library may still be loading")
        return []
    wanted = typed.casefold().split()
    # Discord takes no value of more characters; such an article is found in `/library list`.
    fitting = [s for s in summaries if len(s.article_id) <= VALUE_LIMIT and _has(_words(s), wanted)]
    return [app_commands.Choice(name=choice_name(_label(s)), value=s.article_id) for s in fitting[:CHOICES]]


@app_commands.check(admits_silently)
async def suggest_feeds(interaction: Asking, typed: str) -> list[app_commands.Choice[int]]:
    """Suggest the feeds whose title or address has what is typed."""
    try:
        async with asyncio.timeout(SUGGEST_WITHIN_S):
            manager = await manager_for(interaction)
            feeds = await manager.feeds(library_of(interaction))
    except TimeoutError:
        log.info("no feeds suggested in time; the library may still be loading")
        return []
    wanted = typed.casefold().split()
    fitting = [feed for feed in feeds if _has(_feed_label(feed), wanted)]
    return [app_commands.Choice(name=choice_name(_feed_label(f)), value=f.feed_id) for f in fitting[:CHOICES]]


def _has(text: str, wanted: list[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in wanted)


def _label(summary: ArticleSummary) -> str:
    title = title_of(summary.credit, summary.origin)
    return f"{title} · {summary.credit.publisher}" if summary.credit.publisher else title


def _words(summary: ArticleSummary) -> str:
    return f"{_label(summary)} {summary.article_id}"


def _feed_label(feed: Feed) -> str:
    return f"{feed.title} · {feed.url}" if feed.title else feed.url
