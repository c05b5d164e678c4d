"""What a message holds beside its question: greetings, thanks, chat words.

What is left out becomes blanks, so that places in the text stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from retrieval.domain.articles import Span

_GREETING = r"(?:hey+|hi+|hello|hiya|yo|howdy|greetings|good\s+(?:morning|afternoon|evening|day|night)|dear)"
_THANKS = r"(?:thx|thanx|thanks?(?:\s+(?:you|a\s+lot|so\s+much|again|in\s+advance))?|ty|tysm|cheers|bye|goodbye)"
_PRAISE = r"(?:cool|great|nice(?:\s+one)?|perfect|awesome|ok(?:ay)?|well|so)"
"""Chatter only where a pause or nothing follows: "Great Britain" and "well water" are no praise."""

_FILLER = (
    r"(?:pls|plz|please|lol|lmao|rofl|haha+|hehe+|btw|tho|ngl|tbh|imo|idk|asap|um+|uh+|hmm+|anyway"
    r"|quick\s+question|(?:just\s+)?(?:curious|wondering)|any\s+idea)"
)
_TO_WHOM = r"(?:bot|pullquote|there|guys|all|everyone|folks|mate|buddy|friend)"
_REQUEST = (
    r"(?:(?:can|could|would|will)\s+(?:you|u|someone|anyone)\s+(?:please\s+|pls\s+)?(?:tell|show|explain\s+to)\s+(?:me|us)"
    r"|(?:please\s+)?(?:tell|show)\s+(?:me|us)|(?:do|does)\s+(?:you|u|anyone|anybody|someone)\s+know"
    r"|i(?:\s+was|['’]m|\s+am)?\s+(?:want(?:ed)?\s+to\s+know|(?:just\s+)?wondering|would\s+like\s+to\s+know|curious)"
    r"|(?:is\s+there\s+)?any(?:thing)?\s+(?:news|updates?|word|info(?:rmation)?)\s+(?:on|about|from))"
)
_OPENING = re.compile(
    rf"\s*(?:(?:{_GREETING}|{_THANKS}|{_FILLER})(?:\s+{_TO_WHOM})?\b(?!\s+(?:to|for)\b|[-’']\w)|{_PRAISE}(?=\s*(?:[,!.…]|$))"
    rf"|(?:so|ok(?:ay)?)(?=\s+(?:so|who|what|when|where|why|how|which|did|does|do|is|are|was|were)\b)"
    rf"|{_TO_WHOM}(?=\s*[,:!])|{_REQUEST}\b)[\s,.:;!?~…-]*",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    rf"[\s,.:;!~…-]*\b(?:{_THANKS}|{_FILLER}|(?<=[,.!?]\s){_PRAISE})(?:\s+{_TO_WHOM})?[\s.!~…]*$", re.IGNORECASE
)
_CLOSERS = re.compile(r"\b(?:pls|plz|lol|lmao|tho|thx|btw|ngl|tbh)\b", re.IGNORECASE)


def blank(text: str, spans: Iterable[Span]) -> str:
    """Return a text of the same length with some spans blanked."""
    for span in spans:
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return text


def without_chatter(text: str) -> str:
    """Return a message with greetings, thanks and chat words blanked; where nothing is left, as it was."""
    left = _blanked(text)
    return left if any(char.isalnum() for char in left) else text


def is_chatter(text: str) -> bool:
    """Tell whether nothing but greetings, thanks and chat words stands in a message."""
    return not any(char.isalnum() for char in _blanked(text))


def _blanked(text: str) -> str:
    found = text
    while (match := _OPENING.match(found, len(found) - len(found.lstrip()))) and match.group().strip():
        found = blank(found, [Span(*match.span())])
    while (match := _CLOSING.search(found)) and match.group().strip() and match.start() > 0:
        found = blank(found, [Span(match.start(), match.end())])
    return blank(found, [Span(*match.span()) for match in _CLOSERS.finditer(found)])
