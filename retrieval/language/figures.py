"""Reads the figures of a sentence: values with what they count, so that two sentences can be compared."""

from __future__ import annotations

import re
from dataclasses import dataclass

from text_to_num import alpha2digit

from retrieval.language.stems import WORD, stem
from retrieval.language.word_lists import STOP

ROUNDING = 0.02
"""How far apart, relatively, two values may be that still are one, told once exactly and once rounded."""

_SCALES = {
    **dict.fromkeys(("thousand", "k", "1000"), 1e3),
    **dict.fromkeys(("million", "m", "mn", "1000000"), 1e6),
    **dict.fromkeys(("billion", "bn", "b", "1000000000"), 1e9),
    **dict.fromkeys(("trillion", "tn", "1000000000000"), 1e12),
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<{}>(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?)"
)
_DATE = re.compile(
    rf"\b{_MONTH.format('month')}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*per\b|[%:]|,\d{{3}})"
    rf"|\b(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH.format('month2')}\b"
)
_NUMBER = re.compile(
    r"(?P<currency>(?:US|A|C|NZ|HK)?[$£€¥₹])?\s?(?<![\w.])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:[\s-]?(?P<scale>thousand|million|billion|trillion|1000(?:000){0,3}|bn|mn|tn|[kmb])(?![\w]))?"
    r"(?P<percent>\s?(?:%|per\s?cent|percent))?(?![\d])",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    r"(?:more than|at least|over|above|upwards? of|exceeding|no fewer than|no less than)\s+$", re.IGNORECASE
)
_AT_MOST = re.compile(
    r"(?:less than|fewer than|at most|up to|under|below|as many as|no more than|nearly|almost)\s+$", re.IGNORECASE
)
_ABOUT = re.compile(r"(?:about|around|roughly|some|approximately|an estimated|estimated|close to)\s+$", re.IGNORECASE)
_ABOUT_MARGIN = 0.15


@dataclass(frozen=True, slots=True)
class Figure:
    """A value between `low` and `high`, and its unit: "%", a currency, "date", or the stem of what it counts.

    The unit is empty where nothing tells it ("Series 9", "finished 3-1"). `words` are as the text gives them.
    """

    low: float
    high: float
    unit: str
    words: str

    def agrees(self, other: Figure) -> bool:
        """Tell whether both can be one value: "more than 20" and 21, 1.48 million and 1.5 million."""
        margin = 0.0 if self.unit in ("date", "") else ROUNDING * min(abs(self.high), abs(other.high), 1e15)
        return self.low <= other.high + margin and other.low <= self.high + margin


def figures_of(text: str) -> tuple[Figure, ...]:
    """Return the figures of a sentence in order, those written as words too; a year is a figure without a unit."""
    text = alpha2digit(" ".join(text.split()), "en")
    found: list[tuple[int, Figure]] = []
    taken: list[tuple[int, int]] = []
    for match in _DATE.finditer(text):
        month = (match["month"] or match["month2"])[:3].lower()
        value = 100.0 * (_MONTHS.index(month) + 1) + int(match["day"] or match["day2"])
        found.append((match.start(), Figure(value, value, "date", match.group())))
        taken.append(match.span())
    found += [
        (match.start(), _figure(text, match))
        for match in _NUMBER.finditer(text)
        if not any(start <= match.start("digits") < end for start, end in taken)
    ]
    return tuple(figure for _, figure in sorted(found, key=lambda pair: pair[0]))


def _figure(text: str, match: re.Match[str]) -> Figure:
    value = float(match["digits"].replace(",", ""))
    value *= _SCALES[match["scale"].lower()] if match["scale"] else 1.0
    if match["percent"]:
        unit = "%"
    elif match["currency"]:
        unit = match["currency"][-1]
    else:
        unit = _counted(text, match)
    begin = match.start("currency") if match["currency"] else match.start("digits")
    before = text[max(0, begin - 24) : begin]
    low, high, lead = value, value, ""
    if bound := _AT_LEAST.search(before):
        low, high, lead = value, float("inf"), bound.group()
    elif bound := _AT_MOST.search(before):
        low, high, lead = 0.0, value, bound.group()
    elif bound := _ABOUT.search(before):
        low, high, lead = value * (1 - _ABOUT_MARGIN), value * (1 + _ABOUT_MARGIN), bound.group()
    return Figure(low, high, unit, lead + text[begin : match.end()].strip())


def _counted(text: str, match: re.Match[str]) -> str:
    """Return the stem of the word behind a bare number, if it can be what is counted: "21 people"."""
    behind = WORD.match(text, match.end() + 1) if text[match.end() : match.end() + 1] in (" ", "-") else None
    if behind is None or behind.group().lower() in STOP or behind.group()[0].isdigit() or behind.group()[0].isupper():
        return ""
    # "Series 9 watches" is a name, "21 people" a count.
    before = re.search(r"([^\W\d_][\w’'-]*)\s+$", text[: match.start("digits")])
    if before and before.group(1)[0].isupper() and before.start() > 0:
        return ""
    return stem(behind.group())
