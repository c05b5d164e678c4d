"""Keeps passage vectors in Chroma; the only file that imports chromadb, whose errors never leave it.

A similarity is a cosine, higher is better; "distance" exists only here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import numpy as np

from retrieval.arrays import Floats
from retrieval.errors import IndexUnavailableError, disk_fault, is_about_the_disk
from retrieval.index.chroma_folder import ChromaFolder
from retrieval.index.passage_index import VectorHit

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection
    from chromadb.config import Settings

T = TypeVar("T")

ADD_BATCH = 2_000
"""Floats in one request; Chroma's own limit is 5,461."""

REMOVED = "removed"
"""Key in a collection's metadata: how many vectors were deleted since it was last rewritten."""

MIN_REMOVED = 500
REMOVED_SHARE = 0.5
"""A collection is rewritten once so many, and such a share of what it holds, were deleted from it.

Chroma only marks a deleted vector and keeps walking over it: six refills of 4,000 vectors took a query
from 2 to 8 ms and the folder from 10 to 44 MB (chroma issue 4737).
"""

SELF_QUERIES = 16
"""Vectors of each collection that must find themselves before embedded Chroma counts as sound."""

SELF_DISTANCE = 0.01

MOST_CHECKED = 10_000
"""About how many vectors of a collection are read at each start, a stretch here and there of a larger one."""

PAGE = 1_000
"""Collections listed in one request."""

HNSW: CreateHNSWConfiguration = {"space": "cosine", "ef_search": 200}
"""How a collection is searched; `ef_search` is the breadth, at least as many as we ever ask for."""


class ChromaIndex:
    """A `PassageIndex` on Chroma: embedded in a folder, or a server."""

    def __init__(self, client: ClientAPI, *, where: str, folder: ChromaFolder | None = None) -> None:
        self._client = client
        self._where = where
        self._folder = folder
        self._collections: dict[str, Collection] = {}
        self._writing = threading.Lock()  # what is added while a collection is rewritten would be lost

    def add(self, collection: str, passage_ids: Sequence[int], vectors: Floats) -> None:
        """Add vectors, shape (n, dim); adding an id again replaces its vector."""
        with self._translated(), self._writing:
            for i in range(0, len(passage_ids), ADD_BATCH):
                batch = [str(passage_id) for passage_id in passage_ids[i : i + ADD_BATCH]]
                block = np.asarray(vectors[i : i + ADD_BATCH], dtype=np.float32)
                self._fresh(collection, partial(_upsert, ids=batch, vectors=block), None, create=True)

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
        with self._translated(), self._writing:
            for i in range(0, len(passage_ids), ADD_BATCH):
                batch = [str(passage_id) for passage_id in passage_ids[i : i + ADD_BATCH]]
                self._fresh(collection, partial(_delete, ids=batch), None)

    def compact(self, collection: str) -> bool:
        """Rewrite a collection from which much was deleted; whoever queries meanwhile is not disturbed.

        Returns whether that was needed. A crash between the two renames leaves the vectors under no name
        that is in use: they are then made up for as lost ones are.
        """
        with self._translated(), self._writing:
            old = self._get(collection, create=False)
            if old is None or _removed(old) < max(MIN_REMOVED, old.count() * REMOVED_SHARE):
                return False
            self._drop(f"fresh.{collection}")
            self._drop(f"old.{collection}")
            fresh = self._create(f"fresh.{collection}")
            ids = old.get(include=[])["ids"]
            for i in range(0, len(ids), ADD_BATCH):
                rows = old.get(ids=ids[i : i + ADD_BATCH], include=["embeddings"])
                _upsert(fresh, ids=rows["ids"], vectors=np.asarray(rows["embeddings"], dtype=np.float32))
            old.modify(name=f"old.{collection}")
            fresh.modify(name=collection)
            self._collections[collection] = fresh  # a handle finds its collection by id, whatever its name is now
            self._drop(f"old.{collection}")
            return True

    def count(self, collection: str) -> int:
        """Return how many vectors the collection has."""
        with self._translated():
            return self._fresh(collection, lambda found: found.count(), 0)

    def present(self, collection: str, passage_ids: Sequence[int]) -> set[int]:
        """Return those of some ids that the collection has; one request."""
        names = [str(passage_id) for passage_id in passage_ids]
        with self._translated():
            return self._fresh(
                collection, lambda found: {int(name) for name in found.get(ids=names, include=[])["ids"]}, set()
            )

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
            names: list[str] = []
            while page := self._client.list_collections(limit=PAGE, offset=len(names)):
                names += (collection.name for collection in page)
            return sorted(names)

    def drop(self, collection: str) -> None:
        """Remove a collection and everything in it."""
        with self._translated(), self._writing:
            self._drop(collection)

    def check(self) -> None:
        """Read vectors, all of a small collection, and let some find themselves.

        Raises `IndexUnavailableError` where that fails.
        """
        with self._translated():
            for name in self.collections():
                found = self._get(name, create=False)
                assert found is not None  # just listed
                _check(found)

    def close(self) -> None:
        """Let go of files and connections."""
        self._collections.clear()
        close = getattr(self._client, "close", None)  # on the concrete clients, not on their common interface
        if close is not None:
            close()

    def _fresh(self, name: str, call: Callable[[Collection], T], otherwise: T, *, create: bool = False) -> T:
        """Call with the collection; a handle whose collection was made anew elsewhere is looked up again."""
        from chromadb.errors import NotFoundError

        found = self._get(name, create=create)
        if found is None:
            return otherwise
        try:
            return call(found)
        except NotFoundError:
            self._collections.pop(name, None)
            found = self._get(name, create=create)
            return otherwise if found is None else call(found)

    def _get(self, name: str, *, create: bool) -> Collection | None:
        from chromadb.errors import NotFoundError

        if (known := self._collections.get(name)) is not None:
            return known
        try:
            found = self._client.get_collection(name, embedding_function=None)
        except NotFoundError:
            if not create:
                return None
            found = self._create(name)
        self._collections[name] = found
        return found

    def _create(self, name: str) -> Collection:
        return self._client.get_or_create_collection(
            name,
            embedding_function=None,
            configuration={"hnsw": HNSW},
        )

    def _drop(self, name: str) -> None:
        from chromadb.errors import NotFoundError

        self._collections.pop(name, None)
        try:
            self._client.delete_collection(name)
        except NotFoundError:
            return
        if self._folder is not None:
            self._folder.remove_strays()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except IndexUnavailableError:
            raise
        except Exception as error:
            if self._folder is not None and not is_about_the_disk(str(error)):
                self._folder.distrust()  # what a start did not read may be damaged as well
            # Chroma lets httpx, sqlite3, OS and Rust errors through beside its own.
            raise IndexUnavailableError(_unavailable(self._where, error)) from error


def _upsert(found: Collection, *, ids: list[str], vectors: Floats) -> None:
    found.upsert(ids=ids, embeddings=vectors)


def _delete(found: Collection, *, ids: list[str]) -> None:
    found.delete(ids=ids)
    found.modify(metadata={REMOVED: _removed(found) + len(ids)})


def _removed(found: Collection) -> int:
    return int((found.metadata or {}).get(REMOVED, 0))


def _check(found: Collection) -> None:
    count = found.count()
    stride = max(1, count // MOST_CHECKED) * ADD_BATCH
    for i in range(0, count, stride):
        batch = found.get(include=[], limit=ADD_BATCH, offset=i)["ids"]
        vectors = np.asarray(found.get(ids=batch, include=["embeddings"])["embeddings"], dtype=np.float32)
        if len(vectors) != len(batch) or not np.isfinite(vectors).all():
            raise ValueError(f"{len(batch) - len(vectors)} vectors are not there or no numbers")
        if i == 0:
            nearest = found.query(query_embeddings=vectors[:SELF_QUERIES], n_results=1, include=["distances"])
            if any(not row or row[0] > SELF_DISTANCE for row in nearest["distances"] or [[]]):
                raise ValueError("vectors do not find themselves")


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
    return _open_embedded(ChromaFolder(data_dir), settings)


def _open_embedded(folder: ChromaFolder, settings: Settings) -> ChromaIndex:
    """Open the folder; one that is damaged goes aside, since all it holds can be made anew from `library.db`."""
    try:
        folder.prepare()
        try:
            opened = _open_checked(folder, settings)
        except IndexUnavailableError as error:
            if is_about_the_disk(str(error)):
                raise
            folder.move_aside(str(error.__cause__))
            opened = _open_checked(folder, settings)
        folder.remove_strays()
    except OSError as error:
        raise IndexUnavailableError(_unavailable(str(folder.path), error)) from error
    return opened


def _open_checked(folder: ChromaFolder, settings: Settings) -> ChromaIndex:
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient

    where = str(folder.path)
    try:
        opened = ChromaIndex(chromadb.PersistentClient(path=where, settings=settings), where=where, folder=folder)
    except Exception as error:
        # Chroma keeps what it could not start, and would hand just that out to the next who asks.
        SharedSystemClient.clear_system_cache()
        raise IndexUnavailableError(_unavailable(where, error)) from error
    try:
        with folder.checking():
            opened.check()
    except IndexUnavailableError:
        opened.close()
        raise
    return opened


def _unavailable(where: str, error: Exception) -> str:
    detail = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
    if where.startswith("http"):
        return (
            f"The Chroma server at {where} does not answer as one ({detail}); start it, or correct "
            "PULLQUOTE_CHROMA_URL (leave it empty for the embedded one)."
        )
    restart = "restart Pullquote, which makes a damaged one anew from library.db"
    what = f"The vector index in {where}"
    return disk_fault(what, detail, if_damaged=restart) or f"{what} cannot be used ({detail}); {restart}."
