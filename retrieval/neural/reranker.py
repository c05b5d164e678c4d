"""Cross-encoders that order passages anew, by setting."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from retrieval.arrays import Floats
from retrieval.errors import EncoderError
from retrieval.neural.encoder import _first_line

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class Reranker(Protocol):
    """Judges passages against a question with a model that reads both together."""

    def score(self, question: str, passages: Sequence[str]) -> Floats:
        """Return one score a passage, higher is better; called from one thread at a time."""


class CrossEncoderReranker:
    """A `Reranker` on any sentence-transformers `CrossEncoder`."""

    def __init__(self, model: CrossEncoder) -> None:
        self._model = model

    def score(self, question: str, passages: Sequence[str]) -> Floats:
        """Return one score a passage, higher is better."""
        scores = self._model.predict([(question, passage) for passage in passages], show_progress_bar=False)
        return np.asarray(scores, dtype=np.float32)


def load_reranker(model: str) -> CrossEncoderReranker:
    """Load a cross-encoder by name or folder. Raises `EncoderError` where it is not to be had."""
    try:
        from sentence_transformers import CrossEncoder

        return CrossEncoderReranker(CrossEncoder(model, device="cpu", local_files_only=Path(model).is_dir()))
    except Exception as error:
        # As for the encoder: each library below raises its own kinds.
        raise EncoderError(
            f"The reranker {model!r} cannot be loaded ({type(error).__name__}: {_first_line(error)}); leave "
            "PULLQUOTE_RERANKER empty to do without, or name a model folder on this machine."
        ) from error
