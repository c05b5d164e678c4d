"""Compares two sentences: whether they tell the same, or give different figures for it.

Every rule must hold before anything is told; the thresholds and how they were chosen are in
docs/decisions/0004-who-said-it.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

import numpy as np

from retrieval.arrays import Bools, Floats
from retrieval.asking.question.intent import asks_who_said
from retrieval.asking.question.wants import Wants
from retrieval.asking.reading.findings import Findings
from retrieval.domain.answers import Relation
from retrieval.domain.articles import Span
from retrieval.language.denials import is_negated
from retrieval.language.figures import Figure, figures_of
from retrieval.language.stems import WORD, content_words, stem
from retrieval.library.layout import Library

SIMILAR = 0.7
"""Cosine of two sentences' vectors from which on they are compared at all."""

SAME_WORD = 0.75
"""Cosine of two small word vectors from which on they count as one word said differently."""

LEAST_SHARED = 20.0
"""Rarity that the words said by both must have together: some four rare words."""

COVERED, PLAIN_COVERED = 0.5, 0.45
"""Share, weighted by rarity, of each sentence's words that the other has too; and of those that are no names."""

SHARED_NAMES = 10.0
"""Rarity of the names that both must say: "the lowest price we have seen" is said of many things."""

ECHO, ECHO_RUN, ECHO_SHARE = 8, 4, 0.6
"""Words that two sentences of one wording have in common, in runs of so many, and of the shorter one's words."""

ASKED_SHARE, LEAST_ASKED = 0.9, 12.0
"""Share of a question's words, by rarity, that a sentence must hold to say what is asked, and how rare they must be."""

ANSWERING_COVERED = 0.35
"""The share where both sentences say all that a question says."""

COVERED_TO_DIFFER = 0.7
"""The same where only figures, or a "not", part the two: all else must be the same."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence as it is compared. `weights` and `vectors` are of its content words, in reading order."""

    text: str
    vector: Floats
    words: tuple[str, ...]
    stems: tuple[str, ...]
    names: frozenset[str]
    plain: Floats
    weights: Floats
    vectors: Floats
    negated: bool
    supposed: bool
    direction: int

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures, read when the words are already found to be alike."""
        return _figures_of(self.text)


@dataclass(frozen=True, slots=True)
class Compared:
    """How two statements relate, and the words in which they differ, one for each."""

    relation: Relation
    values: tuple[str, str] | None = None


_SUPPOSING = re.compile(
    r"\b(?:may|might|could|would|should|must|if|whether|unless|likely|reportedly|rumou?red|allege[sd]?|allegedly"
    r"|expects?|expected|plans?|planning|hopes?|hoped|wants?|consider(?:s|ed|ing)?|talks)\b|\?",
)
_UP = re.compile(
    r"\b(?:r(?:ise|ises|ose|isen|ising)|gain\w*|increas\w+|climb\w*|higher|jump\w*|surg\w+|soar\w*|added|up|grew|grow\w*"
    r"|accept\w*|approv\w+|support\w*|win|wins|won)\b",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"\b(?:f(?:all|alls|ell|allen|alling)|los(?:e|es|t|ing)|decreas\w+|drop\w*|lower\w*|declin\w+|tumbl\w+|slid\w*|eased"
    r"|shed|down|shrank|cut|cuts|weaken\w*|oppos\w+|reject\w*)\b",
    re.IGNORECASE,
)


_figures_of = lru_cache(maxsize=1_000)(figures_of)

_TELLS_ITSELF = (Wants.YES_NO, Wants.ANYTHING)
"""Questions that say what they ask for: "did X resign?", but not "why ...?"; "how many people ...?" counts apart."""


_ASKED_FOR = frozenset(map(stem, "outlets newspapers papers sources sites publications said says told wrote".split()))


def read_statement(library: Library, row: int, passage: int) -> Statement:
    """Prepare a sentence row of a passage row for comparing."""
    catalogue = library.catalogue
    text = catalogue.sentence_text(row, passage)
    words = content_words(text)
    small = catalogue.word_vectors[catalogue.word_start[row] : catalogue.word_start[row + 1]].astype(np.float32)
    # What the encoder cut off has no vector; such words count by their stem alone.
    vectors = np.zeros((len(words), catalogue.word_vectors.shape[1]), np.float32)
    vectors[: len(small)] = small[: len(words)]
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    stems = tuple(stem(word.of(text)) for word in words)
    weights = library.rarity(stems)
    named = [_is_name(text, word) for word in words]
    return Statement(
        text=text,
        vector=catalogue.sentence_vectors[row].astype(np.float32),
        words=tuple(match.group().casefold().replace("’", "'") for match in WORD.finditer(text)),
        stems=stems,
        names=frozenset(known for known, name in zip(stems, named, strict=True) if name),
        plain=np.array([not name for name in named], np.float32),
        weights=weights,
        vectors=vectors,
        negated=is_negated(text),
        supposed=_SUPPOSING.search(text) is not None,
        direction=bool(_UP.search(text)) - bool(_DOWN.search(text)),
    )


def _is_name(text: str, word: Span) -> bool:
    """Tell whether a word is written like a name where a sentence would not capitalise it."""
    written = word.of(text)
    if written.isdigit() or not written[0].isupper():
        return False
    before = text[: word.start].rstrip(" \n")
    opens = not before or before[-1] in ".!?:“\"‘'(—–"
    following = WORD.search(text, word.end)
    return not opens or (following is not None and following.group()[0].isupper()) or written.isupper()


def says_all(findings: Findings, number: int) -> bool:
    """Tell whether a sentence of the evidence says all that a question says, in its words or nearly so."""
    question, library, evidence = findings.question, findings.library, findings.evidence
    asked_who = asks_who_said(question.text)
    if not (question.wants in _TELLS_ITSELF or question.counted or asked_who):
        return False
    stems = list(dict.fromkeys(term.stem for term in question.terms))
    if not stems:
        return False
    weights = library.rarity(stems)
    if asked_who:  # "outlets" is who is asked for, not what they are to have said
        weights = np.where([known in _ASKED_FOR for known in stems], 0.0, weights)
    near = dict.fromkeys(stems, 0.0)
    for column, term in enumerate(question.terms):
        near[term.stem] = max(near[term.stem], float(evidence.best_word[number, column]))
    held = evidence.holds[:, number] > 0
    # A name must be said, not only something like it.
    names = {term.stem for term in question.terms if term.name}
    said = np.array([h or (near[k] >= SAME_WORD and k not in names) for h, k in zip(held, stems, strict=True)])
    total = float(weights.sum())
    return total >= LEAST_ASKED and float(weights[said].sum()) >= ASKED_SHARE * total


def compare(
    one: Statement, other: Statement, *, answering: bool = False, counted: str | None = None
) -> Compared | None:
    """Tell how two statements relate, or None when that is not certain.

    The same: enough rare words are said by both and little by one alone, one names nothing that the other
    does not, no figure of one is missing in the other, and both deny or suppose alike. Different: the same
    words, but two figures of one unit that cannot be one value, or a "not" in one alone.

    `answering` says that both say all that a question says: then the rest of their words may differ.
    `counted` is the stem of what it asks the number of; then both numbers decide.
    """
    if not one.stems or not other.stems or float(one.vector @ other.vector) < SIMILAR:
        return None
    if one.supposed != other.supposed or one.direction * other.direction < 0:
        return None
    if counted is not None:
        return _by_count(one, other, counted)
    alike: Bools = one.vectors @ other.vectors.T >= SAME_WORD
    alike |= np.array(one.stems)[:, None] == np.array(other.stems)[None, :]
    said: Bools = np.logical_or.reduce(alike, axis=1)
    heard: Bools = np.logical_or.reduce(alike, axis=0)
    if min(float(one.weights[said].sum()), float(other.weights[heard].sum())) < LEAST_SHARED:
        return None
    covered = min(_share(one, said), _share(other, heard))
    if covered < ANSWERING_COVERED:
        return None
    differing = _differing(one, other)
    if answering and differing is None and one.negated == other.negated:
        return Compared(Relation.SAME)
    if _echoed(one, other) and one.negated == other.negated and _same_figures(one, other):
        return Compared(Relation.SAME)
    plain = min(_share(one, said, one.plain), _share(other, heard, other.plain))
    if covered < COVERED or plain < PLAIN_COVERED:
        return None
    shared = one.names & other.names
    named = sum(dict(zip(one.stems, one.weights, strict=True))[name] for name in shared)
    if named < SHARED_NAMES or not (one.names <= frozenset(other.stems) or other.names <= frozenset(one.stems)):
        return None
    if differing is not None:
        sure = covered >= COVERED_TO_DIFFER and one.negated == other.negated
        return Compared(Relation.DIFFERS, differing) if sure else None
    if not _same_figures(one, other):
        return None
    if one.negated != other.negated:
        return Compared(Relation.DIFFERS) if covered >= COVERED_TO_DIFFER else None
    return Compared(Relation.SAME)


def _by_count(one: Statement, other: Statement, counted: str) -> Compared | None:
    """Compare what two sentences answer to "how many people ...?": the one number that each gives of people."""
    mine = [figure for figure in one.figures if figure.unit == counted]
    theirs = [figure for figure in other.figures if figure.unit == counted]
    if len(mine) != 1 or len(theirs) != 1 or one.negated or other.negated:
        return None
    if mine[0].agrees(theirs[0]):
        return Compared(Relation.SAME)
    return Compared(Relation.DIFFERS, (mine[0].words, theirs[0].words))


def _echoed(one: Statement, other: Statement) -> bool:
    """Tell whether the two have most of their words in common in runs: both give what somebody said or wrote."""
    runs = SequenceMatcher(None, one.words, other.words, autojunk=False).get_matching_blocks()
    shared = sum(run.size for run in runs if run.size >= ECHO_RUN)
    return shared >= max(ECHO, ECHO_SHARE * min(len(one.words), len(other.words)))


def _share(one: Statement, matched: Bools, counting: Floats | None = None) -> float:
    weights = one.weights if counting is None else one.weights * counting
    total = float(weights.sum())
    return float(weights[matched].sum()) / total if total > 0 else 1.0


def _same_figures(one: Statement, other: Statement) -> bool:
    """Tell whether the figures of one are all among those of the other."""

    def among(few: Statement, many: Statement) -> bool:
        return all(any(a.agrees(b) for b in many.figures) for a in few.figures)

    return among(one, other) or among(other, one)


def _differing(one: Statement, other: Statement) -> tuple[str, str] | None:
    """Return the only figures of one unit, where these cannot be one value."""
    units = {figure.unit for figure in one.figures} & {figure.unit for figure in other.figures} - {""}
    for unit in sorted(units):
        mine = [figure for figure in one.figures if figure.unit == unit]
        theirs = [figure for figure in other.figures if figure.unit == unit]
        if len(mine) == len(theirs) == 1 and not mine[0].agrees(theirs[0]):
            return mine[0].words, theirs[0].words
    return None
