"""From the network's scores to attributions of one passage: spans by tags, then whose content is whose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Run = tuple[int, int]

SOURCE, CUE, CONTENT = 0, 1, 2
_FORBIDDEN = -1e4


@dataclass(slots=True)
class Guess:
    """One attribution as token ranges of its passage, with the scores that its confidence is made of."""

    source: Run | None
    cue: Run
    content: list[Run]
    tag_score: float
    cue_score: float
    source_score: float
    content_score: float


def transitions() -> Floats:
    """Return which tag may follow which: inside tags only after their own begin or inside."""
    table = np.zeros((7, 7), np.float32)
    for label in range(3):
        inside = 2 * label + 2
        for before in range(7):
            if before not in (inside, inside - 1):
                table[before, inside] = _FORBIDDEN
    return table


_TABLE = transitions()


def best_tags(scores: Floats, lengths: list[int]) -> list[NDArray[np.int64]]:
    """Viterbi under the transition rules; `scores` is (B, L, 7) log-probabilities."""
    size, length, _ = scores.shape
    back = np.zeros((size, length, 7), np.int64)
    state = scores[:, 0] + np.where(np.isin(np.arange(7), (2, 4, 6)), _FORBIDDEN, 0.0)
    states = np.empty_like(scores)
    states[:, 0] = state
    for at in range(1, length):
        through = state[:, :, None] + _TABLE
        back[:, at] = through.argmax(1)
        state = through.max(1) + scores[:, at]
        states[:, at] = state
    out = []
    for row, end in enumerate(lengths):
        tags = np.zeros(end, np.int64)
        tags[-1] = states[row, end - 1].argmax()
        for at in range(end - 1, 0, -1):
            tags[at - 1] = back[row, at, tags[at]]
        out.append(tags)
    return out


def runs(tags: NDArray[np.int64], label: int) -> list[Run]:
    """Return the token ranges of one label, in order."""
    out: list[Run] = []
    begin = -1
    for at, tag in enumerate(tags):
        if begin >= 0 and tag != 2 * label + 2:
            out.append((begin, at))
            begin = -1
        if tag == 2 * label + 1:
            begin = at
    if begin >= 0:
        out.append((begin, len(tags)))
    return out


def link(
    tags: NDArray[np.int64], probabilities: Floats, content: Floats, source: Floats, cues: list[Run]
) -> list[Guess]:
    """Join spans of one passage: each content goes to its likeliest cue, each cue finds its source.

    `content` is (L, 1 + C) and `source` (C, 1 + L), both as probabilities; column 0 is 'none'.
    """
    sources = runs(tags, SOURCE)
    owned: dict[int, list[tuple[Run, float]]] = {}
    for run in runs(tags, CONTENT):
        votes = content[run[0] : run[1], 1 : 1 + len(cues)].mean(0)
        if len(votes):
            cue = int(votes.argmax())
            owned.setdefault(cue, []).append((run, float(votes[cue])))
    return list(_guesses(owned, sources, probabilities, source, cues))


def _guesses(
    owned: dict[int, list[tuple[Run, float]]],
    sources: list[Run],
    probabilities: Floats,
    source: Floats,
    cues: list[Run],
) -> Iterator[Guess]:
    for cue, contents in sorted(owned.items()):
        mass = [float(source[cue, 1 + b : 1 + e].sum()) for b, e in sources]
        chosen = int(np.argmax(mass)) if mass else -1
        none = float(source[cue, 0])
        pointed = int(source[cue, 1:].argmax())
        who: Run | None = None
        score = none
        if chosen >= 0 and mass[chosen] > none:
            who, score = sources[chosen], mass[chosen]
        elif none < 0.5 and float(source[cue, 1 + pointed]) > none:
            who, score = _grow(pointed, probabilities), float(source[cue, 1 + pointed])
        spans = [run for run, _ in contents]
        inside = np.concatenate([probabilities[b:e, 5:7].sum(1) for b, e in spans])
        begin, end = cues[cue]
        yield Guess(
            source=who,
            cue=(begin, end),
            content=spans,
            tag_score=float(inside.mean()),
            cue_score=float(probabilities[begin:end, 3:5].sum(1).mean()),
            source_score=score,
            content_score=float(np.mean([s for _, s in contents])),
        )


def _grow(at: int, probabilities: Floats) -> Run:
    """Widen one token to its neighbours that look like part of a source too."""
    likely = probabilities[:, 1:3].sum(1) > 0.25
    begin = end = at
    while begin > 0 and likely[begin - 1] and at - begin < 12:
        begin -= 1
    while end + 1 < len(likely) and likely[end + 1] and end - at < 12:
        end += 1
    return begin, end + 1
