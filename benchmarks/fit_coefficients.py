"""Fits `retrieval/coefficients.json`: `python -m benchmarks.fit_coefficients MULTIHOP_DIR SQUAD.json [--write]`.

What the real pipeline finds for each question of both sets is the training data. First it fits on one
half of each set and reports on the other, both ways; then, with `--write`, on everything.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from benchmarks.corpora import Corpus, indexed, read_multihop, read_squad
from benchmarks.linear_fitting import Example, Weights, fit_all, ranked
from benchmarks.run import ASKED_AT, HITS
from benchmarks.scoring import auroc, score_multihop, score_squad
from benchmarks.spread import spread
from retrieval.asking.answers.windows import LENGTH_PRICE, join_sentences, span_of
from retrieval.asking.question.question import shape_of
from retrieval.asking.reading.linear_reader import LinearReader
from retrieval.asking.search.candidates import Candidates
from retrieval.domain.libraries import SHARED_LIBRARY

TARGET = Path(__file__).parent.parent / "retrieval" / "asking" / "search" / "coefficients.json"


@dataclass(frozen=True, slots=True)
class Labelled:
    """An example with the question it came from and the half it belongs to."""

    corpus: str
    question: dict[str, Any]
    half: int
    example: Example


async def collect(corpus: Corpus, data: Path | None) -> list[Labelled]:
    """Return an example a question: what the pipeline finds, and which of it is right."""
    field = "query" if corpus.name == "multihop" else "question"
    halves = _halves(corpus)
    collected = []
    async with indexed(corpus, data) as engine:
        for question in track(corpus.questions, description=f"Asking {corpus.name}", transient=True):
            found = await engine.candidates(question[field], library=SHARED_LIBRARY, asked_at=ASKED_AT)
            if found is not None:
                example = _multihop(question, found) if corpus.name == "multihop" else _squad(question, found)
                collected.append(Labelled(corpus.name, question, halves[question[field]], example))
    return collected


def _halves(corpus: Corpus) -> dict[str, int]:
    """Split MultiHop-RAG by question, SQuAD by article title, so that no paragraph is on both sides."""
    if corpus.name == "multihop":
        return {question["query"]: number % 2 for number, question in enumerate(corpus.questions)}
    titles = list(dict.fromkeys(draft.credit.title for draft in corpus.drafts))
    half = {title: number % 2 for number, title in enumerate(titles)}
    return {question["question"]: half[question["title"]] for question in corpus.questions}


def _multihop(question: dict[str, Any], found: Candidates) -> Example:
    facts = ["".join(entry["fact"].split()) for entry in question["evidence_list"]]
    bodies = ["".join(text.split()) for text in _passages(found)]
    said = ["".join(text.split()) for text in _sentences(found)]
    return Example(
        "multihop",
        found,
        np.array([any(fact in body for fact in facts) for body in bodies], np.bool_),
        np.array([any(f in text or (len(text) > 30 and text in f) for f in facts) for text in said], np.bool_),
        question["question_type"] != "null_query",
    )


def _squad(question: dict[str, Any], found: Candidates) -> Example:
    catalogue, evidence = found.library.catalogue, found.evidence
    answerable = not question["is_impossible"]
    texts = [article.text for article in catalogue.articles]
    right = [answerable and texts[catalogue.article_of[row]] == question["context"] for row in evidence.rows]
    answers = [answer["text"] for answer in question["answers"]]
    held = [
        right[owner] and any(answer in text for answer in answers)
        for owner, text in zip(evidence.owner, _sentences(found), strict=True)
    ]
    return Example(
        "squad",
        found,
        np.array(right, np.bool_),
        np.array(held, np.bool_),
        answerable,
    )


def _passages(found: Candidates) -> list[str]:
    catalogue = found.library.catalogue
    return [
        catalogue.passages[row].span.of(catalogue.articles[catalogue.article_of[row]].text)
        for row in found.evidence.rows
    ]


def _sentences(found: Candidates) -> list[str]:
    catalogue, evidence = found.library.catalogue, found.evidence
    return [
        catalogue.sentence_text(int(sentence), int(evidence.rows[owner]))
        for sentence, owner in zip(evidence.sentences, evidence.owner, strict=True)
    ]


def line_of(labelled: Labelled, weights: Weights) -> dict[str, Any]:
    """Return the run line that some weights give for an example."""
    candidates = labelled.example.candidates
    catalogue, evidence = candidates.library.catalogue, candidates.evidence
    shape = shape_of(candidates.question)
    passages = ranked(labelled.example, weights)
    reading = LinearReader(weights).read(candidates, passages)
    articles = catalogue.article_of[evidence.rows]
    rows, owners = evidence.sentences[reading.numbers], articles[evidence.owner[reading.numbers]]
    lengths = evidence.lengths[reading.numbers].astype(int).tolist()
    count = 5 if labelled.corpus == "multihop" else 3
    windows = join_sentences(rows, owners, lengths, reading.scores, count, length_price=LENGTH_PRICE[shape])
    hits = []
    for candidate in spread(passages.scores, articles, evidence.own, HITS):
        passage = catalogue.passages[evidence.rows[candidate]]
        hits.append({"text": passage.span.of(catalogue.articles[articles[candidate]].text)})
    return {
        "query": labelled.question.get("query"),
        "id": labelled.question.get("id"),
        "hits": hits,
        "quotes": [span_of(w, catalogue).of(catalogue.articles[w.article].text) for w in windows],
        "refused": reading.confidence < reading.threshold,
        "confidence": reading.confidence,
    }


def report(title: str, examples: Sequence[Labelled], weights: Weights) -> None:
    """Print both sets' figures for some weights."""
    for corpus, score in (("multihop", score_multihop), ("squad", score_squad)):
        mine = [labelled for labelled in examples if labelled.corpus == corpus]
        lines = [line_of(labelled, weights) for labelled in mine]
        figures = score([labelled.question for labelled in mine], lines)
        if corpus == "multihop":
            sure = [[line["confidence"] for line, m in zip(lines, mine, strict=True) if m.example.answerable == kind]
                    for kind in (True, False)]  # fmt: skip
            figures["auroc"] = round(auroc(*sure), 4)
        print(title, corpus, json.dumps(figures), flush=True)


async def run(multihop: Path, squad: Path, *, write: bool, data: Path | None) -> None:
    """Collect, cross-fit, report, and write the coefficients if asked."""
    examples = await collect(read_multihop(multihop), data / "mh" if data else None)
    examples += await collect(read_squad(squad), data / "sq" if data else None)
    for half in (0, 1):
        weights = fit_all([labelled.example for labelled in examples if labelled.half == half])
        report(f"fitted on half {half}, other half:", [x for x in examples if x.half != half], weights)
    if write:
        weights = fit_all([labelled.example for labelled in examples])
        TARGET.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
        report("fitted on everything, everything:", examples, weights)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("multihop", type=Path, metavar="MULTIHOP_DIR")
    parser.add_argument("squad", type=Path, metavar="SQUAD.json")
    parser.add_argument("--write", action="store_true", help="fit on everything and write coefficients.json")
    parser.add_argument("--data", type=Path, help="where the indexes are kept between runs")
    arguments = parser.parse_args()
    asyncio.run(run(arguments.multihop, arguments.squad, write=arguments.write, data=arguments.data))


if __name__ == "__main__":
    main()
