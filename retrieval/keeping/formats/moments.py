"""Reads the dates that pages, feeds and documents state, each in the zone that it names."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timezone, tzinfo
from email.utils import parsedate_to_datetime

import dateparser
from dateparser.timezone_parser import pop_tz_offset_from_string

_YEAR_FIRST = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?!\d)")
# A date all of digits in any other order is two dates: 03/04/2024 is in March or in April.
_IN_WORDS = re.compile(r".*[^\W\d_]{3}.*\d.*|.*\d.*[^\W\d_]{3}.*", re.DOTALL)
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru")
"""Languages in which dates in words are read; all that dateparser knows take seconds to load."""
_SETTINGS = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
MAX_CHARACTERS = 60


def parse_moment(text: str) -> datetime | None:
    """Read a date in ISO 8601, RFC 822 or words; None where it is none.

    The moment is aware and keeps its own zone, so that its `date()` is the calendar day that was written: a day is
    never shifted by reading it. Without a zone it counts as UTC, without a time as midnight.
    """
    text = text.strip()
    if not text or len(text) > MAX_CHARACTERS or re.match(r"0\d{3}-", text):
        return None
    moment = _iso(text) or _rfc822(text) or _in_words(text)
    if moment is None or not 1700 <= moment.year <= 2200:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=_zone_of(text)[1])


def _iso(text: str) -> datetime | None:
    dashed = _YEAR_FIRST.sub(lambda match: "{}-{:0>2}-{:0>2}".format(*match.groups()), text, count=1)
    padded = re.sub(r"(?<=\d\d[T ])(?=\d:\d\d)", "0", dashed)
    try:
        return datetime.fromisoformat(re.sub(r" (?=[+-]\d)", "", padded))
    except ValueError:
        return None


def _rfc822(text: str) -> datetime | None:
    if re.search(r"\b0\d{3}\b", text):
        return None  # the year 0001 would become 2001
    try:
        return parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError):
        return None


def _in_words(text: str) -> datetime | None:
    if not _IN_WORDS.fullmatch(text):
        return None
    words, zone = _zone_of(text)
    try:
        moment = dateparser.parse(words, languages=LANGUAGES, settings=_SETTINGS)
    except (ValueError, OverflowError, RecursionError):
        return None
    return None if moment is None else moment.replace(tzinfo=zone)


def _zone_of(text: str) -> tuple[str, tzinfo]:
    """Return a date's words without the zone that they name (CET, AEDT, GMT+2), and the zone; UTC where none is."""
    words, zone = pop_tz_offset_from_string(text)
    offset = zone.utcoffset(None) if zone is not None else None
    return words, UTC if offset is None else timezone(offset)
