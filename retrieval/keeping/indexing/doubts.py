"""Tells whether what a place shows now is still the article that was there: a version in doubt replaces nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval.domain.libraries import Looks

RUN = 3
"""Words that must stand next to each other in both texts: single words of any two texts in one language agree."""
ENOUGH_WORDS = 30
"""An old text of fewer words is no article that could be harmed; a correction may well change all of it."""
MOST = 0.5
"""A new version must have so much of the old text."""
REWRITTEN = 0.2
"""Of a story that has grown, so much: its first lines are often written anew."""
WHOLE = 0.9
"""A version with less than this of the old text, and with lines that look like a wall, is in doubt too."""
NOTICE_WORDS = 400
"""What is added by a wall is short."""

_SIGNS: dict[Looks, tuple[int, tuple[str, ...]]] = {
    Looks.ROBOT_CHECK: (
        1,
        (
            r"(?:are|if) you(?:\W+re| are)? (?:not )?a (?:robot|human)",
            r"verify(?:ing)? (?:that )?you(?:\W+re| are)",
            r"captcha",
            r"checking your browser",
            r"unusual (?:traffic|activity)",
            r"(?:enable|turn on|requires) (?:java\s?script|cookies)",
        ),
    ),
    Looks.ERROR: (
        1,
        (
            r"page (?:was |is |could |can)?\s?not (?:be )?found",
            r"(?:error|http) ?(?:40[0-9]|410|50[0-9])",
            r"(?:40[34]|50[0-4])[ :-]+(?:error|not found|forbidden|bad gateway|service)",
            r"access (?:is )?denied",
            r"internal server error|bad gateway|service (?:is )?(?:temporarily )?unavailable",
            r"(?:no longer|not) (?:exists?|available)",
            r"something (?:has gone|went) wrong",
        ),
    ),
    Looks.CONSENT: (
        2,
        (
            r"cookies?",
            r"consent",
            r"(?:your|you value|about) privacy|privacy (?:policy|settings|choices|preferences)",
            r"our (?:\d+ |trusted )*partners",
            r"(?:accept|reject|agree to) (?:and continue|all|them)",
            r"personali[sz]ed (?:ads|advertising|content)",
            r"store and/or access|legitimate interests?",
        ),
    ),
    Looks.SUBSCRIPTION: (
        2,
        (
            r"subscri(?:be|bers?|ptions?)",
            r"(?:sign|log) ?in",
            r"(?:to|and) (?:continue|keep) reading|(?:read|unlock|access) (?:the|this|our) (?:full|whole|rest|article)",
            r"already (?:a|an|have)",
            r"(?:free )?trial|per month|a month|a week|cancel any ?time",
            r"(?:create|register for) (?:a|an|your) (?:free )?account|register (?:now|for free)",
            r"(?:exclusive|only) (?:to|for) (?:our )?(?:members|readers|subscribers)",
        ),
    ),
}
_COMPILED = {
    looks: (enough, tuple(re.compile(rf"(?<!\w)(?:{sign})(?!\w)", re.IGNORECASE) for sign in signs))
    for looks, (enough, signs) in _SIGNS.items()
}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a new version is in doubt: the share of the old text that it still has, and what it looks like."""

    kept: float
    looks: Looks | None


def doubt_of(old: str, new: str) -> Doubt | None:
    """Tell why `new` should not replace `old` by itself; None when it may.

    What lost most of the old text is in doubt, unless it has grown and is recognisably the same story; so is what
    lost some of it and gained lines that look like a wall.
    """
    before, after = _words(old), _words(new)
    if len(before) < ENOUGH_WORDS:
        return None
    kept = _share(before, _runs(after))
    looks = looks_of(_added(new, _runs(before)))
    if kept >= (REWRITTEN if len(after) >= len(before) else MOST) and (looks is None or kept >= WHOLE):
        return None
    return Doubt(kept, looks)


def alike(one: str, other: str) -> bool:
    """Tell whether two texts are mostly the same, so that who has decided about one has about the other."""
    first, second = _words(one), _words(other)
    return min(_share(first, _runs(second)), _share(second, _runs(first))) >= MOST


def looks_of(text: str) -> Looks | None:
    """Tell what notice a short text looks like, None where it looks like none."""
    if len(_words(text)) > NOTICE_WORDS:
        return None
    for looks, (enough, signs) in _COMPILED.items():
        if sum(sign.search(text) is not None for sign in signs) >= enough:
            return looks
    return None


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1))}


def _share(words: list[str], runs: set[tuple[str, ...]]) -> float:
    """Return the share of the words that stand in runs which the other text has too."""
    if not words:
        return 0.0
    found = [False] * len(words)
    for at in range(max(1, len(words) - RUN + 1)):
        if tuple(words[at : at + RUN]) in runs:
            found[at : at + RUN] = [True] * len(words[at : at + RUN])
    return sum(found) / len(words)


def _added(new: str, old_runs: set[tuple[str, ...]]) -> str:
    """Return the lines of the new text that the old one has not."""
    return "\n".join(line for line in new.splitlines() if _share(_words(line), old_runs) < MOST)
