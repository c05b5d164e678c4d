"""What a question comes to within a talk: the text that is searched for, and what the talk makes likelier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval.asking.question.chatter import is_chatter
from retrieval.asking.search.leaning import Leaning
from retrieval.asking.talk.dependence import MOST_EXCHANGES, depends, line_since
from retrieval.asking.talk.dependence_figures import quoted_articles
from retrieval.asking.talk.pointing import Pointing, pointing_of
from retrieval.asking.talk.topic import topic_of
from retrieval.domain.articles import Span
from retrieval.domain.talk import Exchange, QuotedSpan, Talk
from retrieval.library.layout import Library

LAST_QUOTED, QUOTED_IN_LINE, QUOTED_BEFORE = 3.0, 2.0, 1.0
"""Log units that a passage gains whose article was quoted last, earlier in the line, and before the line."""

SHOWN = -1.0
"""Log units that a sentence loses that the talk has shown already."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A question within a talk.

    `text` is what is searched for, `about` the words of the talk in it. `talk` is all that was said before, of which
    `line` led to the question; both oldest first. `pointing` is set where it only points at what was quoted last.
    """

    text: str
    about: tuple[str, ...]
    talk: Talk
    line: Talk
    pointing: Pointing | None = None

    def leaning(self, library: Library) -> Leaning:
        """Return what the talk makes likelier in one library."""
        articles = dict.fromkeys(quoted_articles(self.talk, library), QUOTED_BEFORE)
        articles |= dict.fromkeys(quoted_articles(self.line, library), QUOTED_IN_LINE)
        articles |= dict.fromkeys(quoted_articles(self.line[-1:], library), LAST_QUOTED)
        return Leaning(articles, dict.fromkeys(shown_rows(self.talk, library), SHOWN))


def understand(text: str, talk: Talk, libraries: Sequence[Library]) -> Understood | None:
    """Return what a question comes to after a talk; None for one that stands alone."""
    pointing = pointing_of(text)
    talk = _without_small_talk(talk)[-MOST_EXCHANGES:]
    if not talk:
        return None
    if pointing is Pointing.MORE:
        *before, last = talk
        again = understand(last.question, before, libraries) or Understood(last.question, (last.question,), [], [])
        return replace(again, talk=talk, line=[*again.line, last], pointing=pointing)
    if pointing is None and not depends(text, talk, libraries):
        return None
    line = line_since(talk, libraries)
    about = topic_of(line, text, libraries)
    return Understood(_with_topic(text, about), about, talk, line, pointing)


def _without_small_talk(talk: Talk) -> list[Exchange]:
    """Return a talk without its greetings and thanks; what "more" has shown stands with the question before it."""
    found: list[Exchange] = []
    for exchange in talk:
        if pointing_of(exchange.question) is Pointing.MORE:
            if found:
                found[-1] = replace(found[-1], quotes=(*found[-1].quotes, *exchange.quotes))
        elif exchange.quotes or not is_chatter(exchange.question):
            found.append(exchange)
    return found


def _with_topic(text: str, about: Sequence[str]) -> str:
    text = text.rstrip()
    end = len(text.rstrip("?!. "))
    return f"{text[:end]} ({' '.join(about)}){text[end:]}" if about else text


def shown_rows(talk: Talk, library: Library) -> frozenset[int]:
    """Return the sentence rows of a library that a talk has shown."""
    return frozenset(row for exchange in talk for quote in exchange.quotes for row in rows_of(quote, library))


def rows_of(quote: QuotedSpan, library: Library) -> list[int]:
    """Return the sentence rows of a library that a quote shows; none where its article is not live there."""
    article = library.number_of(quote.article_id)
    if article is None:
        return []
    rows = library.sentences_of(article)
    shown = Span(quote.start, quote.end)
    return [row for row in rows if library.catalogue.sentence_spans[row].overlaps(shown)]
