"""What managing a library takes and gives: outcomes of commands, jobs and their progress, feeds, status."""

from __future__ import annotations

from dataclasses import dataclass
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
    passages: int = 0
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Quota:
    """How much one server's library may hold."""

    articles: int
    characters: int


@dataclass(frozen=True, slots=True)
class LibraryStatus:
    """A library at a glance. `runs` are the last ones, newest first; `quota` is None where none is set."""

    library: str
    articles: int
    passages: int
    characters: int
    quota: Quota | None
    feeds: int
    running: tuple[str, JobProgress] | None
    runs: tuple[RunRecord, ...]


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
