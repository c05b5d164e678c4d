"""Trains the learned extractor from PolNeAR's folder and writes its weights; repeatable.

usage: python -m benchmarks.train_attribution POLNEAR_DIR [--out FILE] [--epochs N] [--threads N]

Only `train.jsonl` is read. A tenth of its articles is held out: on it the confidence is fitted and
the threshold of what is shown is picked. Takes 3 GB of memory; on one core about 6 minutes of
encoding and 8 minutes for each of the two networks.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from benchmarks.attribution.calibration import calibrate
from benchmarks.attribution.labels import Example, label
from benchmarks.attribution.polnear import Reader, read, sentences
from retrieval.keeping.attribution.network.marks import mark
from retrieval.keeping.attribution.network.model import Batch, Network, NetworkSize, near
from retrieval.keeping.attribution.network.stored import WEIGHTS, save
from retrieval.keeping.attribution.rules.analysis import analyse

LAYERS = (2, 4, 6)
VOTERS = ((0, 2e-3), (2, 2.5e-3))  # seed and learning rate of each network
SIZE = 16  # passages a step
HELD_OUT = 0.1


def split(articles: Sequence[dict[str, Any]]) -> tuple[set[int], set[int]]:
    """Return the indices of the articles to learn from and of those held out."""
    held = set(random.Random(13).sample(range(len(articles)), round(HELD_OUT * len(articles))))  # noqa: S311
    return set(range(len(articles))) - held, held


def examples(articles: Sequence[dict[str, Any]], chosen: set[int], reader: Reader) -> list[Example]:
    """Encode the chosen articles and label their passages."""
    passages, owners, marks = [], [], {}
    for number in sorted(chosen):
        text = articles[number]["text"]
        cut = sentences(text)
        found = analyse(text, cut)
        marks[number] = mark(text, cut, found.tokens, found.quotations, found.attributions)
        for span in reader.passages(text, cut):
            passages.append((text, span))
            owners.append(number)
    order = sorted(range(len(passages)), key=lambda i: passages[i][1].end - passages[i][1].start)
    out: list[Example] = []
    for batch in reader.batches([passages[i] for i in order]):
        for one in batch:
            number = owners[order[len(out)]]
            out.append(label(number, one, marks[number], articles[number]["attributions"]))
        print(f"\rencoded {len(out)}/{len(order)}", end="", flush=True)
    print()
    return out


def stack(chosen: Sequence[Example]) -> tuple[Batch, Tensor, Tensor, Tensor, Tensor]:
    """Pad examples: the batch, tags, heads, cue weights (B, C, L) and source targets (B, C, 1 + L)."""
    rows, length = len(chosen), max(len(e.tags) for e in chosen)
    most = max(1, *(len(e.cues) for e in chosen))
    layers, width = chosen[0].states.shape[1:]
    states = np.zeros((rows, length, layers, width), np.float32)
    mask = np.zeros((rows, length), bool)
    features = np.zeros((rows, length, chosen[0].features.shape[1]), np.int64)
    sentence, paragraph = np.full((2, rows, length), -9)
    tags, heads = np.full((rows, length), -100), np.full((rows, length), -1)
    cues = np.zeros((rows, most, length), np.float32)
    sources = np.zeros((rows, most, 1 + length), np.float32)
    for row, one in enumerate(chosen):
        size = len(one.tags)
        states[row, :size], mask[row, :size] = one.states, True
        features[row, :size] = one.features
        sentence[row, :size], paragraph[row, :size] = one.sentence, one.paragraph
        tags[row, :size], heads[row, :size] = one.tags, one.heads
        for n, (cue, source) in enumerate(zip(one.cues, one.sources, strict=True)):
            cues[row, n, cue] = 1 / len(cue)
            sources[row, n, source + 1 if len(source) else 0] = 1
    make = torch.from_numpy
    batch = Batch(make(states), make(mask), make(features), make(sentence), make(paragraph))
    return batch, make(tags), make(heads), make(cues), make(sources)


def loss_of(network: Network, chosen: Sequence[Example]) -> Tensor:
    """Return tag loss + 0.3 (content link loss + source link loss)."""
    batch, tags, heads, cues, sources = stack(chosen)
    logits, vectors = network(batch)
    content, source = network.links(vectors, near(cues, batch))
    loss = functional.cross_entropy(logits.flatten(0, 1), tags.flatten(), ignore_index=-100)
    owned = tags >= 5
    if owned.any():
        loss = loss + 0.3 * functional.cross_entropy(content[owned], heads[owned] + 1)
    real = cues.sum(-1) > 0
    if real.any():
        # pointing at any token of the source is right
        pointed = functional.log_softmax(source[real], -1).masked_fill(sources[real] == 0, -1e4)
        loss = loss - 0.3 * torch.logsumexp(pointed, -1).mean()
    return loss


def train(data: Sequence[Example], seed: int, rate: float, epochs: int) -> Network:
    """Train one network and return its running average."""
    torch.manual_seed(seed)
    dice = random.Random(seed)  # noqa: S311
    network = Network(NetworkSize())
    steps = epochs * -(-len(data) // SIZE)
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min(1.0, (s + 1) / 100) * max(0.02, 1 - s / steps)
    )
    average = {k: v.clone() for k, v in network.state_dict().items()}
    step = 0
    for epoch in range(epochs):
        order = sorted(data, key=lambda e: len(e.tags) + dice.random() * 20)
        groups = [order[i : i + SIZE] for i in range(0, len(order), SIZE)]
        dice.shuffle(groups)
        network.train()
        total = 0.0
        for group in groups:
            loss = loss_of(network, group)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            total += loss.item()
            keep = min(0.998, (step + 1) / (step + 20))
            for name, value in network.state_dict().items():
                average[name].lerp_(value, 1 - keep)
        print(f"seed {seed} epoch {epoch} loss {total / len(groups):.3f}", flush=True)
    network.load_state_dict(average)
    return network.eval()


def main() -> None:
    """Encode, train each network, calibrate on the held-out tenth, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--news", type=Path, help="articles_2020_2022.jsonl.gz, for credits labelled by reading")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    articles = read(options.folder / "train.jsonl")
    reader = Reader(LAYERS)
    learn, held = split(articles)
    data = examples(articles, learn, reader)
    networks = tuple(train(data, seed, rate, options.epochs) for seed, rate in VOTERS)
    trained = calibrate(networks, LAYERS, [articles[n] for n in sorted(held)], reader, options.news)
    save(options.out, trained)
    print(f"{options.out}: {options.out.stat().st_size} bytes, shown from {trained.shown_from}")


if __name__ == "__main__":
    main()
