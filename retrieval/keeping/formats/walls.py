"""Pages that are no article though they are sent as one: consent walls, fronts that lead to articles, teasers."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

from retrieval.keeping.formats.visible import short_text

CONSENT_WORDS = 0.04
"""Share of a text's words from which on it is about consenting; an article about cookies stays far below."""
CONSENT_PHRASES = 3
MOST_WORDS_OF_WALL = 400
MIN_TEASERS = 6
MIN_HEADLINE_WORDS = 4
SHORT_WITHIN = 600
"""Characters of a teaser, with all the blanks of the markup."""
MOST_LED = 0.5
"""Of a text's characters, those of lines that lead to other pages; more makes the page a front."""

WHOLE = 0.8
"""Share of the words it is said to have from which on a text counts as whole."""
TEASER_WORDS = 250
_CUT_OFF = re.compile(r"(?:\.\.\.|…|\[\+?\d* ?\w*\])\s*\Z")

_CONSENT = re.compile(
    r"\b(?:cookies?|consent\w*|partners?|vendors?|personali[sz]ed (?:ads?|advertising|content)|advertising|privacy|gdpr"
    r"|legitimate interests?|personal data|opt[- ]out|accept all|reject all|your (?:choices|preferences|device|browser)"
    r"|(?:enable|allow|disable) (?:javascript|cookies)|javascript|datenschutz|einwilligung|zustimmung|vie privée"
    r"|données personnelles|consentement|privacidad|consentimiento)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:accept all|reject all|i (?:accept|agree|consent)|agree and (?:close|continue)"
    r"|manage (?:options|preferences|settings|cookies|choices)|your privacy|before you continue"
    r"|we and our (?:\d[\d,.]* )?(?:partners|vendors)|withdraw (?:your )?consent|to agree to"
    r"|continue (?:with|without) (?:accepting|advertis\w+)"
    r"|(?:must|please) (?:be )?enabled?|alle akzeptieren|tout accepter|aceptar todo)\b",
    re.IGNORECASE,
)


def is_consent_wall(text: str) -> bool:
    """Tell whether a text is what a page says before it shows its article: that one is to consent to something."""
    words = len(text.split())
    if not 0 < words <= MOST_WORDS_OF_WALL:
        return False
    phrases = {match.group().lower() for match in _CONSENT.finditer(text)}
    said = sum(len(match.group().split()) for match in _CONSENT.finditer(text))
    return len(phrases) >= CONSENT_PHRASES and said >= CONSENT_WORDS * words and _ASKS.search(text) is not None


def is_teaser(text: str, *, free: bool, words: int | None) -> bool:
    """Tell whether a text is only the beginning of its article, of which the page says that it is not free to read.

    `words` is how many the page says that the whole has. Many pages that say so send all of it nevertheless.
    """
    if free:
        return False
    has = len(text.split())
    return has < WHOLE * words if words else has < TEASER_WORDS or _CUT_OFF.search(text) is not None


def is_front(tree: HtmlElement, text: str) -> bool:
    """Tell whether a page only leads to articles: most of its text are headlines that are links, and what is below."""
    teasers: list[str] = []
    boxes: set[HtmlElement] = set()
    for headline in tree.iter("h2", "h3", "h4"):
        if _is_linked(headline):
            teasers.append(_plain(headline))
            around = headline.getparent()
            if around is not None and around not in boxes:
                boxes.add(around)
                first = next(around.iter("p"), None)
                below = short_text(first, SHORT_WITHIN) if first is not None else None
                teasers += [below] if below else []
    if len(teasers) < MIN_TEASERS:
        return False
    lines = [line for line in map(_joined, text.split("\n")) if line]
    known = set(teasers)
    led = sum(len(line) for line in lines if line in known)
    return led > MOST_LED * sum(map(len, lines))


def _is_linked(headline: HtmlElement) -> bool:
    words = len(headline.text_content().split())
    links = [*headline.iter("a"), *(one for one in headline.iterancestors(etree.Element) if one.tag == "a")]
    linked = max((len(link.text_content().split()) for link in links), default=0)
    return words >= MIN_HEADLINE_WORDS and linked >= words


def _plain(element: HtmlElement) -> str:
    return _joined(element.text_content())


def _joined(text: str) -> str:
    return " ".join(text.split())
