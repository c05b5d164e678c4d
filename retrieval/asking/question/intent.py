"""Reads what a question is after from its wording alone: names, whose words, who it wants to know of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval.language.folding import name_key, word_key, words
from retrieval.language.word_lists import QUESTION_WORDS, STOP_WORDS, TITLES, bare

MAX_SOURCE_QUESTION_WORDS = 20
"""A longer question tells a story of its own: whom it names is not simply whose words it asks for."""

_SAYING = (
    r"(?:sa(?:y|ys|id)|tells?|told|reports?|reported|claim(?:s|ed)?|writes?|wrote|written|stated|argue[sd]?"
    r"|highlight(?:s|ed)?|note[sd]?|announce[sd]?|warn(?:s|ed)?|comment(?:s|ed)?|mention(?:s|ed)?|describe[sd]?"
    r"|suggest(?:s|ed)?|quote[sd]?|predict(?:s|ed)?|confirm(?:s|ed)?|allege[sd]?)"
)
_WORDING = r"(?:statements?|comments?|remarks?|reports?|reporting|articles?|coverage|words|story|stories|quotes?|take)"
_AUXILIARY = r"(?:do|does|did|has|have|had|is|are|was|were|will|would|can|could|should|may|might|must|to|else)"
_WHO = r"(?P<who>[^?!.;:]{2,80}?)"
_ADVERB = r"(?:\s+(?:just|also|really|actually|ever|first|recently))?"
_ASKS_WHOSE = [
    re.compile(rf"\b(?:did|does|do|has|have|had)\s+{_WHO}{_ADVERB}\s+{_SAYING}\b", re.IGNORECASE),
    re.compile(rf"\baccording\s+to\s+{_WHO}(?=\s*(?:,|\?|$|\b(?:what|why|who|how|when|where)\b))", re.IGNORECASE),
    re.compile(rf"\bwhat\s+(?!{_AUXILIARY}\b){_WHO}\s+{_SAYING}\b", re.IGNORECASE),
    re.compile(rf"\b(?:quotes?|statements?|words|comments?|remarks?)\s+(?:from|by)\s+{_WHO}(?:\s+(?:on|about)\b|\?|$)",
               re.IGNORECASE),
    re.compile(rf"\b(?:what(?:['’]s|\s+(?:is|are|was|were|about))|show(?:\s+me)?)\s+{_WHO}['’]s?\s+{_WORDING}\b",
               re.IGNORECASE),
]  # fmt: skip
_ASKING_WORDS = frozenset(
    "show find list quote quotes statement statements words comment comments remark remarks".split()
)
_SAYS = (_ASKS_WHOSE[0], _ASKS_WHOSE[2])
_TELLING = rf"(?:{_SAYING}|saying|reporting|claiming|writing|cover(?:s|ed|ing)?)"
_WHICH_OUTLETS = (
    r"(?:which|what)\s+(?:\w+\s+)?(?:outlets?|papers?|newspapers?|sources?|sites?|publications?)(?:\s+else)?"
)
_ASKS_WHO_SAID = re.compile(
    rf"^\W*(?:who(?:\s+else)?|{_WHICH_OUTLETS})\s+(?:has\s+|have\s+|is\s+|are\s+)?{_TELLING}\b", re.IGNORECASE
)
_OUTLETS = re.compile(rf"^\W*{_WHICH_OUTLETS}\s+", re.IGNORECASE)
_NOBODY_IN_PARTICULAR = re.compile(
    r"^(?:the\s+|these\s+|those\s+|your\s+|any\s+)?(?:articles?|texts?|news|reports?|sources?|story|stories|you|it|they"
    r"|people|papers?|press|media|outlets?|library|anyone|anybody|someone|he|she|i|we|this|that|there|experts?"
    r"|critics|analysts|officials|one|everyone)$",
    re.IGNORECASE,
)
_JOINERS = frozenset(["of", "the", "de", "la", "al", "el", "bin", "ibn", "van", "von", "der", "den", "and", "for"])


@dataclass(frozen=True, slots=True)
class Intent:
    """What a question is after, by its wording alone.

    `terms` are its content words as typed, without possessive endings; `names` runs of capitalised
    words. `asked_source` is whose words are asked for ("What did POLITICO say?"), and `topic_terms` the
    content words apart from that source. `asks_what_was_said` is true where only words of that source can
    answer, false where "according to ..." may name a plan or a law. `asks_who_said` marks "who
    reported that ...?", `asks_for_outlets` "which outlets report ...?".
    """

    terms: tuple[str, ...]
    topic_terms: tuple[str, ...]
    names: tuple[str, ...]
    asked_source: str | None
    asks_what_was_said: bool
    asks_who_said: bool
    asks_for_outlets: bool


def read_intent(text: str) -> Intent:
    """Read what a question is after; any text is one, whatever its case or punctuation."""
    tokens = words(text)
    terms = _content(tokens)
    several = len(re.findall(r"\?\s+\w", text)) > 0
    source = _asked_source(text) if len(tokens) <= MAX_SOURCE_QUESTION_WORDS and not several else None
    in_source = {word_key(word) for word in words(source)} if source else set()
    return Intent(
        terms=tuple(terms),
        topic_terms=tuple(
            term
            for term in terms
            if word_key(term) not in in_source and not _is_saying(term) and word_key(term) not in _ASKING_WORDS
        ),
        names=tuple(_names(tokens)),
        asked_source=source,
        asks_what_was_said=source is not None and any(pattern.search(text) for pattern in _SAYS),
        asks_who_said=asks_who_said(text),
        asks_for_outlets=asks_who_said(text) and _OUTLETS.match(text) is not None,
    )


def asks_who_said(text: str) -> bool:
    """Tell whether a question asks who says something: "who reported that ...?", "which outlets say ...?"."""
    return _ASKS_WHO_SAID.search(text) is not None


def without_asking(text: str) -> str:
    """Return what is to be searched for: "reported on the rift" of "which outlet reported on the rift".

    No article says of itself that it is one of an outlet, so that the word would only stand in the way.
    """
    match = _OUTLETS.match(text) if asks_who_said(text) else None
    return " " * match.end() + text[match.end() :] if match else text


def _content(tokens: list[str]) -> list[str]:
    found: dict[str, str] = {}
    for token in tokens:
        key = word_key(token)
        acronym = len(key) > 1 and bare(token).isupper()  # "US" is a country, "us" is not
        if key and (key not in STOP_WORDS or acronym):
            found.setdefault(key, bare(token))
    return list(found.values())


def _names(tokens: list[str]) -> list[str]:
    """Runs of capitalised words; none in a question typed all in capitals or like a headline."""
    content = [token for token in tokens if word_key(token) not in STOP_WORDS]
    if len(content) > 3 and all(token[0].isupper() for token in content):
        return []
    runs: list[list[str]] = [[]]
    for i, token in enumerate(tokens):
        key = word_key(token)
        opening = i == 0 and (key in STOP_WORDS or key in QUESTION_WORDS or not _follows_capital(tokens, i))
        if token[0].isupper() and not opening and (key not in STOP_WORDS or (len(key) > 1 and bare(token).isupper())):
            runs[-1].append(token)
            if bare(token) != token:  # a possessive ends the name
                runs.append([])
        elif key in _JOINERS and runs[-1] and _follows_capital(tokens, i) and key != "and":
            runs[-1].append(token)
        else:
            runs.append([])
    return [" ".join([*run[:-1], bare(run[-1])]) for run in runs if run and not _only_titles(run)]


def _follows_capital(tokens: list[str], i: int) -> bool:
    return i + 1 < len(tokens) and tokens[i + 1][0].isupper()


def _only_titles(run: list[str]) -> bool:
    return all(word_key(token) in TITLES or word_key(token) in _JOINERS for token in run)


def _asked_source(text: str) -> str | None:
    for pattern in _ASKS_WHOSE:
        match = pattern.search(text)
        if match:
            who = bare(match.group("who").strip(" ,'\"“”"))
            verb = match.group().split()[-1]
            # "the United States" is no saying; "according to which theory" names nobody.
            said = verb[0].islower() or pattern not in _SAYS
            asking = word_key(words(who)[0]) in QUESTION_WORDS if words(who) else True
            if said and not asking and name_key(who) and not _NOBODY_IN_PARTICULAR.match(who) and len(words(who)) <= 6:
                return who
    return None


def _is_saying(term: str) -> bool:
    return re.fullmatch(_SAYING, term, re.IGNORECASE) is not None
