"""Mends what a crash, a lost index or a change of model left, and removes what nothing uses any more.

Vectors that Chroma has lost come from `library.db`, and nothing is encoded again for them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from retrieval.keeping.indexing.publisher import Publisher
from retrieval.store import LibraryStore, ledger
from retrieval.store.ledger import check, is_in_use, renumber, skip_ids, stored_vectors
from retrieval.workers import Workers

log = logging.getLogger(__name__)

RESTORED_AT_ONCE = 2_000
"""Vectors put back into Chroma in one step."""


LISTED, NEWEST = 20_000, 1_000
"""Vectors of a collection up to which all are compared with `library.db` at a start; of a larger one, the newest."""


class Repair:
    """Keeps Chroma in step with `library.db`, and articles with the recipe of today."""

    def __init__(
        self,
        *,
        store: LibraryStore,
        workers: Workers,
        publisher: Publisher,
        lock: asyncio.Lock,
    ) -> None:
        """Share `lock` with who else writes."""
        self._store = store
        self._workers = workers
        self._publisher = publisher
        self._lock = lock

    async def tidy(self) -> None:
        """Remove from Chroma what no live article uses: leftovers of a crash and of older versions.

        Costs what there is to remove and a little a collection, whatever the library's size.
        """
        for collection, passage_ids in (await ledger.in_state(self._store, "pending", "dead")).items():
            leftover = [i for i in passage_ids if i not in self._publisher.in_flight]
            if leftover:
                await self._delete(collection, leftover)
                await ledger.forget(self._store, leftover)
        for collection in await self._workers.in_index(lambda index: index.collections()):
            if collection.endswith(f".{self._store.database_id}"):
                if await is_in_use(self._store, collection):
                    await self._compact(collection)
                else:
                    await self._drop(collection)

    async def repair(self, *, repaired: Callable[[int, int], None] = lambda done, total: None) -> int:
        """Put back what Chroma has lost, and make anew, from their stored text, articles that are read otherwise now.

        Those whose attributions alone are concluded otherwise can be asked as they are: see `conclude_anew`.
        Returns how many articles that were; `repaired` hears of (done, total). Raises `StorageError` where
        `library.db` itself is damaged.
        """
        await check(self._store)
        unentered = await self._store.unentered()
        for done, (library, article_id) in enumerate(unentered):
            await self._store.enter(library, article_id)
            repaired(done + 1, len(unentered))
        outdated: list[tuple[str, str, str]] = []
        restored = 0
        for library in await self._store.libraries():
            outdated += [(library, *one) for one in await self._outdated(library, alike=False)]
            restored += await self._restore(library)
        for done, (library, article_id, origin) in enumerate(outdated):
            async with self._store.snapshot([library]) as snapshot:
                stored = await snapshot.article(article_id)
            if stored is not None:
                # Neither old passages nor what was read in them may be kept: another recipe made them.
                prepared = await self._publisher.prepare_from(stored.article, library, origin, ())
                await self._publisher.publish_anew(prepared)
            repaired(done + 1, len(outdated))
        await self.tidy()
        return restored + len(outdated)

    async def is_concluded(self, library: str) -> bool:
        """Tell whether all attributions of a library are concluded as they are now."""
        return not await self._outdated(library, alike=True)

    async def conclude_anew(
        self,
        library: str,
        *,
        concluded: Callable[[int, int], None] = lambda done, total: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> int:
        """Conclude anew who says what, of the guesses that are stored, where that is done otherwise now.

        Encodes nothing; returns in how many articles. Takes the lock itself, an article at a time, so that other runs
        and questions get in between. `concluded` hears of (done, total), `cancelled` is asked before each article.
        """
        outdated = await self._outdated(library, alike=True)
        changed = 0
        for done, (article_id, origin) in enumerate(outdated):
            if cancelled():
                break
            async with self._lock:
                changed += await self._conclude(library, article_id, origin)
            concluded(done + 1, len(outdated))
        return changed

    async def _conclude(self, library: str, article_id: str, origin: str) -> bool:
        async with self._store.snapshot([library]) as snapshot:
            stored = await snapshot.article(article_id)
        if stored is None:
            return False  # removed since it was listed
        prepared = await self._publisher.prepare(stored.article, library=library, origin=origin)
        await self._publisher.publish([prepared])
        return True

    async def _outdated(self, library: str, *, alike: bool) -> list[tuple[str, str]]:
        """Return id and origin of the articles of another recipe: of one that reads alike, or of one that does not."""
        recipe = await self._publisher.recipe()
        async with self._store.snapshot([library]) as snapshot:
            others = await snapshot.of_other_recipes(recipe)
        return [(article_id, origin) for article_id, origin, old in others if _read_alike(old, recipe) == alike]

    async def _restore(self, library: str) -> int:
        """Bring Chroma's vectors of a library in line with `library.db`; returns of how many articles any was lost.

        What is lost is added under new ids, since Chroma has lost vectors whose id came back; what
        `library.db` has never heard of, as after a backup was put back, goes.
        """
        collection = await self._workers.collection(library)
        count = await self._workers.in_index(lambda index: index.count(collection))
        unsettled = await ledger.in_state(self._store, "pending", "dead")
        if count > LISTED and not unsettled.get(collection):
            # Listing the ids of a million vectors takes seconds: as many as there should be, and the newest, will do.
            newest = await ledger.newest(self._store, collection, NEWEST)
            there = await self._workers.in_index(lambda index: index.present(collection, newest))
            if len(there) == len(newest) and count == await ledger.count_live(self._store, collection):
                return 0
        held = await self._workers.in_index(lambda index: index.ids(collection))
        live = set((await ledger.in_state(self._store, "live")).get(collection, []))
        if unknown := held - live - set(unsettled.get(collection, [])):
            await skip_ids(self._store, max(unknown))
            await self._delete(collection, sorted(unknown))
        lost = sorted(live - held)
        articles = 0
        for first in range(0, len(lost), RESTORED_AT_ONCE):
            vectors = await stored_vectors(self._store, lost[first : first + RESTORED_AT_ONCE])
            async with self._publisher.added(library, list(vectors.values())) as ids:
                articles += await renumber(self._store, dict(zip(vectors, ids, strict=True)))
        if articles:
            log.warning("%s: %d vectors were missing from Chroma and were put back.", library, len(lost))
        return articles

    async def _delete(self, collection: str, passage_ids: Sequence[int]) -> None:
        await self._workers.in_index(lambda index: index.delete(collection, passage_ids))

    async def _drop(self, collection: str) -> None:
        await self._workers.in_index(lambda index: index.drop(collection))

    async def _compact(self, collection: str) -> None:
        await self._workers.in_index(lambda index: index.compact(collection))


def _read_alike(old: str, new: str) -> bool:
    """Tell whether two recipes differ at most in how attributions are concluded (their last part)."""
    return old.count("/") == new.count("/") and old.rpartition("/")[0] == new.rpartition("/")[0]
