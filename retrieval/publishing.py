"""Turns articles into live ones: cut up, encoded where new, and made visible in one step.

An article goes sentences -> passages -> attributions -> vectors into Chroma (pending in the ledger)
-> one SQLite transaction that makes it live -> old vectors out of Chroma. A crash leaves the old
version or the new one; `tidy` removes what was left over and `repair` makes up for what is missing.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from retrieval.arrays import Floats
from retrieval.attribution.extraction import Analysis, analyse
from retrieval.encoder import BATCH_SIZE
from retrieval.index import collection_name
from retrieval.models import Article, Attribution
from retrieval.passages import PassagePlan, plan_passages
from retrieval.reading import PassageReading, PreparedArticle, guesses_at, read_passages
from retrieval.runtime import Runtime
from retrieval.sentences import Sentence, split_sentences
from retrieval.store import ArticleVersion, LibraryStore, PassageVersion

if TYPE_CHECKING:
    from retrieval.attribution.extractor import Extractor

RECIPE_VERSION = "1"
"""Goes up when sentences, passages or attributions are made differently, so that all are made anew."""


class Publisher:
    """Makes article versions live and keeps Chroma in step with `library.db`."""

    def __init__(self, *, store: LibraryStore, runtime: Runtime) -> None:
        self._store = store
        self._runtime = runtime

    async def collection(self, library: str) -> str:
        """Return the name of the collection that holds a library's vectors by the present encoder."""
        encoder = await self._runtime.encoder()
        return collection_name(library, encoder.fingerprint, self._store.database_id)

    async def recipe(self) -> str:
        """Return what an article is made with; one made with another recipe is made anew."""
        encoder, extractor = await self._runtime.encoder(), await self._runtime.extractor()
        return f"{encoder.fingerprint}/{extractor.name}/{RECIPE_VERSION}"

    async def prepare(self, article: Article, *, library: str, origin: str) -> PreparedArticle:
        """Cut an article into sentences and passages and run the rules over it; stores nothing."""
        sentences, analysis = await asyncio.to_thread(_take_apart, article.text)
        plans = await self._runtime.in_encoder(
            lambda encoder: plan_passages(article, sentences, encoder.count_tokens, max_tokens=encoder.max_tokens)
        )
        return PreparedArticle(article, library, origin, tuple(sentences), analysis, tuple(plans))

    async def publish(
        self,
        group: Sequence[PreparedArticle],
        *,
        present: set[int] | None = None,
        encoded: Callable[[int], None] = lambda _: None,
    ) -> int:
        """Encode the group's new passages together, then make each article live; returns how many.

        `present`, if given, are the ids that Chroma really holds: others are not used again.
        `encoded` hears of each batch's size.
        """
        known: list[dict[str, PassageVersion]] = []
        for prepared in group:
            old = await self._store.reusable(prepared.article.article_id, await self.collection(prepared.library))
            known.append({key: p for key, p in old.items() if present is None or p.passage_id in present})
        fresh = [
            [(prepared, plan) for plan in prepared.plans if plan.content_hash not in old]
            for prepared, old in zip(group, known, strict=True)
        ]
        readings = iter(await self._read([pair for pairs in fresh for pair in pairs], encoded))
        for prepared, old, pairs in zip(group, known, fresh, strict=True):
            collection = await self.collection(prepared.library)
            made = [(plan, next(readings)) for _, plan in pairs]
            ids = await self._store.reserve(collection, len(made))
            if made:
                await self._add(collection, ids, np.stack([reading.encoding.vector for _, reading in made]))
            new = {
                plan.content_hash: PassageVersion(
                    i, plan.span, plan.sentences, plan.content_hash, reading.encoding, reading.guesses
                )
                for i, (plan, reading) in zip(ids, made, strict=True)
            }
            version = await asyncio.to_thread(
                _version, prepared, old | new, await self._runtime.extractor(), await self.recipe()
            )
            await self._store.publish(version)
        return sum(map(len, fresh))

    async def attributions(self, articles: Sequence[Article]) -> list[tuple[Attribution, ...]]:
        """Return the attributions of articles as indexing would find them; stores nothing."""
        prepared = [await self.prepare(article, library="", origin="") for article in articles]
        pairs = [(one, plan) for one in prepared for plan in one.plans]
        readings = iter(await self._read(pairs, lambda _: None))
        extractor, recipe = await self._runtime.extractor(), await self.recipe()
        found = []
        for one in prepared:
            known = {
                plan.content_hash: PassageVersion(
                    0, plan.span, plan.sentences, plan.content_hash, reading.encoding, reading.guesses
                )
                for plan, reading in zip(one.plans, readings, strict=False)
            }
            found.append((await asyncio.to_thread(_version, one, known, extractor, recipe)).attributions)
        return found

    async def _read(
        self, passages: Sequence[tuple[PreparedArticle, PassagePlan]], encoded: Callable[[int], None]
    ) -> list[PassageReading]:
        """Read in batches of like length, each a call of its own, so that questions get in between."""
        order = sorted(range(len(passages)), key=lambda i: len(passages[i][1].encoded))
        results: dict[int, PassageReading] = {}
        for first in range(0, len(order), BATCH_SIZE):
            batch = order[first : first + BATCH_SIZE]
            results.update(zip(batch, await self._read_batch([passages[i] for i in batch]), strict=True))
            encoded(len(batch))
        return [results[i] for i in range(len(passages))]

    async def tidy(self) -> None:
        """Remove from Chroma what no live article uses: leftovers of a crash and of older versions."""
        for collection, passage_ids in (await self._store.ledger("pending", "dead")).items():
            await self._delete(collection, passage_ids)
            await self._store.forget(passage_ids)
        in_use = set(await self._store.ledger("live"))
        for collection in await self._runtime.in_index(lambda index: index.collections()):
            if collection.endswith(f".{self._store.database_id}") and collection not in in_use:
                await self._drop(collection)

    async def repair(self, *, repaired: Callable[[int, int], None] = lambda done, total: None) -> int:
        """Make anew, from their stored text, articles whose vectors are missing or of another recipe.

        Returns how many articles that were; `repaired` hears of (done, total).
        """
        recipe = await self.recipe()
        broken: list[tuple[str, str, str]] = []
        present: dict[str, set[int]] = {}
        for library in await self._store.libraries():
            collection = await self.collection(library)
            present[library] = await self._ids(collection)
            async with self._store.snapshot([library]) as snapshot:
                for summary in await snapshot.summaries():
                    whole = present[library].issuperset(await snapshot.passage_ids(summary.article_id))
                    if summary.recipe != recipe or not whole:
                        broken.append((library, summary.article_id, summary.origin))
        for done, (library, article_id, origin) in enumerate(broken):
            async with self._store.snapshot([library]) as snapshot:
                stored = await snapshot.article(article_id)
            if stored is not None:
                prepared = await self.prepare(stored.article, library=library, origin=origin)
                await self.publish([prepared], present=present[library])
            repaired(done + 1, len(broken))
        await self.tidy()
        return len(broken)

    async def _read_batch(self, passages: Sequence[tuple[PreparedArticle, PassagePlan]]) -> list[PassageReading]:
        extractor = await self._runtime.extractor()
        return await self._runtime.in_encoder(lambda encoder: read_passages(encoder, extractor, passages))

    async def _add(self, collection: str, passage_ids: Sequence[int], vectors: Floats) -> None:
        await self._runtime.in_index(lambda index: index.add(collection, passage_ids, vectors))

    async def _delete(self, collection: str, passage_ids: Sequence[int]) -> None:
        await self._runtime.in_index(lambda index: index.delete(collection, passage_ids))

    async def _drop(self, collection: str) -> None:
        await self._runtime.in_index(lambda index: index.drop(collection))

    async def _ids(self, collection: str) -> set[int]:
        return await self._runtime.in_index(lambda index: index.ids(collection))


def text_sha256(text: str) -> str:
    """Return the SHA-256 of a text as hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _take_apart(text: str) -> tuple[list[Sentence], Analysis]:
    sentences = split_sentences(text)
    return sentences, analyse(text, [sentence.span for sentence in sentences])


def _version(
    prepared: PreparedArticle, known: dict[str, PassageVersion], extractor: Extractor, recipe: str
) -> ArticleVersion:
    passages = tuple(
        replace(known[plan.content_hash], span=plan.span, sentences=plan.sentences) for plan in prepared.plans
    )
    guesses = [guess for passage in passages for guess in guesses_at(passage.guesses, passage.span.start)]
    spans = [sentence.span for sentence in prepared.sentences]
    return ArticleVersion(
        article=prepared.article,
        library=prepared.library,
        origin=prepared.origin,
        text_sha256=text_sha256(prepared.article.text),
        recipe=recipe,
        sentences=prepared.sentences,
        attributions=tuple(extractor.conclude(prepared.analysis, spans, guesses)),
        passages=passages,
    )
