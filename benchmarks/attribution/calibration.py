"""Fits the confidence of the learned extractor on held-out articles, and picks from where it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.attribution.polnear import Reader, sentences
from retrieval.domain.articles import Attribution, Span
from retrieval.keeping.attribution.merging import FEATURES, confidence, features, merge, pair
from retrieval.keeping.attribution.network.guessing import AttributionGuess, candidates
from retrieval.keeping.attribution.network.marks import mark
from retrieval.keeping.attribution.network.model import Network
from retrieval.keeping.attribution.network.stored import Trained
from retrieval.keeping.attribution.rules.analysis import Analysis, analyse
from retrieval.keeping.attribution.rules.lexicon import lexicon

PRECISION = 0.893  # of credits on the held-out articles, counted more strictly than the scorer does
KEPT_FROM = 0.3  # this and the next: best F1 on the held-out articles
OUTSIDE_BIAS = 1.5


def is_right(source: Span | None, content: Sequence[Span], gold: Sequence[dict[str, Any]]) -> bool:
    """Tell whether some gold attribution has this source and most of this content."""
    size = sum(s.end - s.start for s in content)
    for one in gold:
        same = (
            any(source.start < s["end"] and s["start"] < source.end for s in one["source"])
            if source
            else not one["source"]
        )
        shared = sum(max(0, min(a.end, b["end"]) - max(a.start, b["start"])) for a in content for b in one["content"])
        if same and 2 * shared >= size:
            return True
    return False


def calibrate(
    networks: tuple[Network, ...], layers: tuple[int, ...], articles: Sequence[dict[str, Any]], reader: Reader
) -> Trained:
    """Return the networks with a fitted confidence and the least one that keeps `PRECISION`."""
    trained = Trained(networks, layers, (0.0,) * len(FEATURES), 0.5, 0.0, OUTSIDE_BIAS)
    runs = [_run(trained, article["text"], reader) for article in articles]
    lex = lexicon()
    rows: list[list[float]] = []
    right: list[bool] = []
    for article, (found, analysis) in zip(articles, runs, strict=True):
        for judged in pair(found, analysis.attributions):
            rows.append(features(judged, article["text"], lex))
            one = judged.candidate
            right.append(is_right(one.source, one.content, article["attributions"]))
    model = LogisticRegression(C=1.0, fit_intercept=False, max_iter=2000).fit(np.array(rows), np.array(right))
    trained = replace(trained, calibration=tuple(float(w) for w in model.coef_[0]), shown_from=0.0)
    scored: list[tuple[float, bool, int]] = []
    for article, (found, analysis) in zip(articles, runs, strict=True):
        merged = merge(found, analysis.attributions, analysis.names, sentences(article["text"]), trained)
        scored += [_judge(a, article) for a in merged if a.shown]
    return replace(trained, shown_from=_threshold(scored), kept_from=KEPT_FROM)


def _judge(found: Attribution, article: dict[str, Any]) -> tuple[float, bool, int]:
    """Return confidence, rightness, and how many sentences it credits (what the scorer counts)."""
    source = found.source[0] if found.source else None
    held = max(1, sum(any(s.overlaps(c) for c in found.content) for s in sentences(article["text"])))
    return found.confidence, is_right(source, found.content, article["attributions"]), held


def _threshold(scored: list[tuple[float, bool, int]]) -> float:
    """Return the least confidence from which on at least `PRECISION` of the credits are right."""
    best, right, total = 1.0, 0, 0
    for chance, good, credits in sorted(scored, reverse=True):
        right += credits * good
        total += credits
        if right >= PRECISION * total:
            best = chance
    return round(best, 3)


def _run(trained: Trained, text: str, reader: Reader) -> tuple[list[AttributionGuess], Analysis]:
    cut = sentences(text)
    found = analyse(text, cut)
    seen = reader.see(text, cut)
    marks = mark(text, cut, found.tokens, found.quotations, found.attributions)
    return [c for one in candidates(trained, seen, [marks] * len(seen)) for c in one], found


__all__ = ["calibrate", "confidence", "is_right"]
