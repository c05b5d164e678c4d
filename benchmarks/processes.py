"""What a process uses, as Linux tells it: memory, processor time, open files; nothing of it is counted by ourselves."""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Used:
    """What one process holds at a moment."""

    resident_mb: float
    """All that is in memory, pages of files included."""
    own_mb: float
    """Memory without the pages of files, which other processes may share and the kernel may drop."""
    cpu_s: float
    """Processor time since its start, of all threads."""
    files: int
    """Open files, sockets and pipes."""
    threads: int


def used(pid: int | None = None) -> Used:
    """Read what a process (this one) uses. Raises `OSError` when there is no such process, or no `/proc`."""
    folder = Path("/proc") / str(pid or "self")
    pages = [int(number) for number in (folder / "statm").read_text().split()]
    # The name, in brackets, may hold spaces.
    fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
    cpu = (int(fields[11]) + int(fields[12])) / _TICKS
    files = len(list((folder / "fd").iterdir()))
    mb = _PAGE / 1e6
    return Used(pages[1] * mb, (pages[1] - pages[2]) * mb, cpu, files, int(fields[17]))


def trim() -> None:
    """Have glibc give back what it holds of freed memory, so that what is held is what is used."""
    getattr(ctypes.CDLL(None), "malloc_trim", lambda _: 0)(0)


def tree_mb(folder: Path) -> float:
    """Return the size of all files under a folder in MB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def load() -> str:
    """Describe this machine and what else it has to do."""
    one, five, _ = os.getloadavg()
    return f"{os.cpu_count()} cores, load {one:.1f} (1 min) {five:.1f} (5 min)"
