"""Article files on disk: which there are, and what each one holds."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from retrieval.domain.drafts import ArticleDraft
from retrieval.domain.kinds import SUFFIXES
from retrieval.errors import ArticleError

MAX_FILE_BYTES = 20_000_000


def article_files(path: Path) -> list[Path]:
    """Return the article files at `path`: itself, or those in the folder and its subfolders, sorted.

    Hidden files and those of other kinds in a folder are not articles. Raises `ArticleError` when
    there is nothing at `path`.
    """
    if path.is_dir():
        found = (p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES)
        return sorted(p for p in found if not any(part.startswith(".") for part in p.relative_to(path).parts))
    if not path.exists():
        raise ArticleError(f"There is no file or folder {path}; check the path.")
    if not path.is_file():
        raise ArticleError(f"{path} is neither a file nor a folder; give an article file.")
    return [path]


def read_article(path: Path) -> ArticleDraft:
    """Read and parse one article file, in this process. Raises `ArticleError`."""
    # Here, because reading pages builds on this module, and who reads no page need not load a parser.
    from retrieval.keeping.formats.content import read_content

    return read_content(read_bytes(path), origin=str(path.resolve()), name=str(path))


def read_bytes(path: Path) -> bytes:
    """Return what an article file holds. Raises `ArticleError` with a sentence that says what to mend."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        raise ArticleError(f"The name of {str(path)!r} is not UTF-8; rename the file.") from None
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise ArticleError(
                f"{path} is {size / 1e6:.1f} MB; an article may have at most {MAX_FILE_BYTES / 1e6:.1f} MB."
            )
        return path.read_bytes()
    except OSError as error:
        raise ArticleError(f"{path} cannot be read ({error.strerror}); check its permissions.") from error


READING_VERSION = "1"
"""Goes up when files and pages are read differently, so that all are read anew."""


def find_files(paths: Sequence[Path]) -> tuple[list[Path], list[Path], list[tuple[str, str]]]:
    """Return the article files at paths, the folders that were read, and what cannot be read with the reasons."""
    files: list[Path] = []
    folders: list[Path] = []
    failed: list[tuple[str, str]] = []
    for path in paths:
        try:
            if path.is_dir() and not os.access(path, os.R_OK | os.X_OK):  # rglob would find nothing in it
                failed.append((str(path), f"The folder {path} cannot be read; check its permissions."))
                continue
            files += article_files(path)
            if path.is_dir():
                folders.append(path)
        except ArticleError as error:
            failed.append((str(path), str(error)))
        except OSError as error:
            failed.append((str(path), f"{path} cannot be read ({error.strerror}); check its permissions."))
    return list(dict.fromkeys(files)), folders, failed


def digest_of(data: bytes) -> str:
    """Return what stays the same as long as the bytes and the way they are read do."""
    return hashlib.sha256(READING_VERSION.encode() + b"\0" + data).hexdigest()


def is_gone_file(origin: str) -> bool:
    """Tell whether an origin is a file that is no longer there."""
    path = Path(origin)
    try:
        return path.is_absolute() and not path.exists()
    except (OSError, ValueError):  # who may not look does not know that it is gone
        return False
