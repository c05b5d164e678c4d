"""Quotes of the seed article, and a fake library, for tests and for the pictures in the documentation."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from retrieval.domain.answers import Answer, NoAnswer, Outcome, Quote, Refusal
from retrieval.domain.articles import (
    Article,
    ArticleSummary,
    Attribution,
    Credit,
    Sentence,
    SourceKind,
    Span,
    StoredArticle,
)
from retrieval.domain.askers import Asker
from retrieval.domain.lookups import QuoteCheck, SourceLookup, SourceSummary, Verdict
from retrieval.domain.talk import Exchange, Talk
from retrieval.domain.vitals import Readiness
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


FILLER = ("It began on a Sunday.", "Nobody had expected it.", "The week went on.", "Aides said little.")


def article(
    *quoted: str, article_id: str = "gantz-washington", library: str = "shared", credit: Credit = LABEL
) -> StoredArticle:
    """Return an article in which each of the quoted texts is a sentence, with others around it."""
    sentences: list[str] = [FILLER[0], FILLER[1]]
    for text in quoted or (AGENDA, VISIT, RIFT):
        sentences += [text, FILLER[2], FILLER[3]]
    text, spans = "", []
    for sentence in sentences:
        text += " " if text else ""
        spans.append(Sentence(Span(len(text), len(text) + len(sentence)), 0))
        text += sentence
    return StoredArticle(Article(article_id, text, credit), library, tuple(spans), ())


def placed(text: str, *, stored: StoredArticle | None = None, **fields: object) -> Quote:
    """Return a quote that stands in its article where it says."""
    stored = stored or article()
    start = stored.article.text.index(text)
    made = quote(text, start=start, credit=stored.article.credit)
    return replace(made, article_id=stored.article.article_id, **fields)


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
        self.talks: list[tuple[Exchange, ...]] = []
        self.zones: list[tzinfo | None] = []
        self.askers: list[Asker] = []
        self.likened: list[tuple[str, ...]] = []
        self.listed: list[SourceSummary] = []
        self.found: SourceLookup = None
        self.names: list[str] = []
        self.looked_up: list[tuple[str | None, ...]] = []
        self.seen: list[tuple[str, ...]] = []
        self.managed = FakeManager()
        self.articles = {"gantz-washington": article()}
        self.loaded = asyncio.Event()
        self.loaded.set()
        self.wait = self.loaded.wait
        self.waiting = 0
        self.fault: str | None = None

    async def ask(
        self,
        question: str,
        *,
        libraries: Sequence[str],
        asked_at: datetime,
        zone: tzinfo | None = None,
        talk: Talk = (),
        asker: Asker,
    ) -> Outcome:
        self.askers.append(asker)
        self.zones.append(zone)
        await self.wait()
        self.asked.append((question, tuple(libraries), asked_at))
        self.talks.append(tuple(talk))
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

    async def article(self, article_id: str, *, libraries: Sequence[str]) -> StoredArticle | None:
        self.seen.append(tuple(libraries))
        stored = self.articles.get(article_id)
        return stored if stored is not None and stored.library in libraries else None

    async def find_articles(self, typed: str, *, libraries: Sequence[str], limit: int) -> list[ArticleSummary]:
        await self.wait()
        self.seen.append(tuple(libraries))
        words = typed.casefold().split()
        seen = [stored for stored in self.articles.values() if stored.library in libraries]
        return [
            ArticleSummary(s.article.article_id, s.library, "origin", "", "", s.article.credit, 1)
            for s in seen
            if all(w in f"{s.article.credit.title} {s.article.text} {s.article.article_id}".casefold() for w in words)
        ][:limit]

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

    def readiness(self) -> Readiness:
        return Readiness(self.loaded.is_set(), self.waiting, self.fault)

    def ready_manager(self) -> FakeManager | None:
        return self.managed if self.loaded.is_set() else None

    async def still_verbatim(self, quotes: Sequence[Quote]) -> list[bool]:
        self.read_again.append(tuple(quotes))
        return [quote.text not in self.changed for quote in quotes]

    async def refresh(self, libraries: Sequence[str]) -> None:
        self.refreshed.append(tuple(libraries))
