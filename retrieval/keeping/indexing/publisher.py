"""Turns articles into live ones: cut up, encoded where new, and made visible in one step.

An article goes sentences -> passages -> attributions -> vectors into Chroma (pending in the ledger)
-> one SQLite transaction that makes it live -> old vectors out of Chroma. A crash leaves the old
version or the new one; `repair.py` makes up for what is missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from retrieval.arrays import Floats
from retrieval.domain.articles import Article, Attribution, Sentence, Span, text_sha256
from retrieval.keeping.attribution.guesses import guesses_at
from retrieval.keeping.attribution.rules.analysis import Analysis, analyse
from retrieval.keeping.formats.furniture import is_no_sentence
from retrieval.keeping.indexing.encoding import EncodedPassage, PreparedArticle, encode_passages
from retrieval.keeping.indexing.passages import PassagePlan, header_of, plan_passages
from retrieval.keeping.indexing.regrouping import OldPassage
from retrieval.language.sentences import split_sentences
from retrieval.neural.encoder import BATCH_SIZE
from retrieval.store import ArticleVersion, LibraryStore, PassageVersion, ledger
from retrieval.workers import Lazy, Workers

if TYPE_CHECKING:
    from retrieval.keeping.attribution.extractor import Extractor

BATCH_WHILE_ASKED = 4
"""Passages in one forward pass while questions are being asked."""

RECIPE_VERSION = "4"
"""Goes up when sentences, passages or what is kept of reading them are made differently: all is encoded anew."""

ATTRIBUTION_VERSION = "3"
"""Goes up when attributions are concluded differently from what the network guessed: nothing is encoded anew."""


@dataclass(slots=True)
class _Upcoming:
    """An article about to be live, with its passages by content hash: those that stay, later the new ones too."""

    prepared: PreparedArticle
    passages: dict[str, PassageVersion]


class Publisher:
    """Makes article versions live and keeps Chroma in step with `library.db`."""

    def __init__(self, *, store: LibraryStore, workers: Workers, extractor: Lazy[Extractor]) -> None:
        self._store = store
        self._extractor = extractor
        self._workers = workers
        self.in_flight: set[int] = set()  # sent to Chroma and not yet live: no leftovers for `tidy` to remove

    async def recipe(self) -> str:
        """Return what an article is made with; one made with another recipe is made anew."""
        encoder, extractor = await self._workers.encoder(), await self._extractor.get()
        return f"{encoder.fingerprint}/{extractor.name}/{RECIPE_VERSION}/{ATTRIBUTION_VERSION}"

    async def prepare(self, article: Article, *, library: str, origin: str) -> PreparedArticle:
        """Cut an article into sentences and passages and run the rules over it; stores nothing.

        Where the library has a version of it, passages whose words still stand stay as they are.
        """
        return await self.prepare_from(article, library, origin, await self._old_passages(article, library))

    async def publish(
        self, group: Sequence[PreparedArticle], *, encoded: Callable[[int], None] = lambda _: None
    ) -> int:
        """Encode the group's new passages together, then make each article live; returns how many.

        `encoded` hears of each batch's size.
        """
        known = [
            await self._store.reusable(prepared.article.article_id, await self._workers.collection(prepared.library))
            for prepared in group
        ]
        return await self._publish([_Upcoming(one, old) for one, old in zip(group, known, strict=True)], encoded)

    async def publish_anew(self, prepared: PreparedArticle) -> None:
        """Make an article live with every passage encoded again."""
        await self._publish([_Upcoming(prepared, {})], lambda _: None)

    async def prepare_from(
        self, article: Article, library: str, origin: str, old: Sequence[OldPassage]
    ) -> PreparedArticle:
        """Prepare an article with the passages that may stay as they are given."""
        sentences, analysis = await asyncio.to_thread(_take_apart, article.text)
        plans = await self._workers.in_encoder(
            lambda encoder: plan_passages(
                article, sentences, encoder.count_tokens, max_tokens=encoder.max_tokens, old=old
            )
        )
        quotable = await asyncio.to_thread(_quotable, article.text, sentences)
        return PreparedArticle(article, library, origin, quotable, analysis, tuple(plans))

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

    async def _publish(self, group: Sequence[_Upcoming], encoded: Callable[[int], None]) -> int:
        fresh = [(one, plan) for one in group for plan in one.prepared.plans if plan.content_hash not in one.passages]
        readings = await self._read([(one.prepared, plan) for one, plan in fresh], encoded)
        read = list(zip(fresh, readings, strict=True))
        for library in dict.fromkeys(one.prepared.library for one in group):
            mine = [(one, plan, reading) for (one, plan), reading in read if one.prepared.library == library]
            # Once for all of them: a call costs Chroma more than a row does.
            async with self.added(library, [reading.encoding.vector for _, _, reading in mine]) as ids:
                for passage_id, (one, plan, reading) in zip(ids, mine, strict=True):
                    one.passages[plan.content_hash] = _passage(passage_id, plan, reading)
                for one in (one for one in group if one.prepared.library == library):
                    version = await asyncio.to_thread(
                        _version, one.prepared, one.passages, await self._extractor.get(), await self.recipe()
                    )
                    await self._store.publish(version)
        return len(fresh)

    @asynccontextmanager
    async def added(self, library: str, vectors: Sequence[Floats]) -> AsyncIterator[list[int]]:
        """Give the new ids under which Chroma has the vectors; the block makes them live."""
        collection = await self._workers.collection(library)
        ids = await ledger.reserve(self._store, collection, len(vectors))
        self.in_flight.update(ids)
        try:
            if ids:
                await self._workers.in_index(lambda index: index.add(collection, ids, np.stack(vectors)))
            yield ids
        finally:
            self.in_flight.difference_update(ids)

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

    async def _read_batch(self, passages: Sequence[tuple[PreparedArticle, PassagePlan]]) -> list[EncodedPassage]:
        extractor = await self._extractor.get()
        return await self._workers.in_encoder(lambda encoder: encode_passages(encoder, extractor, passages))


def _take_apart(text: str) -> tuple[list[Sentence], Analysis]:
    sentences = split_sentences(text)
    headings = [sentence.span for sentence in sentences if sentence.heading]
    analysis = analyse(text, [sentence.span for sentence in sentences], headings)
    asked = analysis.forms.questions  # an interviewer's question is no more to be quoted than a heading is
    return [replace(s, heading=True) if any(q.contains(s.span) for q in asked) else s for s in sentences], analysis


def _quotable(text: str, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """Return the sentences, those of captions, teasers and notices told to be no more to be quoted than headings.

    They stay in the text: it is the one that was handed in. Passages are planned as if they were sentences.
    """
    lines: dict[int, list[Sentence]] = {}
    for sentence in sentences:
        lines.setdefault(sentence.paragraph, []).append(sentence)
    no_sentences = {
        number
        for number, line in lines.items()
        if is_no_sentence(" ".join(text[line[0].span.start : line[-1].span.end].split()))
    }
    return tuple(replace(s, heading=True) if s.paragraph in no_sentences else s for s in sentences)


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
