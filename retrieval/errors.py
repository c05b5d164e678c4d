"""Every fault that retrieval raises; foreign exceptions are translated once, where they enter.

RetrievalError
├── ArticleError          an article that cannot be read or understood, or does not fit
│   ├── FetchError        an address that cannot be fetched
│   ├── LibraryFullError  an article that does not fit into its library any more
│   └── GoneError         an article's page or file is no longer there
├── EncoderError          the model is missing, damaged or not the one expected
├── IndexUnavailableError Chroma does not answer or its data is damaged
└── StorageError          library.db cannot be read or written
    ├── NewerDataError    the data folder was written by a newer version
    └── DataInUseError    another process owns the data folder

Each message is one sentence for a person that says what is wrong and what to do.
"""


class RetrievalError(Exception):
    """A fault with a message that can be shown to a person as it is."""


class ArticleError(RetrievalError):
    """An article that cannot be read or understood, or does not fit into its library."""


class LibraryFullError(ArticleError):
    """An article that does not fit into its library any more."""


class GoneError(ArticleError):
    """An article's page or file is no longer there."""


class EncoderError(RetrievalError):
    """The model is missing, damaged or not the one expected."""


class IndexUnavailableError(RetrievalError):
    """Chroma does not answer, or its data is damaged."""


class StorageError(RetrievalError):
    """`library.db` cannot be read or written."""


class NewerDataError(StorageError):
    """The data folder was written by a newer version of Pullquote."""


class DataInUseError(StorageError):
    """Another process owns the data folder."""


class FetchError(ArticleError):
    """A fetch that failed; `retry_after` is what the server asks for in seconds, `gone` that there is nothing."""

    def __init__(self, message: str, *, retry_after: float | None = None, gone: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.gone = gone


_FULL = ("No space left", "disk is full", "disk full", "File too large", "is full")
_CLOSED = ("ermission denied", "Read-only file system", "readonly database", "unable to open", "disk I/O error")
_LOCKED = ("database is locked", "database table is locked")
_DAMAGED = ("malformed", "not a database")


def disk_fault(what: str, error: BaseException | str, *, if_damaged: str) -> str | None:
    """Return the sentence for a fault of the disk below `what`, None for any other; the one place that tells them.

    `if_damaged` says what to do about a file whose contents are broken.
    """
    detail = str(error)
    if _has(detail, _FULL):
        return f"The disk that holds {what} is full; free some space and try again."
    if _has(detail, _CLOSED) or isinstance(error, PermissionError):
        return f"{what} cannot be used ({detail}); mend the folder's permissions or the disk."
    if _has(detail, _LOCKED):
        return f"{what} is held by another program; end that program (a copy, a viewer of databases) and try again."
    if _has(detail, _DAMAGED):
        return f"{what} is damaged ({detail}); {if_damaged}."
    return None


def is_about_the_disk(detail: str) -> bool:
    """Tell a full or closed disk, or a file in use, from damage: what lies on it is sound then and stays there."""
    return _has(detail, _FULL) or _has(detail, _CLOSED) or _has(detail, _LOCKED)


def _has(detail: str, signs: tuple[str, ...]) -> bool:
    return any(words in detail for words in signs)
