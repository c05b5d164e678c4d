"""Ranks the sentences of the best passages and joins them into quotes that can stand alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.encoder import Vectors
from retrieval.models import Attribution, Quote, Span
from retrieval.names import name_key, word_key, words
from retrieval.presence import Presence
from retrieval.question import Question, Wants
from retrieval.search import PassageHit
from retrieval.store.records import StoredArticle
from retrieval.text import EQUIVALENTS, stems, stems_of

DENSE_WEIGHT = 0.55
COVER_WEIGHT = 0.45
NEIGHBOUR_CREDIT = 0.5
"""What a word counts that stands in the sentence before, or in the title, instead of the sentence."""

_POINTS_BACK = re.compile(
    r"^[\"'“‘(]*(?:this|that|these|those|he|she|it|they|his|her|hers|its|their|theirs|such|the (?:move|visit|trip"
    r"|decision|former|latter|two|pair|company|deal|agreement|plan|proposal|bill|report|incident|attack))\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?"
    r"|billions?|half|third|quarter|twice|double|several|none|no)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|due to|owing to|in order to|so that|aim(?:s|ed)? (?:at|to)|seek(?:s|ing)? to|agenda|purpose|goal"
    r"|objectives?|reasons?|as a result)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:january|february|march|april|may|june|july|august"
    r"|september|october|november|december|today|yesterday|tomorrow|tonight|morning|afternoon|evening|week|weekend"
    r"|month|year|decade|century|ago|after|before|during|since|until|when|last|next|spring|summer|autumn|fall"
    r"|winter)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer. `cover` is the share of the question's rare words that it holds."""

    stored: StoredArticle
    ordinal: int
    score: float
    similarity: float
    cover: float
    fits: bool
    attribution: Attribution | None

    @property
    def span(self) -> Span:
        """The sentence's place in its article."""
        return self.stored.sentences[self.ordinal].span

    @property
    def text(self) -> str:
        """The sentence's words."""
        return self.span.of(self.stored.article.text)


def rank_sentences(
    question: Question,
    vector: Vectors,
    hits: Sequence[PassageHit],
    articles: Mapping[str, StoredArticle],
    presence: Presence,
) -> list[Candidate]:
    """Return the sentences of the passages, best first; headings are no candidates."""
    weights = {term: presence.idf(term) for term in question.terms}
    total = sum(weights.values()) or 1.0
    top = hits[0].score if hits else 1.0
    found: dict[tuple[str, int], Candidate] = {}
    for hit in hits:
        stored = articles[hit.stored.passage.article_id]
        text, sentences = stored.article.text, stored.sentences
        title = stems_of(stored.article.credit.title or "")
        similarities = hit.stored.sentence_vectors @ vector
        for row, ordinal in enumerate(hit.stored.sentences):
            sentence = sentences[ordinal]
            if sentence.heading:
                continue
            own = stems_of(sentence.span.of(text))
            near = title | (stems_of(sentences[ordinal - 1].span.of(text)) if ordinal else set())
            covered = sum(w * _credit_for(term, own, near) for term, w in weights.items()) / total
            fits = fits_wants(question, sentence.span.of(text))
            similarity = float(np.float32(similarities[row]))
            score = DENSE_WEIGHT * similarity + COVER_WEIGHT * covered + 0.1 * hit.score / top + 0.1 * fits
            candidate = Candidate(
                stored, ordinal, score, similarity, covered, fits, attribution_of_sentence(stored, ordinal)
            )
            key = (stored.article.article_id, ordinal)
            if key not in found or found[key].score < score:
                found[key] = candidate
    return sorted(found.values(), key=lambda c: (-c.score, c.stored.article.article_id, c.ordinal))


def _credit_for(term: str, own: set[str], near: set[str]) -> float:
    forms = [set(stems(form)) for form in EQUIVALENTS.get(term, (term,))]
    if any(form <= own for form in forms):
        return 1.0
    return NEIGHBOUR_CREDIT if any(form <= near for form in forms) else 0.0


def fits_wants(question: Question, sentence: str) -> bool:
    """Tell whether a sentence holds the kind of thing that the question wants."""
    match question.wants:
        case Wants.NUMBER:
            return _NUMBER.search(sentence) is not None
        case Wants.TIME:
            return _TIME.search(sentence) is not None
        case Wants.PERSON:
            asked = {word_key(word) for word in question.terms}
            others = [word for word in words(sentence)[1:] if word[0].isupper() and word_key(word) not in asked]
            return bool(others) or question.asks_who_said
        case Wants.DEFINITION:
            return _defines(question.defines or "", sentence)
        case Wants.REASON:
            return _REASON.search(sentence) is not None
        case Wants.ANYTHING:
            return True


def _defines(name: str, sentence: str) -> bool:
    """A sentence says who someone is beside the name: "X, a ...", "X is ...", "Minister X"."""
    last = re.escape(name.split()[-1]) if name.split() else ""
    after = rf"\b{last}\b(?:,\s+(?:an?|the|who)\b|\s+(?:is|was|are|were|has been|became)\s+(?:an?|the)\b|\s+\()"
    before = rf"\b(?:an?|the)\b[^.;]{{3,60}},\s+(?:[\w'’.-]+\s+){{0,2}}{last}\b"
    return bool(last) and re.search(f"{after}|{before}", sentence, re.IGNORECASE) is not None


def attribution_of_sentence(stored: StoredArticle, ordinal: int) -> Attribution | None:
    """Return the shown attribution that holds most of a sentence, if it holds a good part of it."""
    span = stored.sentences[ordinal].span
    best, most = None, 0
    for attribution in stored.attributions:
        if not attribution.shown:
            continue
        shared = sum(max(0, min(span.end, c.end) - max(span.start, c.start)) for c in attribution.content)
        content = sum(c.end - c.start for c in attribution.content)
        if shared > most and shared * 2 >= min(content, span.end - span.start):
            best, most = attribution, shared
    return best


def to_quote(candidate: Candidate) -> Quote:
    """Make a quote of a sentence, with the one before it when it points back to that one."""
    stored, ordinal = candidate.stored, candidate.ordinal
    first = ordinal
    while first > 0 and _POINTS_BACK.match(stored.sentences[first].span.of(stored.article.text)):
        before = stored.sentences[first - 1]
        other = attribution_of_sentence(stored, first - 1)
        apart = other is not None and candidate.attribution is not None and other != candidate.attribution
        if before.heading or before.paragraph != stored.sentences[first].paragraph or apart or ordinal - first >= 2:
            break
        first -= 1
    start, end = stored.sentences[first].span.start, candidate.span.end
    return Quote(
        text=stored.article.text[start:end],
        article_id=stored.article.article_id,
        start=start,
        end=end,
        score=candidate.score,
        credit=stored.article.credit,
        attribution=candidate.attribution,
    )


def choose_quotes(candidates: Sequence[Candidate], limit: int, *, floor: float) -> tuple[Quote, ...]:
    """Return the best quotes above `floor`, none overlapping another or repeating its words."""
    chosen: list[Quote] = []
    for candidate in candidates:
        if len(chosen) == limit or candidate.score < floor:
            break
        quote = to_quote(candidate)
        if any(_same(quote, other) for other in chosen):
            continue
        chosen.append(quote)
    return tuple(chosen)


def _same(quote: Quote, other: Quote) -> bool:
    if name_key(quote.text) == name_key(other.text):
        return True
    return quote.article_id == other.article_id and Span(quote.start, quote.end).overlaps(Span(other.start, other.end))
