"""What a text's words and layout alone say: its people and names, its quotations, and attributions to be trusted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from retrieval.domain.articles import Attribution, SourceKind, Span
from retrieval.keeping.attribution.rules.finding import Finding
from retrieval.keeping.attribution.rules.forms import Forms, find_forms
from retrieval.keeping.attribution.rules.lexicon import lexicon
from retrieval.keeping.attribution.rules.linker import Places
from retrieval.keeping.attribution.rules.mentions import find_people
from retrieval.keeping.attribution.rules.names import Names, read_names
from retrieval.keeping.attribution.rules.quotations import Quotation, find_quotations
from retrieval.keeping.attribution.rules.sentence_rules import find
from retrieval.keeping.attribution.rules.tokens import Token, tokenize
from retrieval.keeping.attribution.rules.who import who


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is known of a text before any network reads it; `attributions` are those of trusted words ('per X')."""

    tokens: list[Token]
    quotations: list[Quotation]
    names: Names
    attributions: list[Attribution]
    places: Places
    headings: tuple[Span, ...] = ()
    forms: Forms = field(default_factory=Forms)


def analyse(text: str, sentences: Sequence[Span], headings: Sequence[Span] = ()) -> Analysis:
    """Read `text`, whose `sentences` are whole and in order; `headings` are those that are headings."""
    lex = lexicon()
    quotations = find_quotations(text)
    ranges = [(q.start, q.end) for q in quotations]
    starts = [q.start for q in quotations]
    tokens: list[Token] = []
    found: list[Finding] = []
    for sentence in sentences:
        near = ranges[max(0, bisect_right(starts, sentence.start) - 1) : bisect_right(starts, sentence.end)]
        own = tokenize(text, sentence.start, min(sentence.end, len(text)), near)
        tokens += own
        if any(token.lower in _TRUSTED for token in own):
            found += find(own, lex)
    names = read_names(text, lex, quotations)
    paragraphs = [0, *(at + 1 for at, sign in enumerate(text) if sign == "\n" and text[at + 1 : at + 2].strip())]
    places = Places(find_people(names, quotations, headings), sentences, paragraphs)
    trusted = [_resolved(one, names, places) for one in found if one.content]
    return Analysis(tokens, quotations, names, trusted, places, tuple(headings), find_forms(names, quotations))


_TRUSTED = frozenset({"according", "per", "as"})


def _resolved(found: Finding, names: Names, places: Places) -> Attribution:
    """Make an attribution of a finding: kind, fullest name, and whether a reader may be told."""
    name, kind, certain = "", SourceKind.UNNAMED, False
    if found.source is not None:
        meant = who(found.source, names, places, None)
        name, kind, certain = meant.name, meant.kind, meant.certain
    return Attribution(
        source=(found.source,) if found.source else (),
        cue=(found.cue,),
        content=tuple(sorted(found.content)),
        kind=kind,
        name=name,
        cue_text=found.cue.of(names.text),
        confidence=round(found.confidence, 3),
        shown=found.safe and certain,
    )
