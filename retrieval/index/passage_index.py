"""What any index of passage vectors does, and what it gives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from retrieval.arrays import Floats


@dataclass(frozen=True, slots=True)
class VectorHit:
    """A passage and its cosine similarity to the query."""

    passage_id: int
    similarity: float


class PassageIndex(Protocol):
    """Floats by passage id, in named collections. Calls block: run them in a thread."""

    def add(self, collection: str, passage_ids: Sequence[int], vectors: Floats) -> None:
        """Add vectors, shape (n, dim); adding an id again replaces its vector."""

    def query(self, collection: str, vectors: Floats, limit: int) -> list[list[VectorHit]]:
        """Return the nearest passages of each vector, shape (n, dim), best first; none where nothing is stored."""

    def delete(self, collection: str, passage_ids: Sequence[int]) -> None:
        """Remove vectors; ids that are not there are ignored."""

    def compact(self, collection: str) -> bool:
        """Rewrite a collection from which much was deleted; whoever queries meanwhile is not disturbed.

        Returns whether that was needed.
        """

    def count(self, collection: str) -> int:
        """Return how many vectors the collection has."""

    def present(self, collection: str, passage_ids: Sequence[int]) -> set[int]:
        """Return those of some ids that the collection has."""

    def ids(self, collection: str) -> set[int]:
        """Return every passage id in the collection."""

    def collections(self) -> list[str]:
        """Return the names of all collections."""

    def drop(self, collection: str) -> None:
        """Remove a collection and everything in it."""

    def close(self) -> None:
        """Let go of files and connections."""


def collection_name(library: str, fingerprint: str, database_id: str) -> str:
    """Name the collection of a library's vectors by one encoder, within Chroma's rules (3 to 512, [a-zA-Z0-9._-])."""
    encoder = re.sub(r"[^a-zA-Z0-9_-]+", "-", fingerprint).strip("-")[-80:]
    return f"{library}.{encoder}.{database_id}"
