"""The data folder: one process owns it at a time, with `library.db` open in it."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from retrieval.errors import DataInUseError, StorageError
from retrieval.store.copies import finish_restore
from retrieval.store.database import LibraryStore
from retrieval.store.sqlite import use_writable_temporary_folder

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DataFolder:
    """A folder that is ours, and its `library.db`; whoever holds it closes it."""

    lock: FileLock
    store: LibraryStore

    @classmethod
    async def take(cls, folder: Path) -> Self:
        """Take the folder and open `library.db` in it.

        Raises `DataInUseError` when another process has the folder, `StorageError` when it cannot be used.
        """
        lock = await asyncio.to_thread(_take, folder)
        try:
            return cls(lock, await LibraryStore.open(folder / "library.db"))
        except BaseException:
            lock.release()
            raise

    async def close(self) -> None:
        """Close `library.db` and let go of the folder."""
        try:
            await self.store.close()
        finally:
            self.lock.release()


def _take(data_dir: Path) -> FileLock:
    # The operating system frees this lock when its process ends, however it ends.
    lock = FileLock(data_dir / "lock", timeout=0, thread_local=False)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        if finish_restore(data_dir):
            log.warning("a restore that was interrupted is finished")
        use_writable_temporary_folder(data_dir.resolve())
    except Timeout as error:
        raise DataInUseError(
            f"Another Pullquote process is using the data folder {data_dir}; stop it first, or choose another folder "
            "with --data."
        ) from error
    except OSError as error:
        raise StorageError(
            f"The data folder {data_dir} cannot be used ({error.strerror or error}); choose another with --data, or "
            "mend its permissions or the disk."
        ) from error
    return lock
