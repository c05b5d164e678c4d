"""Fits the three linear models of retrieval: passages, sentences, confidence.

The caller collects `Example`s with the real pipeline. Passages are fitted by themselves, since what the reader
reads depends on them; then sentences and confidence on what it has read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from retrieval.asking.question.question import Shape, shape_of
from retrieval.asking.reading.close_reading import CloseReading
from retrieval.asking.reading.confidence_figures import confidence_figures
from retrieval.asking.reading.sentence_figures import sentence_figures
from retrieval.asking.search.candidates import Candidates, RankedPassages
from retrieval.asking.search.linear import Figures, weigh

Weights = dict[str, dict[str, dict[str, float]]]
Array = npt.NDArray[np.float64]
RIDGE = 3e-2
CONFIDENCE_RIDGE = 5e-2
LEAST_GROUP = 60
"""Questions from which on a data set weighs as much as any other; a smaller one weighs by its number."""
REFUSED_ANSWERABLE = {Shape.PLAIN: 0.04, Shape.COMPOSED: 0.015}


@dataclass(frozen=True, slots=True)
class Example:
    """One question with its candidates and which of them are right; `group` weighs data sets alike."""

    group: str
    candidates: Candidates
    ranked: RankedPassages
    close: CloseReading
    right_passages: npt.NDArray[np.bool_]
    right_sentences: npt.NDArray[np.bool_]
    answerable: bool


def fit_softmax(groups: Sequence[tuple[Array, npt.NDArray[np.bool_]]], ridge: float = RIDGE) -> Array:
    """Maximise the softmax share of the right rows of each group; returns weights for unscaled features."""
    table = np.concatenate([features for features, _ in groups])
    right = np.concatenate([mask for _, mask in groups])
    scale = table.std(axis=0) + 1e-6
    scaled = (table - table.mean(axis=0)) / scale
    sizes = np.array([len(mask) for _, mask in groups])
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    group = np.repeat(np.arange(len(groups)), sizes)

    def loss(weights: Array) -> tuple[float, Array]:
        scores = scaled @ weights
        shares = np.exp(scores - np.maximum.reduceat(scores, first)[group])
        total, good = np.add.reduceat(shares, first), np.add.reduceat(shares * right, first)
        slope = scaled.T @ (shares * right / good[group] - shares / total[group])
        value = -float(np.log(good / total).mean()) + ridge * float(weights @ weights)
        return value, -slope / len(groups) + 2 * ridge * weights

    found = minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    weights: Array = found.x / scale
    return weights


def fit_logistic(table: Array, right: npt.NDArray[np.bool_], importance: Array, ridge: float) -> tuple[Array, float]:
    """Fit a weighted logistic regression; returns weights for unscaled features and the intercept."""
    mean, scale = table.mean(axis=0), table.std(axis=0) + 1e-6
    scaled = np.hstack([(table - mean) / scale, np.ones((len(table), 1))])
    sign = np.where(right, 1.0, -1.0)
    importance = importance / importance.sum()

    def loss(weights: Array) -> tuple[float, Array]:
        margin = sign * (scaled @ weights)
        held = np.append(weights[:-1], 0.0)
        value = float(importance @ np.logaddexp(0, -margin)) + ridge * float(held @ held)
        slope = -scaled.T @ (importance * sign / (1 + np.exp(np.clip(margin, -30, 30))))
        return value, slope + 2 * ridge * held

    found = minimize(loss, np.zeros(scaled.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    weights: Array = found.x[:-1] / scale
    return weights, float(found.x[-1] - weights @ mean)


def _named(names: Sequence[str], weights: Array) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, weights, strict=True)}


def fit_passages(examples: Sequence[tuple[Candidates, npt.NDArray[np.bool_]]]) -> dict[str, dict[str, float]]:
    """Fit the order of passages, a shape of question at a time; each example has at least one that is right."""
    names = examples[0][0].figures.names
    by_shape: dict[str, dict[str, float]] = {}
    for shape in Shape:
        mine = [(found, right) for found, right in examples if shape_of(found.question) is shape]
        groups = [(found.figures.table.astype(np.float64), right) for found, right in mine]
        by_shape[str(shape)] = _named(names, fit_softmax(groups))
    return by_shape


def fit_sentences(examples: Sequence[Example]) -> dict[str, dict[str, float]]:
    """Fit the order of the sentences that were looked at, a shape of question at a time."""
    by_shape: dict[str, dict[str, float]] = {}
    for shape in Shape:
        groups, names = [], ()
        for example in examples:
            right = example.right_sentences[example.close.numbers]
            if example.answerable and right.any() and shape_of(example.candidates.question) is shape:
                figures = sentence_figures(example.candidates, example.ranked, example.close)
                names = figures.names
                groups.append((figures.table.astype(np.float64), right))
        by_shape[str(shape)] = _named(names, fit_softmax(groups))
    return by_shape


def fit_confidence(examples: Sequence[Example], sentences: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Fit whether anything answers, with the threshold of each shape, on the order that `sentences` gives."""
    by_shape: dict[str, dict[str, float]] = {}
    for shape in Shape:
        mine = [example for example in examples if shape_of(example.candidates.question) is shape]
        judged = [_judged(example, sentences[str(shape)]) for example in mine]
        answerable = np.array([example.answerable for example in mine])
        importance = np.zeros(len(mine))
        for group in {example.group for example in mine}:
            for kind in (True, False):
                alike = np.array([example.group == group for example in mine]) & (answerable == kind)
                importance[alike] = 1 / max(alike.sum(), LEAST_GROUP)
        table = np.concatenate([figures.table for figures in judged]).astype(np.float64)
        weights, intercept = fit_logistic(table, answerable, importance, CONFIDENCE_RIDGE)
        held = (table @ weights + intercept)[answerable]
        by_shape[str(shape)] = {
            **_named(judged[0].names, weights),
            "intercept": round(intercept, 4),
            "threshold": round(float(np.quantile(held, REFUSED_ANSWERABLE[shape])), 4),
        }
    return by_shape


def _judged(example: Example, sentences: dict[str, float]) -> Figures:
    figures = sentence_figures(example.candidates, example.ranked, example.close)
    scores = weigh(figures, sentences)
    return confidence_figures(example.candidates, example.ranked.scores, example.close, figures, scores)
