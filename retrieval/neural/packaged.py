"""Runs the packaged encoder in plain torch, on the layers that the reader is made of too.

transformers and sentence-transformers do the same sums to six digits, and take 170 MB more to be imported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from retrieval.neural.encoder import BatchedEncoder, has_amx
from retrieval.neural.network import HIDDEN, LAYERS, LOW, Layer, layers_of
from retrieval.neural.pieces import CLS, SEP, storable
from retrieval.neural.vectors import EncodedText, Projection, unit

MOST_PIECES = 256
"""The longest input, special pieces included, that the model was trained on."""


class EncoderNetwork(nn.Module):
    """all-MiniLM-L6-v2 without its unused pooler; the word embeddings stay in the file's own pages."""

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.register_buffer("words", weights["embeddings.word_embeddings.weight"], persistent=False)
        self.words: Tensor
        kind = weights["embeddings.token_type_embeddings.weight"][0]
        places = weights["embeddings.position_embeddings.weight"][:MOST_PIECES] + kind
        self.register_buffer("places", places, persistent=False)
        self.places: Tensor
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        norm = {f"norm.{part}": weights[f"embeddings.LayerNorm.{part}"] for part in ("weight", "bias")}
        # The file's own pages again, where one matrix is not made of three: nothing is held twice.
        self.load_state_dict({**norm, **layers_of(weights)}, assign=True)
        self.requires_grad_(requires_grad=False)

    def forward(self, pieces: Tensor) -> list[Tensor]:
        """Map (B, T) ids, 0 is padding, to the (B, T, H) states of the embeddings and of each layer."""
        bias = torch.where(pieces != 0, 0.0, LOW).to(self.words.dtype)[:, None, None, :]
        embedded = nn.functional.embedding(pieces, self.words) + self.places[: pieces.shape[1]]
        states = [self.norm(embedded)]
        for layer in self.layers:
            states.append(layer(states[-1], bias))
        return states


class PackagedEncoder(BatchedEncoder):
    """The packaged model and its tokenizer; called from one thread at a time."""

    def __init__(
        self, network: EncoderNetwork, tokenizer: Tokenizer, *, fingerprint: str, projection: Projection
    ) -> None:
        super().__init__(fingerprint=fingerprint, projection=projection)
        self._network = network.eval()
        self._tokenizer = tokenizer

    @property
    def max_tokens(self) -> int:
        """The longest input in tokens, special tokens not counted."""
        return MOST_PIECES - 2

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has, without special tokens."""
        return [len(ids) for ids, _ in self._pieces(texts)]

    def _pieces(self, texts: Sequence[str]) -> list[tuple[list[int], list[tuple[int, int]]]]:
        encoded = self._tokenizer.encode_batch([storable(text) for text in texts], add_special_tokens=False)
        return [(one.ids, one.offsets) for one in encoded]

    def _encode_batch(self, batch: list[str], layers: Sequence[int]) -> list[EncodedText]:
        pieces = [(ids[: self.max_tokens], offsets[: self.max_tokens]) for ids, offsets in self._pieces(batch)]
        lengths = [len(ids) + 2 for ids, _ in pieces]
        rows = [[CLS, *ids, SEP] + [0] * (max(lengths) - len(ids) - 2) for ids, _ in pieces]
        with torch.inference_mode():
            output = self._network(torch.tensor(rows))
            tokens = output[-1].float().numpy()
            wanted = [output[layer].float().numpy() for layer in layers]
        results = []
        for i, (length, (_, offsets)) in enumerate(zip(lengths, pieces, strict=True)):
            states = np.stack([one[i, :length] for one in wanted], axis=1) if wanted else None
            spans = np.array([(0, 0), *offsets, (0, 0)], np.int32)
            results.append(EncodedText(tokens[i, :length], spans, unit(tokens[i, :length].mean(axis=0)), states))
        return results


def load_packaged(folder: Path, *, fingerprint: str, projection: Projection) -> PackagedEncoder:
    """Load the model in `folder`, whose weights were checked; takes a tenth of a second once torch is there."""
    network = EncoderNetwork(load_file(folder / "model.safetensors"))
    if has_amx():
        network.bfloat16()
    tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return PackagedEncoder(network, tokenizer, fingerprint=fingerprint, projection=projection)
