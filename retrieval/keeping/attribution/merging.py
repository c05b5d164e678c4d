"""Joins what the network and the rules found, and decides what a reader may be told."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.domain.articles import Attribution, SourceKind, Span
from retrieval.keeping.attribution.network.guessing import AttributionGuess
from retrieval.keeping.attribution.network.stored import Trained
from retrieval.keeping.attribution.rules.finding import UNSAFE
from retrieval.keeping.attribution.rules.lexicon import Lexicon
from retrieval.keeping.attribution.rules.names import Names, clean
from retrieval.keeping.attribution.rules.who import Credited, credited_after, who

FEATURES = (
    "content_tag", "cue_tag", "source_link", "content_link", "no_source", "pronoun", "rule_cue",
    "rule_source", "rule_content", "rule_elsewhere", "speech", "spoken", "quoted", "pieces", "length",
    "named", "bias",
)  # fmt: skip
_SURE_CUES = ("according to", "as ")
_SPEECH = 0.6
_SPOKEN = 0.4  # share of a word's occurrences that are cues, from which on it is speech
_WORDS = re.compile(r"\w+")
_ASKING = frozenset({"did", "does", "do", "has", "have", "had", "is", "was", "will", "would", "can", "should"})
_MARKS = frozenset('"“”„‟«»')


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate with the rule's attribution that shares its cue, if any."""

    candidate: AttributionGuess
    rule: Attribution | None


def pair(found: Sequence[AttributionGuess], ruled: Sequence[Attribution]) -> list[Judged]:
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
    source = found.source.of(text).strip() if found.source else ""
    speech = max((lex.speech.get(word, 0.0) for word in words), default=0.0)
    same = rule is not None and found.source is not None and _overlap(rule.source, (found.source,))
    return [
        *(_logit(score) for score in found.scores),
        float(found.source is None),
        float(source.lower() in lex.pronouns),
        float(rule is not None),
        float(same),
        _agreement(found.content, rule.content) if rule else 0.0,
        float(rule is not None and not same),
        speech,
        float(speech >= _SPEECH),
        float(any(_MARKS & set(span.of(text)) for span in found.content)),
        float(len(found.content) > 1),
        math.log(1 + sum(span.end - span.start for span in found.content)),
        float(source[:1].isupper()),
        1.0,
    ]


def confidence(values: Sequence[float], weights: Sequence[float]) -> float:
    """Return the chance that an attribution is right."""
    total = sum(a * b for a, b in zip(values, weights, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def merge(
    found: Sequence[AttributionGuess],
    ruled: Sequence[Attribution],
    names: Names,
    sentences: Sequence[Span],
    trained: Trained,
) -> list[Attribution]:
    """Return an article's attributions in reading order: the network's, and rules' where it saw none."""
    text, lex = names.text, names.lex
    out: list[Attribution] = []
    last: Credited | None = None
    taken: list[Span] = []
    for judged in sorted(pair(found, ruled), key=lambda j: j.candidate.cue):
        candidate = judged.candidate
        if judged.rule is not None and _is_sure(judged.rule):
            continue
        if any(span.overlaps(candidate.cue) for span in taken):
            continue
        chance = confidence(features(judged, text, lex), trained.calibration)
        if chance < trained.kept_from:
            continue
        taken.append(candidate.cue)
        name, kind, certain = "", SourceKind.UNNAMED, False
        if candidate.source is not None:
            name, kind, certain = who(_core(candidate.source, text), names, sentences, last)
            last = credited_after((name, kind, certain), candidate.source, last)
        safe = not _is_unsafe(judged.rule) and is_told(candidate, names, sentences)
        made = Attribution(
            source=(candidate.source,) if candidate.source else (),
            cue=(candidate.cue,),
            content=tuple(_trimmed(span, text) for span in candidate.content),
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
    """Keep a rule's attribution of a cue that is never to be missed.

    The rules' other finds that the network does not share are wrong four times in five.
    """
    return _is_sure(rule) and not any(_overlap(other.cue, rule.cue) for other in found)


def _is_sure(rule: Attribution) -> bool:
    """Tell whether a rule's cue is one that the rules read better than the network."""
    return rule.cue_text.lower().startswith(_SURE_CUES) or rule.cue_text.lower() == "per"


def _overlap(ours: Sequence[Span], theirs: Sequence[Span]) -> bool:
    return any(a.overlaps(b) for a in ours for b in theirs)


def _is_unsafe(rule: Attribution | None) -> bool:
    """Tell whether the rules saw a denial, a negation or a mere possibility."""
    return rule is not None and rule.confidence <= UNSAFE


def _core(source: Span, text: str) -> Span:
    """Return the source without an apposition: 'Smith, a spokesman', 'the lawyer, Rudy Giuliani'."""
    words = source.of(text)
    begin = 0
    parts: list[Span] = []
    for part in words.split(", "):
        if part.strip():
            parts.append(Span(source.start + begin, source.start + begin + len(part)))
        begin += len(part) + 2
    named = [p for p in parts if any(w[:1].isupper() for w in p.of(text).split()[-2:])]
    return (named or parts or [source])[0]


def _trimmed(span: Span, text: str) -> Span:
    """Take the mark that ends a clause off a content span; a span keeps at least one character."""
    end = span.end
    while end - span.start > 1 and (
        text[end - 1] in ",;: \u00a0" or (text[end - 1] == "." and text[end - 2].islower())
    ):
        end -= 1
    return Span(span.start, end)


def is_told(found: AttributionGuess, names: Names, sentences: Sequence[Span]) -> bool:
    """Tell whether the text states that the source said so: no denial, question, 'what X said' or wish."""
    text, lex = names.text, names.lex
    cue = clean(found.cue.of(text)).lower().replace("’", "'").split()
    told = any(lex.speech.get(word, 0.0) >= _SPOKEN for word in cue if word not in lex["unspoken"])
    if set(cue) & (lex["negations"] | lex["denials"]) or "refus" in cue or "declin" in cue:
        return False
    if set(cue) & lex["unspoken"] and not told:
        return False
    if found.source is None:
        return True
    at = max(0, bisect_right(sentences, found.source.start, key=lambda s: s.start) - 1)
    sentence = sentences[at] if sentences else Span(0, len(text))
    lead = _WORDS.findall(text[min(sentence.start, found.source.start) : found.source.start].lower())
    first = _WORDS.findall(found.source.of(text).lower())[:1]
    if (lead[-1:] and lead[-1] in lex["before_no_source"]) or (first and first[0] in _ASKING):
        return False
    quoted = any(_MARKS & set(span.of(text)) for span in found.content)
    asks = bool(set(cue) & lex["questions"]) or sentence.of(text).rstrip().endswith("?")
    return quoted or not asks


def _agreement(ours: Sequence[Span], theirs: Sequence[Span]) -> float:
    both = sum(max(0, min(a.end, b.end) - max(a.start, b.start)) for a in ours for b in theirs)
    total = sum(s.end - s.start for s in (*ours, *theirs)) - both
    return both / total if total else 0.0


def _logit(score: float) -> float:
    held = min(max(score, 1e-3), 1 - 1e-3)
    return math.log(held / (1 - held))
