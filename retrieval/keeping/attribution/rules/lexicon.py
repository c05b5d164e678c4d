"""The word lists of the attribution rules, read once from `data/`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

Words = frozenset[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Word classes by name (all lower case) and cue words with how often they are cues."""

    speech: dict[str, float]
    stance: dict[str, float]
    pronouns: dict[str, str]
    classes: dict[str, Words]

    def __getitem__(self, name: str) -> Words:
        return self.classes[name]


def _read(name: str) -> dict[str, Any]:
    text = files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the word lists; they are read from disk once."""
    cues, words = _read("cues.json"), _read("words.json")
    pronouns = words.pop("pronouns")
    words.pop("about")
    classes = {k: frozenset(v.split() if isinstance(v, str) else v) for k, v in words.items()}
    return Lexicon(speech=cues["speech"], stance=cues["stance"], pronouns=pronouns, classes=classes)
