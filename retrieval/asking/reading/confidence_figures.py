"""Whether the library answers at all: named figures of the best evidence, weighed by a logistic model.

Fitted by `benchmarks/fit_fusion.py` on questions with and without an answer; see `coefficients.json`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from retrieval.arrays import Floats, Ints
from retrieval.asking.question.named_sources import unknown_sources
from retrieval.asking.question.question import Question
from retrieval.asking.question.wants import Wants
from retrieval.asking.reading.sentence_figures import SENTENCE_FEATURES
from retrieval.asking.search.matching import Evidence, QuestionTerms
from retrieval.asking.search.passage_figures import PASSAGE_FEATURES
from retrieval.language.stems import WORD, is_content, stem
from retrieval.library.catalogue import Catalogue

CONFIDENCE_FEATURES = (
    "best_words_sentence",
    "top_words_sentence",
    "top_words_passage",
    "weakest_word",
    "second_weakest_word",
    "weakest_name",
    "top_coverage_sentence",
    "top_coverage_passage",
    "best_coverage_passage",
    "top_names_passage",
    "top_names_sentence",
    "unknown_words",
    "unknown_names",
    "any_unknown_name",
    "top_dense",
    "best_dense",
    "top_sentence_similarity",
    "weakest_part",
    "bm25_agrees",
    "dense_agrees",
    "lead_over_next_article",
    "mass_of_top_sentence",
    "wanted_kind",
    "wanted_kind_missing",
    "negation_differs",
    "question_length",
    "question_negated",
    "known_sources",
    "unknown_sources",
    "exact_words_similarity",
    "other_words_similarity",
    "weak_words",
    "nearby_words",
    "three_weakest_nearby",
    "names_in_passage",
    "numbers_missing",
    "word_pairs",
    "words_without_match",
)

_NEGATION = re.compile(r"\b(?:not|no|never|none|nobody|nothing|without|neither|nor|cannot)\b|n['’]t\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_WEAK = 0.6
_NO_MATCH = 0.55
_P = {name: column for column, name in enumerate(PASSAGE_FEATURES)}
_S = {name: column for column, name in enumerate(SENTENCE_FEATURES)}


@np.errstate(invalid="ignore")  # matmul raises the flag here on AVX-512 machines although every figure is finite
def confidence_features(
    question: Question,
    lexicon: QuestionTerms,
    evidence: Evidence,
    catalogue: Catalogue,
    passages: Floats,
    passage_scores: Floats,
    numbers: Ints,
    sentences: Floats,
    sentence_scores: Floats,
) -> Floats:
    """Return (len(CONFIDENCE_FEATURES),) for one question.

    `passages` and `sentences` are the feature tables of the two rankers (without gating), `numbers` the
    evidence sentences that the second table is about.
    """
    top = int(np.argmax(passage_scores))
    best_sentence = int(np.argmax(sentence_scores))
    number = int(numbers[best_sentence])
    ends = np.append(evidence.first[1:], len(evidence.sentences))
    in_top = evidence.best_word[evidence.first[top] : ends[top]].max(axis=0)
    worst = np.sort(in_top)
    name_words = lexicon.names[lexicon.of_word] > 0
    unknown = (lexicon.ids < 0).astype(np.float32)
    idf = lexicon.idf
    name_idf = lexicon.names * idf
    articles = catalogue.article_of[evidence.rows]
    others = passage_scores[articles != articles[top]]
    part_words = lexicon.in_part[:, lexicon.of_word]
    strongest = evidence.best_word.max(axis=0)
    by_part = [
        float(np.maximum.reduceat(evidence.best_word, evidence.first, axis=0)[:, mask > 0].mean(axis=1).max())
        for mask in part_words
        if (mask > 0).any()
    ]
    sentence_text = catalogue.sentence_text(int(evidence.sentences[number]), int(evidence.rows[evidence.owner[number]]))
    wanted = float(sentences[best_sentence, _S["wanted_kind"]])
    specific = question.wants not in (Wants.ANYTHING, Wants.YES_NO)
    share = np.exp(sentence_scores - sentence_scores.max())
    bm25_first = int(np.argmax(passages[:, _P["bm25_whole"]]))
    dense_first = int(np.argmax(passages[:, _P["dense_whole"]]))
    values: Sequence[float] = (
        sentences[:, _S["words"]].max(),
        sentences[best_sentence, _S["words"]],
        passages[top, _P["words_passage"]],
        worst[0],
        worst[min(1, len(worst) - 1)],
        in_top[name_words].min() if name_words.any() else strongest.mean(),
        sentences[best_sentence, _S["coverage"]],
        passages[top, _P["coverage_passage"]],
        passages[:, _P["coverage_passage"]].max(),
        passages[top, _P["names_passage"]],
        sentences[best_sentence, _S["names"]],
        float(unknown @ idf) / max(float(idf.sum()), 1e-6),
        float(unknown @ name_idf) / max(float(name_idf.sum()), 1e-6),
        float((unknown * lexicon.names).max()),
        passages[top, _P["dense_whole"]],
        passages[:, _P["dense_whole"]].max(),
        sentences[best_sentence, _S["sentence_whole"]],
        min(by_part, default=0.0),
        float(articles[bm25_first] == articles[top]),
        float(articles[dense_first] == articles[top]),
        min(float(passage_scores[top] - others.max()), 5.0) if len(others) else 2.0,
        float(share.max() / share.sum()),
        wanted if specific else 0.5,
        float(specific and wanted < 0.5),
        float(bool(_NEGATION.search(question.text)) != bool(_NEGATION.search(sentence_text))),
        min(len(question.terms), 30) / 30,
        float(bool(_NEGATION.search(question.text))),
        min(len({mention.publishers for mention in question.mentions}), 3),
        min(len(unknown_sources(question.text, question.mentions)), 3),
        *_nearby(question, lexicon, evidence, catalogue, number, sentence_text),
    )
    return np.array(values, np.float32)


def _nearby(
    question: Question,
    lexicon: QuestionTerms,
    evidence: Evidence,
    catalogue: Catalogue,
    number: int,
    sentence_text: str,
) -> tuple[float, ...]:
    """Return how far the question's words all occur in the best sentence and beside it."""
    passage = int(evidence.owner[number])
    begin = int(evidence.first[passage])
    end = int(evidence.first[passage + 1]) if passage + 1 < len(evidence.first) else len(evidence.sentences)
    beside = slice(max(begin, number - 1), min(end, number + 2))
    nearby = evidence.best_word[beside].max(axis=0)
    in_passage = evidence.best_word[begin:end].max(axis=0)
    exact = evidence.holds[:, beside].max(axis=1)[lexicon.of_word] > 0
    exact_in_passage = evidence.holds[:, begin:end].max(axis=1)[lexicon.of_word] > 0
    idf = lexicon.idf[lexicon.of_word]
    weight = idf / max(float(idf.sum()), 1e-6)
    named = lexicon.names[lexicon.of_word] > 0
    text = catalogue.articles[catalogue.article_of[evidence.rows[passage]]].text
    numbers = _NUMBER.findall(question.text)
    asked = [term.stem for term in question.terms]
    pairs = set(pairwise(asked))
    said = [stem(word.group()) for word in WORD.finditer(sentence_text) if is_content(word.group())]
    return (
        float(nearby[exact].mean()) if exact.any() else 0.3,
        float(nearby[~exact].mean()) if not exact.all() else 0.8,
        float(weight @ (nearby < _WEAK)),
        float(weight @ nearby),
        float(np.sort(nearby)[:3].mean()),
        float(exact_in_passage[named].mean()) if named.any() else 1.0,
        float(np.mean([digits not in text for digits in numbers])) if numbers else 0.0,
        len(pairs & set(pairwise(said))) / max(len(pairs), 1),
        float(weight @ (~exact_in_passage & (in_passage < _NO_MATCH))),
    )


def probability(logit: float) -> float:
    """Return the logistic of a score."""
    return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))
