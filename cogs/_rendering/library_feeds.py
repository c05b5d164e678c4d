"""Writes what admins read about the feeds of their library, and what a channel is told of new articles."""

from __future__ import annotations

from collections.abc import Sequence

from bot.words.grammar import counted
from cogs._markdown.lengths import MESSAGE_LIMIT, shown, units
from cogs._rendering.library import paged, title_of
from retrieval.domain.articles import ArticleSummary
from retrieval.domain.libraries import Feed

FEEDS_A_PAGE = 6
NO_FEEDS = "This server's library follows no feeds yet. Add one with `/library feed add`."
NO_SUCH_FEED = "This server's library follows no such feed; `/library feed list` shows those it follows."
_NAME_LIMIT, _ERROR_LIMIT, _TITLE_LIMIT, _TITLES = 100, 200, 150, 10


def feed_added_text(feed: Feed) -> str:
    """Return that a feed is followed now, and where its articles are announced."""
    announced = f" New articles are announced in <#{feed.announce_to}>." if _channel(feed) else ""
    return f"Following {feed_name(feed)}. Its present articles are on their way into the library.{announced}"


def feed_removed_text(feed: Feed) -> str:
    """Return that a feed is followed no longer."""
    kept = " Its articles stay in the library." if feed.articles else ""
    return f"No longer following {feed_name(feed)}.{kept}"


def feed_paused_text(feed: Feed) -> str:
    """Return that a feed is paused, or followed again."""
    if feed.paused:
        return f"Paused {feed_name(feed)}. `/library feed resume` follows it again."
    return f"Following {feed_name(feed)} again."


def feed_pages(feeds: Sequence[Feed]) -> list[str]:
    """Return the pages that list feeds; one that says so if there are none."""
    if not feeds:
        return [NO_FEEDS]
    return paged(f"**Feeds** · {counted(len(feeds), 'feed')}", [_line(feed) for feed in feeds], per_page=FEEDS_A_PAGE)


def announcement_text(feed: Feed, articles: Sequence[ArticleSummary]) -> str:
    """Return what a channel is told of new articles: how many, from where, and their titles as far as they fit."""
    new = counted(len(articles), "new article")
    about = "them" if len(articles) != 1 else "it"
    lines = [f"{new} from {feed_name(feed)}; ask me about {about}."]
    for number, article in enumerate(articles):
        line = f"- {shown(title_of(article.credit, article.origin), limit=_TITLE_LIMIT)}"
        more = f"-# and {len(articles) - number:,} more"
        if number == _TITLES or units("\n".join([*lines, line, more])) > MESSAGE_LIMIT:
            lines.append(more)
            break
        lines.append(line)
    return "\n".join(lines)


def feed_name(feed: Feed) -> str:
    """Return what a feed calls itself, or its address."""
    return shown((feed.title or "").strip() or feed.url, limit=_NAME_LIMIT)


def _line(feed: Feed) -> str:
    details = [counted(feed.articles, "article")]
    if feed.paused:
        details.append("paused")
    elif feed.polled_at is None:
        details.append("not looked at yet")
    else:
        details.append(f"looked at <t:{int(feed.polled_at.timestamp())}:R>")
    if not feed.paused:
        details.append(f"next <t:{int(feed.next_poll_at.timestamp())}:R>")
    if _channel(feed):
        details.append(f"announced in <#{feed.announce_to}>")
    lines = [f"- {feed_name(feed)} · {' · '.join(details)}"]
    if feed.title:
        lines.append(f"  -# {shown(feed.url, limit=_NAME_LIMIT)}")
    if feed.last_error:
        times = counted(feed.failures, "time")
        lines.append(f"  -# failed {times}: {shown(feed.last_error, limit=_ERROR_LIMIT)}")
    return "\n".join(lines)


def _channel(feed: Feed) -> bool:
    # The key is a channel id as text; anything else is not ours to show as a channel.
    return feed.announce_to is not None and feed.announce_to.isascii() and feed.announce_to.isdecimal()
