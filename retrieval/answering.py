"""Answers a question with quotes, or says that the articles do not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from retrieval.encoder import Vectors
from retrieval.evidence import Candidate, choose_quotes, rank_sentences
from retrieval.models import Answer, NoAnswer, Outcome, Quote, Refusal
from retrieval.names import name_key
from retrieval.presence import Presence, find_presence
from retrieval.question import Question, Wants, read_question
from retrieval.runtime import Runtime
from retrieval.search import PassageHit, Searcher
from retrieval.store import LibraryStore, StoredArticle
from retrieval.store.snapshot import Snapshot

MAX_QUOTES = 3
MAX_NEAR_MISSES = 2
PASSAGES = 12
"""Passages whose sentences are ranked."""

QUOTE_FLOOR = 0.8
"""A further quote must score at least this share of the first."""

NEAR_MISS_SIMILARITY = 0.25
"""Below this a sentence is not near enough to be worth showing beside a refusal."""

_WANTED = {
    Wants.NUMBER: "none of them gives a number for it",
    Wants.TIME: "none of them says when",
    Wants.PERSON: "none of them names who",
    Wants.DEFINITION: "none of them says who or what that is",
}


class Answerer:
    """The whole way from a question to an outcome."""

    def __init__(self, *, store: LibraryStore, runtime: Runtime, searcher: Searcher) -> None:
        self._store = store
        self._runtime = runtime
        self._searcher = searcher

    async def ask(self, text: str, *, libraries: Sequence[str], asked_at: datetime) -> Outcome:
        """Answer from the given libraries; `asked_at` is what "today" means."""
        question = read_question(text)
        if not question.text or not any(char.isalnum() for char in question.text):
            return NoAnswer(text, Refusal.NOT_A_QUESTION, "That holds no words; ask me a question about the news.")
        vector = await self._runtime.in_encoder(lambda encoder: encoder.encode_question(question.text))
        async with self._store.snapshot(libraries) as snapshot:
            return await self._answer(question, vector, snapshot, libraries)

    async def _answer(
        self, question: Question, vector: Vectors, snapshot: Snapshot, libraries: Sequence[str]
    ) -> Outcome:
        if await snapshot.is_empty():
            reason = "There are no articles in my library yet, so I have nothing to quote."
            return NoAnswer(question.text, Refusal.EMPTY_LIBRARY, reason)
        presence = await find_presence(question, snapshot)
        hits = await self._searcher.search(question, vector, snapshot, libraries, limit=PASSAGES)
        articles = await _articles_of(hits, snapshot)
        candidates = rank_sentences(question, vector, hits, articles, presence)
        if presence.missing:
            return self._refuse(question, Refusal.UNKNOWN_NAME, _unknown(presence.missing), candidates, presence)
        if question.asked_source is not None:
            return await self._from_source(question, question.asked_source, vector, snapshot, presence, candidates)
        if question.asks_who_said:
            candidates = [candidate for candidate in candidates if candidate.attribution is not None]
        return self._decide(question, candidates, presence)

    async def _from_source(
        self,
        question: Question,
        source: str,
        vector: Vectors,
        snapshot: Snapshot,
        presence: Presence,
        nearest: Sequence[Candidate],
    ) -> Outcome:
        """Answer only with what is attributed to the source, or published by it."""
        key = name_key(source)
        credited = {(row["article_id"], row["ordinal"]) for row in await snapshot.sources_named([key])}
        published = await snapshot.articles_published_by([key])
        articles: dict[str, StoredArticle] = {}
        for article_id in {article_id for article_id, _ in credited} | set(published):
            stored = await snapshot.article(article_id)
            if stored is not None:
                articles[article_id] = stored
        hits = await _whole_articles(articles, snapshot)
        own = {
            (article_id, span.start, span.end)
            for article_id, ordinal in credited
            for span in articles[article_id].attributions[ordinal].content
        }
        candidates = [
            candidate
            for candidate in rank_sentences(question, vector, hits, articles, presence)
            if candidate.stored.article.article_id in published
            or (
                candidate.attribution is not None
                and any(
                    (candidate.stored.article.article_id, c.start, c.end) in own for c in candidate.attribution.content
                )
            )
        ]
        if not candidates:
            reason = f"The indexed articles credit nothing to {source}."
            return self._refuse(question, Refusal.NOTHING_FROM_SOURCE, reason, nearest, presence)
        if not question.topic_terms:
            return Answer(question.text, choose_quotes(candidates, MAX_QUOTES, floor=0.0), 1.0)
        return self._decide(question, candidates, presence)

    def _decide(self, question: Question, candidates: Sequence[Candidate], presence: Presence) -> Outcome:
        # A reason can be given without a word that says so; a number cannot.
        strict = question.wants is not Wants.REASON
        fitting = [candidate for candidate in candidates if candidate.fits or not strict]
        if not fitting:
            wanted = _WANTED.get(question.wants, "none of them answers it")
            reason = f"The articles do not say. The nearest quotes are about it, but {wanted}."
            return self._refuse(question, Refusal.NOT_ANSWERED, reason, candidates, presence)
        confidence = confidence_of(fitting[0])
        if confidence < 0.5:
            return self._refuse(question, Refusal.NOT_ANSWERED, _not_answered(presence), candidates, presence)
        quotes = choose_quotes(fitting, MAX_QUOTES, floor=fitting[0].score * QUOTE_FLOOR)
        return Answer(question.text, quotes, confidence)

    @staticmethod
    def _refuse(
        question: Question, refusal: Refusal, reason: str, nearest: Sequence[Candidate], presence: Presence
    ) -> NoAnswer:
        near = [candidate for candidate in nearest if candidate.similarity >= NEAR_MISS_SIMILARITY]
        misses: tuple[Quote, ...] = choose_quotes(near, MAX_NEAR_MISSES, floor=0.0)
        confidence = confidence_of(nearest[0]) if nearest else 0.0
        return NoAnswer(question.text, refusal, reason, misses, confidence, presence.missing)


def confidence_of(candidate: Candidate) -> float:
    """Return how sure it is that a sentence answers, in [0, 1]."""
    return max(0.0, min(1.0, 0.5 + (candidate.similarity - 0.35) + 0.5 * (candidate.cover - 0.5)))


async def _articles_of(hits: Sequence[PassageHit], snapshot: Snapshot) -> dict[str, StoredArticle]:
    articles: dict[str, StoredArticle] = {}
    for article_id in dict.fromkeys(hit.stored.passage.article_id for hit in hits):
        stored = await snapshot.article(article_id)
        assert stored is not None
        articles[article_id] = stored
    return articles


async def _whole_articles(articles: dict[str, StoredArticle], snapshot: Snapshot) -> list[PassageHit]:
    hits = []
    for article_id in sorted(articles):
        found = await snapshot.passages(await snapshot.passage_ids(article_id))
        hits += [PassageHit(stored, 1.0, None) for _, stored in sorted(found.items())]
    return hits


def _unknown(missing: Sequence[str]) -> str:
    names = missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} or {missing[-1]}"
    return f"No indexed article mentions {names}."


def _not_answered(presence: Presence) -> str:
    absent = [term for term, count in presence.frequency.items() if not count]
    if absent:
        listed = ", ".join(f"“{term}”" for term in absent[:3])
        return f"The articles do not say: nothing in them speaks of {listed} in this connection."
    return "The articles do not say: the nearest quotes speak of something else."
