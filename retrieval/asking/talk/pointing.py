"""Messages that only point at what was just quoted: "more", "says who?", "when was this?"."""

from __future__ import annotations

import re
from enum import StrEnum

_LEAD = r"\W*(?:(?:ok(?:ay)?|and|but|so|then|please|well)\W+)*"
_IT = r"(?:it|that|this|these|those|them|so)(?:\s+all)?"
_TELLS = (
    r"(?:says?|said|saying|tells?|told|reports?|reported|reporting|claims?|claimed|writes?|wrote|written|publish(?:es|ed)?"
    r"|announced|stated|carries|carried|covered|covers)"
)
_OUTLETS = (
    r"(?:which|what)\s+(?:\w+\s+)?(?:outlets?|papers?|newspapers?|sources?|sites?|publications?|magazines?|articles?)"
)


def _only(*forms: str) -> re.Pattern[str]:
    return re.compile(rf"{_LEAD}(?:{'|'.join(forms)})\W*", re.IGNORECASE)


_MORE = _only(
    r"(?:can\s+(?:you|i|we)\s+)?(?:(?:tell|show|give|read|see|get|have)\s+(?:(?:me|us)\s+)?)?(?:(?:some|anything|any|what)"
    r"\s+)?(?:more|else)(?:\W+(?:quotes?|details?|info(?:rmation)?|please|pls"
    rf"|(?:of|about|on)\s+{_IT}))*",
    r"go\s+on|continue|next|keep\s+going",
    r"is\s+there\s+(?:(?:any(?:thing)?|some)\s+)?(?:more|else)",
)
_WHO_TELLS = _only(
    rf"(?:who|{_OUTLETS})\s+(?:(?:has|have|is|was|had)\s+)?{_TELLS}(?:\s+{_IT})?",
    rf"who\s+(?:is|was)\s+(?:{_IT}|the\s+source)(?:\s+(?:by|from))?",
    r"says\s+who",
    rf"(?:(?:what(?:['’]?s|\s+is|\s+was|\s+are)|who(?:['’]?s|\s+is))\s+)?(?:the\s+|your\s+)?sources?(?:\s+(?:of|for)\s+{_IT})?",
    rf"where\s+(?:is|was|did|does|do)\s+(?:{_IT}|you)\s+(?:come\s+from|from|get\s+{_IT}|{_TELLS})(?:\s+from)?",
    r"according\s+to\s+whom?",
)
_PUBLISHED_WHEN = _only(
    rf"when\s+(?:was|were|did)\s+(?:{_IT}|they)\s+(?:{_TELLS})",
    rf"how\s+(?:old|recent|new|fresh)\s+(?:is|are)\s+{_IT}",
    rf"(?:what(?:['’]?s|\s+is|\s+was)\s+)?the\s+date(?:\s+of\s+{_IT})?",
)
_WHEN = _only(
    rf"when(?:\s+(?:was|is|were|did|does|has)\s+{_IT}(?:\s+(?:happen(?:ed|ing)?|been|be|take\s+place|start(?:ed)?|going\s+on))?)?",
    rf"(?:what|which)\s+(?:day|date|time|year|month)\s+(?:was|is|did)\s+{_IT}(?:\s+happen)?",
    r"since\s+when",
)


class Pointing(StrEnum):
    """What is asked of what was just quoted.

    `MORE` of it; `WHO_TELLS` it; when it was `PUBLISHED`; `WHEN` it was, which the articles may say or not.
    """

    MORE = "more"
    WHO_TELLS = "who_tells"
    PUBLISHED = "published"
    WHEN = "when"


_FORMS = (
    (Pointing.MORE, _MORE),
    (Pointing.WHO_TELLS, _WHO_TELLS),
    (Pointing.PUBLISHED, _PUBLISHED_WHEN),
    (Pointing.WHEN, _WHEN),
)


def pointing_of(text: str) -> Pointing | None:
    """Tell what a message asks of what was just quoted, and of that alone; None where it says more."""
    return next((kind for kind, form in _FORMS if form.fullmatch(text)), None)
