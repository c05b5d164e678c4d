"""Joins what the network guessed with what words and layout make certain, and decides what a reader may be told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from retrieval.domain.articles import Attribution, SourceKind, Span
from retrieval.keeping.attribution.judging import confidence, features
from retrieval.keeping.attribution.network.guessing import AttributionGuess
from retrieval.keeping.attribution.network.stored import Trained
from retrieval.keeping.attribution.rules.analysis import Analysis
from retrieval.keeping.attribution.rules.going_on import going_on
from retrieval.keeping.attribution.rules.lexicon import Lexicon
from retrieval.keeping.attribution.rules.linker import Places, Told
from retrieval.keeping.attribution.rules.mentions import Mention
from retrieval.keeping.attribution.rules.names import Names
from retrieval.keeping.attribution.rules.nested import find_nested, handed_on
from retrieval.keeping.attribution.rules.second_hand import find_second_hand, joined
from retrieval.keeping.attribution.rules.spans import at_one_line, closed, whole_quotations
from retrieval.keeping.attribution.rules.standing import Standing, standing
from retrieval.keeping.attribution.rules.who import Credited, told_after, who, with_sources

_OUTLET = re.compile(r"[ \u00a0](?P<who>(?:[Tt]he )?[A-Z][\w’'&-]*(?: (?:[A-Z][\w’'&-]*|of|and))*)(?=[.,\n”\"]|\Z)")
_TO_SOMEBODY = frozenset({"told", "tells", "telling", "informed", "asked", "gave", "sent", "emailed", "via"})
_THINGS_OF = re.compile(r"[’']s\s+(?P<head>[a-z-]+)$")


def merge(
    found: Sequence[AttributionGuess], analysis: Analysis, sentences: Sequence[Span], trained: Trained
) -> list[Attribution]:
    """Return an article's attributions in reading order."""
    names, text = analysis.names, analysis.names.text
    certain = [
        *analysis.attributions,
        *analysis.forms.attributions,
        *find_second_hand(names, sentences, analysis.places),
    ]
    nested = list(find_nested(names, analysis.quotations, analysis.places))
    people = with_sources(analysis.places.people, [f.source for f in found if f.source], names)
    places = replace(analysis.places, people=people)
    out: list[Attribution] = []
    last: Told | None = None
    taken = [span for rule in (*certain, *nested) for span in rule.cue]
    for guess in sorted(found, key=lambda g: g.cue):
        chance = confidence(features(guess, analysis), trained.calibration)
        if chance < trained.kept_from or any(span.overlaps(guess.cue) for span in taken):
            continue
        left = _left_over(guess, analysis)
        if left is None:
            continue
        taken.append(guess.cue)
        made, last = _attribution(
            _inverted(_own_source(left, certain, people), names), chance, analysis, places, last, trained
        )
        out.append(made)
    out = going_on(joined(out, certain, text), analysis.quotations, text)
    out += handed_on(out, nested)
    return sorted(out, key=lambda a: (a.cue or a.content)[0])


def _attribution(
    guess: AttributionGuess, chance: float, analysis: Analysis, places: Places, last: Told | None, trained: Trained
) -> tuple[Attribution, Told | None]:
    names, text = analysis.names, analysis.names.text
    source = at_one_line(guess.source, guess.cue, text, places.sentences) if guess.source else None
    meant = Credited("", SourceKind.UNNAMED, 0.0)
    if source is not None:
        meant = who(core(source, names), names, places, last)
        last = told_after(meant, source, names, last)
    stands = standing(text, source, guess.cue, guess.content, places.sentences, names.lex)
    unfit = source is None or any(h.overlaps(source) or h.overlaps(guess.cue) for h in analysis.headings)
    days = names.lex["calendar"]
    said = [span for span in guess.content if span.of(text).strip(" ,.").lower() not in days] or guess.content
    content = tuple(whole_quotations(_trimmed(span, text), analysis.quotations) for span in said)
    made = Attribution(
        source=(source,) if source else (),
        cue=(guess.cue,),
        content=content,
        kind=meant.kind,
        name=closed(meant.name, text),
        cue_text=guess.cue.of(text),
        confidence=round(chance, 3),
        shown=meant.certain
        and not unfit
        and stands is not Standing.NOT_STATED
        and not _is_thing_of(meant, names.lex)
        and chance >= trained.shown_from,
    )
    return made, last


def _left_over(guess: AttributionGuess, analysis: Analysis) -> AttributionGuess | None:
    """Return a guess without what the layout says is another's, or is an interviewer's question; None: nothing."""
    forms = analysis.forms
    own = (guess.cue, *([guess.source] if guess.source else []))
    if any(span.overlaps(label) for span in own for label in forms.labels):
        return None
    if any(q.overlaps(guess.cue) for q in forms.questions):
        return None
    turns = [span for a in forms.attributions for span in a.content]
    home = next((turn for turn in turns if turn.contains(guess.cue)), None)
    if home is not None and (guess.source is None or not home.contains(guess.source)):
        return None
    closed_to_it = [*forms.questions, *(turn for turn in turns if turn is not home)]
    left = tuple(span for span in guess.content if not any(span.overlaps(other) for other in closed_to_it))
    return replace(guess, content=left) if left else None


def _own_source(guess: AttributionGuess, certain: Sequence[Attribution], people: Sequence[Mention]) -> AttributionGuess:
    """Return a guess with the one who stands beside its cue as the source, if its own is who hands the words on."""
    if guess.source is None or not any(guess.source.overlaps(span) for rule in certain for span in rule.source):
        return guess
    near = [m for m in people if m.named and guess.cue.start - 40 < m.span.start < guess.cue.start]
    return replace(guess, source=Span(near[-1].span.start, near[-1].span.start + len(near[-1].key)) if near else None)


def _inverted(guess: AttributionGuess, names: Names) -> AttributionGuess:
    """Return a guess with the outlet right behind its cue as the source: '..., reported The Day'."""
    behind = _OUTLET.match(names.text, guess.cue.end)
    parted = names.text[: guess.cue.start].rstrip(" \u00a0").endswith((",", "”", '"'))
    to_it = guess.cue.of(names.text).split()[-1].lower() in _TO_SOMEBODY
    if behind is None or to_it or not parted or names.kind(behind["who"], behind["who"]) is not SourceKind.OUTLET:
        return guess
    return replace(guess, source=Span(behind.start("who"), behind.end("who")))


def core(source: Span, names: Names) -> Span:
    """Return the source without an apposition: 'Smith, a spokesman', 'the lawyer', but 'Spurs manager, Ange Lee'."""
    text = names.text
    begin = 0
    parts: list[Span] = []
    for part in source.of(text).split(", "):
        if part.strip():
            parts.append(Span(source.start + begin, source.start + begin + len(part)))
        begin += len(part) + 2
    named = [p for p in parts if any(w[:1].isupper() for w in p.of(text).split()[-2:])]
    fresh = parts and re.match(r"(?:an?|one|another)\s", parts[0].of(text), re.IGNORECASE)
    people = [p for p in named if " ".join(p.of(text).split()) in names.genders]
    return (parts if fresh else people or named or parts or [source])[0]


def _is_thing_of(meant: Credited, lex: Lexicon) -> bool:
    """Tell whether the source is a thing that somebody has ('Schalley's knowledge'), no people ('the fund's board')."""
    found = _THINGS_OF.search(meant.name)
    groups = lex["people"] | lex["humans"] | lex["organisation_words"] | lex["document_words"]
    return found is not None and not {found["head"], found["head"].rstrip("s")} & groups


def _trimmed(span: Span, text: str) -> Span:
    """Take the mark that ends a clause off a content span; a span keeps at least one character."""
    end = span.end
    while end - span.start > 1 and (
        text[end - 1] in ",;: \u00a0" or (text[end - 1] == "." and text[end - 2].islower())
    ):
        end -= 1
    return Span(span.start, end)
