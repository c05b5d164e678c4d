"""Who says what a question asks about: of "who said that the dam was unsafe?" those alone who say so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.asking.answers.reporters import reporter_of
from retrieval.asking.answers.statements import SAME_WORD
from retrieval.asking.question.chatter import without_chatter
from retrieval.asking.question.intent import what_is_said
from retrieval.asking.question.question import find_terms
from retrieval.asking.reading.findings import Findings
from retrieval.domain.answers import Quote
from retrieval.domain.articles import Attribution, Span
from retrieval.language.denials import is_denial, is_negated
from retrieval.language.folding import name_key
from retrieval.language.stems import stems

SAID_SHARE, NEAR_MOST = 0.5, 0.6
"""Share of a question's words of which somebody's words hold more (or the last of two) to say what it asks about; and
of what whoever holds most of them holds."""

_CLAUSE = re.compile(r"[,;:—–]\s+|\s(?=but\b)")
_MARKS = frozenset('"“”„‟«»')


@dataclass(frozen=True, slots=True)
class _Reading:
    """Somebody who speaks of what is asked: who (None: nobody known), how much of it they hold, whether they say it."""

    name: str | None
    share: float
    says: bool


def on_it(quotes: Sequence[Quote], found: Sequence[Findings], typed: str) -> tuple[Quote, ...]:
    """Return the quotes that speak of what is asked, to say or to deny it; all of them where none says it.

    `typed` is the question without what a talk adds to it.
    """
    read = [(quote, list(_readings(quote, found, typed))) for quote in quotes]
    if not _who([reading for _, readings in read for reading in readings]):
        return tuple(quotes)
    return tuple(quote for quote, readings in read if readings)


def who_says_it(quotes: Sequence[Quote], found: Sequence[Findings], typed: str) -> tuple[str, ...]:
    """Return who says what is asked, each once, in the order of the quotes.

    That is whoever is credited with words that hold most of the question's, and that deny no more than it does;
    where nobody is credited, who published them, but never of words in quotation marks.
    """
    return _who([reading for quote in quotes for reading in _readings(quote, found, typed)])


def _who(readings: Sequence[_Reading]) -> tuple[str, ...]:
    saying = [reading for reading in readings if reading.says]
    most = max((reading.share for reading in saying), default=0.0)
    said: dict[str, str] = {}
    for reading in saying:
        if reading.name is not None and reading.share >= NEAR_MOST * most and name_key(reading.name):
            said.setdefault(name_key(reading.name), reading.name)
    return tuple(said.values())


def _readings(quote: Quote, found: Sequence[Findings], typed: str) -> Iterator[_Reading]:
    """Yield who speaks of what is asked in a quote, and how."""
    for findings in found:
        library, evidence = findings.library, findings.evidence
        articles = library.catalogue.article_of[evidence.rows[evidence.owner]]
        known = library.catalogue.articles
        owners = [n for n in set(articles.tolist()) if known[n].article_id == quote.article_id]
        if not owners:
            continue
        stored = library.stored[owners[0]]
        text, place = stored.article.text, Span(quote.start, quote.end)
        asked = _Asked(findings, text, typed)
        rows = {int(n): asked.sentence(int(n)) for n in np.flatnonzero(articles == owners[0])}
        held = {number: span for number, span in rows.items() if place.contains(span)}
        credited = [a for a in stored.attributions if a.shown and any(c.overlaps(place) for c in a.content)]
        for attribution in credited:
            said = [(n, _common(span, c)) for n, span in held.items() for c in attribution.content if c.overlaps(span)]
            if (nearest := asked.nearest(said)) is not None:
                share, clause, start = nearest
                words = f"{_lead(attribution, Span(start, clause.start), text)} {clause.of(text)}"
                denies = is_negated(words) != is_denial(attribution.cue_text)
                yield _Reading(attribution.name, share, denies == asked.negated)
        own = [(n, s) for n, s in held.items() if not any(c.overlaps(s) for a in credited for c in a.content)]
        if (nearest := asked.nearest(own)) is not None:
            share, clause, start = nearest
            reporter = reporter_of(quote.credit, None)
            told = None if reporter is None or _MARKS & set(Span(start, clause.end).of(text)) else reporter.name
            yield _Reading(told, share, is_negated(Span(start, clause.end).of(text)) == asked.negated)
        return


class _Asked:
    """What a question asks who said, as it is looked for in one article."""

    def __init__(self, findings: Findings, text: str, typed: str) -> None:
        self._findings = findings
        self._text = text
        put = without_chatter(typed)
        begin = what_is_said(put.lstrip()) + len(put) - len(put.lstrip())
        self._stems = list(dict.fromkeys(term.stem for term in find_terms(put) if term.start >= begin))
        self.negated = is_negated(put)

    def sentence(self, number: int) -> Span:
        """Return where a sentence of the evidence stands."""
        return self._findings.library.catalogue.sentence_spans[int(self._findings.evidence.sentences[number])]

    def nearest(self, said: Sequence[tuple[int, Span]]) -> tuple[float, Span, int] | None:
        """Return which share of what is asked one speaker's words hold, by sentence number, and the nearest clause.

        The last is where the clause's sentence begins, or the words do; None where they do not hold enough.
        """
        best: tuple[float, Span, int] | None = None
        together: set[str] = set()
        for number, span in said:
            begin = min(span.start, self.sentence(number).start)
            for clause in _clauses(span, self._text):
                own = self._held(clause.of(self._text), number)
                together |= own
                share = self._share(own)
                if best is None or share > best[0]:
                    best = share, clause, begin if clause.start == span.start else clause.start
        share = self._share(together)
        # Of two words the latter tells: that "the pier was sold", not that something was with the pier.
        enough = share > SAID_SHARE or (share == SAID_SHARE and self._stems[-1] in together)
        return (share, best[1], best[2]) if best is not None and enough else None

    def _held(self, words: str, number: int) -> set[str]:
        """Return the stems of the question that some words of a sentence hold, in these words or nearly so."""
        own, whole = set(stems(words)), set(stems(self.sentence(number).of(self._text)))
        near = self._findings.evidence.best_word[number]
        return own | {
            term.stem
            for column, term in enumerate(self._findings.question.terms)
            if not term.name
            and term.stem not in whole  # else the word stands in the sentence, but in another's mouth
            and float(near[column]) >= SAME_WORD
        }

    def _share(self, held: set[str]) -> float:
        # Not by rarity: of "the pier was sold" the pier is rare, and that it was sold is what is asked.
        return sum(stem in held for stem in self._stems) / len(self._stems) if self._stems else 0.0


def _clauses(span: Span, text: str) -> Iterator[Span]:
    begin = span.start
    for end in [*(match.end() for match in _CLAUSE.finditer(text, span.start, span.end)), span.end]:
        if end > begin:
            yield Span(begin, end)
        begin = end


def _lead(attribution: Attribution, before: Span, text: str) -> str:
    """Return the words right before what somebody says, up to a comma or their own credit: "Nobody said that"."""
    own = [span.end for span in (*attribution.source, *attribution.cue) if before.start <= span.end <= before.end]
    lead = text[max([before.start, *own]) : before.end]
    return lead[max(lead.rfind(sign) for sign in ',;:“”"') + 1 :]


def _common(one: Span, other: Span) -> Span:
    return Span(max(one.start, other.start), min(one.end, other.end))
