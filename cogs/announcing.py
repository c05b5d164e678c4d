"""Tells a channel of the new articles of a feed that its server's library follows."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import discord
from discord.ext import commands

from bot.service.announcing import Announced
from bot.service.client import PullquoteBot
from bot.service.visibility import libraries_of
from cogs._rendering.library_doubts import doubted_feed_text
from cogs._rendering.library_feeds import announcement_text
from retrieval.domain.articles import ArticleSummary
from retrieval.domain.libraries import DoubtfulVersion, Feed

log = logging.getLogger(__name__)


class Announcing(commands.Cog):
    """Posts where admins have asked for it; whatever is in the way is logged and returned, never raised."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Be the one who announces."""
        self.bot.announcer = self.announce
        self.bot.doubt_teller = self.tell_doubts

    async def cog_unload(self) -> None:
        """Announce no longer."""
        self.bot.announcer = None
        self.bot.doubt_teller = None

    async def announce(self, feed: Feed, articles: Sequence[ArticleSummary]) -> Announced:
        """Post one message about `articles`; those of another library are left out."""
        own = [article for article in articles if article.library == feed.library]
        if feed.announce_to is None:
            return Announced.NOT_WANTED
        if not own:
            return Announced.NOTHING_NEW
        return await self._told(feed, announcement_text(feed, own))

    async def tell_doubts(self, feed: Feed, versions: Sequence[DoubtfulVersion]) -> Announced:
        """Post one message about articles of a feed that lost most of their text and keep the old one."""
        if feed.announce_to is None:
            return Announced.NOT_WANTED
        return await self._told(feed, doubted_feed_text(feed, versions))

    async def _told(self, feed: Feed, text: str) -> Announced:
        outcome = await self._post(feed, text)
        if outcome is not Announced.POSTED:
            log.warning("feed %d of %s not announced: %s", feed.feed_id, feed.library, outcome.value)
        return outcome

    async def _post(self, feed: Feed, text: str) -> Announced:
        key = feed.announce_to or ""
        channel = self.bot.get_channel(int(key)) if key.isascii() and key.isdecimal() else None
        if channel is None:
            return Announced.NO_CHANNEL
        if not isinstance(channel, discord.TextChannel) or libraries_of(channel.guild.id)[0] != feed.library:
            return Announced.FOREIGN_CHANNEL
        permissions = channel.permissions_for(channel.guild.me)
        if not (permissions.view_channel and permissions.send_messages):
            return Announced.NOT_ALLOWED
        try:
            await channel.send(text, allowed_mentions=discord.AllowedMentions.none(), suppress_embeds=True)
        except discord.Forbidden:
            return Announced.NOT_ALLOWED
        except discord.NotFound:
            return Announced.NO_CHANNEL
        except discord.HTTPException as error:
            log.warning("Discord did not take an announcement: %s", error)
            return Announced.FAILED
        return Announced.POSTED


async def setup(bot: PullquoteBot) -> None:
    """Add the cog to `bot`."""
    await bot.add_cog(Announcing(bot))
