"""Brings articles that are at hand into a library, as a re-index would: for benchmarks and tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from retrieval.domain.drafts import ArticleDraft
from retrieval.domain.libraries import SHARED_LIBRARY, IndexProgress, IndexReport
from retrieval.engine import Engine
from retrieval.keeping.indexing.places import DraftPlace, FilePlace, Place
from retrieval.keeping.indexing.runs import RunListener, RunOptions
from retrieval.keeping.ingest.files import find_files, read_article


async def index(
    engine: Engine,
    sources: Sequence[Path | ArticleDraft],
    *,
    library: str = SHARED_LIBRARY,
    prune: bool = False,
    progress: Callable[[IndexProgress], None] = lambda _: None,
) -> IndexReport:
    """Index article files, folders of them, and drafts; when it returns, questions are answered from them.

    With `prune`, articles whose file in one of the folders is gone are removed; else they are reported.
    """
    paths = [source for source in sources if isinstance(source, Path)]
    files, folders, unreadable = await asyncio.to_thread(find_files, paths)
    places: list[Place] = [DraftPlace(source) for source in sources if isinstance(source, ArticleDraft)]
    places += [FilePlace(path, _read) for path in files]
    report = await engine.indexer.run(
        places,
        library=library,
        folders=folders,
        options=RunOptions(prune=prune, explicit=True),
        listener=RunListener(len(places), progress),
    )
    report.failed[:0] = unreadable
    return report


async def _read(path: Path) -> ArticleDraft:
    return await asyncio.to_thread(read_article, path)
