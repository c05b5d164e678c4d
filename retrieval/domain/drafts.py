"""An article that was read but has no id yet, made storable."""

from __future__ import annotations

from dataclasses import dataclass, replace

from retrieval.domain.addresses import is_web_address
from retrieval.domain.articles import Credit

MAX_CREDIT_CHARACTERS = 1_000
"""Of a title, a publisher or a byline."""


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article that was read but has no id yet; `origin` is where it came from.

    `language` is the ISO 639-1 code that its page states, None where nothing is stated.
    """

    origin: str
    text: str
    credit: Credit
    language: str | None = None

    def __post_init__(self) -> None:
        # Whatever is stated from outside must be storable, and importable again.
        object.__setattr__(self, "origin", storable(self.origin))
        object.__setattr__(self, "credit", tidy_credit(self.credit))


def storable(text: str) -> str:
    """Return a text that SQLite takes: lone surrogates, which are no characters, become question marks."""
    return text.encode("utf-8", "replace").decode()


def tidy_credit(credit: Credit) -> Credit:
    """Return a credit in one line each, of bearable length, without an address that is none."""

    def words(text: str | None) -> str | None:
        return None if text is None else " ".join(storable(text).split())[:MAX_CREDIT_CHARACTERS].strip() or None

    url = storable(credit.url) if credit.url else ""
    return replace(
        credit,
        title=words(credit.title),
        publisher=words(credit.publisher),
        byline=words(credit.byline),
        url=url if is_web_address(url) else None,
    )
