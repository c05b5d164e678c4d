"""Backs up the two databases while they are in use, and puts a backup in the place of a data folder, whole or not.

A backup is a folder, or a `.tar` or `.tar.gz` file, of `library.db`, `history.db` (where there is one) and
`manifest.json`. Chroma is not in it: it is made anew from `library.db` at the next start.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.records.history import migrations as history_migrations
from retrieval.errors import DataInUseError, RetrievalError, StorageError, disk_fault
from retrieval.store.copies import STAGED, copy_databases, finish_restore, inspect_database, mark_whole
from retrieval.store.schema import MIGRATIONS

LIBRARY, HISTORY, MANIFEST = "library.db", "history.db", "manifest.json"
FORMAT = 1
_ARCHIVES = {".tar": "w", ".tar.gz": "w:gz", ".tgz": "w:gz"}
_OURS_ANYWAY = frozenset({"lock", "alive", STAGED, "replaced"})
_BLOCK = 1 << 20
_ROOM = 1.05
"""How much more room a restore wants than its files take."""


class BackupError(RetrievalError):
    """A backup that cannot be made, or not be used; the message says why and what to do."""


class FileEntry(BaseModel):
    """What the manifest says of one database."""

    model_config = ConfigDict(extra="forbid")
    bytes: int
    sha256: str
    schema_version: int


class Manifest(BaseModel):
    """What is in a backup."""

    model_config = ConfigDict(extra="forbid")
    format: int
    pullquote: str
    made_at: datetime
    files: dict[str, FileEntry]


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that lies at `path`."""

    path: Path
    manifest: Manifest

    @property
    def size_bytes(self) -> int:
        """How much the databases in it take, before they are packed."""
        return sum(entry.bytes for entry in self.manifest.files.values())


def newest_schemas() -> dict[str, int]:
    """Return the schema that this version knows of each database."""
    return {LIBRARY: len(MIGRATIONS), HISTORY: len(history_migrations())}


def back_up(data_dir: Path, target: Path) -> Made:
    """Copy the databases of a data folder to `target`, whole or not at all; a bot that runs there is not disturbed.

    `target` is a file to be, named `.tar`, `.tar.gz` or `.tgz`, or a folder that is empty or not there. Blocks.
    Raises `BackupError` or `StorageError`.
    """
    if not (data_dir / LIBRARY).is_file():
        raise BackupError(f"There is no library in {data_dir}; name the data folder with --data.")
    kind = _archive_kind(target)
    if kind is None and target.is_dir() and any(target.iterdir()):
        raise BackupError(f"The folder {target} is not empty; name a new one, so that no older backup is mixed in.")
    if (kind is None and target.is_file()) or (kind is not None and target.exists()):
        raise BackupError(f"{target} is there already; name another file or folder.")
    with _disk_told(f"the backup {target}"):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".pullquote-backup-", dir=target.parent) as made:
            folder = Path(made) / "backup"
            folder.mkdir(mode=0o700)  # what people asked is in it
            manifest = _copied(data_dir, folder)
            if kind is None:
                if target.exists():
                    target.rmdir()
                folder.replace(target)
            else:
                packed = Path(made) / "packed"
                with tarfile.open(packed, kind) as archive:  # type: ignore[call-overload]
                    for path in sorted(folder.iterdir()):
                        archive.add(path, path.name)
                packed.chmod(0o600)
                packed.replace(target)
    return Made(target, manifest)


def restore(source: Path, data_dir: Path, *, replace: bool = False) -> Manifest:
    """Put a backup in a data folder: all of it, or nothing of it if it is not whole.

    A folder that holds anything is left alone unless `replace`; what it held is then in its folder `replaced`.
    Blocks. Raises `BackupError`, `DataInUseError` while a bot runs there, `StorageError`.
    """
    with _disk_told(f"the data folder {data_dir}"), _owned(data_dir), _unpacked(source) as opened:
        finish_restore(data_dir)
        manifest = _manifest(source, opened)
        held = [path.name for path in data_dir.iterdir() if path.name not in _OURS_ANYWAY]
        if held and not replace:
            raise BackupError(
                f"The data folder {data_dir} is not empty; choose another with --data, or add --replace to put the "
                "backup in its place (what is there now is kept in its folder `replaced`)."
            )
        if replace and held and (data_dir / "replaced").exists():
            raise BackupError(
                f"{data_dir / 'replaced'} still holds what an earlier restore replaced; move or delete it first."
            )
        needed = int(sum(entry.bytes for entry in manifest.files.values()) * _ROOM)
        if (free := shutil.disk_usage(data_dir).free) < needed:
            raise BackupError(
                f"The disk of {data_dir} has {free:,} bytes free and the backup needs {needed:,}; free some space."
            )
        staged = data_dir / STAGED
        staged.mkdir(mode=0o700)
        try:
            for name, entry in manifest.files.items():
                _take(opened, name, entry, staged / name, source)
            for name in newest_schemas().keys() - manifest.files.keys():
                (staged / name).touch(mode=0o600)  # an empty one: what is replaced must not stay beside the new
            mark_whole(staged)
        except BaseException:
            shutil.rmtree(staged, ignore_errors=True)
            raise
        finish_restore(data_dir)
    return manifest


def _copied(data_dir: Path, folder: Path) -> Manifest:
    names = [name for name in (LIBRARY, HISTORY) if (data_dir / name).is_file()]
    copy_databases([(data_dir / name, folder / name) for name in names])
    newest = newest_schemas()
    files = {}
    for name in names:
        path = folder / name
        path.chmod(0o600)
        schema = inspect_database(path, newest=newest[name])  # a damaged one is no backup
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        files[name] = FileEntry(bytes=path.stat().st_size, sha256=digest, schema_version=schema)
    manifest = Manifest(format=FORMAT, pullquote=version("pullquote"), made_at=datetime.now(UTC), files=files)
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return manifest


class _Opened:
    """The files of a backup, by name; nothing else in it is ever looked at."""

    def __init__(self, folder: Path | None, archive: tarfile.TarFile | None) -> None:
        self._folder, self._archive = folder, archive

    def file(self, name: str) -> IO[bytes] | None:
        """Return a file of that very name, or None."""
        if self._archive is not None:
            try:
                member = self._archive.getmember(name)
            except KeyError:
                return None
            return self._archive.extractfile(member) if member.isfile() else None
        assert self._folder is not None
        path = self._folder / name
        return path.open("rb") if path.is_file() and not path.is_symlink() else None


@contextmanager
def _unpacked(source: Path) -> Iterator[_Opened]:
    if source.is_dir():
        yield _Opened(source, None)
        return
    if not source.exists():
        raise BackupError(f"There is no backup at {source}; check the path.")
    try:
        with tarfile.open(source) as archive:
            yield _Opened(None, archive)
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BackupError(f"{source} is no backup, or is damaged ({error}); use another one.") from error


def _manifest(source: Path, opened: _Opened) -> Manifest:
    file = opened.file(MANIFEST)
    if file is None:
        raise BackupError(f"{source} is no backup of Pullquote: it has no {MANIFEST}.")
    with file:
        raw = file.read(_BLOCK)
    try:
        found: Any = json.loads(raw)
        if isinstance(found, dict) and isinstance(found.get("format"), int) and found["format"] > FORMAT:
            raise BackupError(f"{source} was made by a newer version of Pullquote; upgrade it first.")
        manifest = Manifest.model_validate(found)
    except (ValueError, ValidationError) as error:
        raise BackupError(f"The {MANIFEST} of {source} is damaged; use another backup.") from error
    if LIBRARY not in manifest.files or not manifest.files.keys() <= newest_schemas().keys():
        raise BackupError(f"The {MANIFEST} of {source} does not name what a backup has; use another one.")
    return manifest


def _take(opened: _Opened, name: str, entry: FileEntry, target: Path, source: Path) -> None:
    """Copy a database out of a backup and make sure that it is the one that was put in."""
    file = opened.file(name)
    if file is None:
        raise BackupError(f"{source} lacks its {name}; use another backup.")
    digest, size = hashlib.sha256(), 0
    with file, target.open("xb") as copy:
        target.chmod(0o600)
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
            if size > entry.bytes:
                break
            copy.write(block)
    if (size, digest.hexdigest()) != (entry.bytes, entry.sha256):
        raise BackupError(f"The {name} of {source} is not what was backed up (its hash differs); use another backup.")
    inspect_database(target, newest=newest_schemas()[name])


@contextmanager
def _owned(data_dir: Path) -> Iterator[None]:
    """Own the data folder for as long as the block runs."""
    data_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(data_dir / "lock", timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise DataInUseError(
            f"A Pullquote process is using the data folder {data_dir}; stop it before you restore a backup there."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _archive_kind(target: Path) -> str | None:
    return next((mode for end, mode in _ARCHIVES.items() if target.name.endswith(end)), None)


@contextmanager
def _disk_told(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        detail = disk_fault(what, error, if_damaged="use another disk")
        raise StorageError(
            detail or f"{what[:1].upper()}{what[1:]} cannot be used ({os.strerror(error.errno or 0)}); check the path."
        ) from error
