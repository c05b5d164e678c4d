"""A sign of life for health checks: a file that the connected bot touches, and that goes stale without it."""

from __future__ import annotations

import time
from pathlib import Path

BEAT_S = 15.0
STALE_S = 60.0


def beat(data_dir: Path) -> None:
    """Note that the bot is connected now."""
    _file(data_dir).touch()


def is_alive(data_dir: Path) -> bool:
    """Tell whether a bot on this data folder was connected within the last minute."""
    try:
        # A beat of the future is of a clock that was put back: it says nothing of now.
        return abs(time.time() - _file(data_dir).stat().st_mtime) < STALE_S
    except OSError:
        return False


def _file(data_dir: Path) -> Path:
    return data_dir / "alive"
