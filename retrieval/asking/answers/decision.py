"""Decides on one question: refuse it, by gates in a fixed order, or quote what the reader found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from retrieval.asking.answers.allowing import may_be_quoted, said_by
from retrieval.asking.answers.quotes import MARGIN, make_quotes, quote_span, without_repeats
from retrieval.asking.answers.reporters import reporters_of
from retrieval.asking.answers.side_by_side import side_by_side
from retrieval.asking.question.dates import wants_latest
from retrieval.asking.question.intent import Intent, read_intent
from retrieval.asking.question.question import Asked, Question, Shape, read_question, shape_of
from retrieval.asking.reading.findings import Findings, find
from retrieval.asking.reading.lacking import years_lacking
from retrieval.asking.reading.reader import Reader
from retrieval.asking.search.leaning import NO_LEANING
from retrieval.asking.search.matching import EncodedQuestion, encode_question
from retrieval.asking.talk.pointing import Pointing
from retrieval.asking.talk.understanding import Understood, shown_rows
from retrieval.domain.answers import Answer, NoAnswer, Outcome, Quote, Refusal
from retrieval.index.passage_index import PassageIndex
from retrieval.language.folding import name_key
from retrieval.language.stems import stem, stems
from retrieval.library.layout import Library
from retrieval.library.mentions import missing_names, respell
from retrieval.neural.encoder import Encoder

MAX_QUOTES = 3
MAX_COMPOSED_QUOTES = 5
"""A question of several parts needs evidence for each."""

MAX_NEAR_MISSES = 2

LATEST_MARGIN = 2.0
"""How much worse, in log units, a newer quote may fit than an older one when the latest is asked for."""

NEAR_MISS_SIMILARITY = 0.25
"""Below this a sentence is not near enough to be worth showing beside a refusal."""


@dataclass(frozen=True, slots=True)
class Searchable:
    """A library together with the name of its collection in Chroma."""

    library: Library
    collection: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """An outcome, and what was found on the way to it, best first, a library each."""

    outcome: Outcome
    found: tuple[Findings, ...] = ()

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The quotes shown, or, of a refusal, those that would have been shown."""
        if isinstance(self.outcome, Answer):
            return self.outcome.quotes
        return make_quotes(self.found[0], most_quotes(self.found[0].question)) if self.found else ()


def most_quotes(question: Question) -> int:
    """Return how many quotes an answer may have."""
    return MAX_COMPOSED_QUOTES if shape_of(question) is Shape.COMPOSED else MAX_QUOTES


def take_in(asked: Asked, shelves: Sequence[Searchable], encoder: Encoder) -> tuple[Question, EncodedQuestion]:
    """Read and encode a question once for all libraries."""
    question = read_question(asked, [shelf.library.publisher_names for shelf in shelves])
    return question, encode_question(question, encoder.encode([question.text])[0], encoder.projection)


class Decision:
    """One question; runs in the models' thread. `within` is what it comes to within a talk, None for one alone."""

    def __init__(
        self,
        asked: Asked,
        shelves: Sequence[Searchable],
        *,
        encoder: Encoder,
        index: PassageIndex,
        reader: Reader,
        within: Understood | None = None,
    ) -> None:
        self._asked = asked
        self._within = within
        sought = within.text if within else asked.text
        text, self._taken_for = respell(sought, [shelf.library for shelf in shelves])
        self._question, self._vectors = take_in(replace(asked, text=text), shelves, encoder)
        self._intent: Intent = read_intent(self._question.wording)
        self._composed = shape_of(self._question) is Shape.COMPOSED
        self._shelves = shelves
        self._index = index
        self._reader = reader

    def explain(self) -> Explanation:
        """Decide, and show what was found on the way."""
        explained = self._explain()
        about = self._within.about if self._within else ()
        return replace(explained, outcome=replace(explained.outcome, about=about))

    def _explain(self) -> Explanation:
        pointing = self._within.pointing if self._within else None
        if pointing in (Pointing.WHO_TELLS, Pointing.PUBLISHED) and (told := self._told_again()) is not None:
            return Explanation(told)
        explained = self._searched()
        if pointing is Pointing.MORE and isinstance(explained.outcome, NoAnswer):
            return replace(explained, outcome=self._refuse(Refusal.NO_MORE, ()))
        if pointing is Pointing.WHEN and isinstance(explained.outcome, NoAnswer):
            # Where the articles do not say when, the credit still says when it was published.
            return replace(explained, outcome=self._told_again() or explained.outcome)
        return explained

    def _told_again(self) -> Answer | None:
        """Return what was quoted last, as it stands now, with who tells it; None where none of it stands."""
        spans = self._within.line[-1].quotes if self._within else ()
        libraries = [shelf.library for shelf in self._shelves]
        quotes = tuple(quote for span in spans if (quote := quote_span(span, libraries)) is not None)
        if not quotes:
            return None
        who = self._within is not None and self._within.pointing is Pointing.WHO_TELLS
        reporters = reporters_of(quotes, outlets=False) if who else ()
        return Answer(self._asked.text, quotes, confidence=1.0, reporters=reporters)

    def _searched(self) -> Explanation:
        found = self._find(lambda library: None)
        if not found:
            return Explanation(self._refuse(Refusal.NOTHING_NEAR, ()))
        windows = [window for window in self._question.windows if window.binding]
        if windows:
            timely = self._find(
                lambda library: library.published_within(lambda at: all(window.covers(at) for window in windows))
            )
            if not timely:
                named = tuple(window.words for window in windows)
                return Explanation(self._refuse(Refusal.NOT_PUBLISHED_THEN, found, named), tuple(found))
            found = timely
        gates = (self._unknown_name, self._whose_words, self._unsure)
        outcome = next((decided for gate in gates if (decided := gate(found)) is not None), None)
        return Explanation(outcome or self._quote(found), tuple(found))

    def _unknown_name(self, found: Sequence[Findings]) -> Outcome | None:
        """Refuse what asks about somebody or something that no article mentions."""
        missing = missing_names(self._intent.names, self._intent.terms, [shelf.library for shelf in self._shelves])
        if missing and not (self._composed and self._question.publishers):
            return self._refuse(Refusal.UNKNOWN_NAME, found, missing)
        return None

    def _whose_words(self, found: Sequence[Findings]) -> Outcome | None:
        """Answer what asks for the words of one source with that source's words, or refuse."""
        source = self._intent.asked_source
        if source is None or self._composed or not (self._intent.asks_what_was_said or self._is_known(source)):
            return None
        return self._from_source(source, found)

    def _unsure(self, found: Sequence[Findings]) -> Outcome | None:
        """Refuse where the reader holds that nothing answers."""
        best = found[0]
        return self._refuse(Refusal.NOT_ANSWERED, found) if best.confidence < best.threshold else None

    def _quote(self, found: Sequence[Findings]) -> Outcome:
        limit = most_quotes(self._question)
        sure = [findings for findings in found if findings.confidence >= findings.threshold]
        quotes = without_repeats(self._quotes(sure, limit), limit)
        if self._within is not None and self._within.pointing is Pointing.MORE:
            # What is left when the best is shown must still be about as near.
            nearest = max(float(findings.sentence_scores.max()) for findings in found)
            quotes = tuple(quote for quote in quotes if quote.score >= nearest - MARGIN)
        if not quotes:
            return self._refuse(Refusal.NOT_ANSWERED, found)
        if years := self._years_lacking(found, quotes):
            return self._refuse(Refusal.NOT_OF_THAT_YEAR, found, years)
        quotes, comparisons = side_by_side(quotes, sure, allowed=self._allowed)
        outlets = self._intent.asks_for_outlets
        reporters = reporters_of(quotes, outlets=outlets) if self._intent.asks_who_said else ()
        return Answer(self._asked.text, quotes, found[0].confidence, comparisons, reporters, self._taken_for)

    def _years_lacking(self, found: Sequence[Findings], quotes: Sequence[Quote]) -> tuple[str, ...]:
        """Return the years that the question names and that none of the quoted articles has."""
        quoted = {quote.article_id for quote in quotes}
        articles = [
            findings.library.stored[number].article
            for findings in found
            for number in sorted(set(findings.library.catalogue.article_of[findings.evidence.rows].tolist()))
        ]
        lacked = [
            years_lacking(self._question.text, article.text, article.credit.published_at)
            for article in articles
            if article.article_id in quoted
        ]
        return tuple(year for year in lacked[0] if all(year in years for years in lacked)) if lacked else ()

    def _find(self, articles: Callable[[Library], Sequence[int] | None]) -> list[Findings]:
        """Search every library, surest first; `articles` may restrict a library to some of its articles."""
        found = [findings for shelf in self._shelves if (findings := self._search(shelf, articles(shelf.library)))]
        return sorted(found, key=lambda findings: -findings.confidence)

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
            leaning=self._within.leaning(shelf.library) if self._within else NO_LEANING,
        )

    def _allowed(self, findings: Findings) -> Callable[[int], bool]:
        allowed = may_be_quoted(self._intent, findings)
        if self._within is None or self._within.pointing is not Pointing.MORE:
            return allowed
        shown = shown_rows(self._within.talk, findings.library)
        return lambda row: row not in shown and allowed(row)

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
                quotes += make_quotes(findings, MAX_QUOTES, allowed=said_by(library, credited, published))
        if not quotes:
            return self._refuse(Refusal.NOTHING_FROM_SOURCE, nearest, (source,))
        about = {stem(term) for term in self._intent.topic_terms}
        fitting = [quote for quote in quotes if not about or about & set(stems(quote.text))]
        best = nearest[0]
        if not fitting:
            return self._refuse(Refusal.SOURCE_NOT_ON_TOPIC, nearest, (source,), near=quotes)
        confidence = max(best.confidence, best.threshold)
        chosen = without_repeats(fitting, MAX_QUOTES)
        return Answer(self._asked.text, chosen, confidence, taken_for=self._taken_for)

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
