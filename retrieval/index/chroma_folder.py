"""The folder of embedded Chroma, which is derived: moved aside when it is damaged, cleared of what Chroma leaves.

Chroma reads parts of its files without checking them, and a damaged one can end the whole process. So a
mark lies beside the folder while it is being checked: a start that finds one knows that the start before
it did not get through the check.
"""

from __future__ import annotations

import logging
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

log = logging.getLogger(__name__)

_SEGMENT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class ChromaFolder:
    """`chroma/` in a data folder. Every call may raise `OSError`."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / "chroma"
        self._mark = data_dir / "chroma.checking"
        self._aside = data_dir / "chroma.damaged"

    def prepare(self) -> None:
        """Make the folder if need be; one whose last check was not survived goes aside."""
        if self._mark.exists():
            self.move_aside("a call to it failed, or the last start ended while it was being checked")
        self.path.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def checking(self) -> Iterator[None]:
        """Set the mark for as long as the block runs, however it ends, but for the end of the process."""
        self._mark.touch()
        try:
            yield
        finally:
            self._mark.unlink(missing_ok=True)

    def distrust(self) -> None:
        """Have the next start begin with an empty folder, whatever it finds of this one."""
        self._mark.touch()

    def move_aside(self, reason: str) -> None:
        """Put the folder away, in place of any put away before, and begin with an empty one."""
        if self.path.exists():
            shutil.rmtree(self._aside, ignore_errors=True)
            self.path.rename(self._aside)
            log.warning(
                "The vector index in %s cannot be trusted (%s); it was moved to %s and is made anew from library.db.",
                self.path,
                reason,
                self._aside.name,
            )
        self.path.mkdir(parents=True, exist_ok=True)
        self._mark.unlink(missing_ok=True)

    def remove_strays(self) -> None:
        """Delete the vector files of collections that are gone, which Chroma itself leaves behind for ever.

        Chroma keeps each collection's vectors in a folder named like their row in its table `segments`.
        Where that table cannot be read, nothing is deleted.
        """
        try:
            with closing(sqlite3.connect(f"file:{self.path / 'chroma.sqlite3'}?mode=ro", uri=True)) as db:
                used = {row[0] for row in db.execute("SELECT id FROM segments")}
        except sqlite3.Error as error:
            log.warning("The vector index's leftovers in %s stay where they are (%s).", self.path, error)
            return
        for folder in self.path.iterdir():
            if folder.is_dir() and _SEGMENT.fullmatch(folder.name) and folder.name not in used:
                shutil.rmtree(folder)
