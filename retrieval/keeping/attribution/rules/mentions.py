"""Finds the people of a text who have no name in it: 'a spokeswoman for the mine', 'his sister', 'two officers'."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.domain.articles import Span
from retrieval.keeping.attribution.rules.lexicon import Lexicon
from retrieval.keeping.attribution.rules.names import Names, gender, is_quoted
from retrieval.keeping.attribution.rules.quotations import Quotation

_FINDS = re.compile(
    r"(?<![\w’'-])(?P<det>an?|another|one|some|many|several|two|three|four|five|other|the|his|her|their|its|my|our|"
    r"[A-Z][\w-]*['’]s)[ \u00a0]+(?P<words>(?:[\w’'-]+[ \u00a0]+){0,3}?)(?P<head>[a-z][a-z-]*[a-z])(?![\w’'-])",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"[ \u00a0]+(?:for|of|at|from|with|in)[ \u00a0]+(?:(?:the|a|an|its|his|her)[ \u00a0]+)?"
    r"(?:[a-z-]+[ \u00a0]+){0,3}?[A-Z][\w&’'-]*(?:[ \u00a0]+[A-Z][\w&’'-]*)*"
    r"|[ \u00a0]+(?:for|of|at|from|with|in)[ \u00a0]+(?:the|a|an|its|his|her)[ \u00a0]+[a-z-]+"
)
_BARE = re.compile(r"(?:^|(?<=[.!?”\"][ \u00a0])|(?<=\n))(?P<head>[A-Z][a-z]+s)(?=[ \u00a0][a-z])", re.MULTILINE)
_VERBS = (
    r"(?:said|says|told|tells|added|adds|wrote|tweeted|explained|insisted|argued|warned|noted|recalled|claimed|testified|"
    r"announced|joked|asked|replied)"
)
_SAYS = re.compile(rf"(?:,[ \u00a0]\d{{1,2}}\b|(?:,[^,.\n]{{2,70}},)?[ \u00a0]{_VERBS}\b|,[ \u00a0]who[ \u00a0])")
_SAID = re.compile(rf"[”\"’,][ \u00a0]{_VERBS}[ \u00a0]\Z")
_STEMS = ("man", "woman", "person")
_PLURAL_STEMS = ("men", "women", "people")


@dataclass(frozen=True, slots=True)
class Mention:
    """People at a place: `key` is the same for the same people, `gender` "m", "f" or "" (unknown).

    `fresh` are people whom the words bring in ('a spokeswoman', 'his sister'), in contrast to 'the officer',
    who may be somebody known already; `sure` when a name is a person's beyond doubt.
    """

    span: Span
    key: str
    gender: str
    plural: bool = False
    named: bool = False
    fresh: bool = False
    sure: bool = True


def find_people(names: Names, quotations: Sequence[Quotation], headings: Sequence[Span] = ()) -> list[Mention]:
    """Return the people outside quotations and headings, named or not, in reading order.

    Where words say who a name is ('a spokeswoman, Lea Dahl'), only the name is a mention, of their gender.
    """
    text, lex = names.text, names.lex
    human = {name for at, people in names.mentions for name in people if _does_as_people_do(name, at, text)}
    out = [
        Mention(
            Span(at, at + 1),
            name,
            gender(names, name),
            named=True,
            sure=bool(gender(names, name)) or name in human,
        )
        for at, people in names.mentions
        for name in people
    ]
    places = sorted({at for at, _ in names.mentions})
    for found in _FINDS.finditer(text):
        head = found["head"].lower()
        sign = sign_of(head, lex)
        if sign is None or any(w.lower() in lex["not_a_name"] for w in found["words"].split()):
            continue
        sex, plural = sign
        after = _AFTER.match(text, found.end())
        span = Span(found.start(), after.end() if after else found.end())
        if _names_somebody(span, found.end(), text, places):
            continue
        det = found["det"].lower()
        words = " ".join(span.of(text).split())
        out.append(Mention(span, words.lower(), sex, plural or _counts(det), fresh=is_fresh(det)))
    out += [
        Mention(Span(*found.span("head")), found["head"].lower(), "", plural=True, fresh=True)
        for found in _BARE.finditer(text)
        if (sign := sign_of(found["head"].lower(), lex)) is not None and sign[1]
    ]
    told = [m for m in out if not is_quoted(m.span.start, quotations)]
    told = [m for m in told if not any(h.start <= m.span.start < h.end for h in headings)]
    return sorted(told, key=lambda m: m.span)


def _does_as_people_do(name: str, at: int, text: str) -> bool:
    """Tell whether a name says something, or has an age, where it stands: "Brandl said", "Ida Sand, 41,"."""
    last = name.split()[-1]
    end = text.find(last, at, at + len(name) + 40)
    if end < 0:
        return False
    return bool(_SAYS.match(text, end + len(last)) or _SAID.search(text, max(0, at - 20), at))


def sign_of(head: str, lex: Lexicon) -> tuple[str, bool] | None:
    """Return gender and whether it is several of a noun for people, None for another noun."""
    if head.endswith(_PLURAL_STEMS):
        return "", True
    plural = head.endswith("s") and head[:-1] in lex["humans"]
    if not (plural or head in lex["humans"] or head.endswith(_STEMS)):
        return None
    if head in lex["male"] or (head.endswith("man") and not head.endswith("woman")):
        return "m", plural
    return ("f" if head in lex["female"] or head.endswith("woman") else ""), plural


def is_fresh(det: str) -> bool:
    """Tell whether a determiner brings somebody in, rather than takes up who is known."""
    return det != "the"


def _counts(det: str) -> bool:
    return det in {"some", "many", "several", "two", "three", "four", "five", "other"}


def _names_somebody(span: Span, head_end: int, text: str, places: Sequence[int]) -> bool:
    """Tell whether a name stands right beside: 'the lawyer, Lea Dahl', 'Lea Dahl, a lawyer', 'his sister Lea'."""
    at = bisect_left(places, head_end)
    for end in {head_end, span.end}:
        if at < len(places) and re.fullmatch(r",?[ \u00a0]+(?:[A-Z][a-z]*\.?[ \u00a0]+)?", text[end : places[at]]):
            return True
    if at and places[at - 1] >= span.start and places[at - 1] < head_end:
        return text[places[at - 1] :].find("’s") < 0 and "'s" not in span.of(text)
    before = text[max(0, span.start - 60) : span.start]
    return bool(re.search(r"[A-Z][\w’'-]+,[ \u00a0](?:\d+,[ \u00a0])?\Z", before))
