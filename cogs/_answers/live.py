"""Reads the quotes of a kept answer again: only what this person may see here, and what still stands so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import discord

from bot.service.client import PullquoteBot
from cogs._ui.messages import libraries_seen
from retrieval.domain.answers import Quote
from retrieval.domain.articles import StoredArticle

GONE = "The article is no longer in the library here."
CHANGED = "The article has changed since I quoted it. Please ask again."


@dataclass(frozen=True, slots=True)
class LiveQuotes:
    """Quotes with their articles as they are now, and how many are lost: out of sight here, or changed."""

    found: tuple[tuple[Quote, StoredArticle], ...]
    gone: int
    changed: int

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The quotes, credited as their articles are now."""
        return tuple(quote for quote, _ in self.found)

    @property
    def articles(self) -> tuple[StoredArticle, ...]:
        """Their articles, each once."""
        return tuple({stored.article.article_id: stored for _, stored in self.found}.values())

    @property
    def lost(self) -> str | None:
        """One sentence about what is lost; None where nothing is."""
        if not self.found:
            return CHANGED if self.changed else GONE
        count = self.gone + self.changed
        if not count:
            return None
        return f"{'One more is' if count == 1 else f'{count} more are'} no longer in the articles."


async def live(interaction: discord.Interaction[PullquoteBot], quotes: Sequence[Quote]) -> LiveQuotes:
    """Look each quote up in the libraries that the person behind `interaction` sees, and compare its words."""
    library, libraries = interaction.client.library, await libraries_seen(interaction)
    seen: dict[str, StoredArticle | None] = {}
    for article_id in {quote.article_id for quote in quotes}:
        seen[article_id] = await library.article(article_id, libraries=libraries)
    present = [(quote, stored) for quote in quotes if (stored := seen[quote.article_id]) is not None]
    holds = await library.still_verbatim([quote for quote, _ in present])
    found = tuple(
        (replace(quote, credit=stored.article.credit, also_carried_by=stored.carriers), stored)
        for (quote, stored), held in zip(present, holds, strict=True)
        if held
    )
    return LiveQuotes(found, gone=len(quotes) - len(present), changed=len(present) - len(found))
