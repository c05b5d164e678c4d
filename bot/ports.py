"""What the Discord side needs from retrieval, as small protocols."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from retrieval.models import Outcome, Quote
from retrieval.quotecheck import QuoteCheck
from retrieval.sources import SourceLookup, SourceSummary

SHARED_LIBRARY = "shared"


class AnswersQuestions(Protocol):
    """A library that answers a question with quotes; it may still be loading when it is asked."""

    async def ask(self, question: str, *, libraries: Sequence[str], asked_at: datetime) -> Outcome:
        """Answer `question` from `libraries`; wait first if the model is still loading.

        Raises `RetrievalError` for faults; a refusal is a `NoAnswer`, not an error.
        """
        ...

    async def is_verbatim(self, quote: Quote) -> bool:
        """Tell whether the live stored article still reads exactly so at the quote's offsets."""
        ...


class LooksUpSources(Protocol):
    """A library that tells who is quoted in it and with what; it too may still be loading."""

    async def sources(self, topic: str | None, *, libraries: Sequence[str]) -> list[SourceSummary]:
        """Return the sources of `libraries`, or those with something on `topic`, the most quoted first."""
        ...

    async def source(self, name: str, topic: str | None, *, libraries: Sequence[str]) -> SourceLookup:
        """Return everything from one source, newest first; None when there is nothing from it."""
        ...

    async def suggest_sources(self, typed: str, *, libraries: Sequence[str]) -> list[str]:
        """Return up to 25 names that may be meant by what is typed so far."""
        ...


class ChecksQuotes(Protocol):
    """A library that tells whether anyone said a thing; it may still be loading when it is asked."""

    async def check_quote(self, text: str, speaker: str | None, *, libraries: Sequence[str]) -> QuoteCheck:
        """Check `text` against `libraries`. Raises `RetrievalError` for faults; a quote not found is none."""
        ...


class NewsLibrary(AnswersQuestions, LooksUpSources, ChecksQuotes, Protocol):
    """All that the bot needs of a library."""


def libraries_of(guild_id: int | None) -> tuple[str, ...]:
    """Return the ids of the libraries that a server sees; a direct message sees the shared one only."""
    return (SHARED_LIBRARY,) if guild_id is None else (f"guild-{guild_id}", SHARED_LIBRARY)
