"""Writes trained weights as package data, in half precision: `python -m benchmarks.reader_training.export best.pt`."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from safetensors.torch import save_file

from retrieval.neural.encoder import file_sha256
from retrieval.neural.reader import WEIGHTS


def main() -> None:
    """Read the command line, write the weights, print the hash that `retrieval/neural/reader.py` is to hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path, help="best.pt or last.pt of train_reader")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    network = torch.load(options.checkpoint, weights_only=True)["network"]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: value.half().contiguous() for name, value in network.items()}, options.out)
    print(options.out.stat().st_size, file_sha256(options.out))


if __name__ == "__main__":
    main()
