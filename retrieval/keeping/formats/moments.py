"""Reads the dates that pages, feeds and documents state, as aware UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import dateparser

_YEAR_FIRST = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})\b")
# A date all of digits in any other order is two dates: 03/04/2024 is in March or in April.
_IN_WORDS = re.compile(r".*[^\W\d_]{3}.*\d.*|.*\d.*[^\W\d_]{3}.*", re.DOTALL)
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru")
"""Languages in which dates in words are read; all that dateparser knows take seconds to load."""
_SETTINGS = {
    "RETURN_AS_TIMEZONE_AWARE": True,
    "TIMEZONE": "UTC",
    "REQUIRE_PARTS": ["day", "month", "year"],
    "PARSERS": ["absolute-time"],
}
MAX_CHARACTERS = 60


def parse_moment(text: str) -> datetime | None:
    """Read a date in ISO 8601, RFC 822 or words. Without a zone it is UTC, without a time midnight. None: no date."""
    text = text.strip()
    if not text or len(text) > MAX_CHARACTERS:
        return None
    moment = _iso(text) or _rfc822(text) or _in_words(text)
    if moment is None:
        return None
    try:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return moment if 1700 <= moment.year <= 2200 else None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(_YEAR_FIRST.sub(r"\1-\2-\3", text))
    except ValueError:
        return None


def _rfc822(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError):
        return None


def _in_words(text: str) -> datetime | None:
    if not _IN_WORDS.fullmatch(text):
        return None
    try:
        return dateparser.parse(text, languages=LANGUAGES, settings=_SETTINGS)  # type: ignore[no-any-return]
    except (ValueError, OverflowError, RecursionError):
        return None
