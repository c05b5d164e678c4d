"""What managing a library takes and gives: outcomes of commands, jobs and their progress, feeds, status."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from retrieval.domain.articles import Credit


class Change(StrEnum):
    """What became of an article that was brought in.

    `credited`: the library has this very text already, from another address; now it is one article
    with one credit more.
    """

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CREDITED = "credited"


@dataclass(frozen=True, slots=True)
class AddedArticle:
    """One article that was brought in; `credit` is how it was credited there, `origin` its address or file."""

    article_id: str
    origin: str
    credit: Credit
    passages: int
    change: Change


@dataclass(frozen=True, slots=True)
class RemovedArticle:
    """An article that was taken out, and until when that can be undone."""

    article_id: str
    credit: Credit
    removed_at: datetime
    restorable_until: datetime


class Looks(StrEnum):
    """What a page shows where an article was."""

    CONSENT = "consent"
    SUBSCRIPTION = "subscription"
    ROBOT_CHECK = "robot check"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class DoubtfulVersion:
    """A new version of an article that was kept aside: it lost most of the text, or looks like none.

    `kept` is the share of the old text that it still has, in [0, 1]; `looks` what it looks like, None where that
    cannot be told. `characters` and `beginning` are of the new text, `old_characters` of the one that answers.
    """

    version_id: int
    article_id: str
    origin: str
    credit: Credit
    kept: float
    looks: Looks | None
    characters: int
    old_characters: int
    beginning: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Scope:
    """What a re-index is about: all of a library, or one article, or one feed of it."""

    article_id: str | None = None
    feed_id: int | None = None

    def covers(self, other: Scope) -> bool:
        """Tell whether who asked for `other` gets it from this."""
        return self in (Scope(), other)


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job is. `left_s` is the estimated time left in seconds, None while it cannot be told."""

    done: int
    total: int
    passages: int
    seconds: float
    left_s: float | None


class RunState(StrEnum):
    """How a run stands; `interrupted`: the process ended under it, and the next run does the rest."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be brought in, and the sentence that says why and what to do."""

    origin: str
    reason: str


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run as the status shows it. `what` is a few words, such as `re-index` or `feed https://…`."""

    run_id: int
    what: str
    started_at: datetime
    finished_at: datetime | None
    state: RunState
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    credited: int = 0
    removed: int = 0
    vanished: int = 0
    doubtful: int = 0
    passages: int = 0
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Quota:
    """How much one server's library may hold."""

    articles: int
    characters: int


@dataclass(frozen=True, slots=True)
class LibraryStatus:
    """A library at a glance. `runs` are the last ones, newest first; `quota` is None where none is set.

    `doubtful` counts the new versions that wait for an admin's decision.
    """

    library: str
    articles: int
    passages: int
    characters: int
    quota: Quota | None
    feeds: int
    running: tuple[str, JobProgress] | None
    runs: tuple[RunRecord, ...]
    doubtful: int = 0


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that a library follows.

    `announce_to` says where new articles are announced: an opaque key of whoever announces (a channel
    id on Discord), None for nowhere. `failures` counts polls that failed since the last that did not.
    """

    feed_id: int
    library: str
    url: str
    title: str | None
    announce_to: str | None
    paused: bool
    added_at: datetime
    polled_at: datetime | None
    next_poll_at: datetime
    failures: int
    last_error: str | None
    articles: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """What an export wrote."""

    articles: int
    feeds: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far a run is: articles looked at, articles in all, passages encoded so far."""

    done: int
    total: int
    passages: int


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of one article that was read."""

    origin: str
    article_id: str
    change: Change


@dataclass(slots=True)
class IndexReport:
    """What a run did. `passages` counts those encoded; `vanished` are articles that are no longer where they were.

    `credited` counts addresses that turned out to carry the text of an article that was there; `full` are
    those of `failed` that did not fit; `doubtful` are the new versions that were kept aside in this run.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    credited: int = 0
    removed: int = 0
    cancelled: bool = False
    failed: list[tuple[str, str]] = field(default_factory=list)
    full: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    brought: list[Brought] = field(default_factory=list)
    doubtful: list[DoubtfulVersion] = field(default_factory=list)
    passages: int = 0
    seconds: float = 0.0

    def absorb(self, other: IndexReport) -> None:
        """Add what another run did."""
        for count in ("added", "changed", "unchanged", "credited", "removed", "passages", "seconds"):
            setattr(self, count, getattr(self, count) + getattr(other, count))
        for listed in ("failed", "full", "vanished", "brought", "doubtful"):
            getattr(self, listed).extend(getattr(other, listed))
        self.cancelled |= other.cancelled

    def note(self, origin: str, article_id: str, change: Change) -> None:
        """Count what became of an article."""
        setattr(self, change.value, getattr(self, change.value) + 1)
        self.brought.append(Brought(origin, article_id, change))


SHARED_LIBRARY = "shared"
