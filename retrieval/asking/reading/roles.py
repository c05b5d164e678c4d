"""Who does it and to whom: whether the articles put a question's two names the other way round."""

from __future__ import annotations

import re
from collections.abc import Iterable

from retrieval.language.folding import words
from retrieval.language.stems import WORD, stem
from retrieval.language.word_lists import STOP

_DOER = re.compile(r"\b(?:did|does|do|has|have|had|will|would|can|could|should|is|was|are|were)\s+(?:the\s+)?(?=[A-Z])")


def pair_of_names(question: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return the stems of who does something and of the next name after it ("did Ada pay Bo"), None without both."""
    match = _DOER.search(question)
    if match is None:
        return None
    runs: list[list[str]] = [[]]
    for token in words(question[match.end() :]):
        if token[0].isupper():
            runs[-1].append(stem(token))
        elif runs[-1]:
            runs.append([])
    named = [frozenset(run) - STOP for run in runs if run]
    if len(named) < 2:
        return None
    doer, other = named[0] - named[1], named[1] - named[0]
    return (doer, other) if doer and other else None


def reversed_share(pair: tuple[frozenset[str], frozenset[str]] | None, sentences: Iterable[str]) -> float:
    """Return from -1 to 1 how much oftener the sentences name the second before the first; 0 where none has both.

    English mostly names the doer first: "SoftBank bought Cubic" does not tell why Cubic bought SoftBank.
    """
    if pair is None:
        return 0.0
    same = reverse = 0
    for sentence in sentences:
        stems = [stem(match.group()) for match in WORD.finditer(sentence)]
        places = [next((i for i, each in enumerate(stems) if each in name), None) for name in pair]
        if places[0] is not None and places[1] is not None:
            same += places[0] < places[1]
            reverse += places[0] > places[1]
    return (reverse - same) / (reverse + same + 1)
