"""Answers a question with quotes, or says that the articles do not, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from retrieval.asking.answers.quotes import make_quotes, without_repeats
from retrieval.asking.answers.reporters import reporters_of
from retrieval.asking.answers.side_by_side import side_by_side
from retrieval.asking.question.dates import wants_latest
from retrieval.asking.question.intent import Intent, read_intent, says_what_it_is, without_asking
from retrieval.asking.question.question import Asked, Question, Shape, read_question, shape_of
from retrieval.asking.question.wants import Wants, holds_wanted
from retrieval.asking.reading.findings import Findings, find
from retrieval.asking.reading.linear_reader import LinearReader
from retrieval.asking.search.matching import encode_question
from retrieval.domain.answers import Answer, NoAnswer, Outcome, Quote, Refusal
from retrieval.domain.articles import Span
from retrieval.index.passage_index import PassageIndex
from retrieval.language.folding import name_key
from retrieval.language.stems import stem, stems
from retrieval.library.layout import Library
from retrieval.library.mentions import is_mentioned, missing_names
from retrieval.neural.encoder import Encoder

MAX_QUOTES = 3
MAX_COMPOSED_QUOTES = 5
"""A question of several parts needs evidence for each."""

MAX_NEAR_MISSES = 2
SURE = 0.6
"""A confidence from which on a sentence answers even if it lacks what such answers mostly hold."""

NEAR_WORD = 0.7
"""Cosine of small word vectors from which on an article's word stands for one that no article has."""

LATEST_MARGIN = 2.0
"""How much worse, in log units, a newer quote may fit than an older one when the latest is asked for."""

NEAR_MISS_SIMILARITY = 0.25
"""Below this a sentence is not near enough to be worth showing beside a refusal."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """An outcome, and what was found on the way to it, best first, a library each."""

    outcome: Outcome
    found: tuple[Findings, ...] = ()

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The quotes shown, or, of a refusal, those that would have been shown."""
        if isinstance(self.outcome, Answer) or not self.found:
            return self.outcome.quotes if isinstance(self.outcome, Answer) else ()
        return make_quotes(self.found[0], most_quotes(self.found[0].question))


def most_quotes(question: Question) -> int:
    """Return how many quotes an answer may have."""
    return MAX_COMPOSED_QUOTES if shape_of(question) is Shape.COMPOSED else MAX_QUOTES


_MUST_HOLD = {Wants.NUMBER: Refusal.NO_NUMBER, Wants.TIME: Refusal.NO_TIME}


@dataclass(frozen=True, slots=True)
class Searchable:
    """A library together with the name of its collection in Chroma."""

    library: Library
    collection: str


class Decision:
    """One question; runs in a thread."""

    def __init__(
        self,
        asked: Asked,
        shelves: Sequence[Searchable],
        encoder: Encoder,
        index: PassageIndex,
    ) -> None:
        self._asked = asked
        sought = replace(asked, text=without_asking(asked.text))
        self._question = read_question(sought, [shelf.library.publisher_names for shelf in shelves])
        self._vectors = encode_question(self._question, encoder.encode([sought.text])[0], encoder.projection)
        self._shelves = shelves
        self._index = index
        self._reader = LinearReader()
        self._intent: Intent = read_intent(asked.text)

    def explain(self) -> Explanation:
        """Decide, and show what was found on the way."""
        found = self._find(lambda library: None)
        if not found:
            return Explanation(self._refuse(Refusal.NOTHING_NEAR, ()))
        windows = [window for window in self._question.windows if window.binding]
        if not windows:
            return Explanation(self._outcome(found), tuple(found))
        timely = self._find(
            lambda library: library.published_within(lambda moment: all(window.covers(moment) for window in windows))
        )
        if not timely:
            named = tuple(window.words for window in windows)
            return Explanation(self._refuse(Refusal.NOT_PUBLISHED_THEN, found, named), tuple(found))
        return Explanation(self._outcome(timely), tuple(timely))

    def _find(self, articles: Callable[[Library], Sequence[int] | None]) -> list[Findings]:
        """Search every library, surest first; `articles` may restrict a library to some of its articles."""
        found = [findings for shelf in self._shelves if (findings := self._search(shelf, articles(shelf.library)))]
        return sorted(found, key=lambda findings: -findings.confidence)

    def _outcome(self, found: Sequence[Findings]) -> Outcome:
        best = found[0]
        composed = shape_of(self._question) is Shape.COMPOSED
        libraries = [shelf.library for shelf in self._shelves]
        undated = read_intent(_without(self._question.text, [window.span for window in self._question.windows]))
        missing = missing_names(undated.names, undated.terms, libraries)
        if missing and (not composed or not best.question.publishers):
            return self._refuse(Refusal.UNKNOWN_NAME, found, missing)
        source = self._intent.asked_source
        if source is not None and not composed and (self._intent.asks_what_was_said or self._is_known(source)):
            return self._from_source(source, found)
        unsaid = (
            not composed and best.confidence < SURE and not self._intent.asks_who_said and not _speaks_of_all(found)
        )
        if best.confidence < best.threshold or unsaid:
            if missing:
                return self._refuse(Refusal.UNKNOWN_NAME, found, missing)
            return self._nothing_answers(found)
        limit = most_quotes(best.question)
        sure = [findings for findings in found if findings.confidence >= findings.threshold]
        quotes = without_repeats(self._quotes(sure, limit), limit)
        if not quotes:
            return self._nothing_answers(found)
        lacking = _MUST_HOLD.get(best.question.wants) if self._intent.asks_one_thing else None
        # "When are committees formed?" may be answered without a date; "how many" never without a number.
        excused = best.question.wants is Wants.TIME and best.confidence >= SURE
        if (
            lacking
            and not composed
            and not excused
            and not any(_holds_wanted(best.question, quote) for quote in quotes)
        ):
            return self._refuse(lacking, found)
        quotes, comparisons = side_by_side(quotes, sure, allowed=self._allowed)
        outlets = self._intent.asks_for_outlets
        reporters = reporters_of(quotes, outlets=outlets) if self._intent.asks_who_said else ()
        return Answer(self._asked.text, quotes, best.confidence, comparisons, reporters)

    def _quotes(self, found: Sequence[Findings], limit: int) -> list[Quote]:
        """Return the quotes of some findings, best first; newest first when the latest is asked for."""
        if not wants_latest(self._asked.text):
            return [q for findings in found for q in make_quotes(findings, limit, allowed=self._allowed(findings))]
        more = [q for findings in found for q in make_quotes(findings, 3 * limit, allowed=self._allowed(findings))]
        near = [quote for quote in more if quote.score >= max(q.score for q in more) - LATEST_MARGIN]
        return sorted(
            near, key=lambda quote: quote.credit.published_at or datetime.min.replace(tzinfo=UTC), reverse=True
        )

    def _search(self, shelf: Searchable, only_articles: Sequence[int] | None = None) -> Findings | None:
        return find(
            self._question,
            self._vectors,
            shelf.library,
            index=self._index,
            collection=shelf.collection,
            reader=self._reader,
            only_articles=only_articles,
        )

    def _allowed(self, findings: Findings) -> Callable[[int], bool]:
        """Return which sentence rows may be quoted, by what the question is after."""
        library, evidence = findings.library, findings.evidence
        catalogue = library.catalogue
        texts = {
            int(evidence.sentences[number]): int(evidence.rows[evidence.owner[number]]) for number in findings.sentences
        }
        if self._intent.asks_who_said:
            named = {row for row, passage in texts.items() if catalogue.publishers[catalogue.article_of[passage]]}
            return lambda row: row in named or library.credited[row] >= 0
        if self._intent.defines is not None:
            name = self._intent.defines
            telling = {
                row for row, passage in texts.items() if says_what_it_is(name, catalogue.sentence_text(row, passage))
            }
            if telling:
                return lambda row: row in telling
        return lambda row: True

    def _is_known(self, source: str) -> bool:
        """Tell whether a library credits anything to a source, or has an article that it published."""
        key = name_key(source)
        return any(shelf.library.credited_to(key) or shelf.library.published_by(key) for shelf in self._shelves)

    def _from_source(self, source: str, nearest: Sequence[Findings]) -> Outcome:
        """Answer only with what is attributed to the source, or published by it."""
        key = name_key(source)
        quotes: list[Quote] = []
        for shelf in self._shelves:
            library = shelf.library
            credited = {(c.article, c.attribution) for c in library.credited_to(key)}
            published = set(library.published_by(key))
            articles = sorted({article for article, _ in credited} | published)
            findings = self._search(shelf, articles) if articles else None
            if findings is not None:
                allowed = _said_by(library, credited, published)
                quotes += make_quotes(findings, MAX_QUOTES, allowed=allowed)
        if not quotes:
            return self._refuse(Refusal.NOTHING_FROM_SOURCE, nearest, (source,))
        about = {stem(term) for term in self._intent.topic_terms}
        fitting = [quote for quote in quotes if not about or about & set(stems(quote.text))]
        best = nearest[0]
        if not fitting:
            return self._refuse(Refusal.SOURCE_NOT_ON_TOPIC, nearest, (source,), near=quotes)
        return Answer(self._asked.text, without_repeats(fitting, MAX_QUOTES), max(best.confidence, best.threshold))

    def _nothing_answers(self, found: Sequence[Findings]) -> NoAnswer:
        unknown = tuple(_unknown_words(found))
        return self._refuse(Refusal.UNKNOWN_WORDS if unknown else Refusal.NOT_ANSWERED, found, unknown)

    def _refuse(
        self,
        refusal: Refusal,
        found: Sequence[Findings],
        names: tuple[str, ...] = (),
        near: Sequence[Quote] = (),
    ) -> NoAnswer:
        close = bool(found) and float(found[0].evidence.cosines[:, 0].max()) >= NEAR_MISS_SIMILARITY
        nearest = tuple(near or (make_quotes(found[0], MAX_NEAR_MISSES) if close else ()))[:MAX_NEAR_MISSES]
        confidence = found[0].confidence if found else 0.0
        return NoAnswer(self._asked.text, refusal, names, nearest, confidence)


def _without(text: str, spans: Sequence[Span]) -> str:
    """Return a text with some spans left out: "March" in "since 5 March" names nobody."""
    for span in sorted(spans, reverse=True):
        text = text[: span.start] + text[span.end :]
    return text


def _said_by(library: Library, credited: set[tuple[int, int]], published: set[int]) -> Callable[[int], bool]:
    """Return which sentence rows are attributed to a source, or stand in an article that it published."""
    catalogue = library.catalogue
    article_of_sentence = catalogue.article_of.repeat(catalogue.sentence_start[1:] - catalogue.sentence_start[:-1])

    def allowed(row: int) -> bool:
        article, attribution = int(article_of_sentence[row]), int(library.credited[row])
        return (article, attribution) in credited or (article in published and attribution < 0)

    return allowed


def _holds_wanted(question: Question, quote: Quote) -> bool:
    known = frozenset(term.stem for term in question.terms)
    return holds_wanted(question.wants, quote.text, known) > 0.5


def _unknown_words(found: Sequence[Findings]) -> list[str]:
    """Return the content words of a question, as typed, that no library has in any spelling."""
    question = found[0].question
    libraries = [findings.library for findings in found]
    typed = dict.fromkeys(question.text[term.start : term.end] for term in question.terms)
    return [word for word in typed if word.isalpha() and not is_mentioned(word, libraries)]


def _speaks_of_all(found: Sequence[Findings]) -> bool:
    """Tell whether the best sentences have a match for the weight of the question's words.

    A word that no article has and that nothing found comes near to ("weather") is what was asked for.
    """
    best = found[0]
    unknown = set(_unknown_words(found))
    terms = [term for term in best.question.terms if best.question.text[term.start : term.end] in unknown]
    columns = [best.question.terms.index(term) for term in terms]
    return all(float(best.evidence.best_word[best.sentences, column].max()) >= NEAR_WORD for column in columns)
