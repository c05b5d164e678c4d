"""Quotes of the seed article, and a fake library, for tests and for the pictures in the documentation."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from retrieval.domain.answers import Answer, NoAnswer, Outcome, Quote, Refusal
from retrieval.domain.articles import Attribution, Credit, SourceKind, Span
from retrieval.domain.lookups import QuoteCheck, SourceLookup, SourceSummary, Verdict
from tests.cogs.managing import FakeManager

AGENDA = (
    "Gantz's agenda in Washington includes bolstering the strategic alliance between Israel and the United "
    "States, discussing security arrangements, and proposing a political plan to end Hamas rule in Gaza, as "
    "reported by All Israel News."
)
VISIT = (
    "This visit, aimed at reinforcing Israel's strategic ties with the United States and discussing the "
    "ongoing conflict in Gaza, has spotlighted the growing discord within Israel's wartime government."
)
RIFT = (
    "As highlighted by POLITICO, the rift within Israel's government showcases the challenges in aligning "
    "national security interests with diplomatic strategies."
)
LABEL = Credit(title="Benny Gantz in Washington", title_is_label=True)
FULL = Credit(
    title="Gantz defies Netanyahu",
    publisher="The Example Daily",
    byline="By Jane Doe",
    published_at=datetime(2024, 3, 3, 22, 30, tzinfo=UTC),
    url="https://example.com/news/gantz",
)
NEWS = Attribution((), (), (), SourceKind.OUTLET, "All Israel News", "as reported by")
POLITICO = Attribution((), (), (), SourceKind.OUTLET, "POLITICO", "As highlighted by")


def quote(
    text: str = AGENDA,
    *,
    credit: Credit = LABEL,
    attribution: Attribution | None = None,
    emphasis: Sequence[Span] = (),
    start: int = 0,
) -> Quote:
    return Quote(
        text=text,
        article_id="gantz-washington",
        start=start,
        end=start + len(text),
        score=1.0,
        credit=credit,
        attribution=attribution,
        emphasis=tuple(emphasis),
    )


def answer(*quotes: Quote, question: str = "why did Gantz go to Washington?") -> Answer:
    return Answer(question=question, quotes=quotes or (quote(attribution=NEWS),), confidence=0.9)


def refusal(*near_misses: Quote, name: str = "Kamala Harris") -> NoAnswer:
    return NoAnswer(
        question="when did Gantz meet Kamala Harris?",
        refusal=Refusal.UNKNOWN_NAME,
        names=(name,),
        near_misses=near_misses,
    )


class FakeLibrary:
    """A library at the `NewsLibrary` seam: it gives what is prepared, or raises it."""

    def __init__(self) -> None:
        self.outcome: Outcome | BaseException = answer()
        self.check: QuoteCheck | BaseException = QuoteCheck("", None, Verdict.NOT_FOUND)
        self.checked: list[tuple[str, str | None, tuple[str, ...]]] = []
        self.changed: set[str] = set()
        self.read_again: list[tuple[Quote, ...]] = []
        self.refreshed: list[tuple[str, ...]] = []
        self.asked: list[tuple[str, tuple[str, ...], datetime]] = []
        self.zones: list[tzinfo | None] = []
        self.likened: list[tuple[str, ...]] = []
        self.listed: list[SourceSummary] = []
        self.found: SourceLookup = None
        self.names: list[str] = []
        self.looked_up: list[tuple[str | None, ...]] = []
        self.seen: list[tuple[str, ...]] = []
        self.managed = FakeManager()
        self.loaded = asyncio.Event()
        self.loaded.set()
        self.wait = self.loaded.wait

    async def ask(
        self, question: str, *, libraries: Sequence[str], asked_at: datetime, zone: tzinfo | None = None
    ) -> Outcome:
        self.zones.append(zone)
        await self.wait()
        self.asked.append((question, tuple(libraries), asked_at))
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome

    async def sources(self, topic: str | None, *, libraries: Sequence[str]) -> list[SourceSummary]:
        await self.wait()
        self.looked_up.append((topic,))
        self.seen.append(tuple(libraries))
        return self.listed

    async def source(self, name: str, topic: str | None, *, libraries: Sequence[str]) -> SourceLookup:
        await self.wait()
        self.looked_up.append((name, topic))
        self.seen.append(tuple(libraries))
        return self.found

    async def suggest_sources(self, typed: str, *, libraries: Sequence[str]) -> list[str]:
        await self.wait()
        self.seen.append(tuple(libraries))
        return [name for name in self.names if typed.lower() in name.lower()]

    async def check_quote(self, text: str, speaker: str | None, *, libraries: Sequence[str]) -> QuoteCheck:
        await self.wait()
        self.checked.append((text, speaker, tuple(libraries)))
        if isinstance(self.check, BaseException):
            raise self.check
        return self.check

    async def alike(self, texts: Sequence[str]) -> list[list[int]]:
        await self.wait()
        self.likened.append(tuple(texts))
        groups: dict[str, list[int]] = {}
        for number, text in enumerate(texts):
            groups.setdefault(text.split()[-1].casefold(), []).append(number)
        return sorted(groups.values(), key=len, reverse=True)

    async def manager(self) -> FakeManager:
        await self.wait()
        return self.managed

    async def still_verbatim(self, quotes: Sequence[Quote]) -> list[bool]:
        self.read_again.append(tuple(quotes))
        return [quote.text not in self.changed for quote in quotes]

    async def refresh(self, libraries: Sequence[str]) -> None:
        self.refreshed.append(tuple(libraries))
