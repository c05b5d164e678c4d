"""What a page shows its readers beside the headline: who wrote the article, and on which day it was published."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from retrieval.keeping.formats.moments import parse_moment
from retrieval.keeping.formats.visible import BLOCKS, NEVER_SHOWN

MOST_LINES = 30
"""How many lines below the headline are looked at; the first paragraph ends them."""
PARAGRAPH_CHARACTERS = 140
MAX_BYLINE_CHARACTERS = 120
MOST_ANCESTORS = 3
MOST_HEADINGS = 5

_AUTHOR_CLASS = re.compile(r"(?:^|[-_])(?:author|byline)s?(?:$|[-_])", re.IGNORECASE)
_BY = re.compile(r"(?:(?:posted|written|published|story|words|report) )?by\b:?\s*", re.IGNORECASE)
_BEHIND_NAMES = re.compile(
    r"\s*(?:[|•·@(/—–:]|\s-\s|\d|\b(?:published|updated|posted|modified|last|on|at|for|follow|email|special)\b).*",
    re.IGNORECASE | re.DOTALL,
)
_PARTICLE = frozenset("al bin da dal de del della den der di do dos du el ibn la le ten ter van von y".split())
_ANDS = frozenset({"and", "und", "et", "y"})
_NAME_WORD = re.compile(r"[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:[.'’-][^\W\d_]*)*\.?")
_UPDATED = re.compile(
    r"updated?|modified|edited|last|aktualisiert|geändert|mis à jour|actualizado|atualizado|aggiornato|bijgewerkt",
    re.IGNORECASE,
)
_WRITTEN_DAY = re.compile(
    r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})(?!\d)"
    r"|(?<!\d)(?P<dotted>\d{1,2}\.\d{1,2}\.\d{4})(?!\d)"
    r"|(?<![\d/])(?P<slashed>\d{1,2}/\d{1,2}/\d{4})(?![\d/])"
    r"|(?<!\w)(?P<words>[^\W\d_]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}|\d{1,2}\.?\s(?:de\s)?[^\W\d_]{3,12}\.?,?\s(?:de\s)?\d{4})(?!\d)"
    r"|(?<=(?:osted|ished)\s)(?P<part>[^\W\d_]{3,9}\.?\s\d{1,2}|\d{1,2}\s[^\W\d_]{3,9})(?![\w])"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands beside the headline.

    `by` is whether the byline is introduced as one, `words` all of it. `day` is that of publishing, where just one is
    written; `part` the same without a year, as (month, day). `updated` is the last day of a change.
    """

    byline: str | None
    by: bool
    day: date | None
    part: tuple[int, int] | None
    updated: date | None
    words: str


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    of_author: bool


def read_shown(tree: HtmlElement, titles: Sequence[str]) -> Shown:
    """Read the lines between a page's headline and its first paragraph. `titles` are what the page calls itself."""
    lines = _below(tree, titles)
    byline, by = _byline(lines)
    texts = [" ".join(piece.text for piece in line) for line in lines]
    days, changes, parts = _days(texts)
    return Shown(
        byline,
        by,
        day=days.pop() if len(days) == 1 else None,
        part=parts.pop() if len(parts) == 1 else None,
        updated=max(changes, default=None),
        words="\n".join(texts),
    )


def looks_like_names(text: str) -> bool:
    """Tell whether a text is one or several names of people, written as such."""
    return bool(text) and all(_is_name(part) for part in _parts(text))


def opens_with_names(line: str) -> bool:
    """Tell whether a line is a byline: "By Ann Roe, Senior Reporter"."""
    introduced = _BY.match(line)
    return introduced is not None and _names([line[introduced.end() :]]) is not None


def _below(tree: HtmlElement, titles: Sequence[str]) -> list[list[_Piece]]:
    """Return the lines below the headline; of several headings that are one, below that nearest to a paragraph."""
    return min((_lines_below(tree, heading) for heading in _headlines(tree, titles)), key=len, default=[])


def _lines_below(tree: HtmlElement, headline: HtmlElement) -> list[list[_Piece]]:
    below: list[list[_Piece]] = []
    for line in islice(_lines(tree, headline), MOST_LINES):
        if sum(len(piece.text) for piece in line) >= PARAGRAPH_CHARACTERS:
            break
        below.append(line)
    return below


def _headlines(tree: HtmlElement, titles: Sequence[str]) -> list[HtmlElement]:
    known = [" ".join(title.split()).casefold() for title in titles if title]
    headings = [(heading, " ".join(heading.text_content().split()).casefold()) for heading in tree.iter("h1", "h2")]
    named = [heading for heading, words in headings if len(words) > 8 and any(words in title for title in known)]
    firsts = [heading for heading, words in headings if heading.tag == "h1" and len(words.split()) >= 3]
    return (named or firsts[:1])[:MOST_HEADINGS]


def _lines(tree: HtmlElement, headline: HtmlElement) -> Iterator[list[_Piece]]:
    """Yield the lines below the headline, each as its pieces of text: what one element holds is one piece."""
    line: list[_Piece] = []
    below, hidden = False, 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if element is headline:
            below = event == "end"
            continue
        if element.tag in NEVER_SHOWN:
            hidden += 1 if event == "start" else -1
        if not below or hidden:
            continue
        if element.tag in BLOCKS and line:
            yield line
            line = []
        text = element.text if event == "start" else element.tail
        owner = element if event == "start" else element.getparent()
        if text and text.strip() and owner is not None:
            line.append(_Piece(" ".join(text.split()), _is_of_author(owner)))
    if line:
        yield line


def _is_of_author(element: HtmlElement) -> bool:
    around = (one for one in (element, *element.iterancestors()) if one.tag not in {"body", "html"})
    return any(
        "author" in (one.get("rel") or "").lower().split()
        or "author" in (one.get("itemprop") or "").lower().split()
        or any(_AUTHOR_CLASS.search(name) for name in (one.get("class") or "").split())
        for one in islice(around, MOST_ANCESTORS)
    )


def _byline(lines: Sequence[Sequence[_Piece]]) -> tuple[str | None, bool]:
    for line in lines:
        introduced = _BY.match(line[0].text)
        if introduced and (names := _names([line[0].text[introduced.end() :], *(piece.text for piece in line[1:])])):
            return names, True
    for line in lines:
        written = [piece.text for piece in line if piece.of_author]
        if written and (names := _names(written)) and len(names.split()) > 1:
            return names, False
    return None, False


def _names(pieces: Sequence[str]) -> str | None:
    """Return the names that a line opens with: up to a date, a sign or whatever else is no name."""
    taken: list[str] = []
    for piece in pieces:
        kept = _BEHIND_NAMES.sub("", f" {piece}").strip()
        joins = not taken or piece[:1] in ",&" or taken[-1][-1:] in ",&"
        joins = joins or piece.split()[0] in _ANDS or taken[-1].split()[-1] in _ANDS
        if not kept and not taken and not piece.strip():
            continue
        if not joins or not kept:
            break
        taken.append(kept)
        if len(kept) < len(piece):
            break
    words = re.sub(r"\s+,", ",", " ".join(taken)).strip(" ,&")
    while words and not looks_like_names(words):
        words = words.rpartition(",")[0].strip()  # "Ann Roe, who covers courts"
    return words if 0 < len(words) <= MAX_BYLINE_CHARACTERS else None


def _parts(text: str) -> list[str]:
    return re.split(r"\s*(?:,|&|\band\b|\bund\b|\bet\b)\s*", text)


def _is_name(part: str) -> bool:
    words = part.split()
    return 0 < len(words) <= 6 and all(word in _PARTICLE or _NAME_WORD.fullmatch(word) for word in words)


def _days(lines: Sequence[str]) -> tuple[set[date], set[date], set[tuple[int, int]]]:
    """Return the days of publishing that are written, those of changes, and those of publishing without a year."""
    days: set[date] = set()
    changes: set[date] = set()
    parts: set[tuple[int, int]] = set()
    for line in lines:
        end = 0
        for match in _WRITTEN_DAY.finditer(line):
            before, end = line[end : match.start()], match.end()
            changed = _UPDATED.search(before) is not None
            if match["part"]:
                moment = parse_moment(f"{match['part']} 2024")  # a leap year
                if moment is not None and not changed:
                    parts.add((moment.month, moment.day))
            elif (day := _day_of(match)) is not None:
                (changes if changed else days).add(day)
    return days, changes, parts


def _day_of(match: re.Match[str]) -> date | None:
    if match["dotted"]:
        day, month, year = map(int, match["dotted"].split("."))
    elif match["slashed"]:
        first, second, year = map(int, match["slashed"].split("/"))
        if first <= 12 and second <= 12 and first != second:
            return None  # two dates
        day, month = (first, second) if first > 12 or first == second else (second, first)
    else:
        moment = parse_moment(re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", match.group()))
        return moment.date() if moment else None
    try:
        return date(year, month, day)
    except ValueError:
        return None
