"""What the Discord side needs from retrieval, as small protocols."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Protocol

from retrieval.domain.answers import Outcome, Quote
from retrieval.domain.articles import ArticleSummary, Credit, StoredArticle
from retrieval.domain.askers import Asker
from retrieval.domain.libraries import (
    AddedArticle,
    DoubtfulVersion,
    Feed,
    IndexReport,
    JobProgress,
    LibraryStatus,
    RemovedArticle,
    Scope,
    Transfer,
)
from retrieval.domain.lookups import QuoteCheck, SourceLookup, SourceSummary
from retrieval.domain.talk import Talk
from retrieval.domain.vitals import Readiness


class ReadsQuotesAgain(Protocol):
    """A library that compares quotes with its articles as they are at this moment."""

    async def still_verbatim(self, quotes: Sequence[Quote]) -> list[bool]:
        """Tell of each quote whether the live stored article still reads exactly so at its offsets."""
        ...


class ShowsArticles(Protocol):
    """A library whose articles can be looked at by whoever sees them; it may still be loading."""

    async def article(self, article_id: str, *, libraries: Sequence[str]) -> StoredArticle | None:
        """Return a live article of `libraries`, or None."""
        ...

    async def find_articles(self, typed: str, *, libraries: Sequence[str], limit: int) -> list[ArticleSummary]:
        """Return up to `limit` articles: those with each word typed in title, publisher or id, then those about it."""
        ...


class AnswersQuestions(ReadsQuotesAgain, Protocol):
    """A library that answers a question with quotes; it may still be loading when it is asked."""

    async def ask(
        self,
        question: str,
        *,
        libraries: Sequence[str],
        asked_at: datetime,
        zone: tzinfo | None = None,
        talk: Talk = (),
        asker: Asker,
    ) -> Outcome:
        """Answer `question` from `libraries`; wait first if the model is still loading.

        "Today" is meant in `zone`; None: in the operator's. `talk` is what was said before in the same line; it
        shapes a question that does not stand alone. Questions take turns by `asker`; where there is no room, it is
        refused as `BUSY` or `TOO_MANY_AT_ONCE`.

        Whoever shows the quotes reads them again first: an article may have changed since the library was
        laid out in memory. Raises `RetrievalError` for faults; a refusal is a `NoAnswer`, not an error.
        """
        ...

    async def refresh(self, libraries: Sequence[str]) -> None:
        """Answer from now on from what is live now."""
        ...


class LooksUpSources(Protocol):
    """A library that tells who is quoted in it and with what; it too may still be loading."""

    async def sources(self, topic: str | None, *, libraries: Sequence[str]) -> list[SourceSummary]:
        """Return the sources of `libraries`, or those with something on `topic`, the most quoted first."""
        ...

    async def source(self, name: str, topic: str | None, *, libraries: Sequence[str]) -> SourceLookup:
        """Return everything from one source, newest first; None when there is nothing from it."""
        ...

    async def suggest_sources(self, typed: str, *, libraries: Sequence[str]) -> list[str]:
        """Return up to 25 names that may be meant by what is typed so far."""
        ...


class ChecksQuotes(Protocol):
    """A library that tells whether anyone said a thing; it may still be loading when it is asked."""

    async def check_quote(self, text: str, speaker: str | None, *, libraries: Sequence[str]) -> QuoteCheck:
        """Check `text` against `libraries`. Raises `RetrievalError` for faults; a quote not found is none."""
        ...


class RunsAsJob(Protocol):
    """A re-index or an import on its way; several people may watch the same one."""

    @property
    def what(self) -> str:
        """A few words, such as `re-index`."""
        ...

    @property
    def progress(self) -> JobProgress:
        """How far it is now."""
        ...

    def updates(self) -> AsyncIterator[JobProgress]:
        """Give the progress whenever it has changed, the newest only, and end when the job has ended."""
        ...

    async def wait(self) -> IndexReport:
        """Return what it did, once it has ended (also by `cancel`); raises the fault that ended it."""
        ...

    def cancel(self) -> None:
        """End it after the group of articles at hand; what is published stays."""
        ...


class LikensTexts(Protocol):
    """A library whose encoder tells which texts ask the same; it may still be loading when it is asked."""

    async def alike(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the numbers of `texts` in groups, the largest first, the most typical text of each first."""
        ...


class ManagesLibraries(Protocol):
    """Adds to libraries, takes out of them and looks after them. Every call sees `library` alone.

    Bad input raises `ArticleError` with one sentence for the admin; faults raise other `RetrievalError`s.
    """

    async def add_url(self, library: str, url: str) -> AddedArticle | DoubtfulVersion:
        """Fetch a page, a PDF or a text from the web and add it; a known one that lost most of its text waits."""
        ...

    async def add_file(self, library: str, name: str, data: bytes) -> AddedArticle:
        """Add a file that was handed in: text, Markdown, HTML or PDF, told apart by its content."""
        ...

    async def add_text(self, library: str, text: str, credit: Credit) -> AddedArticle:
        """Add a text that was pasted."""
        ...

    async def remove(self, library: str, article_id: str) -> RemovedArticle | None:
        """Take an article out; None when the library has none of this id."""
        ...

    async def restore(self, library: str, article_id: str) -> AddedArticle | None:
        """Undo a removal; None when there is none of this id, or its time is over."""
        ...

    async def removed(self, library: str) -> list[RemovedArticle]:
        """Return what can be restored, the last removed first."""
        ...

    async def doubtful(self, library: str) -> list[DoubtfulVersion]:
        """Return the new versions that were kept aside and wait for a decision, the oldest first."""
        ...

    async def keep_old(self, library: str, version_id: int) -> bool:
        """Let the old text stay; False when the version no longer waits for a decision."""
        ...

    async def take_new(self, library: str, version_id: int) -> AddedArticle | None:
        """Put a version in the place of the old text; None when it no longer waits for a decision."""
        ...

    async def articles(self, library: str) -> list[ArticleSummary]:
        """Return all articles without their text, newest first, undated last."""
        ...

    async def find_articles(self, library: str, typed: str, limit: int) -> list[ArticleSummary]:
        """Return up to `limit` articles whose title (else origin), publisher or id has each of the words typed."""
        ...

    async def article(self, library: str, article_id: str) -> StoredArticle | None:
        """Return one article, or None."""
        ...

    async def status(self, library: str) -> LibraryStatus:
        """Return the library at a glance, with its last runs and what failed in them."""
        ...

    async def reindex(self, library: str, scope: Scope = Scope(), *, prune: bool = False) -> tuple[RunsAsJob, bool]:  # noqa: B008
        """Start a re-index, or join the one that covers it; tells whether it was joined.

        Raises `ArticleError` when the library has no such article or feed.
        """
        ...

    async def add_feed(self, library: str, url: str, *, announce_to: str | None = None) -> Feed:
        """Follow a feed; its present articles are added in the background by its first poll."""
        ...

    async def feeds(self, library: str) -> list[Feed]:
        """Return the feeds of a library, oldest first."""
        ...

    async def remove_feed(self, library: str, feed_id: int) -> Feed | None:
        """Follow a feed no longer; its articles stay. None when the library has none of this id."""
        ...

    async def pause_feed(self, library: str, feed_id: int, *, paused: bool) -> Feed | None:
        """Pause a feed, or go on with it. None when the library has none of this id."""
        ...

    async def export(self, library: str, path: Path) -> Transfer:
        """Write the library to a file that `import_file` reads."""
        ...

    async def libraries(self) -> list[str]:
        """Return the libraries of which anything is kept."""
        ...

    async def let_go(self) -> None:
        """Let go of the texts of removed articles whose time for undoing it is over."""
        ...

    def rest(self, libraries: Collection[str]) -> None:
        """Let the feeds of some libraries rest, and of no others, until told otherwise."""
        ...

    async def clear(self, library: str) -> int:
        """Delete everything of a server's library, from the file as well; return how many articles that were."""
        ...

    async def import_file(self, library: str, path: Path) -> RunsAsJob:
        """Bring in what `export` wrote. Raises `ArticleError` when the file is no export."""
        ...


class NewsLibrary(AnswersQuestions, LooksUpSources, ChecksQuotes, ShowsArticles, LikensTexts, Protocol):
    """All that the bot needs of a library."""

    async def manager(self) -> ManagesLibraries:
        """Return what manages the libraries, as soon as it is ready."""
        ...

    def readiness(self) -> Readiness:
        """Tell whether questions can be answered, or why never, and how many wait; asks nothing of the disk."""
        ...

    def ready_manager(self) -> ManagesLibraries | None:
        """Return what manages the libraries, or None while they are still being loaded."""
        ...
