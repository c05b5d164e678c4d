"""Writes the small line under a quote: who is credited in the text, and apart from it, who published it.

The two layers are two sentences on either side of a middle dot, always in this order, and each says its
verb, so that neither can be read as the other:

    Credited in the text to POLITICO (“as highlighted by”) · Published by The Day, “Title”, 3 March 2024
    No one is credited in the text · Article labelled “Gantz in Washington”; publisher and date not stated

The article's own cue stands in quotation marks instead of a verb of ours, so that "said", "according to"
and "as reported by" all read well and nothing is claimed that the text does not say. The link is on our
words, not on the title: Discord gives up a masked link whose text has an odd bracket or an address.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit

from cogs._rendering.limits import shown
from retrieval.models import Attribution, Credit, Quote

URL_LIMIT = 512
_NAME_LIMIT, _CUE_LIMIT, _TITLE_LIMIT = 100, 60, 200
_HOST = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?")
# What an address may keep as it is; brackets, quotation marks and backslashes would end the link early.
_URL_SAFE = "/:?#@!$&*+,;=%~-._"


def credit_line(quote: Quote) -> str:
    """Return the one small line that belongs under `quote`."""
    parts = [_in_text(quote.attribution), _published(quote.credit)]
    if (url := safe_url(quote.credit.url)) is not None:
        parts.append(f"[Open the article](<{url}>)")
    return f"-# {' · '.join(parts)}"


def safe_url(url: str | None) -> str | None:
    """Return `url` written so that a masked link can hold it, or None if it is not to be linked."""
    if not url or url != url.strip() or not url.isprintable():
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


def _in_text(attribution: Attribution | None) -> str:
    if attribution is None or not attribution.shown or not attribution.name.strip():
        return "No one is credited in the text"
    line = f"Credited in the text to {shown(attribution.name, limit=_NAME_LIMIT)}"
    if attribution.cue_text.strip():
        line += f" (“{shown(attribution.cue_text, limit=_CUE_LIMIT)}”)"
    return line


def _published(credit: Credit) -> str:
    credit = replace(credit, publisher=_words(credit.publisher), title=_words(credit.title))
    publisher, title, date = _publisher(credit), _title(credit), _date(credit.published_at)
    known = [text for text in (publisher, title, date) if text]
    stated = {"publisher": credit.publisher, "title": credit.title, "date": credit.published_at}
    unknown = [name for name, value in stated.items() if not value]
    missing = f"{_listed(unknown)} not stated" if unknown else ""
    if not known:
        return missing[:1].upper() + missing[1:]
    subject = "" if publisher else "Article " if title else "Article of "
    told = subject + ", ".join(known)
    return f"{told}; {missing}" if missing else told


def _words(text: str | None) -> str | None:
    return (text or "").strip() or None


def _publisher(credit: Credit) -> str:
    return f"Published by {shown(credit.publisher, limit=_NAME_LIMIT)}" if credit.publisher else ""


def _title(credit: Credit) -> str:
    written = ""
    if name := _words(credit.byline):
        name = name[3:] if name[:3].lower() == "by " else name
        written = f"by {shown(name, limit=_NAME_LIMIT)}"
    if not credit.title:
        return written
    title = f"“{shown(credit.title, limit=_TITLE_LIMIT)}”"
    title = f"labelled {title}" if credit.title_is_label else title
    return f"{title} {written}".rstrip()


def _date(moment: datetime | None) -> str:
    if moment is None:
        return ""
    utc = moment.astimezone(UTC)
    return f"{utc.day} {utc:%B %Y}"


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
