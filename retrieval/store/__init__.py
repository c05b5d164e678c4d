"""The library on disk: `library.db`, the record of which articles are live and everything about them."""

from retrieval.domain.articles import ArticleSummary, Origin, StoredArticle
from retrieval.store.clearing import clear, named_libraries
from retrieval.store.database import LibraryStore
from retrieval.store.doubts import DoubtStore
from retrieval.store.feeds import FeedStore, SeenEntry
from retrieval.store.origins import OriginStore, RemovedRecord
from retrieval.store.records import ArticleVersion, Freshness, PassageVersion
from retrieval.store.runs import RunStore
from retrieval.store.snapshot import LibrarySize, Snapshot
from retrieval.store.sqlite import use_writable_temporary_folder

__all__ = [
    "ArticleSummary",
    "ArticleVersion",
    "DoubtStore",
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
    "use_writable_temporary_folder",
]
