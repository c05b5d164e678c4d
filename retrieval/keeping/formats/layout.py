"""Makes plain what a page lays out: tables that only place things, and the times above a live blog's posts."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

from retrieval.keeping.formats.visible import BLOCKS, short_text
from retrieval.language.clock_lines import is_clock_line

ABOVE = "\ue000"
"""Stands between a post's time and its words until the text is written out: a line of its own."""
MIN_POSTS = 2
SHORT_WITHIN = 500
"""Characters of an element that may be just a time, with all the blanks of the markup."""
WORDS_IN_CELL = 25
"""A cell of more words than this holds text, not data."""

_AGO = re.compile(r"(?:updated )?(?:an?|\d+)\s?(?:s|m|min|h|hr|d|second|minute|hour|day)s?(?: ago)?", re.IGNORECASE)
_HEADINGS = frozenset("h2 h3 h4 h5 h6".split())


def unfold_layout(tree: HtmlElement) -> None:
    """Turn tables that place text on a page, as letters do, into plain blocks; those of data stay."""
    for table in reversed(list(tree.iter("table"))):
        if _places_text(table):
            for part in list(table.iter("table", "thead", "tbody", "tfoot", "tr", "td", "th")):
                part.tag = "div"


def keep_times(tree: HtmlElement) -> None:
    """Put the time above each post of a live blog into the post, as its first line; drop how long ago it was."""
    stamps = [element for element in tree.iter(etree.Element) if _is_stamp(element)]
    posts = [(stamp, post) for stamp in stamps if (post := _post_below(stamp)) is not None]
    if len(posts) < MIN_POSTS:
        return
    for stamp, post in posts:
        words = " ".join(stamp.text_content().split())
        post.text = f"{words}{ABOVE}{post.text or ''}" if not _AGO.fullmatch(words) else post.text
        stamp.drop_tree()


def _places_text(table: HtmlElement) -> bool:
    if (table.get("role") or "").lower() in {"presentation", "none"} or table.find(".//table") is not None:
        return True
    cells = list(table.iter("td", "th"))
    long = [cell for cell in cells if len(cell.text_content().split()) > WORDS_IN_CELL]
    return len(cells) == 1 or len(long) * 2 > len(cells) or any(cell.find(".//h1") is not None for cell in cells)


def _is_stamp(element: HtmlElement) -> bool:
    """Tell whether an element is all of its line and says nothing but a time of day."""
    if element.tag not in {"time", "span", "p", "div", "strong", "b", "h2", "h3", "h4", "h5", "a", "header", "small"}:
        return False
    words = short_text(element, SHORT_WITHIN)
    if not words or not (is_clock_line(words) or _AGO.fullmatch(words)):
        return False
    parent = element.getparent()
    if parent is None or short_text(parent, SHORT_WITHIN) == words:
        return False  # the outermost that holds just this
    return element.tag in BLOCKS or not (element.tail or "").strip()


def _post_below(stamp: HtmlElement) -> HtmlElement | None:
    """Return the line that a time stands above, None where another time or nothing comes first."""
    for element in stamp.itersiblings(etree.Element):
        for inner in element.iter(etree.Element):
            if inner.tag in {"p", "li", "blockquote"} | _HEADINGS and inner.text_content().strip():
                return None if _is_stamp(inner) else inner
        if element.text_content().strip() and element.tag in BLOCKS:
            return None
    return None
