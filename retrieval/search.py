"""Finds the passages that may answer: dense hits from Chroma and BM25 hits from SQLite, fused."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.encoder import Vectors
from retrieval.index import VectorHit
from retrieval.publishing import Publisher
from retrieval.question import Question
from retrieval.runtime import Runtime
from retrieval.store.snapshot import Snapshot, StoredPassage
from retrieval.text import EQUIVALENTS

CANDIDATES = 60
"""Hits asked of each retriever."""

RRF_K = 10
"""Reciprocal rank fusion (Cormack, Clarke, Büttcher 2009); 10 measured better than the usual 60 here."""

BM25_WEIGHT = 2.0
"""BM25 counts twice as much as dense: any@10 .875 on MultiHop-RAG (DESIGN.md)."""


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A passage found for a question; a higher score is better. `similarity` is None if only BM25 found it."""

    stored: StoredPassage
    score: float
    similarity: float | None


class Searcher:
    """Composes the two retrievers."""

    def __init__(self, *, runtime: Runtime, publisher: Publisher) -> None:
        self._runtime = runtime
        self._publisher = publisher

    async def search(
        self, question: Question, vector: Vectors, snapshot: Snapshot, libraries: Sequence[str], *, limit: int
    ) -> list[PassageHit]:
        """Return the best live passages for a question, best first."""
        found = await asyncio.gather(*(self._dense(vector, library) for library in libraries))
        dense = sorted((hit for hits in found for hit in hits), key=lambda hit: -hit.similarity)[:CANDIDATES]
        lexical = await snapshot.search_text(_spellings(question.terms), CANDIDATES)
        scores: dict[int, float] = {}
        for rank, hit in enumerate(dense):
            scores[hit.passage_id] = scores.get(hit.passage_id, 0.0) + 1.0 / (RRF_K + rank)
        for rank, match in enumerate(lexical):
            scores[match.passage_id] = scores.get(match.passage_id, 0.0) + BM25_WEIGHT / (RRF_K + rank)
        similarity = {hit.passage_id: hit.similarity for hit in dense}
        live = await snapshot.passages(scores)
        hits = [PassageHit(live[i], score, similarity.get(i)) for i, score in scores.items() if i in live]
        return sorted(hits, key=lambda hit: (-hit.score, hit.stored.passage.passage_id))[:limit]

    async def _dense(self, vector: Vectors, library: str) -> list[VectorHit]:
        collection = await self._publisher.collection(library)
        return await self._runtime.in_index(lambda index: index.query(collection, vector, CANDIDATES))


def _spellings(terms: Sequence[str]) -> list[str]:
    return [form for term in terms for form in EQUIVALENTS.get(term, (term,))]
