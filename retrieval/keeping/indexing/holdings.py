"""What a library holds, by origin and by text: what new readings are compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from retrieval.domain.articles import Article, Credit
from retrieval.domain.libraries import Quota
from retrieval.errors import LibraryFullError
from retrieval.store import ArticleSummary, LibrarySize, Origin

NOTHING = LibrarySize(articles=0, passages=0, characters=0, origins=0)


@dataclass(slots=True)
class Holdings:
    """What one library holds at the places, and of the texts, that a run has come to; kept in step with it.

    `places` and `characters` count the whole library where a quota is to be checked.
    """

    articles: dict[str, ArticleSummary]
    origins: dict[str, Origin]
    places: int
    characters: int
    taken: set[str] = field(default_factory=set)
    by_text: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.by_text = {summary.text_sha256: summary.article_id for summary in self.articles.values()}

    @classmethod
    def of(cls, articles: Sequence[ArticleSummary], origins: Sequence[Origin], size: LibrarySize) -> Holdings:
        """Lay out what a snapshot gave."""
        return cls({a.article_id: a for a in articles}, {o.origin: o for o in origins}, size.origins, size.characters)

    def twin(self, text_sha256: str) -> ArticleSummary | None:
        """Return the article with this very text."""
        article_id = self.by_text.get(text_sha256)
        return None if article_id is None else self.articles[article_id]

    def carriers(self, article_id: str) -> list[Origin]:
        """Return the other origins that carry an article's text."""
        return [o for o in self.origins.values() if o.article_id == article_id and o.credit is not None]

    def put(self, article: Article, origin: str, library: str, digest: str, recipe: str) -> None:
        """Take over a version that will be published."""
        if (old := self.articles.get(article.article_id)) is not None:
            self.drop(old.article_id, keep_origins=True)
        summary = ArticleSummary(
            article.article_id, library, origin, digest, recipe, article.credit, 0, 0, len(article.text)
        )
        self.articles[article.article_id] = summary
        self.taken.add(article.article_id)
        self.by_text[digest] = article.article_id
        self.characters += len(article.text)
        self._at(origin, Origin(origin, article.article_id))

    def drop(self, article_id: str, *, keep_origins: bool = False) -> None:
        """Take over that an article goes."""
        summary = self.articles.pop(article_id)
        if self.by_text.get(summary.text_sha256) == article_id:
            del self.by_text[summary.text_sha256]
        self.characters -= summary.characters
        if not keep_origins:
            kept = {o.origin: o for o in self.origins.values() if o.article_id != article_id}
            self.places -= len(self.origins) - len(kept)
            self.origins = kept

    def carry(self, origin: str, article_id: str, credit: Credit) -> None:
        """Take over that `origin` carries an article's text."""
        self._at(origin, Origin(origin, article_id, credit))

    def leave(self, origin: str) -> None:
        """Take over that nothing is at `origin` any more."""
        del self.origins[origin]
        self.places -= 1

    def _at(self, origin: str, entry: Origin) -> None:
        self.places += origin not in self.origins
        self.origins[origin] = entry

    def move(self, old: str, new: str) -> None:
        """Take over that what was at `old` is at `new`."""
        entry = self.origins.pop(old)
        self.origins[new] = replace(entry, origin=new)
        summary = self.articles[entry.article_id]
        if summary.origin == old:
            self.articles[entry.article_id] = replace(summary, origin=new)

    def check_quota(self, quota: Quota | None, text: str, replaced: ArticleSummary | None) -> None:
        """Raise `LibraryFullError` when a text does not fit any more.

        Each address of an article counts, or copies at ever new addresses would fill the disk.
        """
        if quota is None:
            return
        if replaced is None and self.places >= quota.articles:
            raise LibraryFullError(
                f"The library is full: it may hold {quota.articles:,} articles; remove some before you add others."
            )
        self._check_characters(quota, self.characters - (replaced.characters if replaced else 0) + len(text))

    def check_room(self, quota: Quota | None, text: str) -> None:
        """Raise `LibraryFullError` when a text that is kept aside does not fit any more."""
        if quota is not None:
            self._check_characters(quota, self.characters + len(text))

    @staticmethod
    def _check_characters(quota: Quota, characters: int) -> None:
        if characters > quota.characters:
            raise LibraryFullError(
                f"The library is full: with this article it would hold {characters:,} characters of text, and "
                f"{quota.characters:,} are allowed; remove some articles first."
            )
