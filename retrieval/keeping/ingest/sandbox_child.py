"""The process that parses: reads jobs from its standard input and writes their outcomes to its standard output."""

from __future__ import annotations

import logging
import os
import pickle
import re
import sys
import traceback
from pathlib import Path
from typing import BinaryIO

import retrieval.keeping.formats.content  # noqa: F401 - what parses is loaded before the files are out of reach
from retrieval.errors import ArticleError
from retrieval.keeping.ingest.confinement import confine
from retrieval.keeping.ingest.sandbox import HEADER

if sys.platform != "win32":  # which has no such limits; that of the clock holds there too
    import resource


RENEW_BYTES = 400_000_000
"""A process that has once used so much ends with its job: what C libraries took, they seldom give back."""


def main() -> None:
    """Say what cuts this process off, then serve jobs until the parent is gone."""
    _limit_process(int(sys.argv[1]))
    logging.disable()  # what parsers say of bad input while they read it is of no use to anyone
    replies = os.fdopen(os.dup(1), "wb")
    # What a C library prints must not get between the replies.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    jobs = sys.stdin.buffer
    # Opened before files are out of reach.
    status = os.open("/proc/self/status", os.O_RDONLY) if sys.platform == "linux" else None
    _reply(replies, pickle.dumps(confine([Path(path) for path in sys.argv[2:]])))
    while header := jobs.read(HEADER.size):
        (length,) = HEADER.unpack(header)
        reply, is_last = _outcome(jobs, length, status)
        _reply(replies, reply)
        if is_last:
            return


def _reply(replies: BinaryIO, reply: bytes) -> None:
    replies.write(HEADER.pack(len(reply)) + reply)
    replies.flush()


def _outcome(jobs: BinaryIO, length: int, status: int | None) -> tuple[bytes, bool]:
    """Run one job; returns the pickled outcome (kind, value, is last), and whether this process ends with it."""
    try:
        cpu_s, function, args, kwargs = pickle.loads(jobs.read(length))  # noqa: S301 - from the parent
        _limit_computing(cpu_s)
        kind, value = "done", function(*args, **kwargs)
    except ArticleError as error:
        kind, value = "refused", str(error)
    except MemoryError:
        return pickle.dumps(("exhausted", None, True)), True
    except Exception:  # a parser's bug of any kind is one article's fault; the parent logs it
        kind, value = "broke", traceback.format_exc(limit=-5)
    is_last = _is_swollen(status)
    return pickle.dumps((kind, value, is_last)), is_last


def _is_swollen(status: int | None) -> bool:
    """Tell whether this process has ever held much memory; `status` is its open `/proc/self/status`, if there is one.

    What `getrusage` says would not do on Linux: a process takes over the figure of the one which started it.
    """
    if status is not None:
        highest = re.search(rb"^VmHWM:\s+(\d+) kB", os.pread(status, 5000, 0), re.MULTILINE)
        return highest is not None and int(highest[1]) * 1024 > RENEW_BYTES
    return sys.platform == "darwin" and resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > RENEW_BYTES


def _limit_process(memory_bytes: int) -> None:
    if sys.platform == "win32":
        return
    for name, limit in (("RLIMIT_DATA", memory_bytes), ("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", 0)):
        kind = getattr(resource, name)
        _, hard = resource.getrlimit(kind)
        if hard == resource.RLIM_INFINITY or hard >= limit:
            resource.setrlimit(kind, (limit, limit))


def _limit_computing(seconds: int) -> None:
    """Let this job have so many seconds of computing, whatever earlier ones took."""
    if sys.platform == "win32":
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + seconds + 1, hard))


if __name__ == "__main__":
    main()
