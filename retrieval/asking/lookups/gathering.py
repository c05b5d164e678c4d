"""Gathers the sources of libraries, under whatever names, and the sentences that hold what they said."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from retrieval.domain.articles import Attribution, SourceKind, Span
from retrieval.domain.lookups import MAX_NAME_CHARS
from retrieval.language.folding import name_key, surname_key
from retrieval.store import StoredArticle

MAX_QUOTE_CHARS = 1_200
"""A statement that runs on for longer is quoted up to the last whole sentence within this."""


@dataclass(slots=True)
class _InArticle:
    """What one article has of a source. `number` orders articles over all libraries."""

    number: int
    stored: StoredArticle
    said: list[Attribution] = field(default_factory=list)


@dataclass(slots=True)
class GatheredSource:
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
        """Return what it mostly is called; who publishes is an outlet."""
        return SourceKind.OUTLET if self.publishes else self.kinds.most_common(1)[0][0]

    def mentions(self) -> int:
        """Return how often it is credited."""
        return sum(len(article.said) for article in self.articles.values())

    def aliases(self) -> tuple[str, ...]:
        """Return the short forms, the commonest first and each in one spelling."""
        forms: dict[str, str] = {}
        for form, _ in self.short_forms.most_common():
            forms.setdefault(_key(form), form)
        return tuple(forms.values())

    def take_over(self, other: GatheredSource) -> None:
        """Add what was gathered under a longer form of this source's name."""
        self.short_forms += other.short_forms
        self.longer_keys |= {other.key, *other.longer_keys}
        self.kinds += other.kinds
        for number, article in other.articles.items():
            self.articles.setdefault(number, _InArticle(number, article.stored)).said += article.said

    def other_keys(self) -> set[str]:
        """Return the other keys: short and titled forms, a person's surname, a name that `suggest` has cut."""
        keys = {*self.longer_keys, *(_key(form) for form in self.short_forms)}
        keys |= {_key(spelling[:MAX_NAME_CHARS]) for spelling in self.spellings}
        if self.kinds[SourceKind.PERSON]:
            keys.add(surname_key(self.key))
        return keys - {"", self.key}


@dataclass(frozen=True, slots=True)
class Entry:
    """One quote to be. `own` tells what is attributed to the source from the opening of what it published."""

    number: int
    stored: StoredArticle
    span: Span
    attribution: Attribution | None
    own: bool


_DETERMINERS = frozenset("the a an this that these those his her its their our my one some".split())
_key = lru_cache(maxsize=50_000)(name_key)


def gather(libraries: Sequence[Iterable[StoredArticle]]) -> dict[str, GatheredSource]:
    """Return the sources of all libraries by key, without looking at sentences yet."""
    found: dict[str, GatheredSource] = {}
    articles = enumerate(stored for library in libraries for stored in library)
    for number, stored in articles:
        for attribution in stored.attributions:
            name = " ".join(attribution.name.split())
            if attribution.shown and _can_be_looked_up(name, attribution.kind) and (key := _key(name)):
                source = found.setdefault(key, GatheredSource(key))
                source.spellings[name] += 1
                source.kinds[attribution.kind] += 1
                if form := _short_form(stored.article.text, attribution, key):
                    source.short_forms[form] += 1
                source.articles.setdefault(number, _InArticle(number, stored)).said.append(attribution)
        for publisher in (" ".join(name.split()) for name in stored.publishers):
            if key := _key(publisher):
                source = found.setdefault(key, GatheredSource(key))
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


def _join_titled(found: dict[str, GatheredSource]) -> None:
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


def entries_of(source: GatheredSource) -> list[Entry]:
    """Return what there is of a source, in the order of articles and texts."""
    articles = sorted(source.articles.values(), key=lambda article: article.number)
    return [entry for article in articles for entry in (_said(article) if article.said else _opening(article))]


def _said(article: _InArticle) -> list[Entry]:
    """Return each statement once, though several attributions may lie in its sentences."""
    spans: dict[Span, Attribution] = {}
    for attribution in article.said:
        if (span := _span_of(article.stored, attribution)) is not None:
            spans.setdefault(span, attribution)
    return [
        Entry(article.number, article.stored, span, attribution, own=True)
        for span, attribution in sorted(spans.items(), key=lambda item: item[0])
        if not any(other.contains(span) for other in spans if other != span)
    ]


def _opening(article: _InArticle) -> list[Entry]:
    """Return the first sentence of an article that is no heading, with whoever is credited in it."""
    stored = article.stored
    for sentence in stored.sentences:
        if not sentence.heading:
            credited = next((a for a in stored.attributions if a.shown and _touches(a, sentence.span)), None)
            return [Entry(article.number, stored, sentence.span, credited, own=False)]
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
