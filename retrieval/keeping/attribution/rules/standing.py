"""How a text stands to what it credits: said, denied by its source, or said by nobody at all."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from enum import StrEnum

from retrieval.domain.articles import Span
from retrieval.keeping.attribution.rules.lexicon import Lexicon
from retrieval.keeping.attribution.rules.names import clean
from retrieval.language.denials import is_denial

_SPOKEN = 0.4  # share of a word's occurrences that are cues, from which on it is speech
_WORDS = re.compile(r"\w+(?:['’]t)?")
_ASKING = frozenset({"did", "does", "do", "has", "have", "had", "is", "was", "will", "would", "can", "should"})
_NOBODY = re.compile(
    r"(?:no|not|none|neither|nobody|no[ -]one|nothing|few|hardly|scarcely|barely|little)\b"
    r"(?! (?:\d|one of the)|tingham)",
    re.IGNORECASE,
)
_LEAD = re.compile(r"\b(?:neither|nor|no|none of|few|nobody in|few of)\W+(?:[\w’'-]+\W+){0,3}$", re.IGNORECASE)
_SHORT_OF = re.compile(
    r"\b(?:stopp?(?:ed|s|ing)? short of|fell short of|falls short of|declin\w+ to|refus\w+ to|fail\w* to|without|"
    r"(?:has|have|had|did|does|do|was|were|is|are|would|could|can|will|wo|ca)(?:n[’']t|nnot| not| never)|never|"
    r"avoid(?:ed|s)?|resisted|rather than|instead of|unable to|unwilling to|yet to|not)"
    r"\W+(?:\w+ly\W+)?(?:be(?:en)?\W+)?$",
    re.IGNORECASE,
)
_MARKS = frozenset('"“”„‟«»')


class Standing(StrEnum):
    """Whether the source said it, denied it, or the text does not state that it was said."""

    SAID = "said"
    DENIED = "denied"
    NOT_STATED = "not stated"


def standing(
    text: str, source: Span | None, cue: Span, content: Sequence[Span], sentences: Sequence[Span], lex: Lexicon
) -> Standing:
    """Return how the text stands to an attribution: no question, wish, 'what X said' or 'nobody said' is told."""
    words = clean(cue.of(text)).lower().replace("’", "'").split()
    spoken = any(lex.speech.get(word, 0.0) >= _SPOKEN for word in words if word not in lex["unspoken"])
    at = max(0, bisect_right(sentences, cue.start, key=lambda s: s.start) - 1)
    sentence = sentences[at] if sentences else Span(0, len(text))
    refuses = any(word.startswith(("refus", "declin")) for word in words)
    if refuses or set(words) & lex["negations"] or "short of" in cue.of(text):
        return Standing.NOT_STATED
    if _SHORT_OF.search(text[min(sentence.start, cue.start) : cue.start]):
        return Standing.NOT_STATED
    if set(words) & lex["unspoken"] and not spoken:
        return Standing.NOT_STATED
    if " ".join(span.of(text) for span in content).strip(" .,").lower() in {"nothing", "little", "no more"}:
        return Standing.NOT_STATED
    if source is not None and _is_nobody(text, source, sentence):
        return Standing.NOT_STATED
    if source is not None:
        lead = [w.lower() for w in _WORDS.findall(text[min(sentence.start, source.start) : source.start])]
        first = _WORDS.findall(source.of(text).lower())[:1]
        if (lead and lead[-1] in lex["before_no_source"]) or (first and first[0] in _ASKING):
            return Standing.NOT_STATED
        quoted = any(_MARKS & set(span.of(text)) for span in content)
        asks = bool(set(words) & lex["questions"]) or sentence.of(text).rstrip().endswith("?")
        if asks and not quoted:
            return Standing.NOT_STATED
    return Standing.DENIED if is_denial(cue.of(text)) else Standing.SAID


def _is_nobody(text: str, source: Span, sentence: Span) -> bool:
    """Tell whether the source is 'no official', 'neither the union nor its lawyer', 'few experts'."""
    if _NOBODY.match(source.of(text)):
        return not re.search(r"\ba $", text[max(0, source.start - 2) : source.start], re.IGNORECASE)
    lead = text[min(sentence.start, source.start) : source.start]
    found = _LEAD.search(lead)
    return found is not None and not set(found.group()) & set(",;") and not lead[: found.start()].endswith(("a ", "A "))
