"""Looks up sources: who is quoted in the articles or published them, how often, and with what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from retrieval.asking.lookups.gathering import Entry, GatheredSource, entries_of, gather
from retrieval.domain.answers import Quote
from retrieval.domain.articles import SourceKind, Span
from retrieval.domain.lookups import (
    MAX_SUGGESTED_CHARS,
    MAX_SUGGESTIONS,
    SeveralSources,
    SourceLookup,
    SourceQuotes,
    SourceSummary,
)
from retrieval.language.folding import name_key
from retrieval.language.stems import WORD, index_stems, is_content, stem
from retrieval.store import StoredArticle


def list_sources(libraries: Sequence[Iterable[StoredArticle]], topic: str | None = None) -> list[SourceSummary]:
    """Return every source of the libraries, or those with something on `topic`, the most quoted first."""
    return Sources(libraries).summaries(topic)


def quotes_of_source(libraries: Sequence[Iterable[StoredArticle]], name: str, topic: str | None = None) -> SourceLookup:
    """Return everything attributed to one source, and the opening of what it published besides."""
    return Sources(libraries).quotes_of(name, topic)


def suggest(libraries: Sequence[Iterable[StoredArticle]], typed: str) -> list[str]:
    """Return the names with a word that begins as typed, the most quoted first, cut to Discord's length."""
    return Sources(libraries).suggest(typed)


class Sources:
    """The sources of some libraries, gathered once (a third of a second for 600 articles) and asked often."""

    def __init__(self, libraries: Sequence[Iterable[StoredArticle]]) -> None:
        self._found = gather(libraries)
        self._entries: dict[str, list[Entry]] = {}
        self._stems: dict[tuple[int, Span], frozenset[str]] = {}
        ordered = sorted(self._found.values(), key=lambda s: (-s.mentions(), -len(s.articles), s.name().casefold()))
        self._suggestible = [(s.name(), tuple(f" {key}" for key in (s.key, *s.other_keys()))) for s in ordered]

    def summaries(self, topic: str | None = None) -> list[SourceSummary]:
        """Return every source, or those with something on `topic`, the most quoted first."""
        wanted = _topic_stems(topic)
        listed = [_summary(source, held) for source in self._found.values() if (held := self._held(source, wanted))]
        return sorted(listed, key=lambda summary: (-summary.quotes, summary.source.casefold()))

    def quotes_of(self, name: str, topic: str | None = None) -> SourceLookup:
        """Return everything attributed to one source, newest first, and the opening of what it published besides.

        1. A name is found whatever its case, accents and "the"; then by a short form that an article uses for
           it, and a person by surname.
        2. A short form that several sources share is not answered but told with their names.
        3. A surname that an article uses alone joins the only person who bears it: each quote still tells
           which of both forms its article gives.
        """
        key = name_key(name)
        if not key:
            return None
        exact = self._found.get(key)
        bearers = [source for source in self._found.values() if source is not exact and key in source.other_keys()]
        others = tuple(sorted(source.name() for source in bearers))
        if exact is None and len(bearers) > 1:
            return SeveralSources(others)
        joined = exact is None or (exact.kind() is SourceKind.PERSON and len(bearers) == 1)
        meant = [*([exact] if exact else []), *(bearers if joined else [])]
        if not meant:
            return None
        wanted = _topic_stems(topic)
        entries = sorted((entry for source in meant for entry in self._held(source, wanted)), key=_newest_first)
        quotes = tuple(_quote(entry) for entry in entries)
        return SourceQuotes(meant[0].name(), quotes, () if joined else others)

    def suggest(self, typed: str) -> list[str]:
        """Return the names with a word that begins as typed, the most quoted first, cut to Discord's length."""
        key = name_key(typed)
        if typed.strip() and not key:
            return []
        matching = (name for name, keys in self._suggestible if any(f" {key}" in known for known in keys))
        names = dict.fromkeys(name[:MAX_SUGGESTED_CHARS].rstrip() for name in matching)
        return list(names)[:MAX_SUGGESTIONS]

    def _held(self, source: GatheredSource, wanted: frozenset[str]) -> list[Entry]:
        """Return what there is of a source on the wanted stems, in the order of articles and texts."""
        if source.key not in self._entries:
            self._entries[source.key] = entries_of(source)
        entries = self._entries[source.key]
        return [entry for entry in entries if wanted <= self._stems_of(entry)] if wanted else entries

    def _stems_of(self, entry: Entry) -> frozenset[str]:
        key = (entry.number, entry.span)
        if key not in self._stems:
            article = entry.stored.article
            title = article.credit.title or ""
            self._stems[key] = frozenset((*index_stems(entry.span.of(article.text)), *index_stems(title)))
        return self._stems[key]


def _summary(source: GatheredSource, entries: Sequence[Entry]) -> SourceSummary:
    articles = {entry.number: entry.stored.article.credit.published_at for entry in entries}
    dates = [date for date in articles.values() if date is not None]
    return SourceSummary(
        source=source.name(),
        aliases=source.aliases(),
        kind=source.kind(),
        quotes=sum(entry.own for entry in entries),
        articles=len(articles),
        first_at=min(dates, default=None),
        last_at=max(dates, default=None),
    )


def _topic_stems(topic: str | None) -> frozenset[str]:
    words = [match.group() for match in WORD.finditer(topic or "")]
    return frozenset(stem(word) for word in [word for word in words if is_content(word)] or words)


def _newest_first(entry: Entry) -> tuple[bool, float, int, int]:
    published_at = entry.stored.article.credit.published_at
    newest = -published_at.timestamp() if published_at else 0.0
    return published_at is None, newest, entry.number, entry.span.start


def _quote(entry: Entry) -> Quote:
    article = entry.stored.article
    return Quote(
        text=entry.span.of(article.text),
        article_id=article.article_id,
        start=entry.span.start,
        end=entry.span.end,
        score=1.0,  # nothing is ranked here: the order is that of the dates
        credit=article.credit,
        attribution=entry.attribution,
    )
