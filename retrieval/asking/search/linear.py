"""Linear models over named figures, and the coefficients that were fitted for them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from retrieval.arrays import Floats

Coefficients = Mapping[str, Mapping[str, Mapping[str, float]]]
"""Model -> shape of question -> figure -> weight (and "intercept", "threshold")."""

BESIDE_FIGURES = frozenset(["intercept", "threshold"])


@dataclass(frozen=True, slots=True)
class Figures:
    """Named figures of some rows: `table` is (rows, len(names)) float32, a column a name."""

    names: tuple[str, ...]
    table: Floats

    @classmethod
    def of(cls, columns: Mapping[str, npt.ArrayLike]) -> Figures:
        """Put columns side by side; each is (rows,)."""
        return cls(tuple(columns), np.column_stack(list(columns.values())).astype(np.float32))

    def __getitem__(self, name: str) -> Floats:
        """Return the column (rows,) of a name."""
        column: Floats = self.table[:, self.names.index(name)]
        return column


def weigh(figures: Figures, coefficients: Mapping[str, float]) -> Floats:
    """Return one score (rows,) a row: the weighted sum of its figures.

    Raises `ValueError` when a figure has no weight or a weight no figure.
    """
    odd = set(figures.names) ^ (set(coefficients) - BESIDE_FIGURES)
    if odd:
        raise ValueError(f"figures and coefficients do not belong together; only one side has {sorted(odd)}")
    weights = np.array([coefficients[name] for name in figures.names], np.float32)
    scores: Floats = figures.table @ weights + np.float32(coefficients.get("intercept", 0.0))
    return scores


@cache
def stored_coefficients() -> Coefficients:
    """Load the coefficients that were fitted by `benchmarks/fit_coefficients.py`."""
    loaded: dict[str, dict[str, dict[str, float]]] = json.loads(
        files(__package__).joinpath("coefficients.json").read_text(encoding="utf-8")
    )
    return loaded
