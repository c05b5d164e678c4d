"""Suggests articles and feeds of this server's library while an admin types."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from itertools import islice
from typing import TypeVar

from discord import app_commands
from discord.app_commands import Choice

from bot.ports import ManagesLibraries
from cogs._library.guard import Asking, admits_silently, library_of, manager_for
from cogs._rendering.library import choice_name, title_of
from cogs._ui.suggesting import CHOICES, VALUE_LIMIT, found_in_time
from retrieval.domain.articles import Credit
from retrieval.domain.libraries import Feed

T = TypeVar("T")
V = TypeVar("V", str, int)
log = logging.getLogger(__name__)


@app_commands.check(admits_silently)
async def suggest_articles(interaction: Asking, typed: str) -> list[Choice[str]]:
    """Suggest the articles whose title, publisher or id has what is typed."""
    summaries = await _in_time(interaction, lambda manager, library: manager.find_articles(library, typed, CHOICES))
    return _choices(typed, [(_label(s.credit, s.origin), s.article_id) for s in summaries])


@app_commands.check(admits_silently)
async def suggest_removed(interaction: Asking, typed: str) -> list[Choice[str]]:
    """Suggest the removed articles that can be restored, the last removed first."""
    removed = await _in_time(interaction, lambda manager, library: manager.removed(library))
    return _choices(typed, [(_label(one.credit, one.article_id), one.article_id) for one in removed])


@app_commands.check(admits_silently)
async def suggest_feeds(interaction: Asking, typed: str) -> list[Choice[int]]:
    """Suggest the feeds whose title or address has what is typed."""
    feeds = await _in_time(interaction, lambda manager, library: manager.feeds(library))
    return _choices(typed, [(_feed_label(feed), feed.feed_id) for feed in feeds])


async def _in_time(interaction: Asking, listing: Callable[[ManagesLibraries, str], Awaitable[list[T]]]) -> list[T]:
    async def find() -> list[T]:
        return await listing(await manager_for(interaction), library_of(interaction))

    return await found_in_time(find())


def _choices(typed: str, labelled: Iterable[tuple[str, V]]) -> list[Choice[V]]:
    wanted = typed.casefold().split()
    # Discord takes no value of more characters; such an article is found in `/library list`.
    fitting = (
        Choice(name=choice_name(label), value=value)
        for label, value in labelled
        if len(str(value)) <= VALUE_LIMIT and _has(f"{label} {value}", wanted)
    )
    return list(islice(fitting, CHOICES))


def _has(text: str, wanted: list[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in wanted)


def _label(credit: Credit, fallback: str) -> str:
    title = title_of(credit, fallback)
    return f"{title} · {credit.publisher}" if credit.publisher else title


def _feed_label(feed: Feed) -> str:
    return f"{feed.title} · {feed.url}" if feed.title else feed.url
