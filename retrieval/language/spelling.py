"""Words that differ from a known one in a single letter, or in the order of two."""

from __future__ import annotations

import string
from collections.abc import Container, Iterator

from retrieval.language.rarity import ranks


def one_step_apart(word: str, letters: str) -> Iterator[str]:
    """Yield what one letter changed, added, taken away or swapped with the next makes of a word.

    Norvig 2007, norvig.com/spell-correct.html. `letters` are those that words are written with.
    """
    for place in range(len(word) + 1):
        head, tail = word[:place], word[place:]
        if tail:
            yield head + tail[1:]
            yield head + tail[1:2] + tail[:1] + tail[2:]
        for letter in letters:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]


def one_letter_apart(word: str, known: Container[str], letters: str) -> str | None:
    """Return a known word that is one step from `word`; None if there is none.

    Tries the spellings instead of the known words, so that its cost does not grow with them.
    """
    return next((one for one in one_step_apart(word, letters) if one != word and one in known), None)


def meant_word(word: str) -> str | None:
    """Return the common English word that is one step from a misspelt one in small letters, the most common one.

    Hardly anybody mistakes the first letter, so it stays.
    """
    known = ranks()
    near = (one for one in one_step_apart(word, string.ascii_lowercase) if one[:1] == word[:1] and one != word)
    return min((one for one in near if one in known), key=lambda one: known[one], default=None)
