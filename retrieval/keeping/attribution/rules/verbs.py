"""Attributions by a verb of speech: 'X said that ...', '..., said X', 'X told Y ...'."""

from __future__ import annotations

from retrieval.domain.articles import Span
from retrieval.keeping.attribution.rules.finding import UNSAFE, Finding, last_word, span_of
from retrieval.keeping.attribution.rules.lexicon import Lexicon
from retrieval.keeping.attribution.rules.phrases import Subject, phrase_right, subject_left
from retrieval.keeping.attribution.rules.tokens import DOUBLE_QUOTES, Token

_COMMA = frozenset(",—–-")


def find_verbs(toks: list[Token], lex: Lexicon) -> list[Finding]:
    """Return the attributions of a sentence that rest on a verb of speech."""
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
    if tok.lower == "saying" and at >= 2 and toks[at - 1].lower == "as" and toks[at - 2].lower in {"quoted", "cited"}:
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
    safe = safe and (tok.lower not in lex["questions"] or any(t.quoted for t in toks[at:]))
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
    return span_of(toks, begin, end)


def _later_quote(toks: list[Token], begin: int) -> Span | None:
    """Return a quotation later in the sentence ('... said, "..."')."""
    first = next((i for i in range(begin, len(toks)) if toks[i].quoted), None)
    if first is None:
        return None
    last = max(i for i in range(first, len(toks)) if toks[i].quoted)
    return span_of(toks, first, last + 1)


def _content(toks: list[Token], at: int, subject: Subject, lex: Lexicon, follows: Token | None) -> list[Span]:
    """Return what a verb with its subject to the left attributes."""
    stop = last_word(toks)
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
        if comma and (not rest or (adjunct and not clause and len(rest) < 14 and not (intro and len(rest) > 6))):
            return [s for s in (_before(toks, lead, lex),) if s]
    begin = at + 1
    if toks[at].lower in {"told", "tells", "asked", "reminded", "assured", "informed", "warned", "advised"}:
        begin = _skip_hearer(toks, begin, stop, lex)
    begin = _skip_adjunct(toks, begin, stop, lex)
    if begin + 1 < stop and toks[begin].text == "," and toks[begin + 1].lower in {"citing", "quoting"}:
        begin = next((n for n in range(begin + 1, stop) if toks[n].text == ","), stop)
    if before is not None and before.lower in {"which", "who", "that"}:
        # 'the vote, which Schumer said would happen on Friday, was delayed'
        stop = next((n for n in range(begin, stop) if toks[n].text == "," and not toks[n].quoted), stop)
    while begin < stop and toks[begin].text in ",:" and not toks[begin].quoted:
        begin += 1
    if sum(t.word for t in toks[begin:stop]) < 2 and not any(t.quoted for t in toks[begin:stop]):
        return []
    content = span_of(toks, begin, stop)
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
