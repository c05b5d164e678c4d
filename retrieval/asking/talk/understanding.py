"""What a question comes to within a talk: the text that is searched for, and what the talk makes likelier."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval.asking.search.leaning import Leaning
from retrieval.asking.talk.dependence import depends, line_since
from retrieval.asking.talk.dependence_figures import quoted_articles
from retrieval.asking.talk.topic import topic_of
from retrieval.domain.articles import Span
from retrieval.domain.talk import QuotedSpan, Talk
from retrieval.library.layout import Library

LAST_QUOTED, QUOTED_BEFORE = 3.0, 2.0
"""Log units that a passage gains whose article was quoted last, and earlier in the line."""

SHOWN = -1.0
"""Log units that a sentence loses that the line has shown already."""

_MORE = re.compile(
    r"\W*(?:(?:ok(?:ay)?|and|please|can\s+(?:you|i|we))\W+)?(?:(?:tell|show|give|read|see|get|have)\s+(?:me|us)?\s*)?"
    r"(?:(?:some|any(?:thing)?|what)\s+)?(?:more|else)(?:\s+(?:quotes?|details?|info(?:rmation)?|of\s+(?:it|that|this)"
    r"|(?:about|on)\s+(?:it|that|this)|please|pls))*\W*|\W*(?:go\s+on|continue|and|next)\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Understood:
    """A question within a talk.

    `text` is what is searched for, `about` the words of the talk in it. `line` is what led to it, oldest first.
    `only_new` is true where nothing that was shown may be shown again.
    """

    text: str
    about: tuple[str, ...]
    line: Talk
    only_new: bool = False

    def leaning(self, library: Library) -> Leaning:
        """Return what the talk makes likelier in one library."""
        articles = {number: QUOTED_BEFORE for number in quoted_articles(self.line, library)}
        articles |= {number: LAST_QUOTED for number in quoted_articles(self.line[-1:], library)}
        return Leaning(articles, {row: SHOWN for row in shown_rows(self.line, library)})


def understand(text: str, talk: Talk, libraries: Sequence[Library]) -> Understood | None:
    """Return what a question comes to after a talk; None for one that stands alone."""
    if not talk:
        return None
    if asks_for_more(text):
        return _more(talk, libraries)
    talk = without_more(talk)
    if not talk or not depends(text, talk, libraries):
        return None
    line = line_since(talk, libraries)
    about = topic_of(line, text, libraries)
    return Understood(_with_topic(text, about), about, line)


def asks_for_more(text: str) -> bool:
    """Tell whether a message only asks to go on: "more", "anything else?", "go on"."""
    return _MORE.fullmatch(text) is not None


def without_more(talk: Talk) -> Talk:
    """Return a talk in which the quotes of "more" stand with the question before it."""
    found: list = []
    for exchange in talk:
        if found and asks_for_more(exchange.question):
            found[-1] = replace(found[-1], quotes=(*found[-1].quotes, *exchange.quotes))
        elif not asks_for_more(exchange.question):
            found.append(exchange)
    return found


def _more(talk: Talk, libraries: Sequence[Library]) -> Understood | None:
    talk = without_more(talk)
    if not talk:
        return None
    last = talk[-1]
    before = understand(last.question, talk[:-1], libraries)
    if before is None:
        return Understood(last.question, (last.question,), [last], only_new=True)
    return replace(before, line=[*before.line, last], only_new=True)


def _with_topic(text: str, about: Sequence[str]) -> str:
    text = text.rstrip()
    end = len(text.rstrip("?!. "))
    return f"{text[:end]} ({' '.join(about)}){text[end:]}" if about else text


def shown_rows(line: Talk, library: Library) -> frozenset[int]:
    """Return the sentence rows of a library that a line has shown."""
    catalogue = library.catalogue
    number = {library.stored[row].article.article_id: row for row in quoted_articles(line, library)}
    rows: set[int] = set()
    for quote in (quote for exchange in line for quote in exchange.quotes):
        if quote.article_id in number:
            rows.update(_rows_of(quote, number[quote.article_id], library))
    return frozenset(rows)


def _rows_of(quote: QuotedSpan, article: int, library: Library) -> list[int]:
    catalogue = library.catalogue
    passages = [row for row, owner in enumerate(catalogue.article_of) if owner == article]
    first, last = catalogue.sentence_start[passages[0]], catalogue.sentence_start[passages[-1] + 1]
    shown = Span(quote.start, quote.end)
    return [row for row in range(int(first), int(last)) if catalogue.sentence_spans[row].overlaps(shown)]
