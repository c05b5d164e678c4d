"""Writes the small lines under a quote for Discord: both layers in the words of `bot/words`, and a link.

The link is on our words, not on the title: Discord gives up a masked link whose text has an odd bracket
or an address.
"""

from __future__ import annotations

import re
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit

from bot.words.crediting import who_published_it, who_said_it
from cogs._markdown.lengths import shown
from retrieval.domain.addresses import is_web_address
from retrieval.domain.answers import Quote

URL_LIMIT = 512
_HOST = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?")
# What an address may keep as it is; brackets, quotation marks and backslashes would end the link early.
_URL_SAFE = "/:?#@!$&*+,;=%~-._"


def credit_lines(quote: Quote, *, linked: bool = True) -> str:
    """Return the one or two small lines that belong under `quote`; `linked`: with a link to the article."""

    def show(text: str, limit: int) -> str:
        return shown(text, limit=limit)

    published = who_published_it(quote.credit, quote.also_carried_by, show=show)
    if linked and (url := safe_url(quote.credit.url)) is not None:
        published += f" · [Open the article](<{url}>)"
    said = who_said_it(quote.attribution, show=show)
    return "\n".join(f"-# {line}" for line in (said, published) if line)


def safe_url(url: str | None) -> str | None:
    """Return `url` written so that a masked link can hold it, or None if it is not to be linked."""
    if not url or not url.isprintable() or not is_web_address(url):
        return None
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except ValueError:  # UnicodeError is one
        return None
    # A user name before the host is how an address pretends to be another.
    if parts.scheme not in ("http", "https") or parts.username is not None or not _HOST.fullmatch(host):
        return None
    netloc = host if port is None else f"{host}:{port}"
    encoded = percent_encode(parts._replace(netloc=netloc).geturl(), safe=_URL_SAFE)
    return encoded if len(encoded) <= URL_LIMIT else None
