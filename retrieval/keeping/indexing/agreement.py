"""Compares what the ledger holds to be live with what Chroma has, and changes neither."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.store import LibraryStore, ledger
from retrieval.workers import Workers


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many vectors are live, and how many of them Chroma lacks."""

    live: int
    missing: int


async def compare(store: LibraryStore, workers: Workers) -> Agreement:
    """Count; loads no model. Raises `IndexUnavailableError` or `StorageError`."""
    live = missing = 0
    for collection, passage_ids in (await ledger.in_state(store, "live")).items():
        held = await workers.in_index(lambda index, name=collection: index.ids(name))  # type: ignore[misc]
        live += len(passage_ids)
        missing += len(set(passage_ids) - held)
    return Agreement(live, missing)
