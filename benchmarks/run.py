"""Asks a corpus all its questions through the real pipeline and writes what came back, a line each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.progress import track

from retrieval.asking.answers.decision import Explanation
from retrieval.domain.answers import NoAnswer
from retrieval.domain.articles import Article
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.engine import Engine

ASKED_AT = datetime(2024, 1, 1, tzinfo=UTC)
"""The moment of asking, so that a run can be repeated; MultiHop-RAG's articles end in December 2023."""

HITS = 10


async def ask_all(engine: Engine, questions: Sequence[dict[str, Any]], *, field: str) -> list[dict[str, Any]]:
    """Return a line a question: its text, the passages found, the quotes, and whether it was refused."""
    lines = []
    for question in track(questions, description="Asking", transient=True):
        explained = await engine.explain(question[field], libraries=[SHARED_LIBRARY], asked_at=ASKED_AT)
        lines.append({"query": question[field], **line_of(explained)})
    return lines


def line_of(explained: Explanation) -> dict[str, Any]:
    """Return an explanation as the benchmarks' run files hold it."""
    passages = passages_of(explained)
    return {
        "hits": [{"text": text, "url": article.credit.url} for article, text in passages],
        "quotes": [quote.text for quote in explained.quotes],
        "refused": isinstance(explained.outcome, NoAnswer),
        "confidence": explained.outcome.confidence,
    }


def passages_of(explained: Explanation) -> list[tuple[Article, str]]:
    """Return the best passages of the surest library, best first, each beside its article; none where nothing is."""
    if not explained.found:
        return []
    best = explained.found[0]
    catalogue = best.library.catalogue
    rows = [best.evidence.rows[candidate] for candidate in best.ranked.read[:HITS]]
    found = [(catalogue.articles[catalogue.article_of[row]], catalogue.passages[row].span) for row in rows]
    return [(article, span.of(article.text)) for article, span in found]


def write_lines(path: Path, lines: Sequence[dict[str, Any]]) -> None:
    """Write one JSON object a line."""
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
