"""Pages of quotes, each looked at again when it is shown: whether it may be, and whether it still stands so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import discord

from bot.service.client import PullquoteBot
from cogs._rendering import texts
from cogs._rendering.sources import Page
from cogs._ui.messages import libraries_seen
from cogs._ui.pages import Pages
from cogs._ui.verbatim import kept_verbatim

NO_LONGER_SEEN = "These pages are no longer open to you. Please ask again."


class QuotePages(Pages):
    """Pages with quotes in them.

    When a page is shown, every quote is checked against the live article, and it is looked again whether
    the asker still sees the libraries that it was made from.
    """

    during: ClassVar[str] = "turning a page of quotes"

    def __init__(
        self,
        *,
        bot: PullquoteBot,
        pages: Sequence[Page],
        asked_by: discord.Interaction[PullquoteBot],
        libraries: Sequence[str],
        link: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(bot=bot, pages=[page.text for page in pages], asked_by=asked_by)
        self._quotes = [page.quotes for page in pages]
        self._libraries = frozenset(libraries)
        if link is not None:
            label, url = link
            self.add_item(discord.ui.Button[QuotePages](label=label, url=url))

    async def text(self) -> str:
        """Return the text of the page at hand, or a notice if an article has changed or is no longer seen."""
        if not self._libraries.issubset(await libraries_seen(self.shown_by)):
            return NO_LONGER_SEEN
        return await super().text() if await self._verbatim() else texts.CHANGED_MEANWHILE

    async def _verbatim(self) -> bool:
        quotes = self._quotes[self.number]
        return await kept_verbatim(self.bot.library, quotes) == quotes
