"""Answers questions for the words of one source: "What did POLITICO say about ...?"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.asking.answers.allowing import said_by
from retrieval.asking.answers.quotes import make_quotes
from retrieval.asking.reading.findings import Findings
from retrieval.asking.reading.lacking import share_held
from retrieval.domain.answers import Quote
from retrieval.language.folding import fold, name_key
from retrieval.language.source_keys import each_of
from retrieval.language.stems import WORD, stems
from retrieval.library.layout import Library

ON_TOPIC = 0.6
"""How much of the topic's words, by rarity, an article must have for what a source says in it to be about that."""

_QUOTED = re.compile(r"[“”\"«»„]")

NEARLY_BEST = 1.5
"""How much worse, in log units, a sentence that only names the source may fit than the best of all."""


@dataclass(frozen=True, slots=True)
class WordsOfSource:
    """What a library has of one source: the quotes that are on the topic, and any at all."""

    on_topic: tuple[Quote, ...] = ()
    any: tuple[Quote, ...] = ()


def keys_of_source(source: str, libraries: Sequence[Library]) -> list[str]:
    """Return under which keys to look up whom a question names: of "Dahl and Lund" both, if that is no one name."""
    whole = name_key(source)
    return [whole] if _is_key(whole, libraries) else [name_key(one) for one in each_of(source)] or [whole]


def is_known(source: str, libraries: Sequence[Library]) -> bool:
    """Tell whether a library credits anything to a source, or has an article that it published."""
    return any(_is_key(key, libraries) for key in keys_of_source(source, libraries))


def _is_key(key: str, libraries: Sequence[Library]) -> bool:
    return any(library.credited_to(key) or library.published_by(key) for library in libraries)


def words_of(
    key: str, topic: Sequence[str], library: Library, search: Callable[[Sequence[int]], Findings | None], count: int
) -> WordsOfSource:
    """Return up to `count` quotes credited to a source or published by it, by the key of its name.

    `topic` are the stems of what is asked; `search` looks for the question in some articles of the library only.
    """
    credited = {(found.article, found.attribution) for found in library.credited_to(key)}
    published = set(library.published_by(key))
    articles = sorted({article for article, _ in credited} | published)
    findings = search(articles) if articles else None
    if findings is None:
        return WordsOfSource()
    said, fits = said_by(library, credited, published), _on_topic(findings, topic)
    return WordsOfSource(
        make_quotes(findings, count, allowed=lambda row: said(row) and fits(row)),
        make_quotes(findings, count, allowed=said),
    )


def naming(source: str, topic: Sequence[str], findings: Findings, count: int) -> tuple[Quote, ...]:
    """Return quotes that name a source, hold somebody's words, and answer nearly as well as any.

    Who is credited in them is shown as ever. Without a topic nothing tells that they are the source's.
    """
    if not topic:
        return ()
    library, fits = findings.library, _on_topic(findings, topic)
    called = fold([match.group() for match in WORD.finditer(source)][-1])

    def names_it(row: int) -> bool:
        sentence = library.sentence(row)
        said = sentence.attribution is not None or _QUOTED.search(sentence.text) is not None
        return said and called in {fold(match.group()) for match in WORD.finditer(sentence.text)} and fits(row)

    best = make_quotes(findings, 1)
    found = make_quotes(findings, count, allowed=names_it)
    return tuple(quote for quote in found if best and quote.score >= best[0].score - NEARLY_BEST)


def _on_topic(findings: Findings, topic: Sequence[str]) -> Callable[[int], bool]:
    """Return which sentence rows are about a topic.

    Their article has most of its words, and they themselves have one, or the reader holds that they answer.
    """
    library = findings.library
    rows = findings.evidence.sentences[findings.sentences]
    answering = {int(row) for row, logit in zip(rows, findings.reading.close.logits, strict=True) if logit > 0}
    wanted = frozenset(topic)
    held: dict[int, bool] = {}

    def fits(row: int) -> bool:
        sentence = library.sentence(row)
        if sentence.article not in held:
            held[sentence.article] = share_held(library, sentence.article, topic) >= ON_TOPIC
        return held[sentence.article] and (row in answering or not wanted or bool(wanted & set(stems(sentence.text))))

    return fits
