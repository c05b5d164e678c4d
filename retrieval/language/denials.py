"""Tells what is denied from what is stated, by the words that credit it and by the words themselves."""

from __future__ import annotations

import re

_DENIES = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?|refut(?:e|es|ed|ing)|dismiss(?:es|ed|ing)?|disput(?:e|es|ed|ing)|"
    r"disavow(?:s|ed)?|contradict(?:s|ed)?|rebut(?:s|ted)?|pushed back (?:on|against)|brushed aside|laughed off)\b",
    re.IGNORECASE,
)
_NEGATING = re.compile(
    r"\b(?:not|no|never|nobody|none|neither|nor|without|cannot|den(?:y|ies|ied|ying)|refus\w+|declin(?:e[ds]?|ing) to"
    r"|fail(?:s|ed)? to|rul(?:e[ds]?|ing) out|unlikely|reject\w*)\b|n[’']t\b",
    re.IGNORECASE,
)


def is_denial(cue: str) -> bool:
    """Tell whether the words of a cue ('denied', 'rejected reports that') make what follows its speaker's denial."""
    return bool(_DENIES.search(cue))


def negations(text: str) -> list[str]:
    """Return the words of `text` that turn what it says into its opposite, in order."""
    return _NEGATING.findall(text)


def is_negated(text: str) -> bool:
    """Tell whether a sentence says that something is not so: an odd number of its words deny."""
    return len(negations(text)) % 2 == 1
