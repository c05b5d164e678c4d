"""What telling a channel of a feed's new articles takes and gives: for whoever polls, and whoever posts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum

from retrieval.domain.articles import ArticleSummary
from retrieval.domain.libraries import DoubtfulVersion, Feed


class Announced(StrEnum):
    """What became of an announcement; all but the first are logged, none is raised."""

    POSTED = "posted"
    NOTHING_NEW = "nothing new"
    NOT_WANTED = "the feed is announced nowhere"
    NOT_CONNECTED = "not connected to Discord"
    NO_CHANNEL = "the channel is gone"
    FOREIGN_CHANNEL = "the channel is not one of the server whose library follows the feed"
    NOT_ALLOWED = "the bot may not write in the channel"
    FAILED = "Discord did not take it"


Announce = Callable[[Feed, Sequence[ArticleSummary]], Awaitable[Announced]]
"""Tells the channel `feed.announce_to` of new articles; never raises for what Discord does."""

TellDoubts = Callable[[Feed, Sequence[DoubtfulVersion]], Awaitable[Announced]]
"""Tells the same channel of articles of the feed that lost most of their text; never raises for what Discord does."""
