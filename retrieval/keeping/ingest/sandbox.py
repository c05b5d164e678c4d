"""Runs parsers on hostile input in child processes with limits, and starts one anew when it dies or hangs.

Not `multiprocessing`: its children import the parent's main module again, which here means torch.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import os
import pickle
import signal
import struct
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

from retrieval.domain.articles import Credit, Ground, Grounds
from retrieval.domain.drafts import ArticleDraft
from retrieval.errors import ArticleError
from retrieval.keeping.formats.feeds import FeedAddress, FeedEntry, ParsedFeed
from retrieval.keeping.ingest.turns import Turns

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

HEADER = struct.Struct(">Q")
MAX_REPLY_BYTES = 50_000_000
CHILDREN = 2
START_S = 120.0
"""A child loads its parsers first, which takes long on a busy machine."""

_RETURNED = {
    (kind.__module__, kind.__qualname__)
    for kind in (
        ArticleDraft,
        Credit,
        Ground,
        Grounds,
        FeedAddress,
        FeedEntry,
        ParsedFeed,
        datetime,
        timedelta,
        timezone,
    )
}
"""What a child may send back: a parser that was taken over must not reach further than the child."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may take: seconds of computing and of the clock, and bytes of memory."""

    cpu_s: int = 20
    wall_s: float = 60.0
    memory_bytes: int = 1_000_000_000


class Sandbox:
    """Child processes that parse; jobs wait for a free one, those of each owner in turn. Closed once.

    A child is started when it is needed. One owner's jobs leave one child free, so that what keeps a parser busy
    holds up nobody else's articles. `readable` are folders that a child may read beside Python's own.
    """

    def __init__(self, limits: Limits = Limits(), *, children: int = CHILDREN, readable: Sequence[Path] = ()) -> None:
        self._limits = limits
        self._children = [_Child(limits, readable) for _ in range(children)]
        self._free = list(self._children)
        self._turns = Turns(children, of_one=max(1, children - 1))
        self._closed = False

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a job that is nobody's in particular; see `run_for`."""
        return await self.run_for("", function, *args, **kwargs)

    async def run_for(self, owner: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a module's function on these arguments in a child, for a library.

        Raises what the function raises of `ArticleError`, and `ArticleError` when it breaks, takes too
        long or takes too much memory.
        """
        job = pickle.dumps((self._limits.cpu_s, function, args, kwargs))
        async with self._turns.turn(owner):
            if self._closed:
                raise ArticleError(_CLOSED)
            child = self._free.pop()  # the one that was used last: the other is not even started until both are needed
            try:
                outcome, value = await child.run(job)
            except ArticleError:
                if self._closed:
                    raise ArticleError(_CLOSED) from None
                raise
            finally:
                self._free.append(child)
        if outcome == "refused":
            raise ArticleError(str(value))
        if outcome == "exhausted":
            raise ArticleError(f"Reading the article takes too much memory; {_ADVICE}")
        if outcome == "broke":
            log.warning("A parser broke in the child process:\n%s", value)
            raise ArticleError(f"The article is damaged in a way that no parser can read; {_ADVICE}")
        return cast("T", value)

    def processes(self) -> list[int]:
        """Return the ids of the children that run now."""
        return [child.pid for child in self._children if child.pid is not None]

    async def close(self) -> None:
        """End the children, and with them the jobs that run."""
        self._closed = True
        await asyncio.gather(*(child.close() for child in self._children))


class _Child:
    """One process, started anew after it has ended; does one job at a time."""

    def __init__(self, limits: Limits, readable: Sequence[Path]) -> None:
        self._limits = limits
        self._readable = readable
        self._process: asyncio.subprocess.Process | None = None
        self._busy = False
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process's id, None while there is none."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def run(self, job: bytes) -> tuple[str, object]:
        """Return the outcome of a pickled job. Raises `ArticleError`."""
        whole, self._busy = False, True
        try:
            process = await self._ready()
            async with asyncio.timeout(self._limits.wall_s):
                outcome, value, is_last = _Unpickler(io.BytesIO(await _exchange(process, job))).load()
            whole = not is_last
        except TimeoutError:
            raise ArticleError(f"Reading the article took longer than {self._limits.wall_s:g} s; {_ADVICE}") from None
        except (asyncio.IncompleteReadError, BrokenPipeError, ConnectionResetError):
            raise ArticleError(await self._epitaph()) from None
        except (pickle.UnpicklingError, *_MALFORMED) as error:
            raise ArticleError(f"Reading the article broke the parser; {_ADVICE}") from error
        except OSError as error:
            raise ArticleError(
                f"The parser could not be started ({error.strerror or error}); try again when the machine has room."
            ) from error
        finally:
            if not whole or self._closed:  # also when the caller was cancelled: the child may still be at it
                await self._kill()
            self._busy = False
        return outcome, value

    async def close(self) -> None:
        """End the process and whatever it does, for good; who waits for it learns that it has ended."""
        self._closed = True
        if not self._busy:
            await self._kill()
        elif self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    async def _ready(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is not None:  # ended while it had nothing to do
            await self._kill()
        if self._process is None:
            self._process = await self._start()
            if self._closed:  # while it was being started
                raise ArticleError(_CLOSED)
            async with asyncio.timeout(START_S):
                _say_once(_Unpickler(io.BytesIO(await _frame(self._process))).load())
        return self._process

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-m", "retrieval.keeping.ingest.sandbox_child", str(self._limits.memory_bytes)),
            *map(str, self._readable),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # The bot's environment holds its token, which is no business of a parser.
            env={
                "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path),  # noqa: PTH109 - no disk
                "PATH": os.defpath,
                "LC_ALL": "C.UTF-8",
                "TZ": "UTC",
            },
        )

    async def _epitaph(self) -> str:
        """Say why the child died."""
        if self._process is None:
            return f"Reading the article broke the parser; {_ADVICE}"
        status = await self._process.wait()
        log.warning("A parsing process ended with status %s", status)
        if status == -signal.SIGXCPU:
            return f"Reading the article took more than {self._limits.cpu_s} s of computing; {_ADVICE}"
        return f"Reading the article broke the parser; {_ADVICE}"

    async def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def _exchange(process: asyncio.subprocess.Process, job: bytes) -> bytes:
    assert process.stdin is not None
    process.stdin.write(HEADER.pack(len(job)) + job)
    await process.stdin.drain()
    return await _frame(process)


async def _frame(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout is not None
    (length,) = HEADER.unpack(await process.stdout.readexactly(HEADER.size))
    if length > MAX_REPLY_BYTES:
        raise ArticleError("The article is far too long; give it in parts.")
    return await process.stdout.readexactly(length)


def _say_once(in_force: object) -> None:
    """Log what protects this machine from its parsers, the first time that a child tells."""
    if _SAID or not isinstance(in_force, list):
        return
    _SAID.append(True)
    protections = [*map(str, in_force), "limits of time and memory"]
    log.info("what is read is parsed in processes of their own, with %s", ", ".join(protections))
    if not in_force:
        log.warning("this system cuts no parser off from the network or the files; see docs/library.md, Safety")


_SAID: list[bool] = []
_MALFORMED = (EOFError, AttributeError, LookupError, TypeError, ValueError)
"""What pickle raises besides on bytes that are none of its own."""
_CLOSED = "The bot is shutting down; add the article again later."
_ADVICE = "give it in another form, such as plain text."


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        if (module, name) not in _RETURNED:
            raise pickle.UnpicklingError(f"{module}.{name} is nothing that a parser returns")
        return super().find_class(module, name)
