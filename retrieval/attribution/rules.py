"""Attributions inside one sentence: 'according to X', 'as reported by X', 'X said', '..., said X'."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from retrieval.attribution.lexicon import Lexicon
from retrieval.attribution.phrases import Subject, is_name, phrase_right, subject_left
from retrieval.attribution.tokens import DOUBLE_QUOTES, TERMINAL, Token
from retrieval.models import Span

UNSAFE = 0.4  # the confidence of what a source did not say, or only might
_COMMA = frozenset(",—–-")
_AS_VERBS_SKIP = frozenset({"is", "was", "are", "were", "be", "been", "has", "have", "had", "first", "it"})


@dataclass(slots=True)
class Finding:
    """One attribution of a sentence, before names are resolved."""

    source: Span | None
    cue: Span
    content: list[Span] = field(default_factory=list)
    confidence: float = 0.8
    safe: bool = True


def _span(toks: list[Token], begin: int, end: int) -> Span | None:
    """Span of tokens [begin, end) without marks at its edges, quotation marks excepted."""
    while (
        begin < end
        and not toks[begin].word
        and toks[begin].text not in DOUBLE_QUOTES | {"$", "(", "‘", "#", "@"}
    ):
        begin += 1
    while (
        end > begin
        and not toks[end - 1].word
        and toks[end - 1].text not in DOUBLE_QUOTES | {")", "%", "’", "!", "?"}
    ):
        end -= 1
    return Span(toks[begin].start, toks[end - 1].end) if begin < end else None


def _ends(toks: list[Token]) -> int:
    """Index after the last word: the sentence's closing mark is no content."""
    end = len(toks)
    while end and toks[end - 1].text in TERMINAL and not toks[end - 1].quoted:
        end -= 1
    return end


def is_heading(toks: list[Token]) -> bool:
    """Tell whether a sentence reads like a headline in capitals: no closing mark, capitalised words."""
    words = [t for t in toks if t.word]
    if not words or any(t.text in TERMINAL or t.text in DOUBLE_QUOTES for t in toks[-2:]):
        return False
    return len(words) < 3 or sum(t.cap for t in words) >= 0.7 * len(words)


def find(toks: list[Token], lex: Lexicon) -> list[Finding]:
    """Return the attributions that one sentence states, in order; they do not share cues."""
    if is_heading(toks):
        return []
    out = [*_according(toks, lex), *_as_reported(toks, lex)]
    taken = [s for f in out for s in (f.cue, f.source) if s]
    asks = any(t.text == "?" and not t.quoted for t in toks[-2:])
    out += [
        found
        for found in _verbs(toks, lex)
        if not asks
        and not any(found.cue.overlaps(s) or (found.source and found.source.overlaps(s)) for s in taken)
    ]
    out.sort(key=lambda f: f.cue.start)
    return _share_content(out)


def _share_content(found: list[Finding]) -> list[Finding]:
    """Keep a later attribution's words out of an earlier one that runs to the sentence's end."""
    for early, late in pairwise(found):
        begin = min([late.cue.start, *([late.source.start] if late.source else [])])
        inverse = any(s.end <= begin for s in late.content)
        if inverse:
            continue
        early.content = [
            Span(s.start, min(s.end, begin))
            if s.start < begin < s.end and s.start >= early.cue.end and late.source is None
            else s
            for s in early.content
        ]
    return [f for f in found if f.content]


def _around(toks: list[Token], begin: int, end: int) -> list[Span]:
    """Content around a parenthetical attribution at tokens [begin, end): before, after, or both."""
    stop = _ends(toks)
    before, after = _span(toks, 0, begin), _span(toks, end, stop)
    if before and sum(t.word for t in toks[:begin]) < 2:
        before = None
    if after and sum(t.word for t in toks[end:stop]) < 3 and before:
        after = None
    return [s for s in (before, after) if s]


def _according(toks: list[Token], lex: Lexicon) -> list[Finding]:
    out = []
    for at in range(len(toks) - 2):
        if toks[at].lower != "according" or toks[at + 1].lower != "to" or toks[at].quoted:
            continue
        stop = phrase_right(toks, at + 2, lex, loose=True)
        if stop <= at + 2:
            continue
        source = Span(toks[at + 2].start, toks[stop - 1].end)
        end = _after_apposition(toks, stop, initial=at <= 1)
        cue = Span(toks[at].start, toks[at + 1].end)
        if at > 0 and toks[at - 1].lower in {"not", "and", "but"}:
            out.append(Finding(source, cue, _around(toks, at - 1, end), 0.9, toks[at - 1].lower != "not"))
        else:
            out.append(Finding(source, cue, _around(toks, at, end), 0.95))
    return out


def _after_apposition(toks: list[Token], stop: int, *, initial: bool) -> int:
    """Step from the end of a source over ', a professor at Tufts,' and the like."""
    if not initial and stop < len(toks) and toks[stop].word:
        at = stop
        while at < len(toks) and toks[at].text not in ",;:—" and not toks[at].quoted and at - stop < 14:
            at += 1
        return at if at >= _ends(toks) or toks[at].text == "," else stop
    if stop + 1 >= len(toks) or toks[stop].text != ",":
        return stop
    if toks[stop + 1].lower in {"a", "an", "who", "which", "whose"}:
        for at in range(stop + 2, min(len(toks), stop + 16)):
            if toks[at].quoted:
                break
            if toks[at].text == "," or at == _ends(toks):
                return at
    return stop


def _as_reported(toks: list[Token], lex: Lexicon) -> list[Finding]:
    """'As reported by X', 'as was first noted by X', 'as X reported', 'reported by X'."""
    out = []
    for at, tok in enumerate(toks):
        if tok.quoted or tok.lower != "as":
            continue
        verb = at + 1
        while verb < len(toks) and (toks[verb].lower in _AS_VERBS_SKIP or toks[verb].lower.endswith("ly")):
            verb += 1
        if verb + 1 >= len(toks) or toks[verb].quoted:
            continue
        if (
            lex.speech.get(toks[verb].lower, 0) >= 0.1
            or toks[verb].lower in lex.stance
            or toks[verb].lower == "seen"
        ):
            passive = verb + 1
            while passive < len(toks) and toks[passive].lower in {
                "also",
                "earlier",
                "yesterday",
                "recently",
                "above",
            }:
                passive += 1
            if passive < len(toks) and toks[passive].lower in {"by", "in"} and toks[verb].lower != "seen":
                stop = phrase_right(toks, passive + 1, lex, loose=toks[passive].lower == "by")
                if stop > passive + 1:
                    source = Span(toks[passive + 1].start, toks[stop - 1].end)
                    end = _after_apposition(toks, stop, initial=at <= 1)
                    out.append(
                        Finding(source, Span(tok.start, toks[passive].end), _around(toks, at, end), 0.93)
                    )
            continue
        subject_end = phrase_right(toks, at + 1, lex)
        verb = subject_end
        while verb < len(toks) and (
            toks[verb].lower in lex["auxiliaries"] or toks[verb].lower.endswith("ly")
        ):
            verb += 1
        closes = verb + 1 >= _ends(toks) or (
            (verb + 1 < len(toks) and toks[verb + 1].text in ",:")
            or (verb + 1 < len(toks) and toks[verb + 1].lower in lex["content_adjuncts"])
        )
        if (
            at + 1 < subject_end
            and verb < len(toks)
            and lex.speech.get(toks[verb].lower, 0) >= 0.5
            and closes
        ):
            end = verb + 1
            while end < _ends(toks) and toks[end].text not in ",:;—":
                end += 1
            source = Span(toks[at + 1].start, toks[subject_end - 1].end)
            out.append(Finding(source, Span(toks[verb].start, toks[verb].end), _around(toks, at, end), 0.85))
    return out


def _verbs(toks: list[Token], lex: Lexicon) -> list[Finding]:
    out: list[Finding] = []
    for at, tok in enumerate(toks):
        chance = lex.speech.get(tok.lower, 0.0)
        if tok.quoted or chance < 0.2 or (tok.cap and at):
            continue
        follows = toks[at + 1] if at + 1 < len(toks) else None
        if at and toks[at - 1].lower in {
            "the",
            "a",
            "an",
            "of",
            "his",
            "her",
            "their",
            "this",
            "that's",
            "no",
        }:
            continue
        takes_clause = follows is not None and (
            follows.lower in {"that", ":"} or follows.quoted or follows.text in ",:"
        )
        if chance < (0.3 if takes_clause else 0.55):
            continue
        found = _verb(toks, at, chance, lex, follows)
        if found:
            out.append(found)
    return out


def _verb(toks: list[Token], at: int, chance: float, lex: Lexicon, follows: Token | None) -> Finding | None:
    tok = toks[at]
    inverted = _inverted(toks, at, lex)
    if inverted:
        return inverted
    start = at
    if (
        tok.lower == "saying"
        and at >= 2
        and toks[at - 1].lower == "as"
        and toks[at - 2].lower in {"quoted", "cited"}
    ):
        start = at - 2
    subject = subject_left(toks, start, lex)
    if subject is None:
        return None
    if tok.lower.endswith("ing") and start == at:
        return None
    if subject.passive and start == at and not tok.lower.endswith("ing"):
        return None
    source = Span(toks[subject.start].start, toks[subject.end - 1].end)
    cue = Span(toks[min(start, subject.verb_from)].start, tok.end)
    content = _content(toks, at, subject, lex, follows)
    if not content:
        return None
    safe = not (subject.negated or subject.modal or tok.lower in lex["denials"])
    sure = min(0.95, 0.35 + 0.6 * chance)
    return Finding(source, cue, content, sure if safe else UNSAFE, safe and chance >= 0.4)


def _inverted(toks: list[Token], at: int, lex: Lexicon) -> Finding | None:
    """'..., said X': a finite verb after a comma or a quotation, its subject behind it."""
    if at < 2 or at + 1 >= len(toks) or toks[at + 1].quoted:
        return None
    before = toks[at - 1]
    quoted = before.quoted and before.text in DOUBLE_QUOTES | {"’", "'"}
    if not quoted and before.text not in _COMMA:
        return None
    if toks[at].lower.endswith("ing") or (toks[at].lower == "according"):
        return None
    first = at + 1
    stop = phrase_right(toks, first, lex)
    if stop == first or (toks[first].lower in {"him", "her", "them", "me", "us"}):
        return None
    after = toks[stop] if stop < len(toks) else None
    if (
        after is not None
        and after.word
        and after.lower not in lex["content_adjuncts"]
        and after.lower not in {"who", "whose", "and"}
    ):
        return None
    if not quoted and toks[at - 2].quoted is False and _names_subject(toks, at, lex):
        return None
    content = [s for s in (_before(toks, at, lex), _later_quote(toks, stop)) if s]
    if not content:
        return None
    source = Span(toks[first].start, toks[stop - 1].end)
    return Finding(source, Span(toks[at].start, toks[at].end), content, 0.92)


def _names_subject(toks: list[Token], at: int, lex: Lexicon) -> bool:
    """'Gantz, a minister, told Reuters': the subject stands before the comma, not behind the verb."""
    subject = subject_left(toks, at, lex)
    return subject is not None and subject.start == 0


def _before(toks: list[Token], end: int, lex: Lexicon) -> Span | None:
    """Content that ends at token `end`: the quotation there, or the clause from the sentence's start."""
    begin = 0
    while begin < end and toks[begin].lower in {"but", "and", "so"} and not toks[begin].quoted:
        begin += 1
    return _span(toks, begin, end)


def _later_quote(toks: list[Token], begin: int) -> Span | None:
    """Return a quotation later in the sentence ('... said, "..."')."""
    first = next((i for i in range(begin, len(toks)) if toks[i].quoted), None)
    if first is None:
        return None
    last = max(i for i in range(first, len(toks)) if toks[i].quoted)
    return _span(toks, first, last + 1)


def _content(toks: list[Token], at: int, subject: Subject, lex: Lexicon, follows: Token | None) -> list[Span]:
    """Return what a verb with its subject to the left attributes."""
    stop = _ends(toks)
    lead = subject.start
    before = toks[lead - 1] if lead else None
    rest = toks[at + 1 : stop]
    if before is not None and lead >= 3:
        closed = before.quoted and before.text in DOUBLE_QUOTES | {"’", "'"}
        comma = before.text in ",—–" and not before.quoted
        adjunct = not rest or rest[0].text in ",—–" or rest[0].lower in lex["content_adjuncts"]
        clause = any(t.lower == "that" for t in rest) or any(t.quoted for t in rest)
        intro = toks[0].lower in lex["introductions"] and not toks[0].quoted
        if closed and (adjunct or not clause) and (adjunct or len(rest) < 12):
            return [s for s in (_before(toks, lead, lex), _later_quote(toks, at + 1)) if s]
        if comma and (
            not rest or (adjunct and not clause and len(rest) < 14 and not (intro and len(rest) > 6))
        ):
            return [s for s in (_before(toks, lead, lex),) if s]
    begin = at + 1
    if toks[at].lower in {"told", "tells", "asked", "reminded", "assured", "informed", "warned", "advised"}:
        begin = _skip_hearer(toks, begin, stop, lex)
    begin = _skip_adjunct(toks, begin, stop, lex)
    while begin < stop and toks[begin].text in ",:" and not toks[begin].quoted:
        begin += 1
    if sum(t.word for t in toks[begin:stop]) < 2 and not any(t.quoted for t in toks[begin:stop]):
        return []
    content = _span(toks, begin, stop)
    return [content] if content else []


def _skip_hearer(toks: list[Token], begin: int, stop: int, lex: Lexicon) -> int:
    """Step over the one who is told, up to 'that', a quotation or the clause."""
    if begin < stop and toks[begin].lower in {
        "him",
        "her",
        "them",
        "me",
        "us",
        "you",
        "reporters",
        "supporters",
    }:
        return begin + 1
    end = phrase_right(toks, begin, lex)
    for at in range(begin, min(stop, begin + 12)):
        if toks[at].lower == "that" or toks[at].quoted:
            return at
        if toks[at].text == ",":
            break
    return end


def _skip_adjunct(toks: list[Token], begin: int, stop: int, lex: Lexicon) -> int:
    """Step over 'in a statement', 'on Tuesday', 'during an interview with CNN' before the content."""
    if begin >= stop or toks[begin].quoted or toks[begin].lower not in lex["content_adjuncts"]:
        return begin
    for at in range(begin, min(stop, begin + 16)):
        if toks[at].quoted:
            return at
        if toks[at].lower == "that" and at > begin:
            return at
        if toks[at].text == ":":
            return at + 1
    at = begin
    while at < stop and toks[at].lower in lex["content_adjuncts"]:
        if is_calendar(toks, at, lex):
            at += 1
            continue
        nxt = at + 1
        if nxt < stop and is_calendar(toks, nxt, lex):
            at = nxt + 1
        elif (
            nxt + 1 < stop
            and toks[nxt].lower in {"a", "an", "the"}
            and toks[nxt + 1].lower
            in {
                "statement",
                "interview",
                "tweet",
                "speech",
                "email",
                "letter",
                "report",
                "memo",
                "briefing",
                "press",
            }
        ):
            at = nxt + 2
            while at < stop and toks[at].lower in {"conference", "release", "briefing"}:
                at += 1
        else:
            break
    return at


def is_calendar(toks: list[Token], at: int, lex: Lexicon) -> bool:
    """Tell whether a token is a weekday or a month."""
    return toks[at].lower in lex["calendar"] and (toks[at].cap or toks[at].lower != "may")


__all__ = ["Finding", "find", "is_heading", "is_name"]
