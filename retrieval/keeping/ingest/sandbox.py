"""Runs parsers on hostile input in one child process with limits, and starts it anew when it dies or hangs.

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
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import ParamSpec, TypeVar, cast

from retrieval.domain.articles import Credit, Ground, Grounds
from retrieval.domain.drafts import ArticleDraft
from retrieval.errors import ArticleError
from retrieval.keeping.formats.feeds import FeedAddress, FeedEntry, ParsedFeed

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

HEADER = struct.Struct(">Q")
MAX_REPLY_BYTES = 50_000_000

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
    memory_bytes: int = 1_500_000_000


class Sandbox:
    """One child process that parses; jobs wait for one another. Closed once."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self._limits = limits
        self._child: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._closed = False

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a module's function on these arguments in the child.

        Raises what the function raises of `ArticleError`, and `ArticleError` when it breaks, takes too
        long or takes too much memory.
        """
        job = pickle.dumps((self._limits.cpu_s, function, args, kwargs))
        async with self._turn:
            if self._closed:
                raise ArticleError(_CLOSED)
            whole = False
            try:
                async with asyncio.timeout(self._limits.wall_s):
                    outcome, value = _Unpickler(io.BytesIO(await self._exchange(job))).load()
                whole = outcome != "exhausted"  # after which the child ends
            except TimeoutError:
                raise ArticleError(
                    f"Reading the article took longer than {self._limits.wall_s:g} s; {_ADVICE}"
                ) from None
            except (asyncio.IncompleteReadError, BrokenPipeError, ConnectionResetError):
                raise ArticleError(await self._epitaph()) from None
            except (pickle.UnpicklingError, *_MALFORMED) as error:
                raise ArticleError(f"Reading the article broke the parser; {_ADVICE}") from error
            finally:
                if not whole:  # also when the caller was cancelled: the child may still be at it
                    await self._kill()
        if outcome == "refused":
            raise ArticleError(str(value))
        if outcome == "exhausted":
            raise ArticleError(f"Reading the article takes too much memory; {_ADVICE}")
        if outcome == "broke":
            log.warning("A parser broke in the child process:\n%s", value)
            raise ArticleError(f"The article is damaged in a way that no parser can read; {_ADVICE}")
        return cast("T", value)

    async def close(self) -> None:
        """End the child, and with it the job that runs."""
        self._closed = True
        if self._child is not None:
            with contextlib.suppress(ProcessLookupError):
                self._child.kill()
        async with self._turn:
            await self._kill()

    async def _exchange(self, job: bytes) -> bytes:
        if self._child is not None and self._child.returncode is not None:  # ended while it had nothing to do
            await self._kill()
        child = self._child = self._child or await self._start()
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(HEADER.pack(len(job)) + job)
        await child.stdin.drain()
        (length,) = HEADER.unpack(await child.stdout.readexactly(HEADER.size))
        if length > MAX_REPLY_BYTES:
            raise ArticleError("The article is far too long; give it in parts.")
        return await child.stdout.readexactly(length)

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-m", "retrieval.keeping.ingest.sandbox_child", str(self._limits.memory_bytes)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # The bot's environment holds its token, which is no business of a parser.
            env={
                "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path),  # noqa: PTH109 - no disk
                "PATH": os.defpath,
                "LC_ALL": "C.UTF-8",
            },
        )

    async def _epitaph(self) -> str:
        """Say why the child died."""
        assert self._child is not None
        status = await self._child.wait()
        if self._closed:
            return _CLOSED
        log.warning("The parsing process ended with status %s", status)
        if status == -signal.SIGXCPU:
            return f"Reading the article took more than {self._limits.cpu_s} s of computing; {_ADVICE}"
        return f"Reading the article broke the parser; {_ADVICE}"

    async def _kill(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.communicate()


_MALFORMED = (EOFError, AttributeError, LookupError, TypeError, ValueError)
"""What pickle raises besides on bytes that are none of its own."""
_CLOSED = "The bot is shutting down; add the article again later."
_ADVICE = "give it in another form, such as plain text."


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        if (module, name) not in _RETURNED:
            raise pickle.UnpicklingError(f"{module}.{name} is nothing that a parser returns")
        return super().find_class(module, name)
