"""The learned extractor's network: encoder states and word features to tags and links."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from retrieval.keeping.attribution.network.marks import SIZES

TAGS = ("O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content")
BUCKETS = 33
NEAR = 7


@dataclass(frozen=True, slots=True)
class NetworkSize:
    """Sizes of the network; stored with its weights."""

    width: int = 384
    layers: int = 3
    inner: int = 160
    hidden: int = 128
    link: int = 96
    feature: int = 8

    def as_dict(self) -> dict[str, int]:
        """Return the sizes by name."""
        return asdict(self)


@dataclass(slots=True)
class Batch:
    """Padded passages: `states` (B, L, layers, width), `mask` (B, L), `features` (B, L, 5) and places."""

    states: Tensor
    mask: Tensor
    features: Tensor
    sentence: Tensor
    paragraph: Tensor


class Network(nn.Module):
    """States and features -> BiLSTM -> tags of tokens, and links from content and cues."""

    def __init__(self, shape: NetworkSize) -> None:
        super().__init__()
        self.shape = shape
        self.mix = nn.Parameter(torch.zeros(shape.layers))
        self.norm = nn.LayerNorm(shape.width)
        self.project = nn.Linear(shape.width, shape.inner)
        self.embed = nn.ModuleList(nn.Embedding(n, shape.feature) for n in SIZES.values())
        total = shape.inner + shape.feature * len(SIZES)
        self.lstm = nn.LSTM(total, shape.hidden, batch_first=True, bidirectional=True)
        both = 2 * shape.hidden
        self.tag = nn.Linear(both, len(TAGS))
        self.content_key = nn.Linear(both, shape.link)
        self.content_cue = nn.Linear(both, shape.link)
        self.source_key = nn.Linear(both, shape.link)
        self.source_cue = nn.Linear(both, shape.link)
        self.no_cue = nn.Linear(both, 1)
        self.no_source = nn.Linear(both, 1)
        self.distance = nn.Parameter(torch.zeros(2, BUCKETS))
        self.sentences = nn.Parameter(torch.zeros(2, NEAR))
        self.paragraphs = nn.Parameter(torch.zeros(2, NEAR))
        self.drop = nn.Dropout(0.3)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return tag logits (B, L, 7) and token vectors (B, L, 2 * hidden)."""
        states = list(batch.states.unbind(2))
        weights = torch.softmax(self.mix, 0)
        mixed = states[0] * weights[0]
        for state, weight in zip(states[1:], weights[1:], strict=True):
            mixed = torch.addcmul(mixed, state, weight)
        mixed = self.norm(mixed)
        parts = [self.drop(functional.gelu(self.project(mixed)))]
        parts += [embed(batch.features[..., n]) for n, embed in enumerate(self.embed)]
        vectors, _ = self.lstm(torch.cat(parts, -1))
        vectors = self.drop(vectors)
        return self.tag(vectors), vectors

    def links(self, vectors: Tensor, near: Near) -> tuple[Tensor, Tensor]:
        """Score tokens against cues.

        Returns content logits (B, L, 1 + C), where 0 means no cue, and source logits (B, C, 1 + L),
        where 0 means no source. Padded cues and tokens get a large negative score.
        """
        cue_vectors = near.cues @ vectors
        scale = self.shape.link**-0.5
        scores = []
        for n, (key, cue) in enumerate(((self.content_key, self.content_cue), (self.source_key, self.source_cue))):
            score = (cue(cue_vectors) * scale) @ key(vectors).transpose(1, 2)
            places = self.sentences[n][:, None] + self.paragraphs[n][None, :]
            score = score + self.distance[n][near.bucket] + places.flatten()[near.steps]
            scores.append(score.masked_fill(near.padding, -1e4))
        content = scores[0].masked_fill(near.no_cue, -1e4).transpose(1, 2)
        content = torch.cat([self.no_cue(vectors), content], -1)
        return content, torch.cat([self.no_source(cue_vectors), scores[1]], -1)


@dataclass(frozen=True, slots=True)
class Near:
    """How cues and tokens lie to each other; the same for every network that votes.

    `cues` (B, C, L) holds each cue's tokens as weights that add up to 1 (all zero: padding).
    `bucket` (B, C, L) is their distance in logarithmic steps, `steps` the sentences and paragraphs
    between them.
    """

    cues: Tensor
    bucket: Tensor
    steps: Tensor
    padding: Tensor
    no_cue: Tensor


def near(cues: Tensor, batch: Batch) -> Near:
    """Measure how far each token lies from each cue."""
    length = cues.shape[2]
    places = torch.arange(length, dtype=torch.float32)
    apart = places[None, None, :] - (cues @ places)[..., None]
    first = cues.argmax(-1)
    steps = _steps(batch.sentence, first) * NEAR + _steps(batch.paragraph, first)
    return Near(cues, _bucket(apart), steps, ~batch.mask[:, None, :], cues.sum(-1, keepdim=True) == 0)


def _bucket(apart: Tensor) -> Tensor:
    """Put distances in tokens into signed logarithmic buckets."""
    size = torch.log2(apart.abs() + 1) * 2
    return (size.clamp(max=16) * apart.sign()).round().long() + 16


def _steps(number: Tensor, first: Tensor) -> Tensor:
    """Return sentence (or paragraph) steps from each cue to each token, held within +-3: (B, C, L)."""
    own = number.gather(1, first)
    return (number[:, None, :] - own[..., None]).clamp(-3, 3) + 3
