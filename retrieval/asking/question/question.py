"""A question taken apart: the publishers it names, its dates, its clauses, its names and what it wants."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from retrieval.domain.articles import Span
from retrieval.language.stems import WORD, is_content, stem


class Wants(StrEnum):
    """What kind of words would answer."""

    NUMBER = "number"
    TIME = "time"
    PERSON = "person"
    PLACE = "place"
    REASON = "reason"
    YES_NO = "yes_no"
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Mention:
    """A publisher of the library named in a question; several when a short name fits several."""

    span: Span
    publishers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a question and the publishers whose articles it asks about (none: any)."""

    span: Span
    publishers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of a question: its stem, its place, and whether it looks like a name or a number."""

    stem: str
    start: int
    end: int
    name: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question and everything about it that needs no library content, only the names in its credits."""

    text: str
    mentions: tuple[Mention, ...]
    parts: tuple[Part, ...]
    clauses: tuple[Span, ...]
    terms: tuple[Term, ...]
    wants: Wants

    @property
    def publishers(self) -> frozenset[str]:
        """All publishers that the question names."""
        return frozenset().union(*(mention.publishers for mention in self.mentions))

    @property
    def counted(self) -> str | None:
        """The stem of what the question asks the number of: "people" in "how many people ...?"."""
        match = _COUNTED.search(self.text)
        return stem(match["noun"]) if match else None


_COUNTED = re.compile(r"\bhow many\s+(?P<noun>[^\W\d_]+)", re.IGNORECASE)
_SHORT = re.compile(r"\s+[-|–—]\s+|:\s+|\s+\|\s*")
_DOMAIN = re.compile(r"(.+?)\.(?:com|org|net|co\.uk|news)$", re.IGNORECASE)
_INITIALS = re.compile(r"([A-Z]{2,}) (?:News|Sports?)$")


def aliases(publisher: str) -> set[str]:
    """Return the names by which people call a publisher: without section, article or domain ending."""
    short = outlet_name(publisher)
    found = {publisher.strip(), short}
    if short.lower().startswith("the ") and len(short.split()) > 2:
        found.add(short[4:])
    for name in tuple(found):
        for pattern in (_DOMAIN, _INITIALS):
            if match := pattern.match(name):
                found.add(match.group(1))
    return {name for name in found if len(name) > 2}


def outlet_name(publisher: str) -> str:
    """Return a publisher's name without its section: "BBC News" for "BBC News - Technology"."""
    return _SHORT.split(publisher)[0].strip() or publisher


_CUE_BEFORE = re.compile(r"(?:according to|by|from|in|did|does|has|says?|said|the)\s+[\"'“‘]?$", re.IGNORECASE)
_CUE_AFTER = re.compile(
    r"[\"'’”]*(?:'s|’s)?\s+(?:articles?|reports?|reported|says?|said|stor(?:y|ies)|piece|coverage|writes?|claims?)\b",
    re.IGNORECASE,
)


class PublisherNames:
    """Finds the publishers of a library in questions; built from the credits, never from a fixed list."""

    def __init__(self, publishers: Iterable[str]) -> None:
        self._owners: dict[str, set[str]] = {}
        for publisher in publishers:
            for alias in aliases(publisher):
                self._owners.setdefault(alias.lower(), set()).add(publisher)
        longest_first = sorted(self._owners, key=len, reverse=True)
        pattern = "|".join(re.escape(alias) for alias in longest_first) or r"(?!)"
        self._pattern = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)

    def find(self, text: str) -> tuple[Mention, ...]:
        """Return the mentions in a question, in order.

        A name typed without a capital counts only beside words such as "according to" or "article":
        "fortune" and "the age" are also ordinary words.
        """
        found = []
        for match in self._pattern.finditer(text):
            words = match.group()
            capital = any(character.isupper() for character in words.removeprefix("The "))
            cued = _CUE_BEFORE.search(text[: match.start()]) or _CUE_AFTER.match(text, match.end())
            if capital or cued:
                found.append(Mention(Span(*match.span()), frozenset(self._owners[words.lower()])))
        return tuple(found)


_CUT = re.compile(
    r"[;?!\n]+|,\s+|\b(?:while|whereas|compared to|as well as|between)\b"
    r"|\s+(?:and|or|but)\s+(?=(?:does|did|do|is|was|has|have|are|were|the|another|an?|its|in|who|whose|which|that)\b)",
    re.IGNORECASE,
)
_GLUE = re.compile(r"[\s,'\"’‘“”]*(?:and|or|both|&)?[\s,'\"’‘“”]*", re.IGNORECASE)
_TRAILING = re.compile(
    r"['’]?s?['\"”]?\s*(?:articles?|reports?|reporting|coverage|piece|story|stories)?\s*"
    r"(?:[,?.;]|$|and (?:is|was|has|had|who|also|later|whose)\b)",
)
_AFTER_TRAILING = re.compile(r"[,?.;]|\band\b")
_BETWEEN = re.compile(r"[,;?]|\b(?:while|whereas|and|or|but|compared to|than|as)\b")


def _content_words(text: str) -> int:
    return sum(is_content(match.group()) for match in WORD.finditer(text))


def find_clauses(text: str, *, least_words: int = 3) -> tuple[Span, ...]:
    """Cut a question into clauses of at least `least_words` content words each."""
    cuts = sorted({0, len(text), *(match.start() or match.end() for match in _CUT.finditer(text))})
    clauses: list[tuple[int, int]] = []
    for start, end in itertools.pairwise(cuts):
        short = (
            clauses and min(_content_words(text[start:end]), _content_words(text[slice(*clauses[-1])])) < least_words
        )
        if short:
            clauses[-1] = (clauses[-1][0], end)
        else:
            clauses.append((start, end))
    return tuple(Span(start, end) for start, end in clauses) or (Span(0, len(text)),)


def find_parts(text: str, mentions: Sequence[Mention]) -> tuple[Part, ...]:
    """Give each named publisher (or list of publishers) the stretch of the question that belongs to it.

    "as reported by The Verge, and ..." closes its stretch; "does the article from The Verge suggest ..."
    opens one.
    """
    groups: list[list[Mention]] = []
    for mention in mentions:
        if groups and _GLUE.fullmatch(text[groups[-1][-1].span.end : mention.span.start]):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    trailing = [bool(_TRAILING.match(text, group[-1].span.end)) for group in groups]
    parts: list[Part] = []
    start = 0
    for number, group in enumerate(groups):
        here = group[-1].span.end
        last = number + 1 == len(groups)
        following = len(text) if last else groups[number + 1][0].span.start
        between = text[here:following]
        if last:
            end = len(text)
        elif trailing[number]:
            cut = _AFTER_TRAILING.search(between)
            end = here + (cut.start() if cut else 0)
        else:
            cuts = [match.start() for match in _BETWEEN.finditer(between)] or [len(between)]
            end = here + (cuts[0] if trailing[number + 1] else cuts[-1])
        parts.append(Part(Span(start, end), frozenset().union(*(mention.publishers for mention in group))))
        start = end
    return tuple(parts)


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
    return next((wants for wants, pattern in _WANTS if pattern.search(lowered)), Wants.ANYTHING)


def find_terms(text: str, hidden: Iterable[Span] = ()) -> tuple[Term, ...]:
    """Return the content words of a question, except those inside the hidden spans."""
    hidden = tuple(hidden)
    found = []
    for match in WORD.finditer(text):
        span = Span(*match.span())
        word = match.group()
        if is_content(word) and not any(span.overlaps(other) for other in hidden):
            name = span.start > 0 and (word[0].isupper() or word[0].isdigit())
            found.append(Term(stem(word), span.start, span.end, name))
    return tuple(found)


_NAME = r"(?:[Tt]he )?[A-Z][\w.&’'-]*(?:\s+(?:of\s+|and\s+|the\s+|&\s+|-\s+|\|\s+)?[A-Z][\w.&-]*)*"
_PIECE = r"(?:articles?|reports?|reviews?|piece|story|coverage|interview|profile)"
_CALLED_A_SOURCE = (
    re.compile(
        rf"(?:\baccording to|\breported by|\bpublished (?:by|in)|\bas per"
        rf"|\b(?:{_PIECE}|one|another) (?:by|from|in|on))"
        rf"\s+[\"'‘“]?({_NAME})"
    ),
    re.compile(rf"({_NAME})[\"'’”]?(?:['’]s)?\s+{_PIECE}\b"),
)


def unknown_sources(text: str, mentions: Sequence[Mention]) -> tuple[str, ...]:
    """Return the names that a question treats as publishers but that publish nothing in the library.

    "Bloomberg" in "the Bloomberg article on ..."; sometimes a person ("according to Gantz").
    """
    found = []
    for pattern in _CALLED_A_SOURCE:
        for match in pattern.finditer(text):
            span = Span(*match.span(1))
            if span.start > 0 and not any(span.overlaps(mention.span) for mention in mentions):
                found.append(span.of(text).removeprefix("the "))
    return tuple(dict.fromkeys(found))


def take_apart(text: str, names: PublisherNames, dates: Iterable[Span] = ()) -> Question:
    """Take a question apart; `dates` are the spans that name a time, which count by themselves."""
    mentions = names.find(text)
    clauses = find_clauses(text)
    parts = find_parts(text, mentions) or tuple(Part(clause) for clause in clauses)
    terms = find_terms(text, [*(mention.span for mention in mentions), *dates])
    return Question(text, mentions, parts, clauses, terms, what_it_wants(text))
