"""Words that a question's wording is read with: function words, titles, other spellings of a name."""

from __future__ import annotations

STOP_WORDS = frozenset(
    """
    a about after again all also am an and any are as at be because been before being between both but by can could
    did do does doing done during each else few for from get give given had has have having he her here hers him his
    how i if in into is it its just let like may me might more most much must my no nor not now of off on once one
    only or other our ours out over own please say said says same shall she should so some such tell than that the
    their theirs them then there these they this those through to told too under until up us very was we were what
    whats when where which while who whom whose why will with would yes yet you your yours article articles news
    happen happened happening know explain describe anyone anybody someone something anything go goes going gone
    went come comes came take takes took taken make makes made want wants wanted get gets got there's it's what's
    who's many s t re ve ll d m
    """.split()
)

QUESTION_WORDS = frozenset(("what who whom whose when where why how which").split())

TITLES = frozenset(
    """
    mr mrs ms miss dr sir lord lady president minister prime premier chancellor king queen prince princess senator
    sen rep representative congressman congresswoman governor gov mayor general gen colonel col major captain judge
    justice secretary chief chairman chairwoman ceo cfo leader professor prof pope rabbi imam ambassador foreign
    defense defence finance vice deputy former ex
    """.split()
)

EQUIVALENTS: dict[str, tuple[str, ...]] = {
    form: group
    for group in (
        ("U.S.", "US", "USA", "U.S.A.", "United States", "America"),
        ("U.K.", "UK", "United Kingdom", "Britain", "Great Britain"),
        ("U.N.", "UN", "United Nations"),
        ("E.U.", "EU", "European Union"),
    )
    for form in group
}
"""Spellings of names that stand for one another; nothing else is taken as the same."""


def bare(word: str) -> str:
    """Return a word as typed without its possessive ending."""
    for ending in ("'s", "’s", "'", "’"):
        if word.lower().endswith(ending):
            return word[: -len(ending)]
    return word
