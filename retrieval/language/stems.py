"""Words as the rankers see them: where they stand in a text, their stems, and which carry no content."""

from __future__ import annotations

import re
import threading
from functools import lru_cache

import snowballstemmer

from retrieval.domain.articles import Span
from retrieval.language.folding import fold
from retrieval.language.word_lists import STOP

WORD = re.compile(r"[^\W_]+(?:[’'.&-][^\W_]+)*")


class _Stemmer(threading.local):
    """A stemmer for each thread: it keeps the word it is at in itself."""

    def __init__(self) -> None:
        self.english = snowballstemmer.stemmer("english")


_STEMMER = _Stemmer()


def is_content(word: str) -> bool:
    """Tell whether a word says anything about the subject."""
    return word.lower() not in STOP


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the stem under which a word is indexed."""
    return str(_STEMMER.english.stemWord(fold(word).replace("’", "'").removesuffix("'s")))


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


def content_words(text: str) -> tuple[Span, ...]:
    """Return the words of a text that are matched one by one."""
    return tuple(Span(*match.span()) for match in WORD.finditer(text) if is_content(match.group()))
