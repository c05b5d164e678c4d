"""How candidate passages and their sentences match a question: every figure the rankers and the refusal use.

One object is computed for a question and its candidates; fusion, quoting and confidence read it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retrieval.arrays import Bools, Floats, Ints
from retrieval.asking.question.question import Question
from retrieval.domain.articles import Span
from retrieval.library.catalogue import Catalogue
from retrieval.library.layout import Library
from retrieval.library.matches import Keys
from retrieval.library.postings import Bm25
from retrieval.neural.vectors import EncodedText, Projection, word_means


@dataclass(frozen=True, slots=True)
class EncodedQuestion:
    """The vectors of a question, all from one pass: whole, clauses, parts and content words."""

    whole: Floats
    clauses: Floats
    parts: Floats
    words: Floats


def encode_question(question: Question, encoded: EncodedText, projection: Projection) -> EncodedQuestion:
    """Pool a question's one pass by its clauses, parts and words."""
    words = [Span(term.start, term.end) for term in question.terms] or [Span(0, len(question.text))]
    return EncodedQuestion(
        whole=encoded.vector,
        clauses=encoded.pooled(question.clauses),
        parts=encoded.pooled([part.span for part in question.parts]),
        words=projection.small(word_means(encoded, words)),
    )


@dataclass(frozen=True, slots=True)
class QuestionTerms:
    """The question's distinct terms beside the library: ids (-1: unknown), rarity, who uses them."""

    ids: Ints
    idf: Floats
    names: Floats
    in_part: Floats
    of_word: Ints


def look_up(question: Question, library: Library) -> QuestionTerms:
    """Find a question's terms in a library."""
    stems = list(dict.fromkeys(term.stem for term in question.terms)) or [""]
    row = {stem: number for number, stem in enumerate(stems)}
    names = np.zeros(len(stems), np.float32)
    in_part = np.zeros((len(question.parts), len(stems)), np.float32)
    for term in question.terms:
        names[row[term.stem]] = max(names[row[term.stem]], float(term.name))
        for number, part in enumerate(question.parts):
            if part.span.start <= term.start < part.span.end:
                in_part[number, row[term.stem]] = 1
    of_word = np.array([row[term.stem] for term in question.terms] or [0], np.int32)
    return QuestionTerms(library.term_ids(stems), library.rarity(stems), names, in_part, of_word)


@dataclass(frozen=True, slots=True)
class LexicalMatches:
    """BM25 of what has the question's words anywhere in the library.

    `keys` (n,) are passages; `whole` (n,) and `parts` (parts, n) their scores by the whole question and by each part.
    """

    found: Bm25
    keys: Keys
    whole: Floats
    parts: Floats

    def of(self, keys: Keys) -> tuple[Floats, Floats]:
        """Return (keys,) and (parts, keys): the scores of some passages, 0 for those that have none of the words."""
        if not len(self.keys):
            return np.zeros(len(keys), np.float32), np.zeros((len(self.parts), len(keys)), np.float32)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        known = self.keys[place] == keys
        return self.whole[place] * known, self.parts[:, place] * known


@dataclass(frozen=True, slots=True)
class LexicalScores:
    """BM25 of the candidates, each divided by the highest in the library.

    (candidates,) by the whole question, of the best part, of the article and of its title; `parts` (parts, candidates).
    """

    whole: Floats
    parts: Floats
    best_part: Floats
    articles: Floats
    titles: Floats


def match_words(lexicon: QuestionTerms, library: Library) -> LexicalMatches:
    """Find the passages of a library that have the question's words."""
    found = library.bm25(lexicon.ids)
    return LexicalMatches(
        found, found.passages.documents, found.passages.total(), found.passages.shares(lexicon.in_part)
    )


def score_lexically(matches: LexicalMatches, lexicon: QuestionTerms, library: Library, rows: Ints) -> LexicalScores:
    """Score candidates, given as passage rows."""
    found, terms = matches.found, len(lexicon.ids)
    numbers, article = np.unique(library.catalogue.article_of[rows], return_inverse=True)
    passages = found.passages.table(library.keys_of(rows), terms)
    articles = found.articles.table(numbers.astype(np.int64), terms)[:, article]
    titles = found.titles.table(numbers.astype(np.int64), terms)[:, article]
    if found.common:
        common = list(found.common)
        passages[common], articles[common], titles[common] = library.weigh_common(lexicon.ids[common], rows)
    parts = lexicon.in_part @ passages
    highest = [_highest(all_parts, own) for all_parts, own in zip(matches.parts, parts, strict=True)]
    return LexicalScores(
        whole=_share(passages.sum(axis=0), _highest(matches.whole, passages.sum(axis=0))),
        parts=np.stack([_share(own, most) for own, most in zip(parts, highest, strict=True)]),
        best_part=_share(parts.max(axis=0), max(highest)),
        articles=_share(articles.sum(axis=0), _highest(found.articles.total(), articles.sum(axis=0))),
        titles=_share(titles.sum(axis=0), _highest(found.titles.total(), titles.sum(axis=0))),
    )


def _highest(*scores: Floats) -> float:
    return max(float(each.max(initial=0.0)) for each in scores)


def _share(scores: Floats, highest: float) -> Floats:
    return scores / np.float32(highest) if highest > 1e-9 else scores


@dataclass(frozen=True, slots=True)
class Evidence:
    """Candidates and their sentences against a question.

    `rows` are passage rows; `sentences` all their sentence rows; `first` where each passage's begin among
    them; `owner` the candidate number of each sentence. `own` (candidates, parts) says which parts of the
    question may be about the passage's publisher. `cosines` (sentences, 1 + parts + clauses), `best_word`
    (sentences, question words) the best match of each question word in the sentence, `holds` (terms,
    sentences) whether the sentence has the term, and `lengths` how many stems each sentence has.
    """

    rows: Ints
    sentences: Ints
    first: Ints
    owner: Ints
    own: Bools
    cosines: Floats
    best_word: Floats
    holds: Floats
    lengths: Floats


@np.errstate(invalid="ignore")  # matmul raises the flag here on AVX-512 machines although every figure is finite
def gather(
    question: Question, vectors: EncodedQuestion, lexicon: QuestionTerms, catalogue: Catalogue, rows: Ints
) -> Evidence:
    """Compute the evidence of candidate passages. Needs at least one row."""
    starts, ends = catalogue.sentence_start[rows], catalogue.sentence_start[rows + 1]
    counts = ends - starts
    first = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int32)
    owner = np.repeat(np.arange(len(rows), dtype=np.int32), counts)
    sentences = _ranges(starts, counts)
    queries = np.vstack([vectors.whole[None, :], vectors.parts, vectors.clauses])
    cosines = catalogue.sentence_vectors[sentences].astype(np.float32) @ queries.T

    word_from, word_to = catalogue.word_start[sentences], catalogue.word_start[sentences + 1]
    word_counts = word_to - word_from
    words = _ranges(word_from, word_counts)
    best_word = np.zeros((len(sentences), len(vectors.words)), np.float32)
    filled = np.flatnonzero(word_counts)
    if len(filled):
        similarity = catalogue.word_vectors[words].astype(np.float32) @ (vectors.words.T / 127.0)
        begins = np.concatenate([[0], np.cumsum(word_counts[filled])[:-1]])
        best_word[filled] = np.maximum.reduceat(similarity, begins, axis=0)

    token_from, token_to = catalogue.token_start[sentences], catalogue.token_start[sentences + 1]
    token_counts = token_to - token_from
    tokens = catalogue.tokens[_ranges(token_from, token_counts)]
    by_id = np.argsort(lexicon.ids, kind="stable")
    place = by_id[np.minimum(np.searchsorted(lexicon.ids[by_id], tokens), len(by_id) - 1)]
    term = np.where(lexicon.ids[place] == tokens, place, -1)
    sentence = np.repeat(np.arange(len(sentences)), token_counts)
    holds = np.zeros((len(lexicon.ids), len(sentences)), np.float32)
    holds[term[term >= 0], sentence[term >= 0]] = 1

    publishers = [catalogue.publishers[article] for article in catalogue.article_of[rows]]
    own = np.array([[name in part.publishers for part in question.parts] for name in publishers], bool)
    own = own.reshape(len(rows), len(question.parts))
    return Evidence(rows, sentences, first, owner, own, cosines, best_word, holds, token_counts.astype(np.float32))


def _ranges(starts: Ints, counts: Ints) -> Ints:
    """Return the concatenation of start, start+1, ... for each start and count."""
    total = int(counts.sum())
    shift = np.repeat(starts - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    rows: Ints = (np.arange(total) + shift).astype(np.int32)
    return rows
