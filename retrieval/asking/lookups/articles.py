"""Finds articles by what they are about."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.language.stems import WORD, is_content, stem
from retrieval.library.layout import Library


def articles_about(libraries: Sequence[Library], topic: str, limit: int) -> list[str]:
    """Return the ids of up to `limit` articles whose text or title has every content word of `topic`, best first.

    The order is BM25's over whole articles, which is of the same scale in each library.
    """
    stems = [stem(match.group()) for match in WORD.finditer(topic) if is_content(match.group())]
    if not stems:
        return []
    found: list[tuple[float, str]] = []
    for library in libraries:
        terms = library.term_ids(stems)
        best = library.best_articles(terms, limit, every=True)
        found += [(-weight, library.stored[number].article.article_id) for number, weight in best]
    return [article_id for _, article_id in sorted(found)[:limit]]
