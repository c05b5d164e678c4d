"""What words alone make certain inside one sentence: 'according to X', 'per X', 'as reported by X'."""

from __future__ import annotations

from retrieval.domain.articles import Span
from retrieval.keeping.attribution.rules.finding import UNSAFE, Finding, last_word, span_of
from retrieval.keeping.attribution.rules.lexicon import Lexicon
from retrieval.keeping.attribution.rules.phrases import is_name, phrase_right
from retrieval.keeping.attribution.rules.tokens import DOUBLE_QUOTES, TERMINAL, Token

_AS_VERBS_SKIP = frozenset({"is", "was", "are", "were", "be", "been", "has", "have", "had", "first", "it"})
_DOUBTS = frozenset({"not", "true", "untrue", "false", "wrong", "incorrect", "n't", "isn't", "wasn't", "never"})


def is_heading(toks: list[Token]) -> bool:
    """Tell whether a sentence reads like a headline in capitals: no closing mark, capitalised words."""
    words = [t for t in toks if t.word]
    if not words or any(t.text in TERMINAL or t.text in DOUBLE_QUOTES for t in toks[-2:]):
        return False
    return len(words) < 3 or sum(t.cap for t in words) >= 0.7 * len(words)


def find(toks: list[Token], lex: Lexicon) -> list[Finding]:
    """Return the attributions that one sentence states, in order."""
    if is_heading(toks):
        return []
    return sorted([*_according(toks, lex), *_per(toks, lex), *_as_reported(toks, lex)], key=lambda f: f.cue.start)


def _around(toks: list[Token], begin: int, end: int) -> list[Span]:
    """Content around a parenthetical attribution at tokens [begin, end): before, after, or both."""
    stop = last_word(toks)
    before, after = span_of(toks, 0, begin), span_of(toks, end, stop)
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


def _per(toks: list[Token], lex: Lexicon) -> list[Finding]:
    """Find 'Per Axios, ...' and '..., per Axios.': a name between the word and a mark."""
    out = []
    for at in range(len(toks) - 1):
        if toks[at].lower != "per" or toks[at].quoted or (at and toks[at - 1].text != ","):
            continue
        stop = phrase_right(toks, at + 1, lex)
        closed = stop >= last_word(toks) or toks[stop].text == ","
        if closed and stop > at + 1 and is_name(toks[stop - 1], lex):
            source = Span(toks[at + 1].start, toks[stop - 1].end)
            cue = Span(toks[at].start, toks[at].end)
            out.append(Finding(source, cue, _around(toks, at, stop), 0.85))
    return out


def _after_apposition(toks: list[Token], stop: int, *, initial: bool) -> int:
    """Step from the end of a source over ', a professor at Tufts,' and the like."""
    if not initial and stop < len(toks) and toks[stop].word:
        at = stop
        while at < len(toks) and toks[at].text not in ",;:—" and not toks[at].quoted and at - stop < 14:
            at += 1
        return at if at >= last_word(toks) or toks[at].text == "," else stop
    if stop + 1 >= len(toks) or toks[stop].text != ",":
        return stop
    if toks[stop + 1].lower in {"a", "an", "who", "which", "whose"}:
        for at in range(stop + 2, min(len(toks), stop + 16)):
            if toks[at].quoted:
                break
            if toks[at].text == "," or at == last_word(toks):
                return at
    return stop


def _as_reported(toks: list[Token], lex: Lexicon) -> list[Finding]:
    """'As reported by X', 'as was first noted by X', 'as X reported', 'reported by X'."""
    out = []
    for at, tok in enumerate(toks):
        if tok.quoted or tok.lower != "as" or (at and toks[at - 1].lower in {"quoted", "cited"}):
            continue
        verb = at + 1
        while verb < len(toks) and (toks[verb].lower in _AS_VERBS_SKIP or toks[verb].lower.endswith("ly")):
            verb += 1
        if verb + 1 >= len(toks) or toks[verb].quoted:
            continue
        if lex.speech.get(toks[verb].lower, 0) >= 0.1 or toks[verb].lower in lex.stance or toks[verb].lower == "seen":
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
                    out.append(Finding(source, Span(tok.start, toks[passive].end), _around(toks, at, end), 0.93))
            continue
        subject_end = phrase_right(toks, at + 1, lex)
        verb = subject_end
        while verb < len(toks) and (toks[verb].lower in lex["auxiliaries"] or toks[verb].lower.endswith("ly")):
            verb += 1
        closes = verb + 1 >= last_word(toks) or (
            (verb + 1 < len(toks) and toks[verb + 1].text in ",:")
            or (verb + 1 < len(toks) and toks[verb + 1].lower in lex["content_adjuncts"])
        )
        if at + 1 < subject_end and verb < len(toks) and lex.speech.get(toks[verb].lower, 0) >= 0.5 and closes:
            end = verb + 1
            while end < last_word(toks) and toks[end].text not in ",:;—":
                end += 1
            source = Span(toks[at + 1].start, toks[subject_end - 1].end)
            cue = Span(toks[verb].start, toks[verb].end)
            doubted = any(t.lower in _DOUBTS for t in toks[max(0, at - 4) : at])
            found = Finding(source, cue, _around(toks, at, end), UNSAFE if doubted else 0.85, not doubted)
            out.append(found)
    return out
