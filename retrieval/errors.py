"""Every fault that retrieval raises; foreign exceptions are translated once, where they enter.

RetrievalError
├── ArticleError          an article that cannot be read or understood, or does not fit
│   ├── FetchError        an address that cannot be fetched (in `ingest/fetching.py`)
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
