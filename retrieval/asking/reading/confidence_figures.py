"""Whether the library answers at all: named figures of the best evidence, weighed by a logistic model.

Fitted by `benchmarks/fit_coefficients.py` on questions with and without an answer.
"""

from __future__ import annotations

import numpy as np

from retrieval.arrays import Floats
from retrieval.asking.question.named_sources import unknown_sources
from retrieval.asking.question.wants import Wants
from retrieval.asking.reading.close_reading import UNREAD, CloseReading
from retrieval.asking.reading.lacking import lacking, measure_lacking
from retrieval.asking.reading.roles import pair_of_names, reversed_share
from retrieval.asking.search.candidates import Candidates
from retrieval.asking.search.linear import Figures
from retrieval.asking.search.matching import Evidence, QuestionTerms

_NO_MATCH = 0.55
BEST_SENTENCES = 12
"""Sentences, best first, in which the order of a question's names is looked at."""


@np.errstate(invalid="ignore")  # matmul raises the flag here on AVX-512 machines although every figure is finite
def confidence_figures(
    candidates: Candidates,
    passage_scores: Floats,
    close: CloseReading,
    sentences: Figures,
    sentence_scores: Floats,
) -> Figures:
    """Return one row of figures for one question.

    `sentences` are the figures of the sentences that were looked at, `sentence_scores` their scores.
    """
    question, lexicon, evidence = candidates.question, candidates.lexicon, candidates.evidence
    catalogue, passages = candidates.library.catalogue, candidates.figures
    top = int(np.argmax(passage_scores))
    best_sentence = int(np.argmax(sentence_scores))
    number = int(close.numbers[best_sentence])
    article = int(catalogue.article_of[evidence.rows[evidence.owner[number]]])
    lacks = lacking(question, candidates.library, article)
    read = np.sort(close.logits[close.read])[::-1] if close.read.any() else np.full(1, UNREAD, np.float32)
    ends = np.append(evidence.first[1:], len(evidence.sentences))
    in_top = evidence.best_word[evidence.first[top] : ends[top]].max(axis=0)
    worst = np.sort(in_top)
    unknown = (lexicon.ids < 0).astype(np.float32)
    idf = lexicon.idf
    name_idf = lexicon.names * idf
    articles = catalogue.article_of[evidence.rows]
    others = passage_scores[articles != articles[top]]
    part_words = lexicon.in_part[:, lexicon.of_word]
    by_part = [
        float(np.maximum.reduceat(evidence.best_word, evidence.first, axis=0)[:, mask > 0].mean(axis=1).max())
        for mask in part_words
        if (mask > 0).any()
    ]
    place = catalogue.passages[evidence.rows[evidence.owner[number]]]
    passage_text = place.span.of(catalogue.articles[article].text)
    nearby_texts = [
        catalogue.sentence_text(int(evidence.sentences[n]), int(evidence.rows[evidence.owner[n]]))
        for n in close.numbers[np.argsort(-sentence_scores, kind="stable")[:BEST_SENTENCES]]
    ]
    wanted = float(sentences["wanted_kind"][best_sentence])
    specific = question.wants not in (Wants.ANYTHING, Wants.YES_NO)
    share = np.exp(sentence_scores - sentence_scores.max())
    return Figures.of(
        {
            "reader_of_best": float(close.logits[best_sentence]),
            "reader_best": float(read[0]),
            "reader_no_answer": float(close.no_answer.min(initial=1.0)),
            "reader_no_answer_first": float(close.no_answer[0]) if len(close.no_answer) else 1.0,
            "names_not_in_article": lacks.names,
            "years_not_in_article": float(bool(lacks.years)),
            "numbers_not_in_article": float(bool(lacks.numbers)),
            "measure_not_in_passage": float(measure_lacking(question, passage_text)),
            "names_reversed": reversed_share(pair_of_names(question.text), nearby_texts),
            "top_words_sentence": float(sentences["words"][best_sentence]),
            "weakest_word": float(worst[0]),
            "second_weakest_word": float(worst[min(1, len(worst) - 1)]),
            "unknown_words": float(unknown @ idf) / max(float(idf.sum()), 1e-6),
            "unknown_names": float(unknown @ name_idf) / max(float(name_idf.sum()), 1e-6),
            "top_dense": float(passages["dense_whole"][top]),
            "best_dense": float(passages["dense_whole"].max()),
            "top_sentence_similarity": float(sentences["sentence_whole"][best_sentence]),
            "weakest_part": min(by_part, default=0.0),
            "lead_over_next_article": min(float(passage_scores[top] - others.max()), 5.0) if len(others) else 2.0,
            "mass_of_top_sentence": float(share.max() / share.sum()),
            "wanted_kind_missing": float(specific and wanted < 0.5),
            "known_sources": min(len({mention.publishers for mention in question.mentions}), 3),
            "unknown_sources": min(len(unknown_sources(question.text, question.mentions)), 3),
            **_nearby(lexicon, evidence, number),
        }
    )


def _nearby(lexicon: QuestionTerms, evidence: Evidence, number: int) -> dict[str, float]:
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
    return {
        "exact_words_similarity": float(nearby[exact].mean()) if exact.any() else 0.3,
        "other_words_similarity": float(nearby[~exact].mean()) if not exact.all() else 0.8,
        "nearby_words": float(weight @ nearby),
        "names_in_passage": float(exact_in_passage[named].mean()) if named.any() else 1.0,
        "words_without_match": float(weight @ (~exact_in_passage & (in_passage < _NO_MATCH))),
    }


def probability(logit: float) -> float:
    """Return the logistic of a score."""
    return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))
