"""Finds the noun phrase that names a source: left of a cue verb, or right of 'according to' or 'by'."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.keeping.attribution.rules.lexicon import Lexicon
from retrieval.keeping.attribution.rules.tokens import Token

_REACH = 25


@dataclass(frozen=True, slots=True)
class Subject:
    """Token range of a source, and how the verb group beside it reads."""

    start: int
    end: int
    verb_from: int
    negated: bool = False
    modal: bool = False
    passive: bool = False


def is_name(tok: Token, lex: Lexicon) -> bool:
    """Tell whether a token can be part of a name (a capitalised word that is no function word)."""
    return tok.cap and tok.word and tok.lower not in lex["not_a_name"] and tok.lower not in lex["calendar"]


def _head(tok: Token, lex: Lexicon) -> bool:
    return is_name(tok, lex) or tok.lower in lex["people"] or tok.lower in lex.pronouns


def subject_left(toks: list[Token], verb: int, lex: Lexicon) -> Subject | None:
    """Return the subject that ends left of the verb at index `verb`, or None when unsure."""
    at = verb - 1
    negated = modal = passive = False
    while at >= 0 and not toks[at].quoted:
        low = toks[at].lower
        if not (low in lex["auxiliaries"] or (low.endswith("ly") and not toks[at].cap and len(low) > 4)):
            break
        negated |= low in lex["negations"]
        modal |= low in lex["modals"]
        passive |= low in lex["passives"]
        at -= 1
    first = at + 1
    while at >= 1 and toks[at].lower in lex["calendar"]:
        at -= 2 if toks[at - 1].lower in {"on", "last", "this"} else 1
    if at >= 0 and toks[at].text == ")":
        while at >= 0 and toks[at].text != "(":
            at -= 1
        at -= 1
    if at >= 0 and toks[at].text in ",—–":
        at = _before_apposition(toks, at, lex)
    if at < 0 or toks[at].quoted:
        return None
    begin = _extend_left(toks, at, lex)
    if begin is None:
        return None
    if begin > 0 and not _starts_clean(toks, begin, lex):
        return None
    return Subject(begin, at + 1, first, negated, modal, passive)


def _starts_clean(toks: list[Token], begin: int, lex: Lexicon) -> bool:
    before = toks[begin - 1]
    if before.lower in lex["before_no_source"]:
        return False
    if before.lower in lex["no_subject_after"]:
        # 'voters in Ohio said' was extended; here the phrase hangs on something unknown
        return toks[begin].lower in lex.pronouns and lex.pronouns[toks[begin].lower] == "r"
    if before.text in {"'s", "’s"}:
        return False
    common = not toks[begin].cap and toks[begin].lower not in lex["determiners"] | set(lex.pronouns)
    # 'officials who briefed reporters said': a bare plural after an unknown word may be an object
    return not (common and before.word and not before.cap and before.lower not in lex["not_a_name"])


def _before_apposition(toks: list[Token], comma: int, lex: Lexicon) -> int:
    """Return the index of the word before the comma that opens an apposition, or -1."""
    for at in range(comma - 1, max(-1, comma - _REACH), -1):
        if toks[at].quoted:
            return -1
        if toks[at].text != toks[comma].text:
            continue
        inside = toks[at + 1 : comma]
        if not inside or at == 0:
            return -1
        opener = inside[0].lower
        fits = (
            opener in lex["determiners"]
            or opener in {"who", "whose", "which", "speaking", "now"}
            or inside[0].text[0].isdigit()
            or opener in lex["titles"]
            or opener in {"jr.", "sr."}
            or any(t.lower in lex["people"] or t.lower in lex["titles"] for t in inside)
        )
        if fits and _head(toks[at - 1], lex) and toks[at - 1].lower not in lex.pronouns:
            return at - 1
    return -1


def _extend_left(toks: list[Token], last: int, lex: Lexicon) -> int | None:
    head = toks[last]
    if head.lower in lex.pronouns and head.text != "IT":
        return last
    if not _head(head, lex):
        return _unnamed_left(toks, last, lex)
    at = last
    named = is_name(head, lex)
    complete = named
    while at > 0:
        before = toks[at - 1]
        if before.quoted:
            break
        low = before.lower
        if is_name(before, lex) or low == "&":
            named = True
        elif before.text in {"'s", "’s"} and at > 1 and _head(toks[at - 2], lex):
            complete = True
        elif (
            (low in lex["name_particles"] and at > 1 and is_name(toks[at - 2], lex) and is_name(toks[at], lex))
            or (low in lex["connectors"] and at > 1 and _is_noun(toks[at - 2], lex))
            or (low == "and" and at > 1 and is_name(toks[at - 2], lex) and is_name(toks[at], lex))
        ):
            pass
        elif low in lex["determiners"]:
            complete = True
            if at > 2 and toks[at - 2].lower in lex["connectors"] and _is_noun(toks[at - 3], lex):
                at -= 2
            else:
                at -= 1
                break
        elif low in lex["people"] or low in lex["titles"]:
            pass
        elif not complete or toks[at].lower in lex["people"]:
            step = _to_determiner(toks, at, lex)
            if step is None:
                break
            at, complete = step, True
            continue
        else:
            break
        at -= 1
    return at if complete or named or at < last or at == 0 or head.lower in lex["unnamed"] else None


def _is_noun(tok: Token, lex: Lexicon) -> bool:
    return is_name(tok, lex) or tok.lower in lex["people"] or tok.lower in lex["organisation_words"]


def _to_determiner(toks: list[Token], at: int, lex: Lexicon) -> int | None:
    """Step over at most three unknown adjectives to a determiner."""
    for back in range(at - 1, max(-1, at - 5), -1):
        tok = toks[back]
        if tok.lower in lex["determiners"]:
            return back + 1
        if tok.quoted or not tok.word or tok.lower in lex["connectors"] or tok.lower in lex.speech:
            return None
        if tok.lower in lex["auxiliaries"] or tok.lower in lex["not_a_name"]:
            return None
    return None


def _unnamed_left(toks: list[Token], last: int, lex: Lexicon) -> int | None:
    """Return the start of an unnamed person with a description ('a source familiar with the talks')."""
    for at in range(last, max(-1, last - 14), -1):
        tok = toks[at]
        if tok.quoted or tok.text in ",;:":
            return None
        if tok.lower in lex["unnamed"] and at < last and toks[at + 1].lower in lex["unnamed_links"]:
            begin = at
            while begin > 0 and begin > at - 5:
                before = toks[begin - 1]
                if before.quoted or not before.word:
                    break
                begin -= 1
                if before.lower in lex["determiners"]:
                    return begin
                if before.lower in lex["not_a_name"] or before.lower in lex["connectors"]:
                    return begin + 1
            return begin
    return None


def phrase_right(toks: list[Token], first: int, lex: Lexicon, *, loose: bool = False) -> int:
    """Return the index after the noun phrase that starts at `first`, or `first` when there is none.

    `loose` (after 'according to') takes any words up to a comma or the end of the clause.
    """
    at = first
    if at < len(toks) and toks[at].lower in lex.pronouns and not toks[at].quoted:
        return at + 1 if toks[at].lower not in {"who", "it"} else first
    named = False
    seen_head = False
    while at < len(toks) and not toks[at].quoted and at - first < _REACH:
        tok = toks[at]
        low = tok.lower
        nxt = toks[at + 1] if at + 1 < len(toks) else None
        if is_name(tok, lex):
            named = True
        elif tok.text in {"'s", "’s", "&"} and nxt and nxt.word:
            pass
        elif not tok.word:
            break
        elif (
            (at == first and (low in lex["determiners"] or low in lex["titles"]))
            or (low in lex["name_particles"] and named and nxt and is_name(nxt, lex))
            or (low in lex["name_joiners"] and (named or seen_head) and nxt and _continues(toks, at, lex))
        ):
            pass
        elif low in lex["people"] or low in lex["titles"] or low in lex["document_words"]:
            seen_head = True
        elif not named and not seen_head and _noun_ahead(toks, at, lex):
            pass
        else:
            break
        at += 1
    if loose and not (named or seen_head):
        at = first
        while at < len(toks) and not toks[at].quoted and at - first < _REACH:
            if not toks[at].word and toks[at].text not in "'’&-":
                break
            at += 1
        return at
    if not (named or seen_head):
        return first
    while at > first and toks[at - 1].lower in lex["name_joiners"]:
        at -= 1
    return at


def _continues(toks: list[Token], at: int, lex: Lexicon) -> bool:
    """Tell whether the joiner at `at` ('of', 'the', 'and') leads on to a name."""
    if toks[at].lower in {"on", "in", "to"}:
        return at + 1 < len(toks) and is_name(toks[at + 1], lex) and toks[at].lower == "in"
    ahead = at + 1
    while ahead < len(toks) and toks[ahead].lower in {"the", "of", "a"}:
        ahead += 1
    return ahead < len(toks) and ahead - at < 4 and _is_noun(toks[ahead], lex) and not toks[ahead].quoted


def _noun_ahead(toks: list[Token], at: int, lex: Lexicon) -> bool:
    """Tell whether a name or a noun for people follows within four plain words."""
    for ahead in range(at + 1, min(len(toks), at + 5)):
        tok = toks[ahead]
        if tok.quoted or not tok.word or tok.lower in lex["auxiliaries"]:
            return False
        if is_name(tok, lex) or tok.lower in lex["people"] or tok.lower in lex["document_words"]:
            return True
    return False
