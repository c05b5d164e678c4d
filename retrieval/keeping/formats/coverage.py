"""How much of a page's visible paragraphs a text has, so that a severe cut does not pass without a word."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from retrieval.keeping.formats.furniture import is_furniture
from retrieval.keeping.formats.visible import BLOCKS

MIN_WORDS = 12
MAX_LINKED = 0.5
"""More of a paragraph in links than this, and it leads elsewhere."""
CLOSENESS = (12, 8, 5, 3)
"""What a paragraph's words count for its parent, that one's parent and so on: paragraphs may be wrapped one by one."""

_WORD = re.compile(r"\w+")
_ENDS = re.compile(r"[.!?…。！？:][\"'”’»)\]]*\s*$")
_ASIDE_TAGS = frozenset("nav footer aside form header figure figcaption button dialog".split())
_ASIDE = re.compile(
    r"(?:^|[-_\s])(?:comments?|commentlist|disqus|respond|related|recommended|footer|sidebar|promo|newsletter|cookie|consent|nav"
    r"|menu|share|social|caption|author-?(?:bio|box|info)|bio|disclaimer|copyright|teaser|trending|popular|ad|ads|advert\w*|sponsored"
    r"|modal|popup|banner|signup|subscribe|outbrain|taboola)(?:$|[-_\s])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph that a page shows among its article's: the element, and its words in small letters."""

    element: HtmlElement
    words: tuple[str, ...]


def main_paragraphs(tree: HtmlElement) -> list[Paragraph]:
    """Return the paragraphs of whole sentences in the container that holds most of them the most closely."""
    found = [paragraph for element in tree.iter(etree.Element) if (paragraph := _paragraph(element)) is not None]
    held: Counter[HtmlElement] = Counter()
    for paragraph in found:
        for ancestor, weight in zip(paragraph.element.iterancestors(), CLOSENESS, strict=False):
            held[ancestor] += len(paragraph.words) * weight
    if not held:
        return found
    main = max(held, key=lambda element: held[element])
    return [paragraph for paragraph in found if main in paragraph.element.iterancestors()]


def share_taken(paragraphs: list[Paragraph], text: str) -> float:
    """Return the share, in [0, 1], of the paragraphs' words that a text has, paragraph by paragraph; 1 of none."""
    total = sum(len(paragraph.words) for paragraph in paragraphs)
    words = _WORD.findall(text.lower())
    runs = {tuple(words[at : at + MIN_WORDS]) for at in range(len(words) - MIN_WORDS + 1)}
    taken = sum(len(paragraph.words) for paragraph in paragraphs if paragraph.words[:MIN_WORDS] in runs)
    return taken / total if total else 1.0


def _paragraph(element: HtmlElement) -> Paragraph | None:
    if element.tag not in {"p", "li", "blockquote", "div", "td", "section", "article"}:
        return None
    if any(child.tag in BLOCKS and child.tag != "br" for child in element.iterdescendants(etree.Element)):
        return None
    text = " ".join(element.text_content().split())
    words = tuple(word.lower() for word in _WORD.findall(text))
    if len(words) < MIN_WORDS or not _ENDS.search(text) or is_furniture(text):
        return None
    linked = sum(len(_WORD.findall(link.text_content())) for link in element.iter("a"))
    if linked > MAX_LINKED * len(words):
        return None
    around = (element, *element.iterancestors(etree.Element))
    if any(_is_aside(one) for one in around):
        return None
    return Paragraph(element, words)


def _is_aside(element: HtmlElement) -> bool:
    if element.tag in {"body", "html", "main", "article"}:
        return False
    return element.tag in _ASIDE_TAGS or bool(_ASIDE.search(f"{element.get('class', '')} {element.get('id', '')}"))
