"""Finds the noun phrase that names a source, right of 'according to' or 'by'."""

from __future__ import annotations

from retrieval.keeping.attribution.rules.lexicon import Lexicon
from retrieval.keeping.attribution.rules.tokens import Token

_REACH = 25


def is_name(tok: Token, lex: Lexicon) -> bool:
    """Tell whether a token can be part of a name (a capitalised word that is no function word)."""
    return tok.cap and tok.word and tok.lower not in lex["not_a_name"] and tok.lower not in lex["calendar"]


def _is_noun(tok: Token, lex: Lexicon) -> bool:
    return is_name(tok, lex) or tok.lower in lex["people"] or tok.lower in lex["organisation_words"]


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
