"""Joins what the network and the rules found, and decides what a reader may be told."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.attribution.learned import Candidate
from retrieval.attribution.lexicon import Lexicon
from retrieval.attribution.names import Names, clean
from retrieval.attribution.rules import UNSAFE
from retrieval.attribution.sources import Credited, who
from retrieval.attribution.weights import Trained
from retrieval.models import Attribution, SourceKind, Span

FEATURES = (
    "content_tag", "cue_tag", "source_link", "content_link", "no_source", "pronoun", "rule_cue",
    "rule_source", "rule_content", "rule_elsewhere", "speech", "quoted", "pieces", "bias",
)  # fmt: skip
_SURE_CUES = ("according to", "as ")
_MARKS = frozenset('"“”„‟«»')


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate with the rule's attribution that shares its cue, if any."""

    candidate: Candidate
    rule: Attribution | None


def pair(found: Sequence[Candidate], ruled: Sequence[Attribution]) -> list[Judged]:
    """Join each candidate with the rules' attribution of the same cue."""
    out = []
    for candidate in found:
        rule = next((r for r in ruled if any(c.overlaps(candidate.cue) for c in r.cue)), None)
        out.append(Judged(candidate, rule))
    return out


def features(judged: Judged, text: str, lex: Lexicon) -> list[float]:
    """Return the numbers that the confidence is made of, in the order of `FEATURES`."""
    found, rule = judged.candidate, judged.rule
    words = found.cue.of(text).lower().split()
    source = found.source.of(text).strip().lower() if found.source else ""
    same = rule is not None and found.source is not None and _overlap(rule.source, (found.source,))
    return [
        *(_logit(score) for score in found.scores),
        float(found.source is None),
        float(source in lex.pronouns),
        float(rule is not None),
        float(same),
        _agreement(found.content, rule.content) if rule else 0.0,
        float(rule is not None and not same),
        max((lex.speech.get(word, 0.0) for word in words), default=0.0),
        float(any(_MARKS & set(span.of(text)) for span in found.content)),
        float(len(found.content) > 1),
        1.0,
    ]


def confidence(values: Sequence[float], weights: Sequence[float]) -> float:
    """Return the chance that an attribution is right."""
    total = sum(a * b for a, b in zip(values, weights, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def merge(
    found: Sequence[Candidate],
    ruled: Sequence[Attribution],
    names: Names,
    sentences: Sequence[Span],
    trained: Trained,
) -> list[Attribution]:
    """Return an article's attributions in reading order: the network's, and the rules' where it saw none."""
    text, lex = names.text, names.lex
    out: list[Attribution] = []
    last: Credited | None = None
    taken: list[Span] = []
    for judged in sorted(pair(found, ruled), key=lambda j: j.candidate.cue):
        candidate = judged.candidate
        if any(span.overlaps(candidate.cue) for span in taken):
            continue
        chance = confidence(features(judged, text, lex), trained.calibration)
        if chance < trained.kept_from:
            continue
        taken.append(candidate.cue)
        name, kind, certain = "", SourceKind.UNNAMED, False
        if candidate.source is not None:
            name, kind, certain = who(_core(candidate.source, text), names, sentences, last)
            last = Credited(candidate.source.start, name) if certain and kind is SourceKind.PERSON else None
        safe = not _is_hedged(candidate.cue.of(text), lex) and not _is_unsafe(judged.rule)
        made = Attribution(
            source=(candidate.source,) if candidate.source else (),
            cue=(candidate.cue,),
            content=candidate.content,
            kind=kind,
            name=name,
            cue_text=candidate.cue.of(text),
            confidence=round(chance, 3),
            shown=certain and safe and chance >= trained.shown_from,
        )
        out.append(made)
    out += [rule for rule in ruled if _is_missing(rule, out)]
    return sorted(out, key=lambda a: (a.cue or a.content)[0])


def _is_missing(rule: Attribution, found: Sequence[Attribution]) -> bool:
    """Keep a rule's attribution of a cue that is never to be missed, or whose words nobody else has."""
    if any(_overlap(other.cue, rule.cue) for other in found):
        return False
    sure = rule.cue_text.lower().startswith(_SURE_CUES)
    return sure or not any(_overlap(other.content, rule.content) for other in found)


def _overlap(ours: Sequence[Span], theirs: Sequence[Span]) -> bool:
    return any(a.overlaps(b) for a in ours for b in theirs)


def _is_unsafe(rule: Attribution | None) -> bool:
    """Tell whether the rules saw a denial, a negation or a mere possibility."""
    return rule is not None and rule.confidence <= UNSAFE


def _core(source: Span, text: str) -> Span:
    """Return the source without an apposition ('Smith, a spokesman for the army')."""
    words = source.of(text)
    comma = words.find(", ")
    return Span(source.start, source.start + comma) if comma > 2 and words[:1].isupper() else source


def _is_hedged(cue: str, lex: Lexicon) -> bool:
    """Tell whether a cue says that something was not said, or only might be."""
    words = set(clean(cue).lower().replace("’", "'").split())
    return bool(words & (lex["negations"] | lex["denials"])) or "refus" in cue or "declin" in cue


def _agreement(ours: Sequence[Span], theirs: Sequence[Span]) -> float:
    both = sum(max(0, min(a.end, b.end) - max(a.start, b.start)) for a in ours for b in theirs)
    total = sum(s.end - s.start for s in (*ours, *theirs)) - both
    return both / total if total else 0.0


def _logit(score: float) -> float:
    held = min(max(score, 1e-3), 1 - 1e-3)
    return math.log(held / (1 - held))
