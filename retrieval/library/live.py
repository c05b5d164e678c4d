"""The libraries in memory, replaced whole when they change."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import numpy as np

from retrieval.domain.articles import Passage
from retrieval.library.catalogue import CatalogueArticle
from retrieval.library.layout import Library, build_library
from retrieval.store import LibraryStore, PassageVersion, StoredArticle


class LiveLibraries:
    """The libraries in memory. A question gets the one there is; a changed one is replaced whole."""

    def __init__(self, store: LibraryStore) -> None:
        self._store = store
        self._loaded: dict[str, Library] = {}
        self._articles: dict[str, dict[str, tuple[int, StoredArticle, CatalogueArticle]]] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._next_refresh: dict[str, float] = {}

    async def get(self, name: str) -> Library:
        """Return a library as it was when it was last refreshed, loading it the first time."""
        if name not in self._loaded:
            await self.refresh(name)
        return self._loaded[name]

    async def keep_up(self, name: str) -> None:
        """Refresh a library that is in use during a run, but spend no more than a tenth of the time on it."""
        if name in self._loaded and time.monotonic() >= self._next_refresh.get(name, 0.0):
            started = time.monotonic()
            await self.refresh(name)
            ended = time.monotonic()
            self._next_refresh[name] = ended + 9 * (ended - started)

    async def catch_up(self, name: str) -> None:
        """Refresh a library that is in use; one that nobody has asked is laid out when somebody does."""
        if name in self._loaded:
            await self.refresh(name)

    async def refresh(self, name: str) -> None:
        """Take over what has changed in `library.db`; who asks meanwhile gets the version before."""
        async with self._locks.setdefault(name, asyncio.Lock()):
            known = self._articles.get(name, {})
            async with self._store.snapshot([name]) as snapshot:
                revisions = await snapshot.revisions()
                kept = {i: known[i] for i, revision in revisions.items() if i in known and known[i][0] == revision}
                if name in self._loaded and len(kept) == len(known) == len(revisions):
                    return
                for article_id, revision in revisions.items():
                    if article_id not in kept:
                        stored = await snapshot.article(article_id)
                        assert stored is not None  # read in the same snapshot
                        indexed = _indexed(stored, await snapshot.passages(article_id))
                        kept[article_id] = (revision, stored, indexed)
            articles = [(stored, indexed) for _, stored, indexed in (kept[i] for i in sorted(kept))]
            self._loaded[name] = await asyncio.to_thread(build_library, name, articles)
            self._articles[name] = kept


def _indexed(stored: StoredArticle, passages: Sequence[PassageVersion]) -> CatalogueArticle:
    encodings = [passage.encoding for passage in passages]
    return CatalogueArticle(
        article=stored.article,
        passages=tuple(Passage(p.passage_id, stored.article.article_id, p.span) for p in passages),
        sentences=tuple(tuple(stored.sentences[i].span for i in p.sentences) for p in passages),
        passage_vectors=np.stack([encoding.vector for encoding in encodings]),
        sentence_vectors=np.concatenate([encoding.sentence_vectors for encoding in encodings]),
        word_vectors=np.concatenate([encoding.word_vectors for encoding in encodings]),
        sentence_words=np.concatenate([encoding.sentence_words for encoding in encodings]),
        publishers=stored.publishers,
    )
