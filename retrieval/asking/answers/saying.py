"""Who says what a question asks about: of "who said that the dam was unsafe?" those alone who say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from retrieval.asking.answers.reporters import Reporter, reporter_of
from retrieval.asking.answers.statements import SAME_WORD
from retrieval.asking.question.intent import what_is_said
from retrieval.asking.reading.findings import Findings
from retrieval.domain.answers import Quote
from retrieval.domain.articles import Attribution, Span
from retrieval.language.denials import is_denial, is_negated
from retrieval.language.folding import name_key
from retrieval.language.stems import stems

SAID_SHARE = 0.5
"""Share, by rarity, of a question's words that somebody's words must hold to say what it asks about."""

_MARKS = frozenset('"“”„‟«»')


def on_it(quotes: Sequence[Quote], found: Sequence[Findings]) -> tuple[Quote, ...]:
    """Return the quotes that speak of what is asked, to say or to deny it; all of them where none says it."""
    if not who_says_it(quotes, found):
        return tuple(quotes)
    return tuple(quote for quote in quotes if any(_readings(quote, found)))


def who_says_it(quotes: Sequence[Quote], found: Sequence[Findings]) -> tuple[str, ...]:
    """Return who says what is asked, each once, in the order of the quotes.

    That is whoever is credited with words that hold most of the question's, and that deny no more than it does;
    where nobody is credited, who published them, but never of words in quotation marks.
    """
    said: dict[str, str] = {}
    for quote in quotes:
        for name, denies, asked in _readings(quote, found):
            if name is not None and denies == asked and name_key(name):
                said.setdefault(name_key(name), name)
    return tuple(said.values())


def _readings(quote: Quote, found: Sequence[Findings]) -> Iterator[tuple[str | None, bool, bool]]:
    """Yield of each who speaks of what is asked in a quote: name, whether they deny it, whether the question does."""
    for findings in found:
        library, evidence = findings.library, findings.evidence
        articles = library.catalogue.article_of[evidence.rows[evidence.owner]]
        owners = [n for n in set(articles.tolist()) if library.stored[n].article.article_id == quote.article_id]
        if not owners:
            continue
        stored = library.stored[owners[0]]
        text, place = stored.article.text, Span(quote.start, quote.end)
        asked = is_negated(findings.question.text)
        rows = {
            int(number): library.catalogue.sentence_spans[int(evidence.sentences[number])]
            for number in np.flatnonzero(articles == owners[0])
        }
        held = {number: span for number, span in rows.items() if place.contains(span)}
        credited = [a for a in stored.attributions if a.shown and any(c.overlaps(place) for c in a.content)]
        for attribution in credited:
            said = [_common(span, c) for c in attribution.content for span in held.values() if c.overlaps(span)]
            if (best := _nearest(findings, held, said, text)) is not None:
                begin = next(span.start for span in held.values() if span.overlaps(best))
                whole = f"{_lead(attribution, Span(begin, best.start), text)} {best.of(text)}"
                yield attribution.name, is_negated(whole) != is_denial(attribution.cue_text), asked
        own = [span for span in held.values() if not any(c.overlaps(span) for a in credited for c in a.content)]
        if (best := _nearest(findings, held, own, text)) is not None:
            reporter: Reporter | None = reporter_of(quote.credit, None)
            told = None if reporter is None or _MARKS & set(best.of(text)) else reporter.name
            yield told, is_negated(best.of(text)), asked
        return


def _nearest(findings: Findings, rows: dict[int, Span], said: Sequence[Span], text: str) -> Span | None:
    """Return the nearest of some words of one speaker to what is asked; None where together they do not say it."""
    begin = what_is_said(findings.question.text)
    wanted = list(dict.fromkeys(term.stem for term in findings.question.terms if term.start >= begin))
    weights = findings.library.rarity(wanted)
    if not said or not float(weights.sum()):
        return None
    shares = []
    together: set[str] = set()
    for span in said:
        own = set(stems(span.of(text)))
        number = next((n for n, row in rows.items() if row.overlaps(span)), None)
        if number is not None:
            whole = set(stems(rows[number].of(text)))
            own |= {
                term.stem
                for column, term in enumerate(findings.question.terms)
                if not term.name
                and term.stem not in whole  # else the word stands in the sentence, but in another's mouth
                and float(findings.evidence.best_word[number, column]) >= SAME_WORD
            }
        together |= own
        shares.append(float(weights[[known in own for known in wanted]].sum()))
    if float(weights[[known in together for known in wanted]].sum()) < SAID_SHARE * float(weights.sum()):
        return None
    return said[int(np.argmax(shares))]


def _lead(attribution: Attribution, before: Span, text: str) -> str:
    """Return the words right before what somebody says, up to a comma or their own credit: "Nobody said that"."""
    own = [span.end for span in (*attribution.source, *attribution.cue) if before.start <= span.end <= before.end]
    lead = text[max([before.start, *own]) : before.end]
    return lead[max(lead.rfind(sign) for sign in ',;:“”"') + 1 :]


def _common(one: Span, other: Span) -> Span:
    return Span(max(one.start, other.start), min(one.end, other.end))
