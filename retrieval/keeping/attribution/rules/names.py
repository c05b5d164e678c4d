"""Who a source span means: its kind, and the fullest name that the article gives for it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from retrieval.domain.articles import SourceKind, Span
from retrieval.keeping.attribution.rules.lexicon import Lexicon
from retrieval.keeping.attribution.rules.quotations import Quotation

_WORD = (
    r"(?:(?:[^\W\d_a-z]\.)+|(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Adm|Prof|Rev|Jr|Sr|St)\."
    r"|[^\W\d_a-z][\w’'-]*(?:\.\w+)*)"
)
_NAME = re.compile(
    rf"(?<!\w){_WORD}"
    rf"(?:(?:[ \u00a0](?:of|for|the|de|la|le|van|von|der|den|bin|al|el|da|di|du|&))*"
    rf"(?:[ \u00a0][“\"‘(][^\W\d_a-z][\w’'-]*[”\"’)](?=[ \u00a0][^\W\d_a-z]))?[ \u00a0]{_WORD})*"
)
_LEADING = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
_LOWER = re.compile(r"(?<![\w’'-])[^\W\d_A-Z][^\W\d_]*")
_OPENS = re.compile(r"(?:\A\s*|[.!?:;\n“\"‘(—–][\s“\"‘'(]*)\Z")
_WHEN = re.compile(
    r"(?<=[\w)])\s+(?:(?:on|late|early|last|this)\s+)+(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|week|month|year)\b.*$"
)
_STOP = re.compile(r"(?<=[^\W\d_]{3})(?<!Inc)(?<!Corp)(?<!Ltd)\.$")
_POSSESSIVE = re.compile(r"['’]s?$")
_BEHIND = re.compile(r"\s+(?:also|recently|later|then|now|on|in|at|of|for|himself|herself|\([^()]*\)?)$")
_WHERE = re.compile(r" (?:of|in|on|at|for|from|with|as|following|during|after|before|among|[—–-]) ")
_IN_WHICH = re.compile(
    r"(?<=\w)\)? (?:in|on|via|through) (?:an?|the|his|her|their|its) (?:[\w’'-]+ ){0,2}"
    r"(?:statement|release|post|blog|interview|e-?mail|letter|memo|tweet|video|podcast|message|report|note)$"
)


@dataclass(slots=True)
class Names:
    """The names of one article: full names by their parts, and where persons are mentioned.

    `mentions` are places outside quotations, each with the persons that the words there may mean. `inside`
    are the full names that stand inside a sentence somewhere, where a capital is no accident.
    """

    text: str
    lex: Lexicon
    full: dict[str, set[str]] = field(default_factory=dict)
    mentions: list[tuple[int, frozenset[str]]] = field(default_factory=list)
    genders: dict[str, str] = field(default_factory=dict)
    inside: set[str] = field(default_factory=set)

    def kind(self, name: str, span_text: str) -> SourceKind:
        """Classify a source by the shape of its name."""
        return classify(name, span_text, self.lex, known=name in self.genders)


def clean(name: str) -> str:
    """Take a name's possessive and outer marks away and make its spaces plain."""
    plain = _BEHIND.sub("", " ".join(name.split()).strip(' ,;:"“”—–-'))
    plain = plain.strip(' ,;:"“”()—–-')
    return _POSSESSIVE.sub("", _STOP.sub("", plain)).strip()


def classify(name: str, span_text: str, lex: Lexicon, *, known: bool = False) -> SourceKind:
    """Return the kind of a source from its words alone."""
    low = name.lower().replace("’", "'")
    words = [w.strip(".,") for w in low.split()]
    if not words:
        return SourceKind.UNNAMED
    bare = _LEADING.sub("", low)
    head_words = re.split(r"\b(?:of|for|from|in|at|with|by|familiar|close|who|released|conducted|published)\b", bare)[
        0
    ].split()
    head = head_words[-1].strip(".,'") if head_words else words[-1]
    named = any(w[:1].isupper() and w.lower() not in lex["not_a_name"] for w in name.split())
    if low in lex["outlets"] or bare in lex["outlets"]:
        return SourceKind.OUTLET
    capital = name.split()[-1][:1].isupper() if name.split() else False
    if capital and words[-1] in lex["outlet_words"] and not known and (len(words) > 1):
        return SourceKind.OUTLET
    written = next((w for n, w in enumerate(name.split()) if n and w.lower().strip(".,'") == head), head)
    if head in lex["unnamed"] and written.islower():
        return SourceKind.UNNAMED
    if head in lex["document_words"] and not (capital and known):
        return SourceKind.DOCUMENT
    if words[-1] in lex["organisation_words"] or head in lex["organisation_words"]:
        return SourceKind.ORGANISATION
    if len(words) > 1 and words[0] == "the" and capital:
        return SourceKind.ORGANISATION
    if named and len(words) == 1 and name.isupper() and len(name) <= 6:
        return SourceKind.ORGANISATION
    if low in lex["places"]:
        return SourceKind.ORGANISATION
    return SourceKind.PERSON if named else SourceKind.UNNAMED


def read_names(text: str, lex: Lexicon, quotations: Sequence[Quotation] = ()) -> Names:
    """Collect an article's full names (two or more capitalised words) and the mentions of persons."""
    names = Names(text, lex)
    singles: list[tuple[int, str]] = []
    for found in _NAME.finditer(text):
        begin, words = found.start(), found.group().split()
        while words and words[0].lower() != "the" and _is_no_name(words[0].lower(), lex):
            begin += len(words[0]) + 1
            words = words[1:]
        first, stop = _person_in(words, lex)
        if words:
            _add(names, singles, begin + len(" ".join(words[:first])) + (first > 0), words[first:stop])
    _drop_openings(names)
    for at, word in singles:
        people = frozenset(n for n in names.full.get(word.lower(), ()) if n in names.genders)
        if not people and names.genders.get("?" + word.lower()):  # 'Mr. Obama', never in full
            names.genders.setdefault(word, names.genders["?" + word.lower()])
            people = frozenset({word})
        if people:
            names.mentions.append((at, people))
    names.mentions = sorted(m for m in names.mentions if not is_quoted(m[0], quotations))
    return names


def _person_in(words: Sequence[str], lex: Lexicon) -> tuple[int, int]:
    """Return which words of a run name a person: none before a title or "CNN’s", none from "of Skytrax" on."""
    known = lex["male_names"] | lex["female_names"]
    first, stop = 0, len(words)
    for at, word in enumerate(words[:-2]):
        low = word.lower()
        titled = low in lex["titles"] or low + "." in lex["titles"] or low in lex["humans"] or low.endswith("ist")
        if titled or (_POSSESSIVE.search(word) and words[at + 1].lower() in known):
            first = at + 1 if words[at + 1][0].isupper() else first
    cut = next((n for n in range(first + 2, len(words)) if words[n] in {"of", "for"}), stop)
    return first, cut if first or (words and words[0].lower() in known) else stop


def _is_no_name(word: str, lex: Lexicon) -> bool:
    return word in lex["not_a_name"] or word in lex["calendar"]


def is_quoted(at: int, quotations: Sequence[Quotation]) -> bool:
    """Tell whether a place lies inside a quotation."""
    index = bisect_right(quotations, at, key=lambda q: q.start) - 1
    return index >= 0 and at < quotations[index].end


def _add(names: Names, singles: list[tuple[int, str]], begin: int, words: list[str]) -> None:
    lex = names.lex
    gender = ""
    while len(words) > 1 and words[0].lower() in lex["titles"]:
        low = words[0].lower()
        gender = "m" if low in lex["male"] else "f" if low in lex["female"] else gender
        begin += len(words[0]) + 1
        words = words[1:]
    words = [
        _POSSESSIVE.sub("", w.rstrip(".,") if len(w) > 2 and not re.fullmatch(r"(?:\w\.)+", w) else w) for w in words
    ]
    words = [w for w in words if w]
    if not words:
        return
    name = " ".join(words)
    if len(words) == 1:
        singles.append((begin, name))
        if gender:
            names.genders.setdefault("?" + name.lower(), gender)
        return
    if not _OPENS.search(names.text[max(0, begin - 8) : begin]):
        names.inside.add(name)
    low_words = [w.lower() for w in words]
    kind = classify(name, name, lex)
    if kind is SourceKind.PERSON and len(words) <= 4 and _like_a_person(low_words, lex):
        first = low_words[0]
        if first in lex["male_names"]:
            gender = gender or "m"
        elif first in lex["female_names"]:
            gender = gender or "f"
        names.genders[name] = names.genders.get(name) or gender
        names.full.setdefault(low_words[-1], set()).add(name)
        names.mentions.append((begin, frozenset({name})))
    elif kind in (SourceKind.OUTLET, SourceKind.ORGANISATION):
        bare = [w for w in words if w.lower() != "the"]
        if len(bare) == 1 and kind is SourceKind.ORGANISATION and not bare[0].isupper():
            return  # "The Honda" of a headline is no fuller a name than "Honda"; "the FTC" is what "FTC" is
        names.full.setdefault(low_words[-1], set()).add(name)
        if len(bare) > 1 and kind is SourceKind.ORGANISATION:
            letters = "".join(w[0] for w in bare if w[0].isupper())
            if len(letters) > 2:
                names.full.setdefault(letters.lower(), set()).add(name)


def _drop_openings(names: Names) -> None:
    """Take "Added Smith" and "Sad Taylor Swift" out of the names where "Ann Smith" and "Taylor Swift" are too.

    Such a name stands only where a sentence opens, and the article has its first word in lower case as well.
    """
    plain = set(_LOWER.findall(names.text))
    for owners in names.full.values():
        for name in sorted(owners & names.genders.keys()):
            first, *rest = name.split()
            others = owners & names.genders.keys() - {name}
            known = first.lower() in names.lex["male_names"] or first.lower() in names.lex["female_names"]
            if known or name in names.inside or first.lower() not in plain or not others:
                continue
            if len(rest) > 1 and " ".join(rest) not in others:
                continue
            owners.discard(name)
            names.genders.pop(name)
            left = frozenset({" ".join(rest)} if len(rest) > 1 else others)
            names.mentions = [(at, left if people == {name} else people) for at, people in names.mentions]


def _like_a_person(words: list[str], lex: Lexicon) -> bool:
    return not (
        words[0] in lex["not_a_first_name"]
        or words[-1] in lex["not_a_last_name"]
        or words[-1] in lex["calendar"]
        or set(words) & {"of", "the", "for", "&"}
    )


def full_name(names: Names, span: Span) -> str:
    """Return the fullest form of the name in `span` that the article gives, if there is but one."""
    lex = names.lex
    name = clean(_IN_WHICH.sub("", clean(_WHEN.sub("", clean(span.of(names.text))))))
    words = name.split()
    core = words[:]
    while len(core) > 1 and core[0].lower() in lex["titles"]:
        core = core[1:]
    if core and core[0].lower() == "the" and len(core) > 1:
        core = core[1:]
    if len(core) != 1 or not core[0][:1].isupper():
        told = _WHERE.split(name)[0].split()
        return _person_at_end(names, words) or (_person_at_end(names, told) if told != words else None) or name
    key = core[0].lower()
    owners = distinct(names.full.get(key, set()))
    if len(owners) != 1 or key in lex["places"]:
        return name
    owner = owners[0]
    if words[0].lower() == "the" and owner in names.genders:
        return name
    return owner


def _person_at_end(names: Names, words: list[str]) -> str | None:
    """Return the person whom a title or description introduces ('Prime Minister Benjamin Netanyahu')."""
    for begin in range(len(words) - 1):
        name = " ".join(words[begin:])
        if name in names.genders:
            titled = begin and words[begin - 1].lower() in names.lex["titles"] and words[begin - 1][0].isupper()
            joined = {w.lower() for w in words[:begin]} & (names.lex["connectors"] | {"and", "or"})
            return name if titled or not joined else None
    return None


def distinct(owners: set[str]) -> list[str]:
    """Fold forms of one name ('Ted Cruz', 'Rafael Ted Cruz', 'The New York Post') into the fullest."""
    out: list[str] = []
    for name in sorted(owners, key=lambda n: (-len(n), n)):
        bare = set(_LEADING.sub("", name).lower().replace(".", "").split())
        if not any(bare <= set(_LEADING.sub("", o).lower().replace(".", "").split()) for o in out):
            out.append(name)
    return out


def gender(names: Names, name: str) -> str:
    """Return "m", "f" or "" for a person of the article."""
    known = names.genders.get(name, "") or names.genders.get("?" + name.split()[-1].lower(), "")
    if known:
        return known
    lex = names.lex
    words = [w.lower() for w in name.split()]
    for sign, titles, firsts in (("m", "male", "male_names"), ("f", "female", "female_names")):
        if any(w in lex[titles] for w in words[:-1]):
            return sign
        if next((w for w in words if w not in lex["titles"]), "") in lex[firsts]:
            return sign
    return ""
