"""Indexes article files: compares them with the library and has what is new or changed published."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from retrieval.article_file import ArticleDraft, article_files, read_article
from retrieval.errors import ArticleError
from retrieval.models import Article
from retrieval.names import fold
from retrieval.publishing import Publisher, text_sha256
from retrieval.reading import PreparedArticle
from retrieval.store import ArticleSummary, LibraryStore

GROUP_PASSAGES = 128
"""Articles are encoded together until they have this many passages, to fill batches of like length."""


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far a run is: files looked at, files in all, passages encoded so far."""

    done: int
    total: int
    passages: int


@dataclass(slots=True)
class IndexReport:
    """What a run did. `passages` counts those encoded; `vanished` are articles whose file is gone.

    `credited` counts addresses that turned out to carry the text of an article that was there.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    credited: int = 0
    removed: int = 0
    cancelled: bool = False
    failed: list[tuple[str, str]] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    passages: int = 0
    seconds: float = 0.0


class Indexer:
    """Brings article files into a library. One run a library at a time is the caller's business."""

    def __init__(self, *, store: LibraryStore, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher

    async def run(
        self,
        sources: Sequence[Path | ArticleDraft],
        *,
        library: str,
        prune: bool = False,
        progress: Callable[[IndexProgress], None] = lambda _: None,
    ) -> IndexReport:
        """Index article files, folders of them, and articles already read. What fails keeps its old version.

        With `prune`, articles whose file in one of the folders is gone are removed; else they are
        reported as vanished.
        """
        started = time.monotonic()
        report = IndexReport()
        paths = [source for source in sources if isinstance(source, Path)]
        files: list[Path | ArticleDraft] = [source for source in sources if isinstance(source, ArticleDraft)]
        files += await asyncio.to_thread(_all_files, paths, report)
        async with self._store.snapshot([library]) as snapshot:
            known = {summary.origin: summary for summary in await snapshot.summaries()}
        pending: list[PreparedArticle] = []

        def encoded(count: int) -> None:
            report.passages += count
            progress(IndexProgress(done, len(files), report.passages))

        for done, file in enumerate(files):
            progress(IndexProgress(done, len(files), report.passages))
            try:
                draft = await asyncio.to_thread(read_article, file) if isinstance(file, Path) else file
            except ArticleError as error:
                report.failed.append((str(file), str(error)))
                continue
            article = await self._compare(draft, library, known, report)
            if article is not None:
                pending.append(await self._publisher.prepare(article, library=library, origin=draft.origin))
            if sum(len(prepared.plans) for prepared in pending) >= GROUP_PASSAGES:
                await self._publisher.publish(pending, encoded=encoded)
                pending = []
        done = len(files)
        await self._publisher.publish(pending, encoded=encoded)
        await self._vanished(paths, files, known, report, prune=prune)
        await self._publisher.tidy()
        progress(IndexProgress(done, len(files), report.passages))
        report.seconds = time.monotonic() - started
        return report

    async def _compare(
        self, draft: ArticleDraft, library: str, known: dict[str, ArticleSummary], report: IndexReport
    ) -> Article | None:
        """Return the article to publish, or None when the library already has it as it is."""
        digest = text_sha256(draft.text)
        old = known.get(draft.origin) or await asyncio.to_thread(_moved_from, digest, known)
        if old is None:
            report.added += 1
            taken = {summary.article_id for summary in known.values()}
            article_id = _new_article_id(draft, library, taken)
            summary = ArticleSummary(article_id, library, draft.origin, digest, "", draft.credit, 0)
            known[draft.origin] = summary
            return Article(article_id, draft.text, draft.credit)
        if old.origin != draft.origin:
            await self._store.move(old.article_id, draft.origin)
            del known[old.origin]
            known[draft.origin] = replace(old, origin=draft.origin)
        recipe = await self._publisher.recipe()
        if (old.text_sha256, old.credit, old.recipe) == (digest, draft.credit, recipe):
            report.unchanged += 1
            return None
        report.changed += 1
        return Article(old.article_id, draft.text, draft.credit)

    async def _vanished(
        self,
        paths: Sequence[Path],
        files: Sequence[Path | ArticleDraft],
        known: dict[str, ArticleSummary],
        report: IndexReport,
        *,
        prune: bool,
    ) -> None:
        folders = [path.resolve() for path in paths if path.is_dir()]
        seen = {str(file.resolve()) for file in files if isinstance(file, Path)}
        for origin, summary in known.items():
            inside = any(Path(origin).is_relative_to(folder) for folder in folders)
            if inside and origin not in seen:
                if prune:
                    await self._store.remove(summary.article_id)
                    report.removed += 1
                else:
                    report.vanished.append(summary.article_id)


def _all_files(paths: Sequence[Path], report: IndexReport) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        try:
            files += article_files(path)
        except ArticleError as error:
            report.failed.append((str(path), str(error)))
        except OSError as error:
            report.failed.append((str(path), f"{path} cannot be read ({error.strerror}); check its permissions."))
    return list(dict.fromkeys(files))


def _moved_from(digest: str, known: dict[str, ArticleSummary]) -> ArticleSummary | None:
    """Find the article with this very text whose file is no longer where it was."""
    for summary in known.values():
        is_file = Path(summary.origin).is_absolute()
        if summary.text_sha256 == digest and is_file and not Path(summary.origin).exists():
            return summary
    return None


def _new_article_id(draft: ArticleDraft, library: str, taken: set[str]) -> str:
    """Make an id that a person can tell apart and type: words of the title, and a short hash."""
    label = draft.credit.title or Path(draft.origin).stem
    slug = re.sub(r"[^a-z0-9]+", "-", fold(label)).strip("-")[:40].strip("-") or "article"
    for attempt in range(1_000):
        digest = sha256(f"{library}\0{draft.origin}\0{attempt}".encode("utf-8", "surrogatepass")).hexdigest()
        if (article_id := f"{slug}-{digest[:8]}") not in taken:
            return article_id
    raise RuntimeError(f"no free article id for {draft.origin!r}")
