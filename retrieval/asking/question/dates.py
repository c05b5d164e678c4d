"""The dates that a question names, as windows of time in the asker's zone; dateparser reads the words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

import dateparser

from retrieval.domain.articles import Span
from retrieval.language.outlets import Mention

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_PATTERNS = (
    (
        "day",
        rf"{_MONTH}\s+{_DAY}(?:,?\s+\d{{4}})?(?!\d)|{_DAY}(?:\s+of)?\s+{_MONTH}(?:,?\s+\d{{4}})?(?!\d)|\d{{4}}-\d{{2}}-\d{{2}}",
    ),
    ("month", rf"{_MONTH},?\s+\d{{4}}|(?<=in\s){_MONTH}(?!\w)"),
    ("year", r"(?<=in\s)(?:19|20)\d{2}(?!\d)|(?<=since\s)(?:19|20)\d{2}(?!\d)"),
    ("relative", r"yesterday|today|tonight|this morning|\d+ (?:days?|weeks?|months?) ago"),
    ("week", r"(?:last|this|past) (?:week|month|year)"),
    ("weekday", rf"(?:last\s+)?{_WEEKDAY}"),
)
_ANY = re.compile(
    r"(?<!\w)(?:" + "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS) + r")(?!\w)",
    re.IGNORECASE,
)
_LATEST = re.compile(r"\b(?:latest|newest|most recent(?:ly)?|just now|breaking)\b", re.IGNORECASE)
_SINCE = re.compile(r"\bsince\s+$", re.IGNORECASE)
_BEFORE = re.compile(r"\b(?:before|until|till|by)\s+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DateWindow:
    """A time that a question names: where it stands, and [start, end) in aware UTC (None: open).

    `binding` are those that speak of when something was published rather than of what happened: "since
    Tuesday", "last week", "yesterday", but not "on 10 March".
    """

    span: Span
    start: datetime | None
    end: datetime | None
    binding: bool = False

    def covers(self, moment: datetime) -> bool:
        """Tell whether a moment lies in the window."""
        return (self.start is None or moment >= self.start) and (self.end is None or moment < self.end)


def wants_latest(text: str) -> bool:
    """Tell whether a question asks for the newest ("the latest on ...")."""
    return bool(_LATEST.search(text))


def find_dates(text: str, *, now: datetime, zone: tzinfo = UTC) -> tuple[DateWindow, ...]:
    """Return the windows of time that a question names, in order; `now` is aware."""
    local = now.astimezone(zone)
    found = []
    for match in _ANY.finditer(text):
        kind = match.lastgroup or "day"
        if kind == "month" and match.group().lower() == "may" and not match.group()[0].isupper():
            continue
        days = _read(kind, match.group(), local)
        if days is None:
            continue
        first, after = (datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC) for day in days)
        start: datetime | None = first
        end: datetime | None = after
        since = _SINCE.search(text[: match.start()]) is not None
        if since:
            end = None
        elif _BEFORE.search(text[: match.start()]):
            start, end = None, first
        # "Today" mostly means "nowadays".
        binding = since or kind == "week" or (kind == "relative" and match.group().lower() in {"yesterday", "tonight"})
        binding = binding or match.group().lower().endswith(" ago")
        found.append(DateWindow(Span(*match.span()), start, end, binding))
    return tuple(found)


def _read(kind: str, words: str, now: datetime) -> tuple[date, date] | None:
    """Return the first day and the day after the last of a written time."""
    today = now.date()
    if kind == "week":
        which, unit = words.lower().split()
        return _calendar(today, unit, back=which != "this")
    if kind == "year":
        return date(int(words), 1, 1), date(int(words) + 1, 1, 1)
    if kind == "weekday":
        words = words.lower().removeprefix("last").strip()
    settings = {
        "RELATIVE_BASE": now.replace(tzinfo=None),
        "PREFER_DATES_FROM": "past",
        "PREFER_DAY_OF_MONTH": "first",
        "DATE_ORDER": "MDY",
    }
    moment = dateparser.parse(words, languages=["en"], settings=settings)
    if moment is None:
        return None
    day = moment.date()
    if kind == "month":
        return day.replace(day=1), _next_month(day)
    return day, day + timedelta(days=1)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _calendar(today: date, unit: str, *, back: bool) -> tuple[date, date]:
    """Return this or the last calendar week, month or year."""
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return monday, monday + timedelta(days=7)
    if unit == "month":
        first = today.replace(day=1)
        if back:
            first = (first - timedelta(days=1)).replace(day=1)
        return first, _next_month(first)
    year = today.year - back
    return date(year, 1, 1), date(year + 1, 1, 1)


def tie_to_publishers(
    windows: Sequence[DateWindow], mentions: Sequence[Mention], moments: Sequence[datetime]
) -> Mapping[date, frozenset[str]]:
    """Return the publication days (UTC) inside closed windows, each with the publishers it is tied to.

    A window is tied to the publisher named nearest to it; a day without any is open to all.
    """
    days: dict[date, frozenset[str]] = {}
    for window in windows:
        nearest = min(
            mentions,
            key=lambda mention: min(
                abs(mention.span.start - window.span.end), abs(window.span.start - mention.span.end)
            ),
            default=None,
        )
        owners = nearest.publishers if nearest else frozenset[str]()
        for moment in moments:
            if window.covers(moment):
                days[moment.date()] = days.get(moment.date(), frozenset()) | owners
    return days
