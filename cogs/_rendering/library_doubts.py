"""Writes what admins read about new versions that were kept aside; their words are hostile input."""

from __future__ import annotations

from collections.abc import Sequence

from bot.words.doubts import doubt_question, doubt_words
from bot.words.grammar import counted
from cogs._markdown.lengths import shown
from cogs._rendering.credit import safe_url
from cogs._rendering.library import named
from cogs._rendering.library_feeds import feed_name
from retrieval.domain.libraries import DoubtfulVersion, Feed

NOTHING_WAITS = "No new version of an article waits for a decision."
NO_LONGER_WAITS = "That version no longer waits: somebody has decided, or the page was read again since."
LATER = "Nothing was decided; `/library review` asks again."
_BEGINNING_LIMIT = 500


def doubt_text(version: DoubtfulVersion, *, left: int) -> str:
    """Return the question about one version; `left` counts those that wait behind it."""
    lines = [f"{named(version.credit, version.origin)}: {_lower(doubt_question(version))}"]
    if (url := safe_url(version.origin)) is not None:
        lines.append(f"[Open the page](<{url}>)")
    lines.append(f"It begins now:\n> {shown(version.beginning, limit=_BEGINNING_LIMIT)}")
    size = f"{counted(version.characters, 'character')} instead of {version.old_characters:,}"
    more = f" · {left:,} more to decide" if left else ""
    lines.append(f"-# {size} · read <t:{int(version.seen_at.timestamp())}:R>{more}")
    return "\n".join(lines)


def kept_text(version: DoubtfulVersion) -> str:
    """Return that the old text stays."""
    return f"The old text of {named(version.credit, version.origin)} stays. I say no more of this new one."


def taken_text(version: DoubtfulVersion) -> str:
    """Return that the new text was taken."""
    return f"{named(version.credit, version.origin)} has its new text now; the old one is gone."


def waiting_text(count: int) -> str:
    """Return how many versions wait for a decision."""
    wait = "waits" if count == 1 else "wait"
    return f"{counted(count, 'new version')} {wait} for your decision: `/library review`."


def doubted_feed_text(feed: Feed, versions: Sequence[DoubtfulVersion]) -> str:
    """Return what a feed's channel is told of its articles that lost most of their text."""
    first = versions[0]
    more = f" So it is with {len(versions) - 1:,} more." if len(versions) > 1 else ""
    return (
        f"{named(first.credit, first.origin)} from {feed_name(feed)}: {_lower(doubt_words(first))}.{more} "
        "I keep the old text until somebody who manages the library decides with `/library review`."
    )


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
