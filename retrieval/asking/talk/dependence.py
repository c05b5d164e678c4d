"""Tells a question that stands alone from one that needs the talk before it: a small linear model.

Fitted by `benchmarks/fit_dependence.py`; docs/talk.md says on what, and how well it does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import numpy as np

from retrieval.asking.search.linear import weigh
from retrieval.asking.talk.dependence_figures import dependence_figures
from retrieval.domain.talk import Talk
from retrieval.library.layout import Library

MOST_EXCHANGES = 8
"""How far back a talk is looked at; what was asked longer ago has seldom to do with what is asked now."""

SURE_OF_A_START = 0.4
"""By what part of the threshold an earlier question must stay below to count as the start of another line."""


@cache
def _coefficients() -> Mapping[str, float]:
    loaded: dict[str, float] = json.loads(files(__package__).joinpath("dependence.json").read_text(encoding="utf-8"))
    return loaded


def dependence(question: str, talk: Talk, libraries: Sequence[Library]) -> float:
    """Return the probability that a question cannot be understood without the talk before it."""
    if not talk:
        return 0.0
    figures = dependence_figures(question, talk[-MOST_EXCHANGES:], libraries)
    return float(1 / (1 + np.exp(-float(weigh(figures, _coefficients())[0]))))


def depends(question: str, talk: Talk, libraries: Sequence[Library]) -> bool:
    """Tell whether a question needs the talk before it."""
    return dependence(question, talk, libraries) >= _coefficients()["threshold"]


def line_since(talk: Talk, libraries: Sequence[Library]) -> Talk:
    """Return the end of a talk from the last question on that surely stood alone."""
    talk = talk[-MOST_EXCHANGES:]
    least = SURE_OF_A_START * _coefficients()["threshold"]
    for start in range(len(talk) - 1, 0, -1):
        if dependence(talk[start].question, talk[:start], libraries) < least:
            return talk[start:]
    return talk
