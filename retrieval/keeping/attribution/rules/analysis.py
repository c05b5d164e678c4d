"""Puts an article's attributions together: rules by sentence, quotations that go on, names, what is shown."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.domain.articles import Attribution, SourceKind, Span
from retrieval.keeping.attribution.rules.finding import Finding
from retrieval.keeping.attribution.rules.lexicon import Lexicon, lexicon
from retrieval.keeping.attribution.rules.names import Names, read_names
from retrieval.keeping.attribution.rules.quotations import Quotation, find_quotations
from retrieval.keeping.attribution.rules.sentence_rules import find
from retrieval.keeping.attribution.rules.tokens import Token, tokenize
from retrieval.keeping.attribution.rules.who import Credited, credited_after, who

SHOWN_FROM = 0.6


@dataclass(slots=True)
class Draft:
    """A finding with its place in the article, until names are resolved."""

    finding: Finding
    sentence: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the rules learn about a text: its tokens, quotations, names and attributions."""

    tokens: list[Token]
    quotations: list[Quotation]
    names: Names
    attributions: list[Attribution]


def extract(text: str, sentences: Sequence[Span]) -> list[Attribution]:
    """Return the attributions that the rules find in `text`, in reading order.

    `sentences` are whole sentences in order; headings are sentences of their own.
    """
    return analyse(text, sentences).attributions


def analyse(text: str, sentences: Sequence[Span]) -> Analysis:
    """Run the rules over `text` and keep what they saw on the way."""
    lex = lexicon()
    quotations = find_quotations(text)
    tokens: list[Token] = []
    drafts = _draft(text, sentences, quotations, lex, tokens)
    _spread_quotations(drafts, quotations)
    _follow_on(text, sentences, drafts, quotations)
    names = read_names(text, lex, quotations)
    return Analysis(tokens, quotations, names, resolve([d.finding for d in drafts], names, sentences))


def _draft(
    text: str, sentences: Sequence[Span], quotations: list[Quotation], lex: Lexicon, tokens: list[Token]
) -> list[Draft]:
    ranges = [(q.start, q.end) for q in quotations]
    starts = [q.start for q in quotations]
    drafts: list[Draft] = []
    for number, sentence in enumerate(sentences):
        near = ranges[max(0, bisect_right(starts, sentence.start) - 1) : bisect_right(starts, sentence.end)]
        toks = tokenize(text, sentence.start, min(sentence.end, len(text)), near)
        tokens.extend(toks)
        drafts.extend(Draft(found, number) for found in find(toks, lex))
    return drafts


def _touched(span: Span, quotations: list[Quotation]) -> Iterator[int]:
    """Yield the indices of the quotations that share characters with a span."""
    at = max(0, bisect_right(quotations, span.start, key=lambda q: q.start) - 1)
    while at < len(quotations) and quotations[at].start < span.end:
        if quotations[at].end > span.start:
            yield at
        at += 1


def _spread_quotations(drafts: list[Draft], quotations: list[Quotation]) -> None:
    """Widen content that holds an end of a quotation to the whole of it, over sentence bounds."""
    for draft in drafts:
        spans = draft.finding.content
        for at, span in enumerate(spans):
            for number in _touched(span, quotations):
                quote = quotations[number]
                if quote.start < span.start and quote.end <= span.end + 2:
                    spans[at] = span = Span(quote.start, max(span.end, quote.end))
                elif quote.end > span.end and quote.start >= span.start:
                    spans[at] = span = Span(span.start, quote.end)


def _follow_on(text: str, sentences: Sequence[Span], drafts: list[Draft], quotations: list[Quotation]) -> None:
    """Give quotations without a cue of their own to the speaker whom the layout makes certain.

    That is: the rest of a quotation that goes on in the same paragraph, and a paragraph that opens
    with a quotation mark after one whose quotation was left open.
    """
    holders: dict[int, Draft] = {}
    for draft in drafts:
        for span in draft.finding.content:
            for number in _touched(span, quotations):
                holders.setdefault(number, draft)
    cues = sorted(d.finding.cue.start for d in drafts)
    owner: Draft | None = None
    last: Quotation | None = None
    for number, quote in enumerate(quotations):
        if number in holders:
            owner, last = holders[number], quote
            continue
        if owner is None or last is None:
            continue
        between = text[last.end : quote.start]
        if "\n" in between:
            follows = last.open_ended and not between.strip()
        else:
            cued = bisect_left(cues, quote.start) - bisect_left(cues, last.end)
            own = last.end <= owner.finding.cue.start < quote.start
            follows = (
                cued == own and _speaks_alone(text, quote, sentences) and _only_credit(owner, last, quote, between)
            )
        if follows:
            owner.finding.content.append(Span(quote.start, quote.end))
            last = quote
        else:
            owner = None


def _speaks_alone(text: str, quote: Quotation, sentences: Sequence[Span]) -> bool:
    """Tell whether the quotation begins a sentence and ends one: no words of the reporter around it."""
    at = bisect_right(sentences, Span(quote.start, len(text) + 1)) - 1
    if at < 0 or text[sentences[at].start : quote.start].strip():
        return False
    end = next((s.end for s in sentences[at:] if s.end >= quote.end), quote.end)
    return not text[quote.end : end].strip(" .!?…\u00a0\n")


def _only_credit(owner: Draft, last: Quotation, quote: Quotation, between: str) -> bool:
    """Tell whether nothing but the speaker's credit stands between two quotations."""
    credited = last.end <= owner.finding.cue.end <= quote.start and len(between) < 250
    return credited or not between.strip()


def resolve(findings: list[Finding], names: Names, sentences: Sequence[Span]) -> list[Attribution]:
    """Turn findings into attributions: kind, fullest name, and whether a reader may be told."""
    out: list[Attribution] = []
    text = names.text
    last: Credited | None = None
    for found in sorted(findings, key=lambda f: f.cue):
        content = _tidy(found.content, found)
        if not content:
            continue
        name, kind, certain = "", SourceKind.UNNAMED, False
        if found.source is not None:
            name, kind, certain = who(found.source, names, sentences, last)
            last = credited_after((name, kind, certain), found.source, last)
        out.append(
            Attribution(
                source=(found.source,) if found.source else (),
                cue=(found.cue,) if found.cue.end > found.cue.start else (),
                content=tuple(content),
                kind=kind,
                name=name,
                cue_text=found.cue.of(text),
                confidence=round(found.confidence, 3),
                shown=found.safe and certain and found.confidence >= SHOWN_FROM,
            )
        )
    return out


def _tidy(spans: list[Span], found: Finding) -> list[Span]:
    """Sort and join content spans; drop empty ones."""
    out: list[Span] = []
    for span in sorted(s for s in spans if s.end > s.start):
        if out and span.start <= out[-1].end:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        else:
            out.append(span)
    return out
