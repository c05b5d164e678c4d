"""The chance that a guess of the network is right: a logistic regression over what is known of it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from retrieval.domain.articles import SourceKind
from retrieval.keeping.attribution.network.guessing import AttributionGuess
from retrieval.keeping.attribution.rules.analysis import Analysis
from retrieval.keeping.attribution.rules.mentions import sign_of
from retrieval.keeping.attribution.rules.names import classify, clean

FEATURES = (
    "content_tag", "cue_tag", "source_link", "content_link", "no_source", "pronoun", "speech", "spoken", "saying",
    "unspoken", "quoted", "direct", "pieces", "length", "short", "named", "person", "human", "organisation", "document",
    "unknown", "thing", "clause", "to", "bias",
)  # fmt: skip
_SPEECH = 0.6  # share of a word's occurrences that are cues, from which on it is speech
_MARKS = frozenset('"“”„‟«»')
_SAYING = re.compile(
    r"\b(?:s(?:aid|ays|aying|ay)|t(?:old|ells)|add(?:ed|s|ing)|wr(?:ote|ites)|writing|tweet(?:ed|s)|explain(?:ed|s)|"
    r"announced?|announces|according|report(?:ed|s)|warn(?:ed|s)|claim(?:ed|s)|argued?|argues|insist(?:ed|s)|"
    r"confirm(?:ed|s)|stat(?:ed|es)|not(?:ed|es)|admit(?:ted|s)|promis(?:ed|es)|predict(?:ed|s)|denied|denies|"
    r"acknowledg(?:ed|es)|call(?:ed|s)|recall(?:ed|s)|joked|replied|respond(?:ed|s)|testified|alleg(?:ed|es)|"
    r"posted|shared|revealed|reveals|estimat(?:ed|es)|suggest(?:ed|s)|continued|concluded|asked|tells)\b",
    re.IGNORECASE,
)
_CORE = re.compile(r"^(?:the|an?|his|her|their|its|this|these|some|many|most|other|several)\s+", re.IGNORECASE)


def features(found: AttributionGuess, analysis: Analysis) -> list[float]:
    """Return the numbers that the chance is made of, in the order of `FEATURES`."""
    text, lex = analysis.names.text, analysis.names.lex
    cue = found.cue.of(text)
    words = cue.lower().split()
    source = clean(found.source.of(text)) if found.source else ""
    speech = max((lex.speech.get(word, 0.0) for word in words), default=0.0)
    content = " ".join(span.of(text) for span in found.content)
    kind = classify(source, source, lex)
    head = re.split(r"\b(?:of|for|from|in|at|with|who|that|,)\b", _CORE.sub("", source))[0].split()
    human = bool(head) and sign_of(head[-1].lower(), lex) is not None
    known = human or (bool(head) and head[-1].lower() in lex["people"] | lex["organisation_words"])
    pronoun = source.lower() in lex.pronouns
    named = source[:1].isupper() and any(w[:1].isupper() for w in head)
    person = kind is SourceKind.PERSON and any(source.split()[-1] == n.split()[-1] for n in analysis.names.genders)
    return [
        *(_logit(score) for score in found.scores),
        float(found.source is None),
        float(pronoun),
        speech,
        float(speech >= _SPEECH),
        float(bool(_SAYING.search(cue))),
        float(bool(set(words) & lex["unspoken"])),
        float(bool(_MARKS & set(content))),
        float(content[:1] in _MARKS and len(content.split()) > 4),
        float(len(found.content) > 1),
        math.log(1 + len(content)),
        float(len(content.split()) < 4),
        float(named),
        float(person),
        float(human),
        float(kind in {SourceKind.ORGANISATION, SourceKind.OUTLET}),
        float(kind is SourceKind.DOCUMENT),
        float(bool(source) and not (pronoun or named or known or kind is SourceKind.DOCUMENT)),
        float(source.lower() in {"it", "this", "that", "which"}),
        float(bool(re.match(r"(?:that|he|she|they|it|the|there)\b", content, re.IGNORECASE))),
        float(content.lower().startswith(("to ", "for ", "about ", "of "))),
        1.0,
    ]


def confidence(values: Sequence[float], weights: Sequence[float]) -> float:
    """Return the chance that an attribution is right."""
    total = sum(a * b for a, b in zip(values, weights, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def _logit(score: float) -> float:
    held = min(max(score, 1e-3), 1 - 1e-3)
    return math.log(held / (1 - held))
