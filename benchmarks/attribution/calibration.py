"""Fits the confidence of the learned extractor on held-out articles and on credits labelled by reading.

Of PolNeAR's held-out articles each guess is a row; of the news in `read_credits.json` (places and verdicts, no
text) those that were read, each for `READ_WEIGHT` rows, so that subjects other than politics count.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.attribution.polnear import Reader, sentences
from retrieval.domain.articles import Span
from retrieval.keeping.attribution.judging import FEATURES, features
from retrieval.keeping.attribution.network.guessing import AttributionGuess, candidates
from retrieval.keeping.attribution.network.marks import mark
from retrieval.keeping.attribution.network.model import Network
from retrieval.keeping.attribution.network.stored import Trained
from retrieval.keeping.attribution.rules.analysis import Analysis, analyse
from retrieval.language.sentences import split_sentences

READ = Path(__file__).parent / "read_credits.json"
READ_WEIGHT = 6.0
SHOWN_FROM = 0.7  # nine in ten right in ordinary news; the model card has the figures on both sides of it
KEPT_FROM = 0.3
OUTSIDE_BIAS = 1.5  # this and the one above: best F1 on the held-out articles


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
    networks: tuple[Network, ...],
    layers: tuple[int, ...],
    articles: Sequence[dict[str, Any]],
    reader: Reader,
    news: Path | None = None,
) -> Trained:
    """Return the networks with a fitted confidence; `news` has the articles of the credits that were read."""
    trained = Trained(networks, layers, (0.0,) * len(FEATURES), SHOWN_FROM, KEPT_FROM, OUTSIDE_BIAS)
    rows: list[tuple[list[float], bool, float]] = []
    for article in articles:
        found, analysis = _run(trained, article["text"], sentences(article["text"]), (), reader)
        rows += [
            (features(one, analysis), is_right(one.source, one.content, article["attributions"]), 1.0) for one in found
        ]
    rows += _read(trained, news, reader) if news else ()
    figures, right, weights = zip(*rows, strict=True)
    model = LogisticRegression(C=0.5, fit_intercept=False, max_iter=3000)
    model.fit(np.array(figures), np.array(right), sample_weight=np.array(weights))
    return replace(trained, calibration=tuple(float(w) for w in model.coef_[0]))


def _read(trained: Trained, news: Path, reader: Reader) -> Iterator[tuple[list[float], bool, float]]:
    """Yield figures, verdict and weight of each credit that was read and that the network still guesses."""
    verdicts: dict[str, dict[tuple[int, ...], bool]] = {}
    for one in json.loads(READ.read_text(encoding="utf-8")):
        verdicts.setdefault(one["url"], {})[tuple(one["cue"])] = one["right"]
    with gzip.open(news, "rt", encoding="utf-8") as lines:
        texts = {row["url"]: row["body"] for row in map(json.loads, lines) if row["url"] in verdicts}
    for url, text in texts.items():
        cut = split_sentences(text)
        headings = [s.span for s in cut if s.heading]
        found, analysis = _run(trained, text, [s.span for s in cut], headings, reader)
        for one in found:
            verdict = verdicts[url].get((one.cue.start, one.cue.end))
            if verdict is not None:
                yield features(one, analysis), verdict, READ_WEIGHT


def _run(
    trained: Trained, text: str, cut: Sequence[Span], headings: Sequence[Span], reader: Reader
) -> tuple[list[AttributionGuess], Analysis]:
    analysis = analyse(text, cut, headings)
    seen = reader.see(text, cut)
    marks = mark(text, cut, analysis.tokens, analysis.quotations, analysis.attributions)
    return [c for one in candidates(trained, seen, [marks] * len(seen)) for c in one], analysis
