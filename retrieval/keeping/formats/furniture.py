"""Lines that stand around an article and are none of its words: shares, polls, subscriptions, cookies, credits, dates.

A line goes only as a whole and only when all of it is of such a kind; a sentence that merely begins so stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import lru_cache
from importlib.resources import files

from lxml.html import HtmlElement

from retrieval.keeping.formats.beside_headline import opens_with_names
from retrieval.keeping.formats.visible import short_text

EDGE_LINES = 4
"""So many lines at the top of a text may be its byline and its date."""
LONGEST = 320
SHORT_WITHIN = 1_000
"""Characters of an element that may be one line, with all the blanks of the markup."""
MIN_HEADLINE_WORDS = 4
MOST_WORDS_IN_MENU = 3
MOSTLY = 0.9
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*$")

_SHARE_WORDS = frozenset(
    """share shares shared tweet tweets email e-mail print save copy link whatsapp facebook twitter linkedin reddit
    pinterest telegram messenger flipboard instagram x bluesky threads mastodon comments comment likes like views view
    retweets reactions followers this article story post page on via to with by and or the more total""".split()
)
_SHARING = frozenset(
    """share shares shared tweet tweets whatsapp facebook twitter linkedin reddit pinterest telegram messenger
    flipboard comments comment likes views retweets reactions followers""".split()
)
_MENU_WORDS = frozenset(
    """home news sport sports weather opinion business politics world culture contact about us login log sign in up out
    register search menu subscribe video videos tech technology science health travel lifestyle style arts
    entertainment money local national international uk usa europe asia africa more live tv radio podcasts shop jobs
    events obituaries classifieds newsletters help faq privacy terms account my skip to main content and e-paper
    """.split()
)
_MENU_SIGNS = frozenset("home menu search login contact news subscribe".split())
_DATE_LABELS = frozenset("published posted updated modified created edited last first originally date".split())
_DATE_WORDS = frozenset(
    """on at of the by in est edt cst cdt mst mdt pst pdt et ct mt pt gmt utc bst cet cest eet ist jst aest aedt am pm a
    m p st nd rd th monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
    h hrs""".split()
)
_MONTHS = frozenset(
    """january february march april may june july august september october november december jan feb mar apr jun jul
    aug sep sept oct nov dec""".split()
)
_AGENCIES = (
    r"(?:AP|AFP|Reuters|Getty(?: Images)?|EPA|EFE|dpa|PA(?: Wire| Media)?|Shutterstock|Alamy|iStock|Unsplash"
    r"|NurPhoto|Xinhua)"
)
_LINES = tuple(
    re.compile(line.replace("AGENCY", _AGENCIES), re.IGNORECASE)
    for line in files(__package__).joinpath("furniture_lines.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)


def leading_lines(tree: HtmlElement) -> set[str]:
    """Return the lines of a page that are as a whole a link and no sentence: headlines of other articles."""
    lines = set()
    for element in tree.iter("p", "h2", "h3", "h4", "h5", "h6", "li", "div", "strong"):
        words = short_text(element, SHORT_WITHIN) or ""
        linked = words and "".join("".join(link.text_content().split()) for link in element.iter("a"))
        is_headline = len(words.split()) >= MIN_HEADLINE_WORDS and not _SENTENCE_END.search(words)
        if is_headline and len(linked) >= MOSTLY * len(words.replace(" ", "")):
            lines.add(words)
    return lines


def without_furniture(text: str, leading: Set[str] = frozenset()) -> str:
    """Return a text without the lines that are none of its words; lines are apart by line breaks.

    `leading` are lines that only lead elsewhere.
    """
    kept: list[str] = []
    words = 0
    for line in text.split("\n"):
        plain = " ".join(line.split())
        if plain and (plain in leading or is_furniture(plain) or (words < EDGE_LINES and _is_heading_line(plain))):
            continue
        words += bool(plain)
        kept.append(line)
    return "\n".join(kept)


@lru_cache(maxsize=4_096)
def is_furniture(line: str) -> bool:
    """Tell whether a line, its blanks made single, is as a whole none of an article's words."""
    if len(line) > LONGEST:
        return False
    return (
        any(pattern.fullmatch(line) for pattern in _LINES)
        or _is_sharing(line)
        or _is_date_line(line)
        or _is_menu(line)
        or (" | " in line and all(is_furniture(part) for part in line.split(" | ")))
        or _all_sentences(line)
    )


@lru_cache(maxsize=4_096)
def is_no_sentence(line: str) -> bool:
    """Tell whether a line of a text that somebody handed in is surely none of its article's words.

    As `is_furniture`, without menus and dates: in a text of unknown making these may be the article's.
    """
    return len(line) <= LONGEST and (
        any(pattern.fullmatch(line) for pattern in _LINES) or _is_sharing(line) or _all_sentences(line)
    )


def _all_sentences(line: str) -> bool:
    """Tell whether each sentence of a line is of such a kind: "Get it daily. Unsubscribe."."""
    sentences = re.split(r"(?<=[.!?])\s+", line)
    return len(sentences) > 1 and all(any(pattern.fullmatch(one) for pattern in _LINES) for one in sentences)


def _is_sharing(line: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)?", line.lower()) if word not in {"k", "m"}]
    return bool(words) and len(words) <= 14 and set(words) <= _SHARE_WORDS and bool(_SHARING & set(words))


def _is_menu(line: str) -> bool:
    """Tell whether a line is a site's menu: parts apart by signs, or words that menus are made of."""
    parts = [part for part in re.split(r"\s+[|•·>»/]\s+", line) if part]
    if len(parts) > 2 and all(len(part.split()) <= MOST_WORDS_IN_MENU for part in parts) and line[-1] not in ".!?":
        return True
    words = _words(line)
    return len(words) > 2 and set(words) <= _MENU_WORDS and not line.endswith(".") and bool(_MENU_SIGNS & set(words))


def _is_date_line(line: str) -> bool:
    """Tell whether a line says only when the article was published or changed."""
    words = _words(line)
    return bool(words) and words[0] in _DATE_LABELS and _only_date(line, words)


def _is_heading_line(line: str) -> bool:
    """Tell whether a line at the top is the article's date or byline, which its credit has."""
    words = _words(line)
    is_date = bool(_MONTHS & set(words)) and _only_date(line, words)
    return is_date or (len(words) <= 15 and line[-1] not in ".!?…" and opens_with_names(line))


def _only_date(line: str, words: Sequence[str]) -> bool:
    return any(character.isdigit() for character in line) and set(words) <= _DATE_LABELS | _DATE_WORDS | _MONTHS


def _words(line: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", line.lower())
