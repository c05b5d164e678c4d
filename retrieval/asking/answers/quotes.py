"""Makes quotes of what was found: verbatim spans that can stand alone, each with who is credited in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import replace

import numpy as np

from retrieval.asking.answers.reporters import Reporter, reporter_of
from retrieval.asking.answers.windows import LENGTH_PRICE, Window, join_sentences, span_of, widen, with_head
from retrieval.asking.question.question import shape_of
from retrieval.asking.reading.findings import Findings
from retrieval.asking.talk.understanding import rows_of
from retrieval.domain.answers import Quote
from retrieval.domain.articles import Credit, Span
from retrieval.domain.talk import QuotedSpan
from retrieval.library.layout import Library

LONG_WORD = 8
"""A text of longer words than this counts as having more: quotes are to be short on the screen."""

MARGIN = 4.0
"""How much less likely, in log units, a further quote may be than the first; e^-4 is one in fifty."""

SAME_SENTENCE = 0.95
"""Cosine of two sentences' vectors below which they are not compared word for word."""

SAME_STORY = 0.93
"""Cosine of two passages' vectors from which on they tell the same story; agency copy measures above it."""


def make_quotes(
    findings: Findings, count: int, *, allowed: Callable[[int], bool] = lambda sentence: True
) -> tuple[Quote, ...]:
    """Return up to `count` quotes, best first, of the sentence rows that are allowed; headings never are.

    A quote never runs over sentences that are credited to different sources, not even for the one before
    that a "This visit" or "He" refers to: its attribution holds for all of it.
    """
    library, evidence = findings.library, findings.evidence
    catalogue = library.catalogue
    rows = evidence.sentences[findings.sentences]
    usable = np.array([not library.headings[row] and allowed(int(row)) for row in rows], dtype=np.bool_)
    rows, scores = rows[usable], findings.sentence_scores[usable]
    passages = evidence.rows[evidence.owner[findings.sentences[usable]]]
    texts = [catalogue.sentence_text(int(r), int(p)) for r, p in zip(rows, passages, strict=True)]
    lengths = [max(len(text.split()), len(text) // LONG_WORD) for text in texts]
    # Sentences are joined only within one article and under one attribution.
    owners = (
        catalogue.article_of[passages].astype(np.int64) * (int(library.credited.max(initial=0)) + 2)
        + library.credited[rows]
        + 1
    )
    price = LENGTH_PRICE[shape_of(findings.question)]
    windows = join_sentences(rows, owners, lengths, scores, count * 2, length_price=price)
    chosen: list[tuple[Window, Quote]] = []
    shown: set[str] = set()  # a sentence is quoted once, however many articles have it
    for found in windows:
        if found.score < windows[0].score - MARGIN:
            break
        if (window := _without_shown(found, library, shown)) is None:
            continue
        if any(window.first <= other.last and other.first <= window.last for other, _ in chosen):
            continue  # the sentence before it was taken in already
        wide = widen(window, catalogue, library.sentence(window.first).passage, [other for other, _ in chosen])
        # The line under a quote must hold for all of it: only words credited alike are taken in.
        if library.headings[wide.first] or library.credited[wide.first] != library.credited[window.first]:
            wide = window
        wide = with_head(wide, library, [other for other, _ in chosen])
        quote = _quote(findings, wide, core=window)
        chosen.append((wide, quote))
        shown |= {plain_words(library.sentence(row).text) for row in range(wide.first, wide.last + 1)}
        if len(chosen) == count:
            break
    return tuple(quote for _, quote in chosen)


def quote_sentence(findings: Findings, row: int, *, score: float) -> Quote:
    """Return one sentence row as a quote."""
    library = findings.library
    window = Window(row, row, library.sentence(row).article, score)
    return _quote(findings, with_head(window, library), core=window)


def quote_span(span: QuotedSpan, libraries: Sequence[Library]) -> Quote | None:
    """Return a quote that was shown before, credited as it is now; None where no live article reads so there."""
    for library in libraries:
        rows = rows_of(span, library)
        stored = library.sentence(rows[0]).stored if rows else None
        if stored is None or Span(span.start, span.end).of(stored.article.text) != span.text:
            continue
        credit = stored.article.credit
        return Quote(
            text=span.text,
            article_id=span.article_id,
            start=span.start,
            end=span.end,
            score=0.0,
            credit=credit,
            attribution=library.sentence(rows[0]).attribution,
            also_carried_by=tuple(other for other in stored.carriers if other.publisher != credit.publisher),
        )
    return None


def plain_words(text: str) -> str:
    """Return the words of a text for telling repeats: case, blanks and typographic marks do not count."""
    return " ".join(text.casefold().replace("’", "'").replace("“", '"').replace("”", '"').split())


def _quote(findings: Findings, window: Window, *, core: Window) -> Quote:
    library = findings.library
    catalogue = library.catalogue
    sentence = library.sentence(core.first)
    stored = sentence.stored
    span = span_of(window, catalogue)
    return Quote(
        text=span.of(stored.article.text),
        article_id=stored.article.article_id,
        start=span.start,
        end=span.end,
        score=core.score,
        credit=stored.article.credit,
        attribution=sentence.attribution,
        emphasis=_emphasis(findings, window, core, span),
        also_carried_by=_also_carried_by(findings, core, sentence.passage),
    )


def _without_shown(window: Window, library: Library, shown: Set[str]) -> Window | None:
    """Return a window without the sentences at its ends that a quote shows already, None where none is left."""

    def told(row: int) -> bool:
        return plain_words(library.sentence(row).text) in shown

    first, last = window.first, window.last
    while first <= last and told(first):
        first += 1
    while last > first and told(last):
        last -= 1
    return replace(window, first=first, last=last) if first <= last else None


def _emphasis(findings: Findings, window: Window, core: Window, span: Span) -> tuple[Span, ...]:
    """Mark the answering words, as offsets into the quote; without any, the answering sentences among others."""
    catalogue = findings.library.catalogue
    rows = findings.evidence.sentences[findings.sentences]
    inside = np.flatnonzero((rows >= core.first) & (rows <= core.last))
    best = int(inside[np.argmax(findings.sentence_scores[inside])]) if len(inside) else -1
    answer = findings.answers[best] if best >= 0 else None
    if answer is not None:
        begin = catalogue.sentence_spans[rows[best]].start - span.start
        return (Span(begin + answer.start, begin + answer.end),)
    if (window.first, window.last) == (core.first, core.last):
        return ()
    answering = span_of(core, catalogue)
    return (Span(answering.start - span.start, answering.end - span.start),)


def _also_carried_by(findings: Findings, core: Window, passage: int) -> tuple[Credit, ...]:
    """Return who else carries the text: the credits of other articles with the sentence, or nearly the passage.

    There is one a publisher and site.
    """
    catalogue = findings.library.catalogue
    rows = findings.evidence.rows
    similar = rows[catalogue.passage_vectors[rows] @ catalogue.passage_vectors[passage] >= SAME_STORY]
    own = int(catalogue.article_of[passage])
    same = _passages_with(findings, core.first, passage)
    articles = [article for article in catalogue.article_of[[*similar, *same]].tolist() if article != own]
    others = [catalogue.articles[article].credit for article in articles]
    return _carriers(catalogue.articles[own].credit, (*findings.library.stored[own].carriers, *others))


def _passages_with(findings: Findings, row: int, passage: int) -> list[int]:
    """Return the passages among the evidence that have the very sentence of a row."""
    catalogue, evidence = findings.library.catalogue, findings.evidence
    vectors = catalogue.sentence_vectors[evidence.sentences].astype(np.float32)
    near = np.flatnonzero(vectors @ catalogue.sentence_vectors[row].astype(np.float32) >= SAME_SENTENCE)
    words = plain_words(catalogue.sentence_text(row, passage))
    owners = evidence.rows[evidence.owner[near]]
    return [
        int(owner)
        for number, owner in zip(near, owners, strict=True)
        if plain_words(catalogue.sentence_text(int(evidence.sentences[number]), int(owner))) == words
    ]


def _carriers(own: Credit, others: Iterable[Credit]) -> tuple[Credit, ...]:
    """Return the credits that are of others than `own`, and of one another: by name and by site."""
    found: list[tuple[Reporter, Credit]] = []
    publisher = reporter_of(own, None)
    for credit in others:
        reporter = reporter_of(credit, None)
        known = [other for other, _ in found] + ([publisher] if publisher else [])
        if reporter is not None and all(reporter.independent_of(other) for other in known):
            found.append((reporter, credit))
    return tuple(credit for _, credit in found)


def without_repeats(quotes: Sequence[Quote], count: int) -> tuple[Quote, ...]:
    """Return the first `count` quotes; what an earlier one shows already is said beside that, and not again."""
    chosen: list[Quote] = []
    for quote in quotes:
        words = plain_words(quote.text)
        for number, other in enumerate(chosen):
            earlier = plain_words(other.text)
            if quote.credit in other.also_carried_by or words in earlier or earlier in words:
                others = (*other.also_carried_by, quote.credit, *quote.also_carried_by)
                chosen[number] = replace(other, also_carried_by=_carriers(other.credit, others))
                break
        else:
            chosen.append(quote)
    return tuple(chosen[:count])
