"""Measures the data folder and the disk that it lies on."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes: what the data folder takes, and what is free on its disk."""

    used: int
    free: int


def disk_of(folder: Path) -> Disk:
    """Measure a folder and its disk; reads the disk, so run it in a thread. Raises `OSError`."""
    used = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                used += (Path(path) / name).lstat().st_size
            except OSError:  # gone since it was listed
                continue
    return Disk(used, shutil.disk_usage(folder).free)
