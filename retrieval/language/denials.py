"""Tells a denial from a statement by the words that credit it."""

from __future__ import annotations

import re

_DENIES = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?|refut(?:e|es|ed|ing)|dismiss(?:es|ed|ing)?|disput(?:e|es|ed|ing)|"
    r"disavow(?:s|ed)?|contradict(?:s|ed)?|rebut(?:s|ted)?|pushed back (?:on|against)|brushed aside|laughed off)\b",
    re.IGNORECASE,
)


def is_denial(cue: str) -> bool:
    """Tell whether the words of a cue ('denied', 'rejected reports that') make what follows its speaker's denial."""
    return bool(_DENIES.search(cue))
