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


# Function words; words too light to tell one story from another; the talk of somebody who asks about the news.
STOP = frozenset(
    """
    a an the and or but if while whereas as of at by for with about against between into through during before after
    above below to from up down in out on off over under again then once here there all any both each few more most
    other some such no nor not only own same so than too very can will just should now is are was were be been being
    have has had having do does did doing would could ought i you he she it we they them him his her its me my their our
    your this that these those what which who whom whose when where why how also there's s t d ll m o re ve y

    go goes going gone went come comes coming came get gets getting got give gives gave given take takes took taken make
    makes making made want wants wanted know knows known tell tells told say says said saying think thinks thought
    happen happens happened happening many much thing things anything something someone anyone everyone anybody somebody
    please really ever latest date didn't don't doesn't wasn't isn't won't can't couldn't wouldn't aren't weren't

    suggest suggests suggested article articles report reports reported reporting published publishing publish
    according claim claims indicate indicates imply implies focus focuses discuss discusses mention mentions mentioned
    portrayal coverage covered cover piece source sources information considering company individual
    """.split()
)
