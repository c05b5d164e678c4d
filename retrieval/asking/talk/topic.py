"""The words that a line of talk was about, to be added to a question that does not say them itself."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.asking.question.intent import asks_who_said, read_intent
from retrieval.domain.articles import Span
from retrieval.domain.talk import Exchange, Talk
from retrieval.language.folding import fold, words
from retrieval.language.outlets import find_publishers
from retrieval.language.proper_names import looks_like_name
from retrieval.language.stems import stem
from retrieval.language.word_lists import STOP, bare
from retrieval.library.layout import Library

MOST_WORDS = 8
"""More words of earlier questions would outweigh the question's own."""

LATER_QUESTIONS = 2
"""Of how many questions after the one that opened the line the names are taken too."""


def topic_of(line: Talk, question: str, libraries: Sequence[Library]) -> tuple[str, ...]:
    """Return names, else telling words, of a line of talk that a question lacks, the line's opening ones first.

    `line` begins with a question that stood alone. A question without words of its own ("why?") also gets those of
    the question before it.
    """
    has = {stem(word) for word in words(question)}
    opening = _names(line[0], libraries) or _telling(line[0], libraries)
    later = [name for exchange in line[1:][-LATER_QUESTIONS:] for name in _names(exchange, libraries)]
    candidates = [*opening, *later]
    if not _content(question):
        candidates += _telling(line[-1], libraries)
    found: list[str] = []
    count = 0
    for phrase in candidates:
        parts = phrase.split()
        fresh = [part for part in parts if stem(bare(part)) not in has]
        if not fresh or count + len(parts) > MOST_WORDS:
            continue
        has.update(stem(bare(part)) for part in parts)
        count += len(parts)
        found.append(phrase)
    return tuple(found)


def _names(exchange: Exchange, libraries: Sequence[Library]) -> list[str]:
    """Return the names in a question, as the articles write them where it is all in small letters."""
    text = _without_publishers(exchange.question, libraries)
    found = list(read_intent(text).names)
    named = {fold(word) for name in found for word in words(name)}
    run: list[str] = []
    for word in [*words(text), ""]:
        if word and fold(bare(word)) not in named and fold(bare(word)) not in STOP and looks_like_name(bare(word)):
            run.append(_as_written(bare(word), libraries))
        elif run:
            found.append(" ".join(run))
            run = []
    return found


def _telling(exchange: Exchange, libraries: Sequence[Library]) -> list[str]:
    """Return the content words of a question, but for those that tell who publishes."""
    text = _without_publishers(exchange.question, libraries)
    intent = read_intent(text)
    return list(intent.topic_terms if asks_who_said(text) else intent.terms)


def _content(question: str) -> list[str]:
    return [word for word in words(question) if fold(bare(word)) not in STOP]


def _without_publishers(text: str, libraries: Sequence[Library]) -> str:
    spans = [mention.span for mention in find_publishers(text, [library.publisher_names for library in libraries])]
    for span in sorted(spans, key=lambda span: -span.start):
        text = _cut(text, span)
    return text


def _cut(text: str, span: Span) -> str:
    return text[: span.start] + " " + text[span.end :]


def _as_written(word: str, libraries: Sequence[Library]) -> str:
    if word[:1].isupper():
        return word
    forms = (library.as_written(stem(word)) for library in libraries)
    return next((form for form in forms if form and form[0].isupper() and fold(form) == fold(word)), word)
