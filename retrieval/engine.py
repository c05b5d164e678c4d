"""The library as its users see it: ask, check a quote, index, list. Owns the data folder while open."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from retrieval.arrays import Floats
from retrieval.asking.answers.answerer import Answerer
from retrieval.asking.answers.decision import Explanation
from retrieval.asking.lookups.articles import articles_about
from retrieval.asking.lookups.quote_checker import QuoteChecker
from retrieval.asking.lookups.source_desk import SourceDesk
from retrieval.asking.lookups.suggesting import suggest_sources
from retrieval.asking.search.candidates import Candidates
from retrieval.domain.answers import Outcome, Quote
from retrieval.domain.articles import Article, Attribution, Span
from retrieval.domain.askers import TERMINAL, Asker
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.domain.lookups import QuoteCheck, SourceLookup, SourceSummary
from retrieval.domain.stages import Observe, unobserved
from retrieval.domain.talk import Talk
from retrieval.domain.vitals import Vitals
from retrieval.index.chroma import open_index
from retrieval.index.passage_index import PassageIndex
from retrieval.keeping.indexing.agreement import Agreement, compare
from retrieval.keeping.indexing.indexer import Indexer
from retrieval.keeping.indexing.publisher import Publisher
from retrieval.keeping.indexing.repair import Repair
from retrieval.keeping.ingest.intake import Ingest
from retrieval.keeping.management.manager import Keeping, LibraryManager
from retrieval.language.proper_names import warm_up
from retrieval.library.live import CACHE_MB, LiveLibraries
from retrieval.neural.encoder import BATCH_SIZE, Encoder, load_encoder
from retrieval.neural.likeness import groups_alike
from retrieval.neural.reader import ReadsPassages, ReadsTogether, load_reader
from retrieval.store import ArticleSummary, StoredArticle
from retrieval.store.folder import DataFolder
from retrieval.store.vitals import feed_counts, holdings
from retrieval.workers import Lazy, Workers

if TYPE_CHECKING:
    from retrieval.keeping.attribution.extractor import Extractor

AttributionMode = Literal["learned", "rules"]
log = logging.getLogger(__name__)


class Engine:
    """Retrieval on one data folder. Made by `open`; `close` lets go of the folder.

    Opening takes milliseconds; the model and Chroma load beside the event loop at their first use,
    and whoever needs them waits.
    """

    def __init__(
        self,
        *,
        workers: Workers,
        extractor: Lazy[Extractor],
        reader: Lazy[ReadsPassages],
        folder: DataFolder,
        cache_mb: int = CACHE_MB,
        observe: Observe = unobserved,
    ) -> None:
        self._store = store = folder.store
        self._workers = workers
        self._folder = folder
        self._publisher = Publisher(store=store, workers=workers, extractor=extractor)
        self._libraries = LiveLibraries(store, cache_mb=cache_mb)
        self._indexing = asyncio.Lock()
        self._repair = Repair(
            store=store,
            workers=workers,
            publisher=self._publisher,
            lock=self._indexing,
        )
        self.indexer = Indexer(
            store=store,
            publisher=self._publisher,
            tidy=self._repair.tidy,
            lock=self._indexing,
        )
        self._answerer = Answerer(libraries=self._libraries, workers=workers, reader=reader, observe=observe)
        self._sources = SourceDesk(self._libraries)
        self._quote_checker = QuoteChecker(self._libraries)

    @classmethod
    async def open(
        cls,
        data_dir: Path,
        *,
        model: str = "",
        chroma_url: str = "",
        attribution: AttributionMode = "learned",
        encoder_loader: Callable[[str], Encoder] = load_encoder,
        reader_loader: Callable[[], ReadsTogether] = load_reader,
        cache_mb: int = CACHE_MB,
        observe: Observe = unobserved,
        held: DataFolder | None = None,
    ) -> Self:
        """Take the data folder and open `library.db` in it, unless both are `held` already, for the engine to close.

        `observe` hears how long each stage of a question took; `cache_mb` bounds what is kept of what they read.

        Raises `DataInUseError` when another process has the folder, `StorageError` when it cannot be used.
        """
        folder = held or await DataFolder.take(data_dir)

        def index_opener() -> PassageIndex:
            return open_index(data_dir, chroma_url)

        def loader() -> Encoder:
            warm_up()
            return encoder_loader(model)

        def extractor_loader() -> Extractor:
            from retrieval.keeping.attribution.extractor import Extractor

            # The weights read this one model's hidden states; any other is served by the rules alone.
            learned = attribution == "learned" and not model and encoder_loader is load_encoder
            return Extractor.from_weights() if learned else Extractor()

        workers = Workers(database_id=folder.store.database_id, load_encoder=loader, open_index=index_opener)
        return cls(
            workers=workers,
            extractor=workers.lazily(extractor_loader),
            reader=workers.lazily(workers.reading_together(reader_loader)),
            folder=folder,
            cache_mb=cache_mb,
            observe=observe,
        )

    async def ready(
        self, *, repaired: Callable[[int, int], None] = lambda done, total: None, concluding: bool = True
    ) -> int:
        """Wait until questions can be answered, and mend what a crash or a change of model left.

        Returns how many articles had to be made anew; `repaired` hears of (done, total). Without `concluding`,
        attributions that are only concluded otherwise now are left to the manager's `conclude_anew`. Raises what
        loading raised.
        """
        await self._workers.ready()
        async with self._indexing:
            mended = await self._repair.repair(repaired=repaired)
        for library in await self._store.libraries():
            if concluding:
                mended += await self._repair.conclude_anew(library, concluded=repaired)
        return mended

    async def ask(
        self,
        question: str,
        *,
        libraries: Sequence[str],
        asked_at: datetime,
        zone: tzinfo = UTC,
        talk: Talk = (),
        asker: Asker = TERMINAL,
    ) -> Outcome:
        """Answer from the given libraries, or refuse with a reason; see `retrieval.asking.answers`.

        `talk` is what was said before in the same line; it shapes a question that does not stand alone. Questions
        take turns by `asker`; one for which there is no room is refused as `BUSY` or `TOO_MANY_AT_ONCE`.
        """
        return await self._answerer.ask(
            question, libraries=libraries, asked_at=asked_at, zone=zone, talk=talk, asker=asker
        )

    async def explain(
        self, question: str, *, libraries: Sequence[str], asked_at: datetime, zone: tzinfo = UTC, talk: Talk = ()
    ) -> Explanation:
        """Answer as `ask` does, and show what was found on the way."""
        return await self._answerer.explain(question, libraries=libraries, asked_at=asked_at, zone=zone, talk=talk)

    async def candidates(self, question: str, *, libraries: Sequence[str], asked_at: datetime) -> list[Candidates]:
        """Return what would be read for a question, a library each: what the coefficients are fitted on."""
        return await self._answerer.candidates(question, libraries=libraries, asked_at=asked_at)

    async def check_quote(self, text: str, speaker: str | None, *, libraries: Sequence[str]) -> QuoteCheck:
        """Tell whether anyone, or `speaker`, said `text`; see `quote_check.py`. Needs no model."""
        return await self._quote_checker.check(text, speaker, libraries=libraries)

    async def still_verbatim(self, quotes: Sequence[Quote]) -> list[bool]:
        """Tell of each quote whether the live article still reads exactly so at its offsets, all at one moment."""
        pieces = await self._store.slices_of([(quote.article_id, Span(quote.start, quote.end)) for quote in quotes])
        return [piece == quote.text for piece, quote in zip(pieces, quotes, strict=True)]

    async def sources(self, topic: str | None, *, libraries: Sequence[str]) -> list[SourceSummary]:
        """Return who is quoted or publishes, on a topic or at all, the most quoted first; needs no model."""
        return await asyncio.to_thread((await self._sources.of(libraries)).summaries, topic)

    async def source(self, name: str, topic: str | None, *, libraries: Sequence[str]) -> SourceLookup:
        """Return everything from one source; see `retrieval.asking.lookups.sources`."""
        return await asyncio.to_thread((await self._sources.of(libraries)).quotes_of, name, topic)

    async def suggest_sources(self, typed: str, *, libraries: Sequence[str]) -> list[str]:
        """Return up to 25 names of sources with a word that begins as typed."""
        return await asyncio.to_thread(suggest_sources, [self._libraries.open(name) for name in libraries], typed)

    async def alike(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the numbers of `texts` in groups that ask the same; questions that are asked meanwhile go first."""
        vectors: list[Floats] = []
        for start in range(0, len(texts), BATCH_SIZE):
            batch = texts[start : start + BATCH_SIZE]
            await self._workers.turn()
            encoded = await self._workers.in_encoder(lambda encoder, batch=batch: encoder.encode(batch))  # type: ignore[misc]
            vectors += [one.vector for one in encoded]
        return await asyncio.to_thread(groups_alike, vectors)

    def manager(self, keeping: Keeping = Keeping(), *, ingest: Ingest | None = None) -> LibraryManager:  # noqa: B008 - immutable
        """Return what admins manage the libraries with; whoever asks for it starts and closes it.

        `ingest` reads what comes in; it is closed with the manager.
        """
        return LibraryManager(
            store=self._store,
            indexer=self.indexer,
            ingest=ingest or Ingest(),
            repair=self._repair,
            keeping=keeping,
        )

    async def refresh(self, libraries: Sequence[str]) -> None:
        """Answer from now on from what is live now: every question does."""

    async def attributions(self, articles: Sequence[Article]) -> list[tuple[Attribution, ...]]:
        """Return who is credited with what in articles, as indexing would find it; stores nothing."""
        return await self._publisher.attributions(articles)

    async def articles(self, libraries: Sequence[str] = (SHARED_LIBRARY,)) -> list[ArticleSummary]:
        """Return all articles without their text, newest first, undated last."""
        async with self._store.snapshot(libraries) as snapshot:
            return await snapshot.summaries()

    async def article(self, article_id: str, libraries: Sequence[str] = (SHARED_LIBRARY,)) -> StoredArticle | None:
        """Return one live article, or None."""
        async with self._store.snapshot(libraries) as snapshot:
            return await snapshot.article(article_id)

    async def find_articles(self, typed: str, *, libraries: Sequence[str], limit: int) -> list[ArticleSummary]:
        """Return up to `limit` articles: those with each word typed in title, publisher or id, then those about it."""
        loaded = [self._libraries.open(name) for name in libraries]
        about = await asyncio.to_thread(articles_about, loaded, typed, limit)
        async with self._store.snapshot(libraries) as snapshot:
            named = await snapshot.summaries_like(typed, limit)
            by_id = {summary.article_id: summary for summary in await snapshot.summaries(about)}
        found = {summary.article_id: summary for summary in named}
        found |= {article_id: by_id[article_id] for article_id in about if article_id in by_id}
        return list(found.values())[:limit]

    @property
    def waiting(self) -> int:
        """How many questions wait for their turn or are being answered."""
        return self._answerer.waiting

    async def vitals(self) -> Vitals:
        """Return what the libraries hold, how their feeds fare, and how many questions wait."""
        feeds, failing = await feed_counts(self._store)
        return Vitals(await holdings(self._store), self.waiting, feeds, failing)

    async def agreement(self) -> Agreement:
        """Compare what is live with what Chroma has; loads no model and changes nothing."""
        return await compare(self._store, self._workers)

    async def close(self) -> None:
        """Wait for what runs in threads, close both databases and let go of the folder."""
        try:
            await self._answerer.close()
            await self._workers.close()
        finally:
            await self._folder.close()
