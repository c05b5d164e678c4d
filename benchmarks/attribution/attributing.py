"""Attributes articles at hand as indexing would, from what the encoder saw of them: for benchmarks and tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.domain.articles import Attribution, Span
from retrieval.keeping.attribution.extractor import Extractor, mark_article
from retrieval.keeping.attribution.network.guessing import AttributionGuess, Seen
from retrieval.keeping.attribution.rules.analysis import analyse


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """One article: text, sentences, and what the encoder saw of its passages; without that the rules answer."""

    text: str
    sentences: Sequence[Span]
    seen: Sequence[Seen] = ()


def attribute_all(extractor: Extractor, articles: Sequence[ReadArticle]) -> list[list[Attribution]]:
    """Return the attributions of each article, in reading order. Many articles at once cost less."""
    analyses = [analyse(article.text, article.sentences) for article in articles]
    seen = [(number, passage) for number, article in enumerate(articles) for passage in article.seen]
    marks = [mark_article(a.text, a.sentences, found) for a, found in zip(articles, analyses, strict=True)]
    guesses = extractor.guess([passage for _, passage in seen], [marks[number] for number, _ in seen])
    own: list[list[AttributionGuess]] = [[] for _ in articles]
    for (number, _), found in zip(seen, guesses, strict=True):
        own[number] += found
    return [
        extractor.conclude(analysis, article.sentences, found)
        for article, analysis, found in zip(articles, analyses, own, strict=True)
    ]
