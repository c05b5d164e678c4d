"""Words as the rankers see them: where they stand in a text, their stems, and which carry no content."""

from __future__ import annotations

import re
from functools import lru_cache

import snowballstemmer

from retrieval.language.folding import fold

WORD = re.compile(r"[^\W_]+(?:[’'.&-][^\W_]+)*")
_STEMMER = snowballstemmer.stemmer("english")

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


def is_content(word: str) -> bool:
    """Tell whether a word says anything about the subject."""
    return word.lower() not in STOP


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the stem under which a word is indexed."""
    return str(_STEMMER.stemWord(fold(word).replace("’", "'").removesuffix("'s")))


def stems(text: str) -> list[str]:
    """Return the stem of every word of a text, function words included."""
    return [stem(match.group()) for match in WORD.finditer(text)]


_NEGATING = re.compile(r"(?:un|dis|non)(?=\w{5})")


def index_stems(text: str) -> list[str]:
    """Return the stems under which a text is found: its own, and those inside of compound and negated words.

    "Unsanctioned" and "disapproval" answer whether something was sanctioned or approved.
    """
    found = []
    for word in stems(text):
        found.append(word)
        if "-" in word:
            found += [stem(part) for part in word.split("-") if part]
        if match := _NEGATING.match(word):
            found.append(word[match.end() :])
    return found
