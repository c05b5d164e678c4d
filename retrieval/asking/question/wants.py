"""What kind of words would answer a question."""

from __future__ import annotations

import re
from enum import StrEnum

from retrieval.language.stems import WORD, stem
from retrieval.language.word_lists import TITLES


class Wants(StrEnum):
    """What kind of words would answer."""

    NUMBER = "number"
    TIME = "time"
    PERSON = "person"
    PLACE = "place"
    REASON = "reason"
    YES_NO = "yes_no"
    DEFINITION = "definition"
    ANYTHING = "anything"


_WANTS: tuple[tuple[Wants, re.Pattern[str]], ...] = (
    (
        Wants.NUMBER,
        re.compile(
            r"\bhow (?:many|much|large|big|long|far|old|tall|high|often|fast)\b"
            r"|\bwhat (?:percentage|number|amount|proportion|share|size|fraction)\b|\bpopulation\b"
        ),
    ),
    (Wants.TIME, re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|decade|time)\b")),
    (Wants.PERSON, re.compile(r"\bwho\b|\bwhose\b|\bwhom\b")),
    (
        Wants.PLACE,
        re.compile(r"\bwhere\b|\b(?:what|which) (?:country|city|place|region|state|location|area|river)\b"),
    ),
    (Wants.REASON, re.compile(r"\bwhy\b|\bwhat (?:caused|reason|is the reason|was the reason)\b")),
    (
        Wants.YES_NO,
        re.compile(r"^(?:is|was|are|were|did|do|does|has|have|had|can|could|will|would|should)\b"),
    ),
)


def what_it_wants(text: str) -> Wants:
    """Return the kind of words that would answer a question."""
    lowered = text.lower().strip()
    if defined_in(text):
        return Wants.DEFINITION
    return next((wants for wants, pattern in _WANTS if pattern.search(lowered)), Wants.ANYTHING)


_NEWS = re.compile(
    r"\bwhat(?:['’]s|\s+is|\s+was|\s+has)?\s+(?:happen(?:s|ed|ing)|the\s+(?:situation|state|result|outcome))\b"
    r"|\b(?:latest|newest|most\s+recent|news|updates?)\b",
    re.IGNORECASE,
)


def asks_for_news(text: str, wants: Wants, *, dated: bool) -> bool:
    """Tell whether a question asks what there is to report, in no particular respect; `dated`: it names a time."""
    return bool(_NEWS.search(text)) or (dated and wants is Wants.ANYTHING)


_NUMBER_WORD = re.compile(
    r"\d|\b(?:zero|none|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|dozens?|hundreds?"
    r"|thousands?|millions?|billions?|trillions?|half|third|quarter|percent|once|twice|most|few|several|many)\b",
    re.IGNORECASE,
)


_TIME = re.compile(
    r"\b(?:1\d{3}|20\d{2})s?\b|\b(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
    r"|\b(?:centur(?:y|ies)|years?|weeks?|months?|decades?|yesterday|today|tomorrow|morning|evening|night)\b",
)


_REASON = re.compile(
    r"\b(?:because|due to|owing to|thanks to|so that|so as to|in order to|as a result|results? (?:in|from)|therefore"
    r"|aim(?:s|ed|ing)? (?:at|to)|seek(?:s|ing)? to|sought to|intend(?:s|ed)? to|hop(?:es?|ed|ing) to|agenda|purpose"
    r"|objectives?|goals?|reason\w*|caus\w*|motiv\w*|led to|prompted|amid)\b",
    re.IGNORECASE,
)


_CAPITAL = re.compile(r"(?<=[a-z,;:’'\")–—-] )[\"“‘'(]?([A-Z][\w’'-]+)")


def holds_wanted(wants: Wants, sentence: str, known: frozenset[str], defined: str | None = None) -> float:
    """Return 1 when a sentence holds the kind of words the question wants, .5 when that cannot be told.

    `known` are the question's own stems: a name that the question already says does not answer "who". `defined` is
    who or what it wants to have explained.
    """
    match wants:
        case Wants.NUMBER:
            return float(any(stem(found.group()) not in known for found in _NUMBER_WORD.finditer(sentence)))
        case Wants.TIME:
            return float(bool(_TIME.search(sentence)))
        case Wants.PERSON | Wants.PLACE:
            first = WORD.search(sentence)
            opening = first is not None and first.group()[0].isupper() and stem(first.group()) not in known
            named = any(stem(found.group(1)) not in known for found in _CAPITAL.finditer(sentence))
            return 1.0 if named else 0.4 * opening
        case Wants.DEFINITION:
            # Whoever explains a thing may do so in many ways, of which these are the surest.
            return 1.0 if defined and says_what_it_is(defined, sentence) else 0.4
        case Wants.REASON:
            return float(bool(_REASON.search(sentence)))
        case Wants.YES_NO | Wants.ANYTHING:
            return 0.5


_DEFINED = re.compile(
    r"^\W*(?:who|what)(?:['’]s|\s+(?:is|are|was|were))\s+(?P<name>(?:\w[\w.'’-]*\s*){1,5})\W*$", re.IGNORECASE
)


def defined_in(text: str) -> str | None:
    """Return who or what a "who is ...?", "what are ...?" asks about; None of any other question."""
    match = _DEFINED.match(text)
    name = match["name"].strip() if match else ""
    return name if name and " of " not in name and not re.search(r"['’]s ", name) else None


def says_what_it_is(name: str, sentence: str) -> bool:
    """Tell whether a sentence says who or what a name is beside it: "X, a ...", "X is a ...", "the ..., X"."""
    last = re.escape(name.split()[-1])
    after = rf"\b{last}\b(?:,\s+(?:an?|the|who)\b|\s+(?:is|was|are|were|has been|became)\s+(?:an?|the)\b|\s+\()"
    named = r"(?:(?-i:[A-Z])[\w'’.-]+\s+){0,3}"  # first names and titles, nothing else, before the name asked for
    before = rf"\b(?:an?|the)\b[^.;]{{3,60}},\s+{named}{last}\b|\b(?:{'|'.join(sorted(TITLES))})\s+{named}{last}\b"
    return re.search(f"{after}|{before}", sentence, re.IGNORECASE) is not None
