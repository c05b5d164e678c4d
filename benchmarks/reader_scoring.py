"""Scores answers to readers' questions: which quote holds what was expected, and what was refused.

`first`: the first quote holds it; `any`: one of the quotes does, or, of a question with `all`, each of its
parts stands in one; `refused`: answerable questions that were refused; `must_refuse`: of those that have no
answer, the share refused; `source`: of the answers with a stated source, the share credited to it in the text.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Any

JSON = dict[str, Any]


def plain(text: str) -> str:
    """Return a text for comparing: case, blanks and typographic marks do not count."""
    return " ".join(text.replace("’", "'").replace("“", '"').replace("”", '"').split()).casefold()


def score_readers(questions: Sequence[JSON], lines: Sequence[JSON]) -> JSON:
    """Return the figures of a run, and its counts by kind of question."""
    counts: Counter[str] = Counter()
    kinds: dict[str, Counter[str]] = {}
    words: list[int] = []
    for question, line in zip(questions, lines, strict=True):
        kind = kinds.setdefault(question["kind"], Counter(n=0))
        marks = _unanswerable(line) if question["expected"] is None else _answerable(question, line)
        kind["n"] += 1
        kind.update(marks)
        counts.update(marks)
        if question["expected"] is not None and line["answered"]:
            words.append(len(line["quotes"][0]["text"].split()))
    answerable, impossible = max(counts["answerable"], 1), max(counts["impossible"], 1)
    return {
        "n": counts["answerable"],
        "first": round(counts["first"] / answerable, 3),
        "any": round(counts["any"] / answerable, 3),
        "refused": round(counts["refused"] / answerable, 3),
        "source": round(counts["source_right"] / max(counts["source_stated"], 1), 3),
        "must_refuse": round(counts["rightly_refused"] / impossible, 3),
        "null": counts["impossible"],
        "words": statistics.median(words or [0]),
        "kinds": {kind: dict(marks) for kind, marks in sorted(kinds.items())},
    }


def _unanswerable(line: JSON) -> dict[str, int]:
    return {"impossible": 1, "rightly_refused": int(not line["answered"])}


def _answerable(question: JSON, line: JSON) -> dict[str, int]:
    groups = [list(entry["any"]) for entry in question["expected"]]
    every = question.get("all")
    for also in question.get("also") or []:
        stands_for = also.get("for")
        groups[stands_for if every and isinstance(stands_for, int) else 0] += also["any"]
    if not every:
        groups = [[words for group in groups for words in group]]
    texts = [plain(quote["text"]) for quote in line["quotes"]] if line["answered"] else []
    places = [next((n for n, text in enumerate(texts) if any(plain(w) in text for w in g)), None) for g in groups]
    needed = every if isinstance(every, int) and not isinstance(every, bool) else len(groups)
    held = [place for place in places if place is not None]
    found = len(held) >= needed
    marks = {"answerable": 1, "first": int(0 in held), "any": int(found), "refused": int(not line["answered"])}
    if question.get("source") and found:
        credited = (line["quotes"][held[0]].get("attribution") or {}).get("source")
        marks |= {"source_stated": 1, "source_right": int(bool(credited and _same_name(credited, question["source"])))}
    return marks


def _same_name(one: str, other: str) -> bool:
    a, b = (plain(re.sub(r"\(.*?\)", "", name)) for name in (one, other))
    return bool(a and b) and (a in b or b in a or a.split()[-1] in b.split())
