"""Articles made of claims whose speakers are known: denied, handed on, inside of another's words, or cut short.

Each claim stands in one sentence; `cases` says what checking it must come to.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from retrieval.domain.articles import Credit
from retrieval.domain.drafts import ArticleDraft

KINDS = ("denied", "nested", "truncated", "second hand")
_FIRST = (
    "Ada Bruno Clara Dario Elsa Felix Greta Hugo Irene Jonas Karla Leo Marta Nils Olga Paul Rosa Stefan Tilda Victor"
)
_LAST = (
    "Amsel Brink Corrigan Dahlke Eklund Ferrante Gruber Holm Iversen Jansson Keller Lindqvist Moreau Norberg Okafor "
    "Pohl Quint Rolf Sander Tamm Ude Vale Wexler Yilmaz Zeller"
)
_ROLES = ("mayor", "minister", "engineer", "union leader", "harbour master", "coach", "owner", "judge", "head teacher")
_THINGS = (
    "the ferry line", "the old bridge", "the water works", "the night bus", "the town theatre", "the steel mill",
    "the grain market", "the east tunnel", "the youth hospital", "the fish hall", "the airfield", "the city archive",
)  # fmt: skip
_FATES = (
    "would be sold to a foreign buyer", "was closing before the summer", "had lost nine million crowns",
    "was unsafe for the public", "would move to the north bank", "had been built without a permit",
    "would open on the first of May", "was run by his own brother", "had no fire doors at all",
    "would cost twice what was planned", "was empty for most of the year", "had to be torn down",
)  # fmt: skip
_WHY = (
    "after the storm", "for want of money", "despite the new rules", "as the state had wished", "without a vote",
    "on the advice of lawyers", "because of the rats", "in spite of the petition", "at the request of the insurer",
    "by order of the court", "with the help of volunteers", "against all advice",
)  # fmt: skip
_PAPERS = ("the Harbour Post", "The Ledger", "the Northern Courier", "the Daily Beacon", "The Evening Mail")


@dataclass(frozen=True, slots=True)
class Claim:
    """Words of an article, who is asked for, and whether checking must confirm them as that one's.

    `shows` must stand in what is shown.
    """

    kind: str
    words: str
    speaker: str | None
    confirmed: bool
    shows: str = ""


def make_claims(count: int, seed: int) -> tuple[tuple[ArticleDraft, ...], tuple[Claim, ...]]:
    """Return articles, and `count` claims of each kind that stand in them; always the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    claims: list[Claim] = []
    texts: list[list[str]] = []
    clauses = [f"{thing} {fate} {why}" for thing in _THINGS for fate in _FATES for why in _WHY]
    dice.shuffle(clauses)  # each is said once, so that it is found in one place
    for kind in KINDS:
        made: list[str] = []
        while len([claim for claim in claims if claim.kind == kind]) < count:
            sentence, told = _tell(kind, clauses.pop(), dice)
            claims += told
            made.append(sentence)
        texts += [made[n : n + 6] for n in range(0, len(made), 6)]
    drafts = tuple(
        ArticleDraft(f"made:{n}", "\n\n".join(lines), Credit(title=f"Day {n}", publisher="The Test Times"))
        for n, lines in enumerate(texts)
    )
    return drafts, tuple(claims)


def _person(dice: random.Random) -> str:
    return f"{dice.choice(_FIRST.split())} {dice.choice(_LAST.split())}"


def _tell(kind: str, clause: str, dice: random.Random) -> tuple[str, list[Claim]]:
    """Return a sentence of a kind about a clause, and what checking the clause must come to."""
    one, other, paper, role = _person(dice), _person(dice), dice.choice(_PAPERS), dice.choice(_ROLES)
    there = dice.choice(("on Monday", "in the town hall", "after the meeting", "on Friday night"))
    start = clause[0].upper() + clause[1:]
    tellings: dict[str, tuple[str, ...]] = {
        "denied": (
            f"The {role}, {one}, denied {there} that {clause}.",
            f"{one} rejected reports that {clause}.",
            f"{one}, the {role}, disputed the claim that {clause}, calling it an old story.",
            f"Asked {there}, {one} denied that {clause}.",
            f"{role.capitalize()} {one} has dismissed suggestions that {clause}.",
        ),
        "nested": (
            f"“{other} told me, ‘{start},’” said {one}, the {role}.",
            f"“He said to us, ‘{start},’ and then he hung up,” {one} recalled {there}.",
            f"“The chairman told everyone, ‘{start},’” {role} {one} said.",
            f"{one} remembered the call. “She said, ‘{start}.’ I could not believe it,” {one.split()[1]} said.",
        ),
        "truncated": (
            f"It is not true that {clause}, {one} said {there}.",
            f"{one} said {there} that nobody believed {clause}.",
            f"“I have never said that {clause},” {one} told reporters.",
            f"{one} would not say whether {clause}.",
        ),
        "second hand": (
            f"{one} was quoted as saying by {paper} that {clause}.",
            f"{other} quoted {one} as saying that {clause}.",
            f"“{start},” {one} said, according to {paper}.",
            f"{one} told {paper} that {clause}.",
        ),
    }
    way = dice.randrange(len(tellings[kind]))
    sentence = tellings[kind][way]
    if kind == "denied":
        return sentence, [Claim(kind, clause, one, confirmed=False)]
    if kind == "nested":
        outer = Claim(kind, clause, one, confirmed=False)
        return sentence, [outer, Claim(kind, clause, other, confirmed=True)] if way == 0 else [outer]
    if kind == "truncated":
        turned = next(word for word in ("not", "nobody", "never") if word in sentence)
        return sentence, [Claim(kind, clause, None, confirmed=True, shows=turned)]
    reporter = other if way == 1 else paper
    return sentence, [Claim(kind, clause, one, confirmed=True), Claim(kind, clause, reporter, confirmed=False)]
