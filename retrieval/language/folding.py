"""Folds names so that one source is found however it is typed."""

from __future__ import annotations

import re
import unicodedata

_POSSESSIVE = re.compile(r"['’]s?$")
_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:['’\-][^\W_]+)*", re.UNICODE)


def fold(text: str) -> str:
    """Return `text` without case and accents, for comparing only."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    """Return the words of `text` as typed; "U.S." is one, "Israeli-U.S." two, "Gantz's" keeps its ending."""
    return [match.group() for match in _TOKEN.finditer(text)]


def word_key(word: str) -> str:
    """Fold one word and take its possessive ending and abbreviation points away."""
    return _POSSESSIVE.sub("", fold(word)).replace(".", "").replace("’", "'")


def name_key(name: str) -> str:
    """Fold a name: "The New York Sun's" and "new york sun" are the same."""
    keys = [key for key in map(word_key, words(name)) if key]
    if len(keys) > 1 and keys[0] == "the":
        keys = keys[1:]
    return " ".join(keys)


def surname_key(name: str) -> str:
    """Return the folded last word of a person's name."""
    return name_key(name).rpartition(" ")[2]
