"""Holds back quotes that the live articles do not hold at this moment."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from bot.ports import ReadsQuotesAgain
from retrieval.domain.answers import Quote

log = logging.getLogger(__name__)


async def kept_verbatim(library: ReadsQuotesAgain, quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """Return the quotes that still stand so in their articles; each other one is logged."""
    kept = []
    for quote, holds in zip(quotes, await library.still_verbatim(quotes), strict=True):
        if holds:
            kept.append(quote)
        else:
            log.error("not verbatim, not shown: %s[%d:%d]", quote.article_id, quote.start, quote.end)
    return tuple(kept)
