"""Rows of reader data as batches for the network: pieces, labels, answer spans, and which passages belong together."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor

from retrieval.neural.network import NetworkOutput
from retrieval.neural.pieces import TRAINED_PIECES, Pieces, ReaderInput, join_pieces

Row = dict[str, Any]


@dataclass(frozen=True)
class Batch:
    """Padded tensors of B passages, S sentences, T pieces."""

    pieces: Tensor
    kinds: Tensor
    sentences: Tensor
    labels: Tensor
    """(B, S) 1 for a sentence that answers, -1 for one that may: it counts neither way."""
    starts: Tensor
    """(B, T) True for a piece that may start the answer; nothing True: no span is known."""
    ends: Tensor
    groups: Tensor
    """(B,) rows that compete in one softmax: a question's passages, or a question and what was made false of it."""
    weights: Tensor
    """(B,) how much a row counts."""


def word_span(text: str, answer: str) -> tuple[int, int] | None:
    """Find an answer in a sentence as whole words, case ignored."""
    found = re.search(rf"(?<![\w.,]){re.escape(answer.strip())}(?!\w)", text, re.IGNORECASE) if answer.strip() else None
    return found.span() if found else None


def make_batch(tokenizer: Tokenizer, groups: Sequence[Sequence[Row]]) -> Batch:
    """Build one batch; the sentences of a group's rows compete."""
    rows = [row for group in groups for row in group]
    passages = [ReaderInput(row["header"], tuple(row["sentences"])) for row in rows]
    inputs = [
        join_pieces(tokenizer, row["question"], [passage], TRAINED_PIECES)[0]
        for row, passage in zip(rows, passages, strict=True)
    ]
    length, count = max(len(p.ids) for p in inputs), max(1, *(p.read for p in inputs))
    shape = (len(rows), length)
    pieces, kinds = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    sentences = torch.full(shape, -1, dtype=torch.long)
    labels = torch.zeros(len(rows), count)
    starts, ends = torch.zeros(shape, dtype=torch.bool), torch.zeros(shape, dtype=torch.bool)
    for i, (row, made) in enumerate(zip(rows, inputs, strict=True)):
        size = len(made.ids)
        pieces[i, :size] = torch.tensor(made.ids)
        kinds[i, :size] = torch.tensor(made.kinds)
        sentences[i, :size] = torch.tensor(made.sentences)
        seen = row["labels"][: made.read]
        labels[i, : len(seen)] = torch.tensor(seen, dtype=torch.float)
        if not any(seen):  # also not in doubt
            starts[i, 0] = ends[i, 0] = True
        for first, last in answer_pieces(row, made):
            starts[i, first] = ends[i, last] = True
    members = torch.tensor([g for g, group in enumerate(groups) for _ in group])
    weights = torch.tensor([float(row.get("weight", 1.0)) for row in rows])
    return Batch(pieces, kinds, sentences, labels, starts, ends, members, weights)


def answer_pieces(row: Row, made: Pieces) -> Iterator[tuple[int, int]]:
    """Yield the first and last piece of each answer string in the sentences labelled as answering."""
    for answer in row["answers"]:
        for number, text in enumerate(row["sentences"]):
            span = word_span(text, answer) if row["labels"][number] > 0 else None
            if span is None:
                continue
            inside = [
                place
                for place, (of, (start, end)) in enumerate(zip(made.sentences, made.offsets, strict=True))
                if of == number and start < span[1] and end > span[0]
            ]
            if inside:
                yield inside[0], inside[-1]


def loss_of(output: NetworkOutput, batch: Batch, span_weight: float = 0.3) -> Tensor:
    """Softmax over sentences and "not here", a passage and a question at a time, plus a share for the spans."""
    total = batch.weights.sum()
    alone = softmax_loss(output.sentences, batch.labels)
    loss = (alone * batch.weights).sum() / total
    together = []
    for group in batch.groups.unique().tolist():
        rows = batch.groups == group
        if int(rows.sum()) > 1:
            together.append(softmax_loss(output.sentences[rows].reshape(1, -1), batch.labels[rows].reshape(1, -1)))
    if together:
        loss = loss + 2.0 * torch.cat(together).sum() / total
    for logits, allowed in ((output.starts, batch.starts), (output.ends, batch.ends)):
        known = allowed.any(dim=-1)
        right = logits.masked_fill(~allowed, float("-inf"))[known].logsumexp(-1)
        loss = loss + span_weight / 2 * ((logits[known].logsumexp(-1) - right) * batch.weights[known]).sum() / total
    return loss


def softmax_loss(scores: Tensor, labels: Tensor) -> Tensor:
    """Minus the log share of the right sentences; where there is none, of a null that scores 0; (N,) of (N, S)."""
    null = torch.zeros(len(scores), 1, device=scores.device)
    right, doubted = labels > 0, labels < 0
    none = ~right.any(dim=-1, keepdim=True)
    scores = torch.cat([scores.masked_fill(doubted, float("-inf")), null], dim=-1)
    right = torch.cat([right, none], dim=-1)
    loss = scores.logsumexp(-1) - scores.masked_fill(~right, float("-inf")).logsumexp(-1)
    return loss.masked_fill(none.squeeze(-1) & doubted.any(dim=-1), 0.0)


def batches(
    groups: Sequence[Sequence[Row]], tokenizer: Tokenizer, *, pieces: int, seed: int, worker: int, workers: int
) -> Iterator[Batch]:
    """Yield one epoch's batches of about so many pieces, of groups alike in length; each worker gets its share."""
    rng = random.Random(seed)  # noqa: S311
    order = list(groups)
    rng.shuffle(order)
    cost = [max(size(row) for row in group) for group in order]
    made: list[list[Sequence[Row]]] = []
    for first in range(0, len(order), 400):
        window = sorted(range(first, min(first + 400, len(order))), key=lambda i: cost[i])
        batch: list[Sequence[Row]] = []
        rows = 0
        for i in window:
            if batch and (rows + len(order[i])) * max(cost[i], 24) > pieces:
                made.append(batch)
                batch, rows = [], 0
            batch.append(order[i])
            rows += len(order[i])
        if batch:
            made.append(batch)
    rng.shuffle(made)
    for batch in made[worker : len(made) // workers * workers : workers]:
        yield make_batch(tokenizer, batch)


def size(row: Row) -> int:
    """Estimate the pieces of a row from its characters."""
    text = len(row["question"]) + len(row["header"]) + sum(map(len, row["sentences"]))
    return min(TRAINED_PIECES, 6 + text * 10 // 42)
