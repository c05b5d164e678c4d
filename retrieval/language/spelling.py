"""Words that differ from a known one in a single letter, or in the order of two."""

from __future__ import annotations

from collections.abc import Container


def one_letter_apart(word: str, known: Container[str], letters: str) -> str | None:
    """Return a known word that one letter changed, added, taken away or swapped with the next makes of `word`.

    None if there is none. Tries the spellings instead of the known words (Norvig 2007,
    norvig.com/spell-correct.html), so that its cost does not grow with them. `letters` are those that known
    words are written with.
    """
    for place in range(len(word) + 1):
        head, tail = word[:place], word[place:]
        spellings = [head + tail[1:], head + tail[1:2] + tail[:1] + tail[2:]] if tail else []
        for letter in letters:
            spellings += [head + letter + tail, *([head + letter + tail[1:]] if tail else [])]
        for spelling in spellings:
            if spelling != word and spelling in known:
                return spelling
    return None
