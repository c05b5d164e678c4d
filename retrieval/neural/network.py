"""The reader's network in plain torch: MiniLM's layers, with heads for sentences, for "not here" and for spans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

HIDDEN, HEADS, LAYERS, FEED, POSITIONS, PIECES = 384, 12, 6, 1536, 512, 30522
KINDS = 4
"""Kinds of pieces: 0 question, 1 question and also in the passage, 2 passage, 3 passage and also in the question."""

LOW = -1e4
"""Stands in for minus infinity inside a softmax: finite, so that a row of nothing else stays a number."""


@dataclass(frozen=True)
class NetworkOutput:
    """What one pass says; B passages, S sentences, T pieces."""

    sentences: Tensor
    """(B, S) logit of each sentence minus the passage's null logit; `LOW` where there is no sentence."""
    starts: Tensor
    """(B, T) logit of a piece as the answer's first; piece 0 (CLS) stands for no answer; `LOW` outside sentences."""
    ends: Tensor
    """(B, T) the same for the answer's last piece."""


class Layer(nn.Module):
    """One transformer layer as in BERT, with query, key and value in one matrix."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.out = nn.Linear(HIDDEN, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.up = nn.Linear(HIDDEN, FEED)
        self.down = nn.Linear(FEED, HIDDEN)
        self.last_norm = nn.LayerNorm(HIDDEN, eps=1e-12)

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        """Map (B, T, H) states; `bias` (B, 1, 1, T) is added to the attention logits."""
        batch, length, _ = states.shape
        query, key, value = (
            self.qkv(states).view(batch, length, 3, HEADS, HIDDEN // HEADS).permute(2, 0, 3, 1, 4).unbind(0)
        )
        mixed = nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        mixed = mixed.transpose(1, 2).reshape(batch, length, HIDDEN)
        states = self.norm(states + self.out(mixed))
        result: Tensor = self.last_norm(states + self.down(nn.functional.gelu(self.up(states))))
        return result


class ReaderNetwork(nn.Module):
    """Reads question and passage together. The word embeddings are the encoder's own and never trained."""

    def __init__(self, words: Tensor, layers: int = LAYERS) -> None:
        super().__init__()
        self.register_buffer("words", words, persistent=False)
        self.words: Tensor
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.kinds = nn.Embedding(KINDS, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.pool = nn.Linear(HIDDEN, 1)
        self.sentence = nn.Sequential(nn.Linear(2 * HIDDEN, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, 1))
        self.null = nn.Sequential(nn.Linear(HIDDEN, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, 1))
        self.span = nn.Linear(HIDDEN, 2)

    def forward(self, pieces: Tensor, kinds: Tensor, sentences: Tensor, count: int) -> NetworkOutput:
        """Read a batch.

        `pieces` (B, T) ids, 0 is padding; `kinds` (B, T) in 0..3; `sentences` (B, T) the number of the sentence that
        a piece is of, -1 for none; `count` is S, at least 1.
        """
        present = pieces != 0
        bias = torch.where(present, 0.0, LOW)[:, None, None, :]
        states = nn.functional.embedding(pieces, self.words) + self.positions.weight[: pieces.shape[1]]
        states = self.norm(states + self.kinds(kinds))
        for layer in self.layers:
            states = layer(states, bias)
        member = sentences[:, None, :] == torch.arange(count, device=pieces.device)[None, :, None]  # (B, S, T)
        inside = member.to(states.dtype)
        exists = member.any(dim=-1)
        weights = torch.softmax(self.pool(states).transpose(1, 2).masked_fill(~member, LOW), dim=-1) * inside
        mean = inside / inside.sum(dim=-1, keepdim=True).clamp(min=1)
        logits = self.sentence(torch.cat([weights @ states, mean @ states], dim=-1)).squeeze(-1)
        scores = (logits - self.null(states[:, 0])).masked_fill(~exists, LOW)
        allowed = sentences >= 0
        allowed[:, 0] = True
        starts, ends = self.span(states).masked_fill(~allowed[..., None], LOW).unbind(-1)
        return NetworkOutput(scores, starts, ends)


def from_encoder(weights: Mapping[str, Tensor], layers: int = LAYERS) -> ReaderNetwork:
    """Start a reader from the encoder's weights (their names in BERT); heads start at random."""
    network = ReaderNetwork(weights["embeddings.word_embeddings.weight"].float(), layers)
    own: dict[str, Tensor] = {
        "positions.weight": weights["embeddings.position_embeddings.weight"],
        "kinds.weight": weights["embeddings.token_type_embeddings.weight"][:1].repeat(KINDS, 1),
        "norm.weight": weights["embeddings.LayerNorm.weight"],
        "norm.bias": weights["embeddings.LayerNorm.bias"],
        **layers_of(weights, layers),
    }
    network.load_state_dict({**network.state_dict(), **{name: value.float() for name, value in own.items()}})
    return network


def layers_of(weights: Mapping[str, Tensor], layers: int = LAYERS) -> dict[str, Tensor]:
    """Return the encoder's layers (their names in BERT) by the names that they have in `layers` here."""
    own: dict[str, Tensor] = {}
    for number in range(layers):
        there, here = f"encoder.layer.{number}", f"layers.{number}"
        for part in ("weight", "bias"):
            own[f"{here}.qkv.{part}"] = torch.cat(
                [weights[f"{there}.attention.self.{name}.{part}"] for name in ("query", "key", "value")]
            )
            own[f"{here}.out.{part}"] = weights[f"{there}.attention.output.dense.{part}"]
            own[f"{here}.norm.{part}"] = weights[f"{there}.attention.output.LayerNorm.{part}"]
            own[f"{here}.up.{part}"] = weights[f"{there}.intermediate.dense.{part}"]
            own[f"{here}.down.{part}"] = weights[f"{there}.output.dense.{part}"]
            own[f"{here}.last_norm.{part}"] = weights[f"{there}.output.LayerNorm.{part}"]
    return own
