"""Runs that people wait for: one at a time a library, watched by whoever asked, cancelled between articles."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

from retrieval.domain.drafts import storable
from retrieval.domain.libraries import Failure, IndexProgress, IndexReport, JobProgress, RunRecord, RunState, Scope
from retrieval.errors import RetrievalError
from retrieval.store import RunStore

KEPT_FAILURES = 20
"""How many failures of a run are kept; the count of the rest is told in a last one."""
log = logging.getLogger(__name__)


class Job:
    """A run on its way. `scope` is None for what nobody can join, such as an import."""

    def __init__(self, what: str, scope: Scope | None, *, prune: bool = False) -> None:
        self.what = what
        self.scope = scope
        self.prune = prune
        self.cancelled = False
        self.task: asyncio.Task[IndexReport] | None = None
        self._started = time.monotonic()
        self._last = IndexProgress(0, 0, 0)
        self._watchers: set[asyncio.Event] = set()

    @property
    def ended(self) -> bool:
        """Tell whether it has ended."""
        return self.task is not None and self.task.done()

    @property
    def progress(self) -> JobProgress:
        """How far it is now; the time left is what the articles so far took, for those to come."""
        seconds = time.monotonic() - self._started
        done, total = self._last.done, self._last.total
        left = seconds * (total - done) / done if done else None
        return JobProgress(done, total, self._last.passages, seconds, left)

    def covers(self, scope: Scope, *, prune: bool) -> bool:
        """Tell whether who asks for a re-index of `scope` gets it from this."""
        return self.scope is not None and self.scope.covers(scope) and self.prune >= prune and not self.cancelled

    def advance(self, progress: IndexProgress) -> None:
        """Take over how far the run is."""
        self._last = progress
        self._wake()

    async def updates(self) -> AsyncIterator[JobProgress]:
        """Give the progress whenever it has changed, the newest only, and end when the job has ended."""
        changed = asyncio.Event()
        self._watchers.add(changed)
        try:
            while not self.ended:
                await changed.wait()
                changed.clear()
                yield self.progress
        finally:
            self._watchers.discard(changed)

    async def wait(self) -> IndexReport:
        """Return what it did, once it has ended; raises the fault that ended it."""
        assert self.task is not None  # set when it was started
        return await asyncio.shield(self.task)

    def cancel(self) -> None:
        """End it after the group of articles at hand; what is published stays."""
        self.cancelled = True

    def _wake(self) -> None:
        for watcher in self._watchers:
            watcher.set()

    def run(self, work: Awaitable[IndexReport]) -> None:
        """Begin."""
        self.task = asyncio.ensure_future(work)
        self.task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[IndexReport]) -> None:
        self._wake()
        if not task.cancelled() and (error := task.exception()) is not None:
            if isinstance(error, RetrievalError):
                log.error("%s ended: %s", self.what, error)
            else:  # whose words may be an article's
                log.error("%s ended: %s", self.what, type(error).__name__, exc_info=error)


class Jobs:
    """The jobs of all libraries, and the record of them."""

    def __init__(self, runs: RunStore) -> None:
        self._runs = runs
        self._jobs: dict[str, list[Job]] = {}

    def running(self, library: str) -> Job | None:
        """Return the job of a library that goes on now."""
        return next(iter(self._active(library)), None)

    def start(
        self,
        library: str,
        what: str,
        scope: Scope | None,
        work: Callable[[Job], Awaitable[IndexReport]],
        *,
        prune: bool = False,
    ) -> tuple[Job, bool]:
        """Start a job behind those of its library, or join one on its way that does all of it; tells whether it did."""
        active = self._active(library)
        for job in active:
            if scope is not None and job.covers(scope, prune=prune):
                return job, True
        job = Job(what, scope, prune=prune)
        job.run(self._run(library, job, active[-1] if active else None, work))
        self._jobs[library] = [*active, job]
        return job, False

    async def record(self, library: str, what: str, work: Callable[[], Awaitable[IndexReport]]) -> IndexReport:
        """Do a run, and note how it began and ended; it is not begun where that cannot be noted."""
        run_id = await self._runs.begin(library, what)
        run = RunRecord(run_id, what, datetime.now(UTC), None, RunState.RUNNING)
        try:
            report = await work()
        except asyncio.CancelledError:
            raise  # the process is stopping: the next start calls the run interrupted
        except Exception as error:
            reason = str(error) if isinstance(error, RetrievalError) else f"unexpected: {type(error).__name__}"
            await self._runs.end(replace(run, state=RunState.FAILED, failures=(Failure(what, reason),)))
            raise
        await self._runs.end(_summed_up(run, report))
        return report

    async def close(self) -> None:
        """End all jobs at once; what they published stays, and the next start calls them interrupted."""
        tasks = [job.task for jobs in self._jobs.values() for job in jobs if job.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)  # their errors were logged when they ended

    async def stop(self, library: str) -> None:
        """End the jobs of one library after the group of articles at hand, and wait for that."""
        jobs = self._active(library)
        for job in jobs:
            job.cancel()
        await asyncio.gather(*(job.task for job in jobs if job.task is not None), return_exceptions=True)

    def _active(self, library: str) -> list[Job]:
        return [job for job in self._jobs.get(library, ()) if not job.ended]

    async def _run(
        self, library: str, job: Job, previous: Job | None, work: Callable[[Job], Awaitable[IndexReport]]
    ) -> IndexReport:
        if previous is not None and previous.task is not None:
            await asyncio.wait({previous.task})
        return await self.record(library, job.what, lambda: work(job))


def _summed_up(run: RunRecord, report: IndexReport) -> RunRecord:
    failures = [Failure(storable(origin), storable(reason)) for origin, reason in report.failed[:KEPT_FAILURES]]
    if (more := len(report.failed) - KEPT_FAILURES) > 0:
        failures.append(Failure("", f"and {more} others"))
    return replace(
        run,
        state=RunState.CANCELLED if report.cancelled else RunState.DONE,
        added=report.added,
        changed=report.changed,
        unchanged=report.unchanged,
        credited=report.credited,
        removed=report.removed,
        vanished=len(report.vanished),
        doubtful=len(report.doubtful),
        passages=report.passages,
        failures=tuple(failures),
    )
