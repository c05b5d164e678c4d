"""Linear models over named figures, and the coefficients that were fitted for them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from retrieval.arrays import Floats
from retrieval.asking.question.question import Shape


@dataclass(frozen=True, slots=True)
class LinearModel:
    """A weighted sum of named features."""

    names: tuple[str, ...]
    weights: Floats
    intercept: float = 0.0

    def score(self, features: Floats) -> Floats:
        """Return one score a row of `features` (n, len(names))."""
        scores: Floats = features @ self.weights + np.float32(self.intercept)
        return scores

    @classmethod
    def from_mapping(cls, names: tuple[str, ...], stored: Mapping[str, float]) -> LinearModel:
        """Read weights by name; a name that the file lacks weighs nothing."""
        unknown = set(stored) - set(names) - {"intercept", "threshold"}
        if unknown:
            raise ValueError(f"coefficients for features that do not exist: {sorted(unknown)}")
        weights = np.array([stored.get(name, 0.0) for name in names], np.float32)
        return cls(names, weights, stored.get("intercept", 0.0))


@cache
def stored_coefficients() -> dict[str, dict[str, dict[str, float]]]:
    """Load `coefficients.json`: model -> shape -> feature -> weight (and "intercept", "threshold")."""
    loaded: dict[str, dict[str, dict[str, float]]] = json.loads(
        files(__package__).joinpath("coefficients.json").read_text(encoding="utf-8")
    )
    return loaded


@cache
def linear_model(model: str, shape: Shape, names: tuple[str, ...]) -> LinearModel:
    """Return the fitted weights of "passage", "sentence" or "confidence" for a shape of question."""
    return LinearModel.from_mapping(names, stored_coefficients()[model][shape])
