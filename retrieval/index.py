"""Keeps passage vectors in Chroma; the only file that imports chromadb, whose errors never leave it.

A similarity is a cosine, higher is better; "distance" exists only here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar
from urllib.parse import urlsplit

import numpy as np

from retrieval.arrays import Floats
from retrieval.errors import IndexUnavailableError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

T = TypeVar("T")

ADD_BATCH = 2_000
"""Floats in one request; Chroma's own limit is 5,461."""

EF_SEARCH = 200
"""Breadth of the HNSW search: at least as many candidates as we ever ask for."""


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

    def ids(self, collection: str) -> set[int]:
        """Return every passage id in the collection."""

    def collections(self) -> list[str]:
        """Return the names of all collections."""

    def drop(self, collection: str) -> None:
        """Remove a collection and everything in it."""

    def close(self) -> None:
        """Let go of files and connections."""


class ChromaIndex:
    """A `PassageIndex` on Chroma: embedded in a folder, or a server."""

    def __init__(self, client: ClientAPI, *, where: str) -> None:
        self._client = client
        self._where = where
        self._collections: dict[str, Collection] = {}

    def add(self, collection: str, passage_ids: Sequence[int], vectors: Floats) -> None:
        """Add vectors, shape (n, dim); adding an id again replaces its vector."""
        with self._translated():
            target = self._get(collection, create=True)
            assert target is not None
            for i in range(0, len(passage_ids), ADD_BATCH):
                batch = [str(passage_id) for passage_id in passage_ids[i : i + ADD_BATCH]]
                target.upsert(ids=batch, embeddings=np.asarray(vectors[i : i + ADD_BATCH], dtype=np.float32))

    def query(self, collection: str, vectors: Floats, limit: int) -> list[list[VectorHit]]:
        """Return the nearest passages of each vector, shape (n, dim), best first; none where nothing is stored."""
        with self._translated():
            return self._fresh(collection, lambda found: self._query(found, vectors, limit), [[] for _ in vectors])

    @staticmethod
    def _query(found: Collection, vectors: Floats, limit: int) -> list[list[VectorHit]]:
        result = found.query(query_embeddings=vectors, n_results=limit, include=["distances"])
        return [
            [VectorHit(int(i), 1.0 - float(distance)) for i, distance in zip(ids, distances, strict=True)]
            for ids, distances in zip(result["ids"], result["distances"] or [], strict=True)
        ]

    def delete(self, collection: str, passage_ids: Sequence[int]) -> None:
        """Remove vectors; ids that are not there are ignored."""
        with self._translated():
            for i in range(0, len(passage_ids), ADD_BATCH):
                batch = [str(passage_id) for passage_id in passage_ids[i : i + ADD_BATCH]]
                self._fresh(collection, partial(_delete, ids=batch), None)

    def ids(self, collection: str) -> set[int]:
        """Return every passage id in the collection."""
        with self._translated():
            return self._fresh(
                collection,
                lambda found: {int(passage_id) for passage_id in found.get(include=[])["ids"]},
                set(),
            )

    def collections(self) -> list[str]:
        """Return the names of all collections."""
        with self._translated():
            return sorted(collection.name for collection in self._client.list_collections())

    def drop(self, collection: str) -> None:
        """Remove a collection and everything in it."""
        with self._translated():
            self._collections.pop(collection, None)
            if collection in self.collections():
                self._client.delete_collection(collection)

    def close(self) -> None:
        """Let go of files and connections."""
        self._collections.clear()
        close = getattr(self._client, "close", None)  # on the concrete clients, not on their common interface
        if close is not None:
            close()

    def _fresh(self, collection: str, call: Callable[[Collection], T], otherwise: T) -> T:
        """Call with the collection; a handle whose collection was made anew elsewhere is looked up again."""
        from chromadb.errors import NotFoundError

        found = self._get(collection, create=False)
        if found is None:
            return otherwise
        try:
            return call(found)
        except NotFoundError:
            self._collections.pop(collection, None)
            found = self._get(collection, create=False)
            return otherwise if found is None else call(found)

    def _get(self, name: str, *, create: bool) -> Collection | None:
        from chromadb.errors import NotFoundError

        if name not in self._collections:
            try:
                self._collections[name] = self._client.get_collection(name, embedding_function=None)
            except NotFoundError:
                if not create:
                    return None
                self._collections[name] = self._client.get_or_create_collection(
                    name,
                    embedding_function=None,
                    configuration={"hnsw": {"space": "cosine", "ef_search": EF_SEARCH}},
                )
        return self._collections[name]

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except IndexUnavailableError:
            raise
        except Exception as error:
            # Chroma lets httpx, sqlite3, OS and Rust errors through beside its own.
            raise IndexUnavailableError(_unavailable(self._where, error)) from error


def _delete(found: Collection, *, ids: list[str]) -> None:
    found.delete(ids=ids)


def open_index(data_dir: Path, chroma_url: str = "") -> ChromaIndex:
    """Open embedded Chroma under `data_dir`, or connect to the server at `chroma_url`.

    Takes seconds (chromadb's import). Raises `IndexUnavailableError`.
    """
    try:
        import chromadb
        from chromadb.config import Settings
    except ImportError as error:
        raise IndexUnavailableError(f"chromadb cannot be imported ({error}); run `make setup`.") from error
    settings = Settings(anonymized_telemetry=False)
    if chroma_url:
        parts = urlsplit(chroma_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise IndexUnavailableError(
                f"PULLQUOTE_CHROMA_URL is {chroma_url!r}, which is no address; write it like http://localhost:8000."
            )
        ssl = parts.scheme == "https"
        try:
            client = chromadb.HttpClient(
                host=parts.hostname, port=parts.port or (443 if ssl else 8000), ssl=ssl, settings=settings
            )
            client.heartbeat()
        except Exception as error:
            raise IndexUnavailableError(_unavailable(chroma_url, error)) from error
        return ChromaIndex(client, where=chroma_url)
    folder = data_dir / "chroma"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        embedded = chromadb.PersistentClient(path=str(folder), settings=settings)
    except Exception as error:
        raise IndexUnavailableError(_unavailable(str(folder), error)) from error
    return ChromaIndex(embedded, where=str(folder))


def collection_name(library: str, fingerprint: str, database_id: str) -> str:
    """Name the collection of a library's vectors by one encoder, within Chroma's rules (3 to 512, [a-zA-Z0-9._-])."""
    encoder = re.sub(r"[^a-zA-Z0-9_-]+", "-", fingerprint).strip("-")[-80:]
    return f"{library}.{encoder}.{database_id}"


def _unavailable(where: str, error: Exception) -> str:
    detail = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
    if where.startswith("http"):
        return (
            f"The Chroma server at {where} does not answer as one ({detail}); start it, or correct "
            "PULLQUOTE_CHROMA_URL (leave it empty for the embedded one)."
        )
    if "No space left" in detail or "disk is full" in detail or "disk full" in detail:
        return f"The disk that holds {where} is full; free some space and try again."
    return (
        f"The vector index in {where} cannot be used ({detail}); it can be rebuilt: delete that folder and run "
        "`pullquote index` again."
    )
