"""Fits `coefficients.json`: `python -m benchmarks.fit_coefficients MULTIHOP_DIR SQUAD.json [QUIZ.json QUESTIONS.json]`.

What the real pipeline finds for each question is the training data. First it fits on one half of each set and
reports on the other, both ways; then, with `--write`, on everything. With `--passages` it fits the order of
passages alone; what the reader reads depends on that, so that the rest must be fitted again after it.

QUIZ.json and QUESTIONS.json are news articles and questions as `benchmarks.readers` takes them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from benchmarks.corpora import Corpus, indexed, read_multihop, read_multihop_articles, read_squad
from benchmarks.linear_fitting import Example, Weights, fit_confidence, fit_passages, fit_sentences
from benchmarks.reader_scoring import plain
from benchmarks.run import ASKED_AT
from benchmarks.scoring import auroc
from retrieval.asking.reading.close_reading import read_closely
from retrieval.asking.reading.reader import judge
from retrieval.asking.search.candidates import Candidates, rank_passages
from retrieval.asking.search.linear import stored_coefficients
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.neural.reader import ReadsPassages, load_reader

SHORT = 25
"""Characters up to which an expected text may stand in any article by chance."""

TARGET = Path(__file__).parent.parent / "retrieval" / "asking" / "search" / "coefficients.json"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question's candidates, and which of their passages and sentences are right."""

    corpus: str
    half: int
    candidates: Candidates
    right_passages: np.ndarray
    right_sentences: np.ndarray
    answerable: bool


async def collect(corpus: Corpus, data: Path | None) -> list[Labelled]:
    """Return what the pipeline finds for each question; nothing is read yet."""
    collected = []
    async with indexed(corpus, data) as engine:
        for number, question in enumerate(track(corpus.questions, description=f"Asking {corpus.name}")):
            text = question.get("query") or question["question"]
            at = datetime.fromisoformat(question["asked_at"]) if "asked_at" in question else ASKED_AT
            found = await engine.candidates(text, libraries=[SHARED_LIBRARY], asked_at=at)
            for candidates in found:
                passages, sentences, answerable = LABELS[corpus.name](question, candidates)
                half = number % 2 if corpus.name != "squad" else len(question["title"]) % 2
                collected.append(Labelled(corpus.name, half, candidates, passages, sentences, answerable))
    return collected


def _plain(text: str) -> str:
    return "".join(text.split())


def _multihop(question: dict[str, Any], found: Candidates) -> tuple[np.ndarray, np.ndarray, bool]:
    facts = [_plain(entry["fact"]) for entry in question["evidence_list"]]
    bodies, said = ([_plain(text) for text in texts] for texts in (_passages(found), _sentences(found)))
    return (
        np.array([any(fact in body for fact in facts) for body in bodies], np.bool_),
        np.array([any(f in text or (len(text) > 30 and text in f) for f in facts) for text in said], np.bool_),
        question["question_type"] != "null_query",
    )


def _squad(question: dict[str, Any], found: Candidates) -> tuple[np.ndarray, np.ndarray, bool]:
    catalogue, evidence = found.library.catalogue, found.evidence
    answerable = not question["is_impossible"]
    texts = [catalogue.articles[article].text for article in catalogue.article_of[evidence.rows]]
    right = [answerable and text == question["context"] for text in texts]
    answers = [answer["text"] for answer in question["answers"]]
    held = [
        right[owner] and any(answer in text for answer in answers)
        for owner, text in zip(evidence.owner, _sentences(found), strict=True)
    ]
    return np.array(right, np.bool_), np.array(held, np.bool_), answerable


def _quiz(question: dict[str, Any], found: Candidates) -> tuple[np.ndarray, np.ndarray, bool]:
    """Return the sentences that hold an expected text; where that is short, only of the article that is named."""
    catalogue, evidence = found.library.catalogue, found.evidence
    entries = [*(question["expected"] or []), *(question.get("also") or [])]
    wanted = [(entry["url"], plain(words)) for entry in entries for words in entry["any"]]
    held = np.zeros(len(evidence.sentences), np.bool_)
    for number, text in enumerate(map(plain, _sentences(found))):
        url = catalogue.articles[catalogue.article_of[evidence.rows[evidence.owner[number]]]].credit.url
        held[number] = any(
            (words in text or (len(text) > SHORT and text in words)) and (len(words) > SHORT or url == where)
            for where, words in wanted
        )
    right = np.array([held[evidence.owner == number].any() for number in range(len(evidence.rows))], np.bool_)
    return right, held, question["expected"] is not None


LABELS = {"multihop": _multihop, "squad": _squad, "quiz": _quiz}


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


def read_all(model: ReadsPassages, labelled: Sequence[Labelled]) -> list[tuple[int, Example]]:
    """Have the model read for each question; returns the half of each beside the example."""
    examples = []
    for one in track(labelled, description="Reading"):
        ranked = rank_passages(one.candidates)
        close = read_closely(model, one.candidates, ranked)
        example = Example(
            one.corpus, one.candidates, ranked, close, one.right_passages, one.right_sentences, one.answerable
        )
        examples.append((one.half, example))
    return examples


def fit_reading(examples: Sequence[Example]) -> Weights:
    """Fit sentences and confidence below the stored order of passages."""
    sentences = fit_sentences(examples)
    return {"sentence": sentences, "confidence": fit_confidence(examples, sentences)}


def report(title: str, examples: Sequence[Example], weights: Weights) -> None:
    """Print, for each set, how often the best sentence is right, and how well the answerable are told."""
    for corpus in sorted({example.group for example in examples}):
        mine = [example for example in examples if example.group == corpus]
        first, sure, unsure, refused, rightly = [], [], [], [], []
        for example in mine:
            reading = judge(example.candidates, example.ranked, example.close, weights)
            (sure if example.answerable else unsure).append(reading.confidence)
            (refused if example.answerable else rightly).append(reading.confidence < reading.threshold)
            if example.answerable:
                first.append(bool(example.right_sentences[reading.close.numbers[int(np.argmax(reading.scores))]]))
        figures = {
            "n": len(mine),
            "first_sentence": round(float(np.mean(first)), 3),
            "auroc": round(auroc(sure, unsure), 3) if sure and unsure else None,
            "refused": round(float(np.mean(refused)), 3),
            "must_refuse": round(float(np.mean(rightly)), 3) if rightly else None,
        }
        print(title, corpus, json.dumps(figures), flush=True)


def passage_weights(labelled: Sequence[Labelled]) -> Weights:
    """Fit the order of passages."""
    examples = [(one.candidates, one.right_passages) for one in labelled if one.answerable and one.right_passages.any()]
    return {"passage": fit_passages(examples)}


async def collect_all(sets: Sequence[Corpus], data: Path | None) -> list[Labelled]:
    """Collect all sets."""
    return [one for corpus in sets for one in await collect(corpus, data / corpus.name if data else None)]


def fit(labelled: Sequence[Labelled], *, passages: bool, write: bool) -> None:
    """Cross-fit, report, and write the coefficients if asked."""
    if passages:
        fitted = passage_weights(labelled)
    else:
        examples = read_all(load_reader(), labelled)
        for half in (0, 1):
            weights = fit_reading([example for number, example in examples if number == half])
            report(f"fitted on half {half}, other half:", [e for number, e in examples if number != half], weights)
        fitted = fit_reading([example for _, example in examples])
        report("fitted on all:", [example for _, example in examples], fitted)
    if write:
        stored = {**stored_coefficients(), **fitted}
        TARGET.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("multihop", type=Path, metavar="MULTIHOP_DIR")
    parser.add_argument("squad", type=Path, metavar="SQUAD.json")
    parser.add_argument("quiz", type=Path, nargs="*", metavar="QUIZ.json QUESTIONS.json")
    parser.add_argument("--every", type=int, nargs=2, default=(1, 1), help="take every Nth question of the two sets")
    parser.add_argument("--passages", action="store_true", help="fit the order of passages alone")
    parser.add_argument("--write", action="store_true", help="write what was fitted on everything")
    parser.add_argument("--data", type=Path, help="where the indexes are kept between runs, a folder a set")
    parser.add_argument("--cache", type=Path, help="a file that keeps what was found between runs")
    arguments = parser.parse_args()
    multihop, squad = read_multihop(arguments.multihop), read_squad(arguments.squad)
    sets = [
        Corpus(multihop.name, multihop.drafts, multihop.questions[:: arguments.every[0]]),
        Corpus(squad.name, squad.drafts, squad.questions[:: arguments.every[1]]),
    ]
    if arguments.quiz:
        articles, questions = arguments.quiz
        asked = json.loads(questions.read_text(encoding="utf-8"))
        sets.append(Corpus("quiz", read_multihop_articles(articles), tuple(asked)))
    cache = arguments.cache
    if cache is not None and cache.exists():
        labelled = pickle.loads(cache.read_bytes())  # noqa: S301 - written by this command
    else:
        labelled = asyncio.run(collect_all(sets, arguments.data))
        if cache is not None:
            cache.write_bytes(pickle.dumps(labelled))
    fit(labelled, passages=arguments.passages, write=arguments.write)


if __name__ == "__main__":
    main()
