"""Turns articles into live ones: cut up, encoded where new, and made visible in one step.

An article goes sentences -> passages -> attributions -> vectors into Chroma (pending in the ledger)
-> one SQLite transaction that makes it live -> old vectors out of Chroma. A crash leaves the old
version or the new one; `tidy` removes what was left over and `repair` makes up for what is missing:
vectors that Chroma has lost come from `library.db`, and nothing is encoded again for them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from retrieval.arrays import Floats
from retrieval.domain.articles import Article, Attribution, Sentence, Span, text_sha256
from retrieval.keeping.attribution.guesses import guesses_at
from retrieval.keeping.attribution.rules.analysis import Analysis, analyse
from retrieval.keeping.indexing.encoding import EncodedPassage, PreparedArticle, encode_passages
from retrieval.keeping.indexing.passages import PassagePlan, header_of, plan_passages
from retrieval.keeping.indexing.regrouping import OldPassage
from retrieval.language.sentences import split_sentences
from retrieval.neural.encoder import BATCH_SIZE
from retrieval.store import ArticleVersion, LibraryStore, PassageVersion
from retrieval.store.ledger import check, is_in_use, renumber, skip_ids, stored_vectors
from retrieval.workers import Lazy, Workers

if TYPE_CHECKING:
    from retrieval.keeping.attribution.extractor import Extractor

log = logging.getLogger(__name__)

BATCH_WHILE_ASKED = 4
"""Passages in one forward pass while questions are being asked."""

RESTORED_AT_ONCE = 2_000
"""Vectors put back into Chroma in one step."""

RECIPE_VERSION = "2"
"""Goes up when sentences, passages or attributions are made differently, so that all are made anew."""


class Publisher:
    """Makes article versions live and keeps Chroma in step with `library.db`."""

    def __init__(self, *, store: LibraryStore, workers: Workers, extractor: Lazy[Extractor]) -> None:
        self._store = store
        self._extractor = extractor
        self._workers = workers
        self._in_flight: set[int] = set()  # sent to Chroma and not yet live: no leftovers for `tidy` to remove

    async def recipe(self) -> str:
        """Return what an article is made with; one made with another recipe is made anew."""
        encoder, extractor = await self._workers.encoder(), await self._extractor.get()
        return f"{encoder.fingerprint}/{extractor.name}/{RECIPE_VERSION}"

    async def prepare(self, article: Article, *, library: str, origin: str) -> PreparedArticle:
        """Cut an article into sentences and passages and run the rules over it; stores nothing.

        Where the library has a version of it, passages whose words still stand stay as they are.
        """
        return await self._prepare(article, library, origin, await self._old_passages(article, library))

    async def publish(
        self, group: Sequence[PreparedArticle], *, encoded: Callable[[int], None] = lambda _: None
    ) -> int:
        """Encode the group's new passages together, then make each article live; returns how many.

        `encoded` hears of each batch's size.
        """
        return await self._publish(group, encoded=encoded, reuse=True)

    async def _prepare(self, article: Article, library: str, origin: str, old: Sequence[OldPassage]) -> PreparedArticle:
        sentences, analysis = await asyncio.to_thread(_take_apart, article.text)
        plans = await self._workers.in_encoder(
            lambda encoder: plan_passages(
                article, sentences, encoder.count_tokens, max_tokens=encoder.max_tokens, old=old
            )
        )
        return PreparedArticle(article, library, origin, tuple(sentences), analysis, tuple(plans))

    async def _old_passages(self, article: Article, library: str) -> list[OldPassage]:
        """Return the live version's passages, unless another header means that all are encoded again anyway."""
        async with self._store.snapshot([library]) as snapshot:
            stored = await snapshot.article(article.article_id)
            if stored is None or header_of(stored.article.credit) != header_of(article.credit):
                return []
            passages = await snapshot.passages(article.article_id)
        return [
            OldPassage(
                passage.span.of(stored.article.text),
                tuple(
                    Span(sentence.span.start - passage.span.start, sentence.span.end - passage.span.start)
                    for sentence in stored.sentences[passage.sentences.start : passage.sentences.stop]
                ),
            )
            for passage in passages
        ]

    async def _publish(self, group: Sequence[PreparedArticle], *, encoded: Callable[[int], None], reuse: bool) -> int:
        known: list[dict[str, PassageVersion]] = [{} for _ in group]
        if reuse:
            known = [
                await self._store.reusable(
                    prepared.article.article_id, await self._workers.collection(prepared.library)
                )
                for prepared in group
            ]
        fresh = [
            [(prepared, plan) for plan in prepared.plans if plan.content_hash not in old]
            for prepared, old in zip(group, known, strict=True)
        ]
        readings = iter(await self._read([pair for pairs in fresh for pair in pairs], encoded))
        made = [[(plan, next(readings)) for _, plan in pairs] for pairs in fresh]
        for library in dict.fromkeys(prepared.library for prepared in group):
            articles = [one for one in zip(group, known, made, strict=True) if one[0].library == library]
            vectors = [reading.encoding.vector for _, _, read in articles for _, reading in read]
            # Once for all of them: a call costs Chroma more than a row does.
            async with self._added(library, vectors) as ids:
                unused = iter(ids)
                for prepared, old, read in articles:
                    new = {
                        plan.content_hash: PassageVersion(
                            next(unused),
                            plan.span,
                            plan.sentences,
                            plan.content_hash,
                            reading.encoding,
                            reading.guesses,
                        )
                        for plan, reading in read
                    }
                    version = await asyncio.to_thread(
                        _version, prepared, old | new, await self._extractor.get(), await self.recipe()
                    )
                    await self._store.publish(version)
        return sum(map(len, fresh))

    @asynccontextmanager
    async def _added(self, library: str, vectors: Sequence[Floats]) -> AsyncIterator[list[int]]:
        """Give the new ids under which Chroma has the vectors; the block makes them live."""
        collection = await self._workers.collection(library)
        ids = await self._store.reserve(collection, len(vectors))
        self._in_flight.update(ids)
        try:
            if ids:
                await self._workers.in_index(lambda index: index.add(collection, ids, np.stack(vectors)))
            yield ids
        finally:
            self._in_flight.difference_update(ids)

    async def attributions(self, articles: Sequence[Article]) -> list[tuple[Attribution, ...]]:
        """Return the attributions of articles as indexing would find them; stores nothing."""
        prepared = [await self.prepare(article, library="", origin="") for article in articles]
        pairs = [(one, plan) for one in prepared for plan in one.plans]
        readings = iter(await self._read(pairs, lambda _: None))
        extractor, recipe = await self._extractor.get(), await self.recipe()
        found = []
        for one in prepared:
            known = {
                plan.content_hash: _passage(0, plan, reading)
                for plan, reading in zip(one.plans, readings, strict=False)
            }
            found.append((await asyncio.to_thread(_version, one, known, extractor, recipe)).attributions)
        return found

    async def _read(
        self, passages: Sequence[tuple[PreparedArticle, PassagePlan]], encoded: Callable[[int], None]
    ) -> list[EncodedPassage]:
        """Read in batches of like length, each a call of its own, so that questions get in between.

        While questions are being asked the batches are small, and some questions go before each.
        """
        order = sorted(range(len(passages)), key=lambda i: len(passages[i][1].encoded))
        results: dict[int, EncodedPassage] = {}
        while len(results) < len(order):
            await self._workers.turn()
            size = BATCH_WHILE_ASKED if self._workers.is_asked() else BATCH_SIZE
            batch = order[len(results) : len(results) + size]
            results.update(zip(batch, await self._read_batch([passages[i] for i in batch]), strict=True))
            encoded(len(batch))
        return [results[i] for i in range(len(passages))]

    async def tidy(self) -> None:
        """Remove from Chroma what no live article uses: leftovers of a crash and of older versions.

        Costs what there is to remove and a little a collection, whatever the library's size.
        """
        for collection, passage_ids in (await self._store.ledger("pending", "dead")).items():
            leftover = [i for i in passage_ids if i not in self._in_flight]
            if leftover:
                await self._delete(collection, leftover)
                await self._store.forget(leftover)
        for collection in await self._workers.in_index(lambda index: index.collections()):
            if collection.endswith(f".{self._store.database_id}"):
                if await is_in_use(self._store, collection):
                    await self._compact(collection)
                else:
                    await self._drop(collection)

    async def repair(self, *, repaired: Callable[[int, int], None] = lambda done, total: None) -> int:
        """Put back what Chroma has lost, and make anew, from their stored text, articles of another recipe.

        Returns how many articles that were; `repaired` hears of (done, total). Raises `StorageError` where
        `library.db` itself is damaged.
        """
        await check(self._store)
        recipe = await self.recipe()
        outdated: list[tuple[str, str, str]] = []
        restored = 0
        for library in await self._store.libraries():
            async with self._store.snapshot([library]) as snapshot:
                summaries = await snapshot.summaries()
            outdated += [(library, s.article_id, s.origin) for s in summaries if s.recipe != recipe]
            restored += await self._restore(library)
        for done, (library, article_id, origin) in enumerate(outdated):
            async with self._store.snapshot([library]) as snapshot:
                stored = await snapshot.article(article_id)
            if stored is not None:
                # Neither old passages nor what was read in them may be kept: another recipe made them.
                prepared = await self._prepare(stored.article, library, origin, ())
                await self._publish([prepared], encoded=lambda _: None, reuse=False)
            repaired(done + 1, len(outdated))
        await self.tidy()
        return restored + len(outdated)

    async def _restore(self, library: str) -> int:
        """Bring Chroma's vectors of a library in line with `library.db`; returns of how many articles any was lost.

        What is lost is added under new ids, since Chroma has lost vectors whose id came back; what
        `library.db` has never heard of, as after a backup was put back, goes.
        """
        collection = await self._workers.collection(library)
        held = await self._workers.in_index(lambda index: index.ids(collection))
        live = set((await self._store.ledger("live")).get(collection, []))
        if unknown := held - live - set((await self._store.ledger("pending", "dead")).get(collection, [])):
            await skip_ids(self._store, max(unknown))
            await self._delete(collection, sorted(unknown))
        lost = sorted(live - held)
        articles = 0
        for first in range(0, len(lost), RESTORED_AT_ONCE):
            vectors = await stored_vectors(self._store, lost[first : first + RESTORED_AT_ONCE])
            async with self._added(library, list(vectors.values())) as ids:
                articles += await renumber(self._store, dict(zip(vectors, ids, strict=True)))
        if articles:
            log.warning("%s: %d vectors were missing from Chroma and were put back.", library, len(lost))
        return articles

    async def _read_batch(self, passages: Sequence[tuple[PreparedArticle, PassagePlan]]) -> list[EncodedPassage]:
        extractor = await self._extractor.get()
        return await self._workers.in_encoder(lambda encoder: encode_passages(encoder, extractor, passages))

    async def _delete(self, collection: str, passage_ids: Sequence[int]) -> None:
        await self._workers.in_index(lambda index: index.delete(collection, passage_ids))

    async def _drop(self, collection: str) -> None:
        await self._workers.in_index(lambda index: index.drop(collection))

    async def _compact(self, collection: str) -> None:
        await self._workers.in_index(lambda index: index.compact(collection))


def _take_apart(text: str) -> tuple[list[Sentence], Analysis]:
    sentences = split_sentences(text)
    return sentences, analyse(text, [sentence.span for sentence in sentences])


def _passage(passage_id: int, plan: PassagePlan, reading: EncodedPassage) -> PassageVersion:
    return PassageVersion(passage_id, plan.span, plan.sentences, plan.content_hash, reading.encoding, reading.guesses)


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
