"""Reads the public data sets and puts their articles into a library of their own."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.indexing import index
from bot.output.terminal import index_progress
from retrieval.domain.articles import Credit
from retrieval.domain.drafts import ArticleDraft
from retrieval.engine import Engine
from retrieval.keeping.formats.cleaning import clean_text

WORKPLACE = Path("data/benchmarks")
"""Where indexes are kept between runs, so that a second run encodes nothing."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Articles and the questions asked of them; a question keeps its data set's own fields."""

    name: str
    drafts: tuple[ArticleDraft, ...]
    questions: tuple[dict[str, Any], ...]


def read_multihop(folder: Path) -> Corpus:
    """Read MultiHop-RAG (Tang and Yang 2024): `corpus.json` and `MultiHopRAG.json`."""
    drafts = read_multihop_articles(folder / "corpus.json")
    questions = json.loads((folder / "MultiHopRAG.json").read_text(encoding="utf-8"))
    return Corpus("multihop", drafts, tuple(questions))


def read_multihop_articles(path: Path) -> tuple[ArticleDraft, ...]:
    """Read MultiHop-RAG's `corpus.json` alone."""
    return tuple(
        ArticleDraft(
            article["url"],
            clean_text(article["body"]),
            Credit(
                title=article["title"],
                publisher=article["source"],
                byline=article["author"],
                published_at=datetime.fromisoformat(article["published_at"]).astimezone(UTC),
                url=article["url"],
            ),
        )
        for article in json.loads(path.read_text(encoding="utf-8"))
    )


def read_squad(path: Path) -> Corpus:
    """Read SQuAD 2.0 (Rajpurkar et al. 2018): each paragraph becomes an article under its article's title."""
    drafts: list[ArticleDraft] = []
    questions: list[dict[str, Any]] = []
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        title = article["title"].replace("_", " ")
        for number, paragraph in enumerate(article["paragraphs"]):
            drafts.append(
                ArticleDraft(f"squad:{title}#{number}", clean_text(paragraph["context"]), Credit(title=title))
            )
            questions += (
                {**qa, "title": title, "context": clean_text(paragraph["context"])} for qa in paragraph["qas"]
            )
    return Corpus("squad", tuple(drafts), tuple(questions))


@asynccontextmanager
async def indexed(corpus: Corpus, data_dir: Path | None) -> AsyncIterator[Engine]:
    """Open an engine whose shared library holds the corpus; what an earlier run indexed is kept."""
    console = Console(stderr=True)
    engine = await Engine.open(data_dir or WORKPLACE / corpus.name)
    try:
        await engine.ready()
        with index_progress(console) as progress:
            report = await index(engine, corpus.drafts, progress=progress)
        console.print(
            f"{corpus.name}: {report.added + report.changed} articles indexed, {report.unchanged} unchanged, "
            f"{report.passages} passages encoded in {report.seconds:.0f} s"
        )
        yield engine
    finally:
        await engine.close()
