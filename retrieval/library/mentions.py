"""Tells which of the things that a question names no article mentions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.language.folding import word_key, words
from retrieval.language.proper_names import is_misspelt, looks_like_name
from retrieval.language.spelling import meant_word
from retrieval.language.stems import WORD, stem
from retrieval.language.word_lists import EQUIVALENTS, STOP_WORDS, TITLES, bare
from retrieval.library.layout import Library

LEAST_MISSPELT = 6
LEAST_RESPELT = 5
MAX_NAME_CHARS = 60

_ADJECTIVE = re.compile(r"(?:ish|ese|ian|ean|ic|like)$")
"""Adjectives of peoples and styles: their noun may be there ("Jewish", "Jews"), so that they miss nothing."""


def missing_names(names: Sequence[str], terms: Sequence[str], libraries: Sequence[Library]) -> tuple[str, ...]:
    """Return the names, as typed, that no article of the libraries mentions.

    `names` are runs of capitalised words; `terms` all content words, of which those that rather are
    names than common English words count too, for questions typed in lower case.
    """
    missing: list[str] = []
    named: set[str] = set()
    for name in names:
        parts = [bare(word) for word in words(name)]
        named.update(map(word_key, parts))
        if is_mentioned(name, libraries):
            continue
        telling = [part for part in parts if len(part) > 1 and word_key(part) not in STOP_WORDS | TITLES]
        absent = [part for part in telling if not is_mentioned(part, libraries)]
        if absent and not all(_ADJECTIVE.search(part) for part in absent):
            missing.append(name if len(absent) == len(telling) else " ".join(absent))
    run: list[str] = []
    for term in terms:
        if word_key(term) not in named and looks_like_name(term) and not is_mentioned(term, libraries):
            run.append(term)
        elif run:
            missing.append(" ".join(run))
            run = []
    found = [*missing, *([" ".join(run)] if run else [])]
    return tuple(name.rstrip(".")[:MAX_NAME_CHARS] for name in found)


def is_mentioned(name: str, libraries: Sequence[Library]) -> bool:
    """Tell whether any library has all words of the name, or of another spelling, or publishes under it."""
    forms = [[match.group() for match in WORD.finditer(form)] for form in EQUIVALENTS.get(name, (name,))]
    return any(all(_known(word, library) for word in form) for library in libraries for form in forms) or any(
        library.publisher_names.find(f"the {name} article") for library in libraries
    )


def _known(word: str, library: Library) -> bool:
    """Tell whether a library has a word, or its parts between hyphens, or one that differs in a single letter."""
    key = stem(bare(word))
    if library.knows(key):
        return True
    parts = bare(word).split("-")
    if len(parts) > 1 and all(library.knows(stem(part)) for part in parts):
        return True
    # Short names differ in one letter and are others: Iran and Iraq, Mali and Bali.
    return len(key) >= LEAST_MISSPELT and library.spelt_like(key) is not None


def respell(text: str, libraries: Sequence[Library]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return a question with misspelt words set right, and which names are among them (typed, known).

    Only a word that no library has: one that looks like a name as the libraries write the one name that it is one
    step from; one in small letters that is none as the common English word that it is one step from.
    """
    taken: dict[str, str] = {}
    for match in WORD.finditer(text):
        word = match.group()
        if word in taken or len(word) < LEAST_RESPELT or not word.isalpha():
            continue
        is_name = looks_like_name(word.lower())
        misspelt = word.islower() and is_misspelt(word)
        if (is_name or misspelt) and not any(library.knows(stem(word)) for library in libraries):
            meant = _known_name(word, libraries) if is_name else meant_word(word)
            if meant is not None:
                taken[word] = meant
    for typed, known in taken.items():
        text = re.sub(rf"(?<!\w){re.escape(typed)}(?!\w)", known, text)
    return text, tuple((typed, known) for typed, known in taken.items() if known[0].isupper())


def _known_name(word: str, libraries: Sequence[Library]) -> str | None:
    """Return the one name of the libraries that a word is one step from; the first letter is hardly ever mistaken."""
    near = {library.as_written(like) for library in libraries if (like := library.spelt_like(stem(word))) is not None}
    names = [name for name in near if name is not None and name[0] == word[0].upper()]
    return names[0] if len(names) == 1 else None
