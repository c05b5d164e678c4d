"""The library on disk: `library.db`, the record of which articles are live and everything about them."""

from retrieval.domain.articles import ArticleSummary, Origin, StoredArticle
from retrieval.store.clearing import clear, named_libraries
from retrieval.store.database import LibraryStore
from retrieval.store.feeds import FeedStore, SeenEntry
from retrieval.store.origins import OriginStore, RemovedRecord
from retrieval.store.records import ArticleVersion, Freshness, PassageVersion
from retrieval.store.runs import RunStore
from retrieval.store.snapshot import LibrarySize, Snapshot

__all__ = [
    "ArticleSummary",
    "ArticleVersion",
    "FeedStore",
    "Freshness",
    "LibrarySize",
    "LibraryStore",
    "Origin",
    "OriginStore",
    "PassageVersion",
    "RemovedRecord",
    "RunStore",
    "SeenEntry",
    "Snapshot",
    "StoredArticle",
    "clear",
    "named_libraries",
]
