"""The figures of the two retrieval benchmarks, computed as their authors do."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

Line = Mapping[str, Any]


def _strip(text: str) -> str:
    return "".join(text.split())


def score_multihop(questions: Sequence[Line], run: Sequence[Line]) -> dict[str, float]:
    """Return MultiHop-RAG's figures.

    A fact is found in a hit when, blanks removed, it is a substring of the hit's text. any@k: any of a
    question's facts is in the first k hits; evidence@k: the share of them; all@k: all of them.
    """
    gold = {question["query"]: question for question in questions}
    sums: Counter[str] = Counter()
    answerable = nulls = 0
    for line in run:
        question = gold[line["query"]]
        if question["question_type"] == "null_query":
            nulls += 1
            sums["null_refused"] += bool(line["refused"])
            continue
        answerable += 1
        sums["answerable_refused"] += bool(line["refused"])
        facts = [_strip(evidence["fact"]) for evidence in question["evidence_list"]]
        texts = [_strip(hit["text"]) for hit in line["hits"][:10]]
        found = [[fact in text for fact in facts] for text in texts]
        for k in (4, 10):
            held = [any(row[i] for row in found[:k]) for i in range(len(facts))]
            sums[f"any@{k}"] += any(held)
            sums[f"evidence@{k}"] += sum(held) / len(held)
            sums[f"all@{k}"] += all(held)
        sums["mrr@10"] += next((1 / (rank + 1) for rank, row in enumerate(found) if any(row)), 0.0)
        quotes = [_strip(quote) for quote in line["quotes"][:5]]
        sums["fact_in_quotes"] += any(fact in quote for fact in facts for quote in quotes)
        sums["words_a_quote"] += sum(len(quote.split()) for quote in line["quotes"]) / max(len(line["quotes"]), 1)
    figures = {key: value / max(answerable, 1) for key, value in sorted(sums.items()) if key != "null_refused"}
    figures["null_refused"] = sums["null_refused"] / max(nulls, 1)
    return {"answerable": answerable, "null": nulls, **{key: round(value, 4) for key, value in figures.items()}}


def score_squad(questions: Sequence[Line], run: Sequence[Line]) -> dict[str, float]:
    """Return SQuAD 2.0's figures: gold answers inside the first quotes, and how confidence tells the impossible."""
    gold = {question["id"]: question for question in questions}
    answerable = [(gold[line["id"]], line) for line in run if not gold[line["id"]]["is_impossible"]]
    impossible = [line for line in run if gold[line["id"]]["is_impossible"]]

    def hit(question: Line, quotes: Sequence[str]) -> bool:
        return any(answer["text"] in quote for answer in question["answers"] for quote in quotes)

    count = max(len(answerable), 1)
    figures = {
        "quote@1": sum(hit(question, line["quotes"][:1]) for question, line in answerable) / count,
        "quote@3": sum(hit(question, line["quotes"][:3]) for question, line in answerable) / count,
        "words@1": sum(len(line["quotes"][0].split()) for _, line in answerable if line["quotes"]) / count,
        "auroc": auroc([line["confidence"] for _, line in answerable], [line["confidence"] for line in impossible]),
        "answerable_refused": sum(line["refused"] for _, line in answerable) / count,
        "impossible_refused": sum(line["refused"] for line in impossible) / max(len(impossible), 1),
    }
    return {
        "answerable": len(answerable),
        "impossible": len(impossible),
        **{key: round(value, 4) for key, value in figures.items()},
    }


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return the probability that a positive scores above a negative, ties half."""
    if not positive or not negative:
        return 0.0
    ordered = sorted(negative)
    below = sum(bisect_left(ordered, score) + bisect_right(ordered, score) for score in positive)
    return below / 2 / (len(positive) * len(negative))
