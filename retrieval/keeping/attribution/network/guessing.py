"""Runs the learned extractor over an article's passages, given what the encoder saw of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from retrieval.domain.articles import Span
from retrieval.keeping.attribution.network import decoding
from retrieval.keeping.attribution.network.marks import Marked, pick
from retrieval.keeping.attribution.network.model import Batch, Network, near
from retrieval.keeping.attribution.network.stored import Trained

_BATCH = 32


class Seen(Protocol):
    """What the encoder saw of one passage: its place, its tokens' places and their hidden states.

    `start` is the passage's first character in the article. `offsets` is (L, 2): characters of each
    token within the passage, start == end for special tokens. `states` is (L, layers, width) in
    float32 (or float16), the layers in the order asked for.
    """

    @property
    def start(self) -> int:
        """Return the passage's first character in the article."""

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Return each token's characters within the passage."""

    @property
    def states(self) -> NDArray[np.float32]:
        """Return each token's hidden states."""


@dataclass(frozen=True, slots=True)
class AttributionGuess:
    """One attribution as the network guesses it, with its scores in [0, 1]."""

    source: Span | None
    cue: Span
    content: tuple[Span, ...]
    scores: tuple[float, float, float, float]


def candidates(trained: Trained, seen: Sequence[Seen], marked: Sequence[Marked]) -> list[list[AttributionGuess]]:
    """Return the guesses of each passage; `marked[i]` are the features of passage i's article.

    Passages of many articles go through the network together, sorted by length: short batches cost
    more a passage.
    """
    out: list[list[AttributionGuess]] = [[] for _ in seen]
    order = sorted(range(len(seen)), key=lambda i: len(seen[i].offsets))
    with _one_thread(), ThreadPoolExecutor(len(trained.networks)) as pool:
        for first in range(0, len(order), _BATCH):
            chosen = order[first : first + _BATCH]
            found = _run(trained, [seen[i] for i in chosen], [marked[i] for i in chosen], pool)
            for number, one in zip(chosen, found, strict=True):
                out[number] = one
    return out


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep torch to one thread a network: an LSTM's many small steps wait for each other on several.

    On a busy 2-core machine two threads took 15 times as long. The setting is each thread's own.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _read(network: Network, batch: Batch) -> tuple[Tensor, Tensor]:
    """Run one network, in a thread of its own."""
    with torch.inference_mode(), _one_thread():
        logits, vectors = network(batch)
        return logits, vectors


def _run(
    trained: Trained, seen: list[Seen], marked: list[Marked], pool: ThreadPoolExecutor
) -> list[list[AttributionGuess]]:
    batch, starts, ends = _batch(seen, marked)
    lengths = [len(s.offsets) for s in seen]
    with torch.inference_mode():
        read = list(pool.map(lambda network: _read(network, batch), trained.networks))
        scores = torch.stack([torch.log_softmax(logits, -1) for logits, _ in read]).mean(0).numpy()
        probabilities = np.exp(scores) * (starts >= 0)[..., None]
        scores[..., 0] -= trained.outside_bias
        scores[starts < 0] = -1e4
        scores[..., 0] = np.where(starts < 0, 0.0, scores[..., 0])
        tags = decoding.best_tags(scores, lengths)
        cues = [decoding.runs(t, decoding.CUE) for t in tags]
        weights = np.zeros((len(seen), max(1, *map(len, cues)), scores.shape[1]), np.float32)
        for row, found in enumerate(cues):
            for n, (begin, end) in enumerate(found):
                weights[row, n, begin:end] = 1 / (end - begin)
        places = near(torch.from_numpy(weights), batch)
        linked = [network.links(vectors, places) for network, (_, vectors) in zip(trained.networks, read, strict=True)]
        content, source = (
            torch.stack([torch.softmax(one[which], -1) for one in linked]).mean(0).numpy() for which in (0, 1)
        )
    source[..., 1:] *= (starts >= 0)[:, None]  # special tokens have no place in the text
    return [
        [
            _candidate(guess, starts[row], ends[row])
            for guess in decoding.link(tags[row], probabilities[row], content[row], source[row], cues[row])
        ]
        for row in range(len(seen))
    ]


def _batch(seen: list[Seen], marked: list[Marked]) -> tuple[Batch, NDArray[np.int64], NDArray[np.int64]]:
    rows, length = len(seen), max(len(s.offsets) for s in seen)
    _, layers, width = seen[0].states.shape
    states = np.zeros((rows, length, layers, width), np.float32)
    mask = np.zeros((rows, length), bool)
    features = np.zeros((rows, length, len(marked[0].layers)), np.int64)
    sentence, paragraph = np.full((2, rows, length), -9)
    starts, ends = np.full((2, rows, length), -1)
    for row, (one, marks) in enumerate(zip(seen, marked, strict=True)):
        size = len(one.offsets)
        real = one.offsets[:, 1] > one.offsets[:, 0]
        starts[row, :size] = np.where(real, one.offsets[:, 0] + one.start, -1)
        ends[row, :size] = one.offsets[:, 1] + one.start
        places = np.maximum(starts[row, :size], 0)
        states[row, :size] = one.states
        mask[row, :size] = True
        features[row, :size] = np.stack(list(pick(marks, starts[row, :size]).values()), 1)
        sentence[row, :size] = np.where(real, marks.sentence[places], -1)
        paragraph[row, :size] = np.where(real, marks.paragraph[places], -1)
    make = torch.from_numpy
    return Batch(make(states), make(mask), make(features), make(sentence), make(paragraph)), starts, ends


def _candidate(guess: decoding.Guess, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> AttributionGuess:
    def span(run: decoding.Run) -> Span:
        return Span(int(starts[run[0]]), int(ends[run[1] - 1]))

    return AttributionGuess(
        source=span(guess.source) if guess.source else None,
        cue=span(guess.cue),
        content=tuple(span(run) for run in guess.content),
        scores=(guess.tag_score, guess.cue_score, guess.source_score, guess.content_score),
    )
