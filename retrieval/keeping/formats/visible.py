"""The words that a page shows, in order, and whether a text's words stand next to each other among them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement

from retrieval.keeping.formats.cleaning import clean_text

_WORD = re.compile(r"\w+")
BLOCKS = frozenset(
    """address article aside blockquote body br caption dd details div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hr img legend li main nav ol option p picture pre section select summary table tbody td
    tfoot th thead tr ul video""".split()
)
NEVER_SHOWN = frozenset({"head", "script", "style", "template"})


class VisibleWords:
    """The words of a page whose marks are resolved."""

    def __init__(self, tree: HtmlElement) -> None:
        self._words = _words(clean_text("".join(_shown(tree))))

    def hold(self, text: str) -> bool:
        """Tell whether the words of `text` stand next to each other on the page."""
        return not (words := _words(clean_text(text))).strip() or words in self._words


def short_text(element: HtmlElement, within: int) -> str | None:
    """Return an element's words, its blanks made single, None where it has more characters than `within`.

    Reading ends there: elements within one another would else be read as often as they are deep.
    """
    parts: list[str] = []
    characters = 0
    for part in element.itertext(etree.Element):
        parts.append(part)
        characters += len(part)
        if characters > within:
            return None
    return " ".join("".join(parts).split())


def _words(text: str) -> str:
    return f" {' '.join(_WORD.findall(text))} "


def _shown(tree: HtmlElement) -> Iterator[str]:
    hidden = 0
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event in {"comment", "pi"}:
            if not hidden:
                yield element.tail or ""
            continue
        if element.tag in NEVER_SHOWN:
            hidden += 1 if event == "start" else -1
        if hidden:
            continue
        if element.tag in BLOCKS:
            yield " "
        if event == "start":
            yield "" if element.tag in NEVER_SHOWN else element.text or ""
        else:
            yield element.tail or ""
