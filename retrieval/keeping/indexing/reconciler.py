"""Compares what was read with what a library holds, and has the difference published.

A text is one article, however many addresses carry it: one of them is the article's own origin, the
others are carriers, each with the credit it gives. Whoever calls holds the library's lock.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from retrieval.domain.articles import Article
from retrieval.domain.drafts import ArticleDraft
from retrieval.domain.libraries import Change
from retrieval.errors import ArticleError
from retrieval.keeping.indexing.doubts import Doubt, doubt_of
from retrieval.keeping.indexing.encoding import PreparedArticle
from retrieval.keeping.indexing.holdings import Holdings
from retrieval.keeping.indexing.publisher import Publisher
from retrieval.keeping.indexing.runs import RunListener, RunOptions
from retrieval.keeping.ingest.files import is_gone_file
from retrieval.language.folding import fold
from retrieval.store import LibraryStore, Origin, OriginStore


class Reconciler:
    """One group of readings against one library as it is now."""

    def __init__(
        self,
        shelf: Holdings,
        *,
        library: str,
        store: LibraryStore,
        publisher: Publisher,
        options: RunOptions,
        listener: RunListener,
    ) -> None:
        """Compare with `shelf`; `listener` hears of each article and of each passage that was encoded."""
        self._shelf = shelf
        self._library = library
        self._store = store
        self._origins = OriginStore(store)
        self._publisher = publisher
        self._quota = options.quota
        self._note = listener.note
        self._encoded = listener.encoded
        self.explicit = options.explicit
        self._keep = options.keep
        self._accept = options.accept
        self._pending: list[PreparedArticle] = []

    def knows(self, origin: str) -> bool:
        """Tell whether the library has anything at an origin."""
        return origin in self._shelf.origins

    async def take(
        self, draft: ArticleDraft, digest: str, *, asked: str, article_id: str | None = None
    ) -> Doubt | None:
        """Decide what a draft, read where `asked` points, is to the library; do it or leave it pending.

        `digest` is the hash of its text, `article_id` the id that an article which comes back had. What is in doubt
        is not taken: the doubt is returned. Raises `ArticleError` when the draft does not fit, or when a known place
        leads to another text elsewhere: that is no move.
        """
        if asked != draft.origin and asked in self._shelf.origins:
            if self._shelf.articles[self._shelf.origins[asked].article_id].text_sha256 == digest:
                if draft.origin not in self._shelf.origins:
                    await self._move(asked, draft.origin)
            elif not self.explicit:
                raise ArticleError(
                    f"{asked} now leads to another text, at {draft.origin}; the article stays as it was. Remove it, or "
                    "add the other address."
                )
        if self._keep and draft.origin in self._shelf.origins:
            self._note(draft.origin, self._shelf.origins[draft.origin].article_id, Change.UNCHANGED)
            return None
        twin = self._shelf.twin(digest)
        if draft.origin not in self._shelf.origins and twin and await asyncio.to_thread(is_gone_file, twin.origin):
            await self._move(twin.origin, draft.origin)
        entry = self._shelf.origins.get(draft.origin)
        if entry is not None and (doubt := await self._doubt(entry.article_id, draft, digest)) is not None:
            self._shelf.check_room(self._quota, draft.text)
            return doubt
        if entry is None:
            await self._new(draft, digest, article_id=article_id)
        elif self._shelf.articles[entry.article_id].origin == draft.origin:
            await self._own(draft, digest)
        else:
            await self._carried(draft, digest)
        return None

    def stays(self, origin: str) -> None:
        """Note that what the library has at an origin stays as it is."""
        self._note(origin, self._shelf.origins[origin].article_id, Change.UNCHANGED)

    async def prune(self, entry: Origin) -> None:
        """Take out an origin: a carrier alone, or an article, unless its text lives on at a carrier."""
        if self._shelf.articles[entry.article_id].origin == entry.origin and not await self._hand_on(entry.article_id):
            await self._origins.remove(self._library, entry.article_id, at=datetime.now(UTC), stays_away=False)
            self._shelf.drop(entry.article_id)
            return
        await self.flush()
        await self._origins.forget(self._library, entry.origin)
        self._shelf.leave(entry.origin)

    async def flush(self) -> None:
        """Publish what is pending."""
        pending, self._pending = self._pending, []
        if pending:
            await self._publisher.publish(pending, encoded=self._encoded)

    async def _new(
        self, draft: ArticleDraft, digest: str, change: Change = Change.ADDED, *, article_id: str | None = None
    ) -> None:
        """Bring in a draft from a place where nothing was."""
        twin = self._shelf.twin(digest)
        if twin is not None and draft.origin.startswith("import:"):  # no address: it credits nobody else
            self._note(draft.origin, twin.article_id, Change.UNCHANGED)
            return
        self._shelf.check_quota(self._quota, draft.text if twin is None else "", None)
        if twin is not None:
            await self._carry(draft, twin.article_id)
            self._note(draft.origin, twin.article_id, Change.CREDITED if change is Change.ADDED else change)
            return
        if article_id is None or await self._is_taken(article_id):
            article_id = await self._free_id(draft)
        await self._prepare(Article(article_id, draft.text, draft.credit, draft.language), draft.origin, digest)
        self._note(draft.origin, article_id, change)

    async def _own(self, draft: ArticleDraft, digest: str) -> None:
        """Bring in a draft from an article's own origin."""
        old = self._shelf.articles[self._shelf.origins[draft.origin].article_id]
        if old.text_sha256 == digest:
            if (old.credit, old.recipe) == (draft.credit, await self._publisher.recipe()):
                self._note(draft.origin, old.article_id, Change.UNCHANGED)
                return
        elif await self._hand_on(old.article_id):
            self._shelf.leave(draft.origin)
            await self._new(draft, digest, Change.CHANGED)
            return
        elif (twin := self._shelf.twin(digest)) is not None:
            await self._carry(draft, twin.article_id)
            await self._store.remove(old.article_id)
            self._shelf.drop(old.article_id)
            self._note(draft.origin, twin.article_id, Change.CHANGED)
            return
        self._shelf.check_quota(self._quota, draft.text, old)
        await self._prepare(Article(old.article_id, draft.text, draft.credit, draft.language), draft.origin, digest)
        self._note(draft.origin, old.article_id, Change.CHANGED)

    async def _carried(self, draft: ArticleDraft, digest: str) -> None:
        """Bring in a draft from a place that carried another article's text."""
        entry = self._shelf.origins[draft.origin]
        if self._shelf.articles[entry.article_id].text_sha256 != digest:
            await self._origins.forget(self._library, draft.origin)
            self._shelf.leave(draft.origin)
            await self._new(draft, digest, Change.CHANGED)
        elif entry.credit != draft.credit:
            await self._carry(draft, entry.article_id)
            self._note(draft.origin, entry.article_id, Change.CHANGED)
        else:
            self._note(draft.origin, entry.article_id, Change.UNCHANGED)

    async def _doubt(self, article_id: str, draft: ArticleDraft, digest: str) -> Doubt | None:
        """Tell why what is read at a known place now should not replace what it had."""
        if self._accept or self._shelf.articles[article_id].text_sha256 == digest:
            return None
        async with self._store.snapshot([self._library]) as snapshot:
            old = await snapshot.text(article_id)
        return None if old is None else await asyncio.to_thread(doubt_of, old, draft.text)

    async def _hand_on(self, article_id: str) -> bool:
        """Make a carrier's address an article's own, since its text is no longer where it was; False without one."""
        carriers = self._shelf.carriers(article_id)
        if not carriers or carriers[0].credit is None:
            return False
        async with self._store.snapshot([self._library]) as snapshot:
            stored = await snapshot.article(article_id)
        if stored is None:
            return False
        kept = Article(article_id, stored.article.text, carriers[0].credit, stored.article.language)
        await self._prepare(kept, carriers[0].origin, self._shelf.articles[article_id].text_sha256)
        return True

    async def _carry(self, draft: ArticleDraft, article_id: str) -> None:
        await self.flush()  # the article must be there
        await self._origins.carry(self._library, draft.origin, article_id, draft.credit)
        self._shelf.carry(draft.origin, article_id, draft.credit)

    async def _move(self, old: str, new: str) -> None:
        await self.flush()
        await self._origins.move(self._library, old, new)
        self._shelf.move(old, new)

    async def _free_id(self, draft: ArticleDraft) -> str:
        for article_id in article_ids(draft, self._library):
            if not await self._is_taken(article_id):
                return article_id
        raise RuntimeError(f"no free article id for {draft.origin!r}")

    async def _is_taken(self, article_id: str) -> bool:
        return article_id in self._shelf.taken or await self._store.is_taken(article_id, self._library)

    async def _prepare(self, article: Article, origin: str, digest: str) -> None:
        self._pending.append(await self._publisher.prepare(article, library=self._library, origin=origin))
        recipe = await self._publisher.recipe()
        self._shelf.put(article, origin, self._library, digest, recipe)


def article_ids(draft: ArticleDraft, library: str) -> Iterator[str]:
    """Make ids that a person can tell apart and type, one after the other: words of the title, and a short hash."""
    label = draft.credit.title or Path(draft.origin).stem
    slug = re.sub(r"[^a-z0-9]+", "-", fold(label)).strip("-")[:40].strip("-") or "article"
    for attempt in range(1_000):
        digest = sha256(f"{library}\0{draft.origin}\0{attempt}".encode("utf-8", "surrogatepass")).hexdigest()
        yield f"{slug}-{digest[:8]}"
