"""Tells a question that stands alone from one that needs the talk before it: a small linear model.

Fitted by `benchmarks/fit_dependence.py`; MODEL_CARD.md says on what, and how well it does.
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
    return dependence(question, talk, libraries) >= _coefficients_threshold()


def _coefficients_threshold() -> float:
    return _coefficients()["threshold"]


def line_since(talk: Talk, libraries: Sequence[Library]) -> Talk:
    """Return the end of a talk from the last question on that stood alone."""
    talk = talk[-MOST_EXCHANGES:]
    for start in range(len(talk) - 1, 0, -1):
        if not depends(talk[start].question, talk[:start], libraries):
            return talk[start:]
    return talk
