"""Stores and loads the learned extractor's weights: int8 matrices with a scale a row, the rest float16."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from retrieval.attribution.network import Network, Shape

WEIGHTS = Path(__file__).parent / "weights" / "attribution.npz"


@dataclass(frozen=True, slots=True)
class Trained:
    """A network, the encoder layers it reads, and the numbers that turn its scores into a confidence.

    `calibration` weighs the features of `confidence.py`, the bias last; `shown_from` is the least
    confidence at which an attribution may be told to a reader.
    """

    network: Network
    layers: tuple[int, ...]
    calibration: tuple[float, ...]
    shown_from: float


def save(path: Path, trained: Trained) -> None:
    """Write the weights to one file."""
    arrays: dict[str, Any] = {}
    for name, value in trained.network.state_dict().items():
        matrix = value.detach().float().numpy()
        if matrix.ndim == 2 and matrix.size > 4096:
            scale = np.maximum(np.abs(matrix).max(1, keepdims=True), 1e-8) / 127
            arrays["q:" + name] = np.round(matrix / scale).astype(np.int8)
            arrays["s:" + name] = scale.astype(np.float32)
        else:
            arrays["f:" + name] = matrix.astype(np.float16)
    about = {
        "shape": trained.network.shape.as_dict(),
        "layers": trained.layers,
        "calibration": trained.calibration,
        "shown_from": trained.shown_from,
    }
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        np.savez_compressed(out, **arrays)


def load(path: Path = WEIGHTS) -> Trained | None:
    """Read the weights; None where there are none, and the rules alone must do."""
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as arrays:
        about = json.loads(bytes(arrays["about"]))
        network = Network(Shape(**about["shape"]))
        network.load_state_dict(_tensors(arrays))
    network.eval()
    return Trained(network, tuple(about["layers"]), tuple(about["calibration"]), float(about["shown_from"]))


def _tensors(arrays: Mapping[str, Any]) -> dict[str, Tensor]:
    out: dict[str, Tensor] = {}
    for key in arrays:
        kind, _, name = key.partition(":")
        if kind == "q":
            out[name] = torch.from_numpy(arrays[key].astype(np.float32) * arrays["s:" + name])
        elif kind == "f":
            out[name] = torch.from_numpy(arrays[key].astype(np.float32))
    return out
