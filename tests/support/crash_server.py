"""Forks the crash harness's children from a process that has everything imported: a line in, an exit code out.

Not `multiprocessing`: its children import the parent's main module, here pytest, each anew.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from importlib import import_module
from pathlib import Path

from retrieval.language.proper_names import warm_up
from tests.support.crash_harness import Work, child

HANGS_S = 120.0


def main() -> None:
    """Run one child after another until standard input ends."""
    for module in ("chromadb", "retrieval.keeping.attribution.extractor"):
        import_module(module)
    warm_up()
    for line in sys.stdin:
        asked = json.loads(line)
        work = Work(Path(asked["folder"]), asked["seed"], asked["kill_at"], asked["until"])
        pid = os.fork()
        if pid == 0:
            try:
                child(work)
            except BaseException:
                os._exit(1)  # what went wrong stands in the journal
            os._exit(0)
        print(_end_of(pid, asked["kill_after_s"]), flush=True)


def _end_of(pid: int, kill_after_s: float | None) -> str:
    """Wait for a child, or kill it after a while; returns its exit code as `subprocess` gives it."""
    kill_at = time.monotonic() + (HANGS_S if kill_after_s is None else kill_after_s)
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return str(os.waitstatus_to_exitcode(status))
        if time.monotonic() >= kill_at:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return "hung" if kill_after_s is None else str(-signal.SIGKILL)
        time.sleep(0.002)


if __name__ == "__main__":
    main()
