"""The times that a question names, as windows in the asker's zone; dateparser reads the words.

A time is evidence: what was published about then, or names it, is nearer. Only where the question asks for
what was published or said then does it bind (`DateWindow.binding`).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import partial

import dateparser
from text_to_num import text2num

from retrieval.domain.articles import Span
from retrieval.language.outlets import Mention

_ONE_AT_A_TIME = threading.Lock()  # dateparser keeps settings and locales of its own between calls

REPORTED_WITHIN = timedelta(days=3)
"""How long after something happened the news of it is written; only evidence, so that it need not be exact."""

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d{2}"
_COUNT = r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|few|couple\s+of|several)"
_UNIT = r"(?:hour|day|week|month|year)s?"
_WHOLE_DAY = (
    rf"{_MONTH}\s+{_DAY}(?:,?\s+\d{{4}})?(?!\d)|{_DAY}(?:\s+of)?\s+{_MONTH}(?:,?\s+\d{{4}})?(?!\d)"
    r"|\d{4}-\d{2}-\d{2}"
)
_PART = r"(?:early|mid|late|beginning\s+of|start\s+of|middle\s+of|end\s+of)"
_CUE = r"(?:in|of|by|since|until|till|before|after|during|early|late|later|from)\s+"
_PATTERNS = (
    ("", "day", _WHOLE_DAY),
    ("", "part", rf"{_PART}[\s-]+{_MONTH}(?:,?\s+\d{{4}})?"),
    ("", "month", rf"{_MONTH},?\s+{_YEAR}"),
    (_CUE, "named_month", rf"{_MONTH}(?!,?\s+\d)"),
    (_CUE, "year", _YEAR),
    ("", "ago", rf"{_COUNT}\s+{_UNIT}\s+ago"),
    ("", "relative", r"yesterday|today|tonight|this\s+(?:morning|afternoon|evening)|last\s+night"),
    ("", "span", rf"(?:the\s+)?(?:last|past|previous)\s+{_COUNT}\s+{_UNIT}"),
    ("", "week", r"(?:earlier\s+)?(?:the\s+)?(?:last|this|past|previous)\s+(?:week(?:end)?|month|year)"),
    ("", "weekday", rf"(?:(?:last|this|past)\s+)?{_WEEKDAY}(?:\s+(?:night|morning|afternoon|evening))?"),
    ("", "recent", r"recently|lately|these\s+days|nowadays|just\s+now"),
)  # fmt: skip
_ANY = re.compile(
    r"(?<!\w)(?:" + "|".join(f"{cue}(?P<{kind}>{pattern})" for cue, kind, pattern in _PATTERNS) + r")(?!\w)",
    re.IGNORECASE,
)
_LOOSE = frozenset(["ago", "relative", "span", "week", "weekday", "recent"])
"""Times that are told from the day of asking: hardly an article says them so."""

_LATEST = re.compile(r"\b(?:latest|newest|most recent(?:ly)?|just now|breaking)\b", re.IGNORECASE)
_SINCE = re.compile(r"\b(?:since|after)\s+$", re.IGNORECASE)
_BEFORE = re.compile(r"\b(?:before|until|till|by)\s+$", re.IGNORECASE)
_PREPOSITION = re.compile(
    r"\b(?:in|on|during|over|within|from|for|at|by|since|after|before|until|till)\s+$", re.IGNORECASE
)
_OF_WRITING = re.compile(
    r"\b(?:publish\w*|post(?:s|ed)?|wr(?:ite|ites|ote|itten)|articles?|stor(?:y|ies)|coverage|cover(?:s|ed)"
    r"|report(?:s|ed|ing)?|sa(?:y|ys|id)|statements?|told|tell|quot(?:e|es|ed))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DateWindow:
    """A time that a question names: where it stands, and its days, [start, end) (None: open).

    The days are the asker's; an article's is the day that it states, in its own zone: nothing is shifted.

    `binding` are those that restrict to what was published or said then; `loose` those that are told from
    the day of asking ("this week"), which the search does better without. `publishers` are those named
    beside it, none where it is nobody's. `year` is the year where the question writes one, `words` the time as typed.
    """

    span: Span
    start: date | None
    end: date | None
    binding: bool = False
    loose: bool = False
    publishers: frozenset[str] = frozenset()
    year: int | None = None
    words: str = ""

    def covers(self, moment: datetime) -> bool:
        """Tell whether the day of a moment, in its own zone, lies in the window."""
        day = moment.date()
        return (self.start is None or day >= self.start) and (self.end is None or day < self.end)

    def near(self, moment: datetime) -> bool:
        """Tell whether what was published at a moment may be the news of something that happened in the window."""
        day, within = moment.date(), REPORTED_WITHIN * self.loose  # a difference has no end of the calendar to pass
        return (self.start is None or day >= self.start) and (
            self.end is None or day < self.end or day - self.end < within
        )


def wants_latest(text: str) -> bool:
    """Tell whether a question asks for the newest ("the latest on ...")."""
    return bool(_LATEST.search(text))


def find_dates(text: str, *, now: datetime, zone: tzinfo = UTC) -> tuple[DateWindow, ...]:
    """Return the windows of time that a question names, in order; `now` is aware.

    A loose time's span has the preposition before it ("in the last week").
    """
    local = _in_zone(now, zone)
    about_writing = _OF_WRITING.search(text) is not None
    found = []
    for match in _ANY.finditer(text):
        kind = match.lastgroup or "day"
        words = match.group(kind)
        if kind == "named_month" and words.lower() == "may" and not words[0].isupper():
            continue
        begin, stop = match.span(kind)
        days = _read(kind, words, local) if kind != "recent" else None
        if days is None and kind not in _LOOSE:
            continue
        start, end = days or (None, None)
        before = text[:begin]
        if days and _SINCE.search(before):
            end = None
        elif days and _BEFORE.search(before):
            start, end = None, start
        loose = kind in _LOOSE
        preposition = _PREPOSITION.search(before) if loose else None
        written = re.search(_YEAR, words)
        found.append(
            DateWindow(
                Span(preposition.start() if preposition else begin, stop),
                start,
                end,
                # "Today" mostly means "nowadays".
                binding=about_writing and days is not None and words.lower() != "today" and (loose or end is None),
                loose=loose,
                year=int(written.group()) if written else None,
                words=words,
            )
        )
    return tuple(found)


def _in_zone(moment: datetime, zone: tzinfo) -> datetime:
    try:
        return moment.astimezone(zone)
    except OverflowError:  # within a day of the calendar's ends
        return moment.replace(tzinfo=zone)


def _read(kind: str, words: str, now: datetime) -> tuple[date, date] | None:
    """Return the first day and the day after the last of a written time, None where it cannot be told."""
    try:
        return _days(kind, " ".join(words.lower().split()), now)
    except (OverflowError, ValueError):  # a day that no calendar has
        return None


def _days(kind: str, words: str, now: datetime) -> tuple[date, date] | None:
    today = now.date()
    match kind:
        case "week":
            which, unit = words.removeprefix("earlier ").removeprefix("the ").split()
            return _calendar(today, unit, back=which != "this")
        case "span":
            count, days = _count(words.removeprefix("the ").split(maxsplit=1)[1])
            return today - timedelta(days=count * days), today + timedelta(days=1)
        case "year":
            return date(int(words), 1, 1), date(int(words) + 1, 1, 1)
        case "part":
            part, month = re.split(r"(?:\s+of\s+|[\s-]+)", words, maxsplit=1)
            whole = _days("month", month, now)
            return _part_of(whole, part) if whole else None
        case "weekday":
            words = next(word for word in words.split() if word.endswith("day"))
        case "relative" if words.startswith(("this", "tonight")):
            words = "today"
        case "relative" if words == "last night":
            words = "yesterday"
        case "ago":
            count, days = _count(words.removesuffix(" ago"))
            day = today - timedelta(days=count * days)
            around = timedelta(days=days // 2)  # "two weeks ago" is no exact day
            return day - around, day + around + timedelta(days=1)
    settings = {
        "RELATIVE_BASE": now.replace(tzinfo=None),
        "PREFER_DATES_FROM": "past",
        "PREFER_DAY_OF_MONTH": "first",
        "DATE_ORDER": "MDY",
    }
    with _ONE_AT_A_TIME:
        moment = dateparser.parse(words, languages=["en"], settings=settings)
    if moment is None:
        return None
    day = moment.date()
    if kind in ("month", "named_month"):
        return day.replace(day=1), _next_month(day)
    return day, day + timedelta(days=1)


_DAYS_OF = {"hour": 1, "day": 1, "week": 7, "month": 30, "year": 365}


def _count(words: str) -> tuple[int, int]:
    """Return how many, and of how many days each: "two weeks" is (2, 7)."""
    *many, unit = words.split()
    written = " ".join(many)
    vague = {"a": 1, "an": 1, "few": 3, "couple of": 2, "several": 4}
    count = vague[written] if written in vague else int(written) if written.isdigit() else text2num(written, "en")
    return (1 if unit.startswith("hour") else count), _DAYS_OF[unit.removesuffix("s")]


def _part_of(month: tuple[date, date], part: str) -> tuple[date, date]:
    first, after = month
    thirds = [first, first + timedelta(days=10), first + timedelta(days=20), after]
    number = {"early": 0, "beginning": 0, "start": 0, "mid": 1, "middle": 1}.get(part, 2)
    return thirds[number], thirds[number + 1]


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _calendar(today: date, unit: str, *, back: bool) -> tuple[date, date]:
    """Return this or the last calendar week, weekend, month or year."""
    if unit in ("week", "weekend"):
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return monday + timedelta(days=5 * (unit == "weekend")), monday + timedelta(days=7)
    if unit == "month":
        first = today.replace(day=1)
        if back:
            first = (first - timedelta(days=1)).replace(day=1)
        return first, _next_month(first)
    year = today.year - back
    return date(year, 1, 1), date(year + 1, 1, 1)


def tie_to_publishers(windows: Sequence[DateWindow], mentions: Sequence[Mention]) -> tuple[DateWindow, ...]:
    """Return the windows with the publishers that each is tied to: those named nearest to it."""

    def distance(window: DateWindow, mention: Mention) -> int:
        return min(abs(mention.span.start - window.span.end), abs(window.span.start - mention.span.end))

    if not mentions:
        return tuple(windows)
    nearest = (min(mentions, key=partial(distance, window)) for window in windows)
    return tuple(
        replace(window, publishers=mention.publishers) for window, mention in zip(windows, nearest, strict=True)
    )


def days_within(windows: Sequence[DateWindow], moments: Sequence[datetime]) -> Mapping[date, frozenset[str]]:
    """Return the publication days near any of the windows, each with the publishers it is tied to."""
    days: dict[date, frozenset[str]] = {}
    for window in windows:
        if window.start is None and window.end is None:
            continue
        for moment in moments:
            if window.near(moment):
                days[moment.date()] = days.get(moment.date(), frozenset()) | window.publishers
    return days
