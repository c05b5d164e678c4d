"""Looks up sources: who is quoted in the articles or published them, how often, and with what."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from retrieval.library import Library
from retrieval.models import Attribution, Quote, SourceKind, Span
from retrieval.names import name_key, surname_key
from retrieval.store import StoredArticle
from retrieval.terms import WORD, index_stems, is_content, stem

MAX_SUGGESTIONS = 25
MAX_SUGGESTED_CHARS = 100
"""Discord offers no more choices, and no longer ones."""

MAX_QUOTE_CHARS = 1_200
"""A statement that runs on for longer is quoted up to the last whole sentence within this."""


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """One source: its name as the articles mostly write it, its other names, and how much there is of it.

    `quotes` counts what is attributed to it inside the texts, `articles` those it appears in or
    published. `first_at` and `last_at` are of the dated ones among these articles, aware UTC.
    """

    source: str
    aliases: tuple[str, ...]
    kind: SourceKind
    quotes: int
    articles: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class SourceQuotes:
    """What one source is quoted with, newest first; empty when nothing of it is on the topic.

    `others` are further sources that the typed name may mean; nothing of theirs is among the quotes.
    """

    source: str
    quotes: tuple[Quote, ...]
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeveralSources:
    """The full names that a typed name may mean; their quotes are not mixed."""

    names: tuple[str, ...]


SourceLookup = SourceQuotes | SeveralSources | None
"""None says that the library has nothing from such a source."""


def list_sources(libraries: Sequence[Library], topic: str | None = None) -> list[SourceSummary]:
    """Return every source of the libraries, or those with something on `topic`, the most quoted first."""
    return Sources(libraries).summaries(topic)


def quotes_of_source(libraries: Sequence[Library], name: str, topic: str | None = None) -> SourceLookup:
    """Return everything attributed to one source, and the opening of what it published besides."""
    return Sources(libraries).quotes_of(name, topic)


def suggest(libraries: Sequence[Library], typed: str) -> list[str]:
    """Return the names with a word that begins as typed, the most quoted first, cut to Discord's length."""
    return Sources(libraries).suggest(typed)


class Sources:
    """The sources of some libraries, gathered once (a third of a second for 600 articles) and asked often."""

    def __init__(self, libraries: Sequence[Library]) -> None:
        self.libraries = tuple(libraries)
        self._found = _gather(libraries)
        self._entries: dict[str, list[_Entry]] = {}
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

    def _held(self, source: _Source, wanted: frozenset[str]) -> list[_Entry]:
        """Return what there is of a source on the wanted stems, in the order of articles and texts."""
        if source.key not in self._entries:
            self._entries[source.key] = _entries(source)
        entries = self._entries[source.key]
        return [entry for entry in entries if wanted <= self._stems_of(entry)] if wanted else entries

    def _stems_of(self, entry: _Entry) -> frozenset[str]:
        key = (entry.number, entry.span)
        if key not in self._stems:
            article = entry.stored.article
            title = article.credit.title or ""
            self._stems[key] = frozenset((*index_stems(entry.span.of(article.text)), *index_stems(title)))
        return self._stems[key]


@dataclass(slots=True)
class _InArticle:
    """What one article has of a source. `number` orders articles over all libraries."""

    number: int
    stored: StoredArticle
    said: list[Attribution] = field(default_factory=list)


@dataclass(slots=True)
class _Source:
    """A source as it is gathered; `key` is its folded name."""

    key: str
    spellings: Counter[str] = field(default_factory=Counter)
    kinds: Counter[SourceKind] = field(default_factory=Counter)
    short_forms: Counter[str] = field(default_factory=Counter)
    longer_keys: set[str] = field(default_factory=set)
    articles: dict[int, _InArticle] = field(default_factory=dict)
    publishes: bool = False

    def name(self) -> str:
        """Return the commonest spelling, of equals a capitalised and long one."""
        return max(self.spellings, key=lambda name: (self.spellings[name], name[:1].isupper(), len(name), name))

    def kind(self) -> SourceKind:
        return SourceKind.OUTLET if self.publishes else self.kinds.most_common(1)[0][0]

    def mentions(self) -> int:
        return sum(len(article.said) for article in self.articles.values())

    def aliases(self) -> tuple[str, ...]:
        """Return the short forms, the commonest first and each in one spelling."""
        forms: dict[str, str] = {}
        for form, _ in self.short_forms.most_common():
            forms.setdefault(_key(form), form)
        return tuple(forms.values())

    def take_over(self, other: _Source) -> None:
        """Add what was gathered under a longer form of this source's name."""
        self.short_forms += other.short_forms
        self.longer_keys |= {other.key, *other.longer_keys}
        self.kinds += other.kinds
        for number, article in other.articles.items():
            self.articles.setdefault(number, _InArticle(number, article.stored)).said += article.said

    def other_keys(self) -> set[str]:
        """Return the other keys: short and titled forms, a person's surname, a name that `suggest` has cut."""
        keys = {*self.longer_keys, *(_key(form) for form in self.short_forms)}
        keys |= {_key(spelling[:MAX_SUGGESTED_CHARS]) for spelling in self.spellings}
        if self.kinds[SourceKind.PERSON]:
            keys.add(surname_key(self.key))
        return keys - {"", self.key}


@dataclass(frozen=True, slots=True)
class _Entry:
    """One quote to be. `own` tells what is attributed to the source from the opening of what it published."""

    number: int
    stored: StoredArticle
    span: Span
    attribution: Attribution | None
    own: bool


_DETERMINERS = frozenset("the a an this that these those his her its their our my one some".split())
_key = lru_cache(maxsize=50_000)(name_key)


def _gather(libraries: Sequence[Library]) -> dict[str, _Source]:
    """Return the sources of all libraries by key, without looking at sentences yet."""
    found: dict[str, _Source] = {}
    articles = enumerate(stored for library in libraries for stored in library.stored)
    for number, stored in articles:
        for attribution in stored.attributions:
            name = " ".join(attribution.name.split())
            if attribution.shown and _can_be_looked_up(name, attribution.kind) and (key := _key(name)):
                source = found.setdefault(key, _Source(key))
                source.spellings[name] += 1
                source.kinds[attribution.kind] += 1
                if form := _short_form(stored.article.text, attribution, key):
                    source.short_forms[form] += 1
                source.articles.setdefault(number, _InArticle(number, stored)).said.append(attribution)
        publisher = " ".join((stored.article.credit.publisher or "").split())
        if key := _key(publisher):
            source = found.setdefault(key, _Source(key))
            source.spellings[publisher] += 1
            source.publishes = True
            source.articles.setdefault(number, _InArticle(number, stored))
    _join_titled(found)
    return found


def _can_be_looked_up(name: str, kind: SourceKind) -> bool:
    """Tell a name from a description: "the company" and "The report" are another one in each article.

    Unnamed groups ("officials") are descriptions too, but their kind says so.
    """
    parts = name.split()
    proper = parts[1:] if parts and parts[0].lower() in _DETERMINERS else parts
    return kind is SourceKind.UNNAMED or any(not part.islower() for part in proper)


def _join_titled(found: dict[str, _Source]) -> None:
    """Join "OpenAI CEO Sam Altman" to "Sam Altman", where another article gives that name alone."""
    for key in sorted(found, key=len, reverse=True):
        parts = key.split()
        suffixes = (" ".join(parts[first:]) for first in range(len(parts) - 2, 0, -1))
        plain = next((s for s in suffixes if s in found and found[s].kinds[SourceKind.PERSON]), None)
        if plain is not None and found[key].kind() is SourceKind.PERSON:
            found[plain].take_over(found.pop(key))


def _short_form(text: str, attribution: Attribution, key: str) -> str | None:
    """Return the words that credit the source, if they are a shorter name of it ("The Post") and not "he"."""
    if len(attribution.source) != 1:
        return None
    form = " ".join(attribution.source[0].of(text).split())
    own = _key(form)
    if not own or own == key:
        return None
    parts = key.split()
    capitalised = not form.split()[-1][:1].islower()
    shortened = set(own.split()) < set(parts)
    initials = own == "".join(part[0] for part in parts) and form.isupper()
    return form if capitalised and (shortened or initials) else None


def _summary(source: _Source, entries: Sequence[_Entry]) -> SourceSummary:
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


def _entries(source: _Source) -> list[_Entry]:
    articles = sorted(source.articles.values(), key=lambda article: article.number)
    return [entry for article in articles for entry in (_said(article) if article.said else _opening(article))]


def _said(article: _InArticle) -> list[_Entry]:
    """Return each statement once, though several attributions may lie in its sentences."""
    spans: dict[Span, Attribution] = {}
    for attribution in article.said:
        if (span := _span_of(article.stored, attribution)) is not None:
            spans.setdefault(span, attribution)
    return [
        _Entry(article.number, article.stored, span, attribution, own=True)
        for span, attribution in sorted(spans.items(), key=lambda item: item[0])
        if not any(other.contains(span) for other in spans if other != span)
    ]


def _opening(article: _InArticle) -> list[_Entry]:
    """Return the first sentence of an article that is no heading, with whoever is credited in it."""
    stored = article.stored
    for sentence in stored.sentences:
        if not sentence.heading:
            credited = next((a for a in stored.attributions if a.shown and _touches(a, sentence.span)), None)
            return [_Entry(article.number, stored, sentence.span, credited, own=False)]
    return []


def _touches(attribution: Attribution, sentence: Span) -> bool:
    return any(sentence.overlaps(content) for content in attribution.content)


def _span_of(stored: StoredArticle, attribution: Attribution) -> Span | None:
    """Return the whole sentences that hold the content, with those of source and cue where they adjoin.

    A heading ends them, and so does a gap between two parts of the content.
    """
    content = _sentences_at(stored, attribution.content)
    around = _sentences_at(stored, (*attribution.source, *attribution.cue))
    core = _run(content) or _run(around)
    if not core:
        return None
    rows = _run_with(content | around, core[0])
    first, last = rows[0], rows[-1]
    while last > first and stored.sentences[last].span.end - stored.sentences[first].span.start > MAX_QUOTE_CHARS:
        last -= 1
    return Span(stored.sentences[first].span.start, stored.sentences[last].span.end)


def _sentences_at(stored: StoredArticle, spans: Iterable[Span]) -> set[int]:
    """Return the numbers of the sentences, headings left out, that any of the spans touches."""
    sentences = stored.sentences
    found: set[int] = set()
    for span in spans:
        row = max(0, bisect_right(sentences, span.start, key=lambda sentence: sentence.span.start) - 1)
        while row < len(sentences) and sentences[row].span.start < span.end:
            if sentences[row].span.overlaps(span) and not sentences[row].heading:
                found.add(row)
            row += 1
    return found


def _run(rows: set[int]) -> list[int]:
    return _run_with(rows, min(rows)) if rows else []


def _run_with(rows: set[int], row: int) -> list[int]:
    """Return the unbroken run of numbers in `rows` that holds `row`."""
    first = last = row
    while first - 1 in rows:
        first -= 1
    while last + 1 in rows:
        last += 1
    return list(range(first, last + 1))


def _topic_stems(topic: str | None) -> frozenset[str]:
    words = [match.group() for match in WORD.finditer(topic or "")]
    return frozenset(stem(word) for word in [word for word in words if is_content(word)] or words)


def _newest_first(entry: _Entry) -> tuple[bool, float, int, int]:
    published_at = entry.stored.article.credit.published_at
    newest = -published_at.timestamp() if published_at else 0.0
    return published_at is None, newest, entry.number, entry.span.start


def _quote(entry: _Entry) -> Quote:
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
