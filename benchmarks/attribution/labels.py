"""Turns PolNeAR's spans into what the network learns: a tag a token, a cue a content token, sources a cue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.attribution.polnear import Seen
from retrieval.keeping.attribution.network.marks import Marked, pick

Ints = NDArray[np.int64]


@dataclass(slots=True)
class Example:
    """One passage to learn from; `cues` and `sources` are token indices, one array an attribution."""

    article: int
    states: NDArray[np.float16]
    features: Ints
    sentence: Ints
    paragraph: Ints
    tags: Ints
    heads: Ints
    cues: list[Ints] = field(default_factory=list)
    sources: list[Ints] = field(default_factory=list)


def label(article: int, seen: Seen, marked: Marked, gold: Sequence[dict[str, Any]]) -> Example:
    """Make an example of a passage. Content whose cue lies in another passage belongs to no cue here."""
    real = seen.offsets[:, 1] > seen.offsets[:, 0]
    starts = np.where(real, seen.offsets[:, 0] + seen.start, -1)
    ends = seen.offsets[:, 1] + seen.start
    places = np.maximum(starts, 0)
    out = Example(
        article=article,
        states=seen.states.astype(np.float16),
        features=np.stack(list(pick(marked, starts).values()), 1).astype(np.int64),
        sentence=np.where(real, marked.sentence[places], -1),
        paragraph=np.where(real, marked.paragraph[places], -1),
        tags=np.where(real, 0, -100),
        heads=np.full(len(starts), -1),
    )

    def inside(spans: Sequence[dict[str, Any]]) -> list[Ints]:
        found = [np.nonzero(real & (starts < s["end"]) & (ends > s["start"]))[0] for s in spans]
        return [tokens for tokens in found if len(tokens)]

    for attribution in gold:
        cue, source = inside(attribution["cue"]), inside(attribution["source"])
        if cue:
            out.cues.append(np.concatenate(cue))
            out.sources.append(np.concatenate(source) if source else np.array([], np.int64))
        for tokens in inside(attribution["content"]):
            out.heads[tokens] = len(out.cues) - 1 if cue else -1
            out.tags[tokens], out.tags[tokens[0]] = 6, 5
    for attribution in gold:  # sources and cues win over content around them
        for key, begin in (("source", 1), ("cue", 3)):
            for tokens in inside(attribution[key]):
                out.tags[tokens], out.tags[tokens[0]] = begin + 1, begin
    return out
