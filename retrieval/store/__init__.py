"""The library on disk: `library.db`, the record of which articles are live and everything about them."""

from retrieval.store.records import ArticleSummary, ArticleVersion, PassageVersion, StoredArticle
from retrieval.store.snapshot import Snapshot
from retrieval.store.store import LibraryStore

__all__ = ["ArticleSummary", "ArticleVersion", "LibraryStore", "PassageVersion", "Snapshot", "StoredArticle"]
