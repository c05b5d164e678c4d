"""Stores and loads the learned extractor's weights: int8 matrices and float16."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from retrieval.keeping.attribution.network.model import Network, NetworkSize

WEIGHTS = Path(__file__).parent / "weights" / "attribution.npz"


@dataclass(frozen=True, slots=True)
class Trained:
    """Networks that vote, the encoder layers they read, and what turns their scores into a confidence.

    `calibration` weighs the features of `confidence.py`, the bias last; `shown_from` is the least
    confidence at which an attribution may be told to a reader, `kept_from` that at which it is kept.
    `outside_bias` is taken off the score of 'outside' before decoding: recall for precision, which
    the confidence wins back.
    """

    networks: tuple[Network, ...]
    layers: tuple[int, ...]
    calibration: tuple[float, ...]
    shown_from: float
    kept_from: float
    outside_bias: float = 0.0


def save(path: Path, trained: Trained) -> None:
    """Write the weights to one file."""
    arrays: dict[str, Any] = {}
    for number, network in enumerate(trained.networks):
        for name, value in network.state_dict().items():
            arrays |= _packed(f"{number}:{name}", value.detach().float().numpy())
    about = {
        "shapes": [network.shape.as_dict() for network in trained.networks],
        "layers": trained.layers,
        "calibration": trained.calibration,
        "shown_from": trained.shown_from,
        "kept_from": trained.kept_from,
        "outside_bias": trained.outside_bias,
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
        networks = []
        for number, shape in enumerate(about["shapes"]):
            shape.pop("top", None)  # stored weights say that they have no layer of the encoder's on top
            network = Network(NetworkSize(**shape))
            network.load_state_dict(_tensors(arrays, f"{number}:"))
            networks.append(network.eval())
    numbers = {key: float(about[key]) for key in ("shown_from", "kept_from", "outside_bias")}
    return Trained(tuple(networks), tuple(about["layers"]), tuple(about["calibration"]), **numbers)


def _packed(name: str, values: NDArray[np.float32]) -> dict[str, Any]:
    if values.ndim < 2 or values.size <= 4096:
        return {"f:" + name: values.astype(np.float16)}
    scale = np.maximum(np.abs(values).max(1, keepdims=True), 1e-8) / 127
    return {"q:" + name: np.round(values / scale).astype(np.int8), "s:" + name: scale.astype(np.float32)}


def _tensors(arrays: Mapping[str, Any], prefix: str) -> dict[str, Tensor]:
    out: dict[str, Tensor] = {}
    for key in arrays:
        kind, _, name = key.partition(":")
        if not name.startswith(prefix):
            continue
        if kind == "q":
            out[name.removeprefix(prefix)] = torch.from_numpy(arrays[key] * arrays["s:" + name])
        elif kind == "f":
            out[name.removeprefix(prefix)] = torch.from_numpy(arrays[key].astype(np.float32))
    return out
