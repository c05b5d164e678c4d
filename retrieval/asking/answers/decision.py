"""Decides on one question: refuse it, by gates in a fixed order, or quote what the reader found."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import zip_longest

from retrieval.asking.answers.allowing import may_be_quoted
from retrieval.asking.answers.from_source import is_known, keys_of_source, naming, words_of
from retrieval.asking.answers.quotes import MARGIN, make_quotes, quote_span, without_repeats
from retrieval.asking.answers.reporters import outlets_of
from retrieval.asking.answers.saying import on_it, who_says_it
from retrieval.asking.answers.side_by_side import side_by_side
from retrieval.asking.answers.sides import Side, in_turn, sides_of
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
from retrieval.domain.articles import StoredArticle
from retrieval.domain.stages import Stopwatch
from retrieval.index.passage_index import PassageIndex
from retrieval.language.folding import name_key
from retrieval.language.stems import content_words, stem, stems
from retrieval.library.corrections import with_corrections
from retrieval.library.layout import Library
from retrieval.library.mentions import missing_names, respell
from retrieval.neural.encoder import Encoder

MAX_QUOTES = 3
MAX_COMPOSED_QUOTES = 5
"""A question of several parts needs evidence for each."""

MAX_NEAR_MISSES = 2

QUOTES_A_SIDE = 2

LATEST_MARGIN = 0.7
"""How much worse, in log units, a newer quote may fit where the latest is asked for: half as likely as the best."""

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


@contextmanager
def all_held(shelves: Sequence[Searchable]) -> Iterator[None]:
    """See all libraries as they are at the beginning of the block, for as long as it runs."""
    with ExitStack() as stack:
        for shelf in shelves:
            stack.enter_context(shelf.library.held())
        yield


def most_quotes(question: Question) -> int:
    """Return how many quotes an answer may have."""
    return MAX_COMPOSED_QUOTES if shape_of(question) is Shape.COMPOSED else MAX_QUOTES


def take_in(asked: Asked, shelves: Sequence[Searchable], encoder: Encoder) -> tuple[Question, EncodedQuestion]:
    """Read and encode a question once for all libraries."""
    question = read_question(asked, [shelf.library.publisher_names for shelf in shelves])
    return question, encode_question(question, encoder.encode([question.text])[0], encoder.projection)


class Decision:
    """One question; runs in the models' thread. `within` is what it comes to within a talk, None for one alone.

    `times` is told what searching and reading take.
    """

    def __init__(
        self,
        asked: Asked,
        shelves: Sequence[Searchable],
        *,
        encoder: Encoder,
        index: PassageIndex,
        reader: Reader,
        within: Understood | None = None,
        times: Stopwatch | None = None,
    ) -> None:
        self._asked = asked
        self._times = times
        self._within = within
        sought = within.text if within else asked.text
        self._libraries = [shelf.library for shelf in shelves]
        text, self._taken_for = respell(sought, self._libraries)
        self._question, self._vectors = take_in(replace(asked, text=text), shelves, encoder)
        self._intent: Intent = read_intent(self._question.wording)
        self._composed = shape_of(self._question) is Shape.COMPOSED
        self._shelves = shelves
        self._index = index
        self._reader = reader
        self._encoder = encoder

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
        quotes = tuple(quote for span in spans if (quote := quote_span(span, self._libraries)) is not None)
        if not quotes:
            return None
        who = self._within is not None and self._within.pointing is Pointing.WHO_TELLS
        reporters = outlets_of(quotes) if who else ()
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
        missing = missing_names(self._intent.names, self._intent.terms, self._libraries)
        if missing and not (self._composed and self._question.publishers):
            return self._refuse(Refusal.UNKNOWN_NAME, found, missing)
        return None

    def _whose_words(self, found: Sequence[Findings]) -> Outcome | None:
        """Answer what asks for the words of one source with that source's words, or refuse."""
        source = self._intent.asked_source
        if (
            source is None
            or self._composed
            or not (self._intent.asks_what_was_said or is_known(source, self._libraries))
        ):
            return None
        return self._from_source(source, found)

    def _unsure(self, found: Sequence[Findings]) -> Outcome | None:
        """Refuse where the reader holds that nothing answers."""
        best = found[0]
        if best.confidence >= best.threshold:
            return None
        return self._on_topic(best) or self._refuse(Refusal.NOT_ANSWERED, found)

    def _on_topic(self, best: Findings) -> Outcome | None:
        """Answer "what do the articles say about ...?" with sentences that hold all that it names: any of them does."""
        wanted = {stem(word.of(topic)) for word in content_words(topic)} if (topic := self._intent.topic) else set()
        if not wanted:
            return None
        library = best.library
        quotes = make_quotes(best, MAX_QUOTES, allowed=lambda row: wanted <= set(stems(library.sentence(row).text)))
        shown = self._with_corrections(quotes)
        return Answer(self._asked.text, shown, best.threshold, taken_for=self._taken_for) if quotes else None

    def _quote(self, found: Sequence[Findings]) -> Outcome:
        limit = most_quotes(self._question)
        sure = [findings for findings in found if findings.confidence >= findings.threshold]
        quotes = without_repeats(self._quotes(sure, limit), limit)
        quotes = in_turn(sides_of(self._question), quotes, self._best_of)[:limit]
        if self._within is not None and self._within.pointing is Pointing.MORE:
            # What is left when the best is shown must still be about as near.
            nearest = max(float(findings.sentence_scores.max()) for findings in found)
            quotes = tuple(quote for quote in quotes if quote.score >= nearest - MARGIN)
        if not quotes:
            return self._refuse(Refusal.NOT_ANSWERED, found)
        if years := self._years_lacking(found, quotes):
            return self._refuse(Refusal.NOT_OF_THAT_YEAR, found, years)
        who = self._intent.asks_who_said and not self._intent.asks_for_outlets
        quotes, comparisons = side_by_side(
            on_it(quotes, sure, self._asked.text) if who else quotes, sure, allowed=self._allowed
        )
        outlets = outlets_of(quotes) if self._intent.asks_for_outlets else ()
        reporters = who_says_it(quotes, sure, self._asked.text) if who else outlets
        quotes = self._with_corrections(quotes)
        return Answer(self._asked.text, quotes, found[0].confidence, comparisons, reporters, self._taken_for)

    def _years_lacking(self, found: Sequence[Findings], quotes: Sequence[Quote]) -> tuple[str, ...]:
        """Return the years that the question names and that none of the quoted articles has."""
        quoted = {quote.article_id for quote in quotes}
        articles = [
            findings.library.catalogue.articles[number]
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

    def _best_of(self, side: Side) -> list[Quote]:
        """Return the best quotes out of what one side of a comparison published, best first."""
        question, vectors = take_in(replace(self._asked, text=side.text), self._shelves, self._encoder)
        found: list[Quote] = []
        for shelf in self._shelves:
            articles = {n for publisher in side.publishers for n in shelf.library.published_by(name_key(publisher))}
            if articles and (findings := self._search(shelf, sorted(articles), question, vectors)):
                found += make_quotes(findings, QUOTES_A_SIDE)
        return sorted(found, key=lambda quote: -quote.score)[:QUOTES_A_SIDE]

    def _search(
        self,
        shelf: Searchable,
        only_articles: Sequence[int] | None = None,
        question: Question | None = None,
        vectors: EncodedQuestion | None = None,
    ) -> Findings | None:
        return find(
            question or self._question,
            vectors or self._vectors,
            shelf.library,
            index=self._index,
            collection=shelf.collection,
            reader=self._reader,
            only_articles=only_articles,
            leaning=self._within.leaning(shelf.library) if self._within else NO_LEANING,
            times=self._times,
        )

    def _allowed(self, findings: Findings) -> Callable[[int], bool]:
        allowed = may_be_quoted(self._intent, findings)
        if self._within is None or self._within.pointing is not Pointing.MORE:
            return allowed
        shown = shown_rows(self._within.talk, findings.library)
        return lambda row: row not in shown and allowed(row)

    def _from_source(self, source: str, nearest: Sequence[Findings]) -> Outcome:
        """Answer only with what is attributed to the source, or published by it; of several, to each in turn.

        Behind that, or failing it, with what names it.
        """
        topic = [stem(term) for term in self._intent.topic_terms]
        found = [
            words_of(key, topic, shelf.library, functools.partial(self._search, shelf), MAX_QUOTES)
            for key in keys_of_source(source, self._libraries)
            for shelf in self._shelves
        ]
        in_turn = zip_longest(*(words.on_topic for words in found))
        sure = [findings for findings in nearest if findings.confidence >= findings.threshold]
        credited = [quote for row in in_turn for quote in row if quote is not None]
        named = [quote for findings in sure for quote in naming(source, topic, findings, MAX_QUOTES)]
        fitting = [*credited, *(quote for quote in named if not any(quote.overlaps(other) for other in credited))]
        if not fitting:
            others = [quote for words in found for quote in words.any]
            refusal = Refusal.SOURCE_NOT_ON_TOPIC if others else Refusal.NOTHING_FROM_SOURCE
            return self._refuse(refusal, nearest, (source,), near=others)
        confidence = max(nearest[0].confidence, nearest[0].threshold)
        chosen = without_repeats(fitting, MAX_QUOTES)
        return Answer(self._asked.text, self._with_corrections(chosen), confidence, taken_for=self._taken_for)

    def _with_corrections(self, quotes: Sequence[Quote]) -> tuple[Quote, ...]:
        """Return the quotes, and behind them what their own articles correct of them."""
        return with_corrections(quotes, self._stored_of)

    def _stored_of(self, article_id: str) -> StoredArticle | None:
        held = ((library, library.number_of(article_id)) for library in self._libraries)
        return next((library.stored[number] for library, number in held if number is not None), None)

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
