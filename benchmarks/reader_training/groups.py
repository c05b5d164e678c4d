"""Writes the second stage's rows: `python -m benchmarks.reader_training.groups DATA_DIR OUT.jsonl`.

Quiz questions over the passages that a word search finds (right, near and far ones share a softmax), questions of the
public sets beside other windows of the same article, and questions made from statements (`reader_training/made.py`).
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from benchmarks.reader_training.batches import Row, word_span
from benchmarks.reader_training.data import held_out, read_rows, spoken
from benchmarks.reader_training.made import NOT_NAMES, STATEMENT, as_typed, make_questions
from retrieval.language.sentences import split_sentences

PASSAGE_CHARS = 520
COMMON = set(
    "the a an of to in on at for and or is was were are be been by with as that this it its from has have had who what "
    "when where which why how did does do many much his her their he she they will would not after before about into "
    "than more most over also said says say week year new which whose whom can could there".split()
)


def words(text: str) -> list[str]:
    """Return the words that a search counts, cut to six letters in place of stems."""
    return [w[:6] for w in re.findall(r"\w+", text.lower()) if w not in COMMON]


class Search:
    """BM25 over passages: enough to find what a reader may mistake for an answer."""

    def __init__(self, texts: Sequence[str]) -> None:
        bags = [Counter(words(text)) for text in texts]
        lengths = np.array([sum(bag.values()) for bag in bags], float)
        postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, bag in enumerate(bags):
            for word, times in bag.items():
                postings[word].append((number, times))
        self._size = len(texts)
        self._postings = {}
        for word, found in postings.items():
            rows, times = np.array(found).T
            idf = math.log(1 + (len(texts) - len(rows) + 0.5) / (len(rows) + 0.5))
            damped = times * 2.2 / (times + 1.2 * (0.25 + 0.75 * lengths[rows] / lengths.mean()))
            self._postings[word] = (rows, idf * damped)

    def best(self, question: str, many: int) -> list[int]:
        """Return the numbers of the best passages, best first."""
        scores = np.zeros(self._size)
        for word in set(words(question)):
            if word in self._postings:
                rows, weights = self._postings[word]
                scores[rows] += weights
        return [int(i) for i in np.argsort(-scores)[:many] if scores[i] > 0]


def read_passages(folder: Path) -> list[dict[str, Any]]:
    """Cut the articles of 2020 to 2022 into passages of whole sentences under a dated header."""
    passages = []
    with gzip.open(folder / "news" / "articles_2020_2022.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in track(list(file), description="Cutting"):
            article = json.loads(line)
            day = article.get("published_at")
            dated = spoken(datetime.fromisoformat(day).date()) if day else ""
            header = " – ".join(part for part in (dated, article["title"] or "") if part)
            body = article["body"]
            texts = [" ".join(s.span.of(body).split()) for s in split_sentences(body)]
            held: list[str] = []
            for text in [*(t for t in texts if len(t) > 20), None]:
                if text is None or sum(map(len, held)) + len(text) > PASSAGE_CHARS:
                    if held:
                        passages.append({"header": header, "url": article["url"], "sentences": held})
                    held = []
                if text is not None:
                    held = [*held, text]
    return passages


def row(question: str, passage: dict[str, Any], labels: list[int], **more: Any) -> Row:  # noqa: ANN401
    """Make one training row."""
    return {
        "id": next(NUMBERS), "question": question, "header": passage["header"], "sentences": passage["sentences"],
        "title": "", "labels": labels, "answers": [], "pair": "", **more,
    }  # fmt: skip


NUMBERS = count(1_000_000)


def quiz_groups(folder: Path, passages: list[dict[str, Any]], search: Search, rng: random.Random) -> Iterator[Row]:
    """Yield quiz questions over found passages: with a right one among them, and without any."""
    for asked in track(json.loads((folder / "news" / "questions_2020_2022.json").read_text()), description="Quiz"):
        pair = asked["id"].lstrip("r")
        if held_out({"set": "realtimeqa", "pair": pair}):
            continue
        answers = sorted({a for e in asked["expected"] for a in e["any"]})
        good = {e["url"] for e in asked["expected"]}
        content = set(words(asked["question"]))
        right, near = [], []
        for number in search.best(asked["question"], 24):
            passage = passages[number]
            labels = []
            for text in passage["sentences"]:
                holds = any(word_span(text, a) for a in answers)
                overlap = len(content & set(words(text)))
                sure = holds and overlap >= max(2, 0.25 * len(content)) and passage["url"] in good
                labels.append(1 if sure else -1 if holds else 0)
            # Beside a sure sentence, others that hold the answer too neither count as right nor as wrong.
            (right if 1 in labels else near).append((passage, labels))
        for turn, (passage, labels) in enumerate(right[:3]):
            others = rng.sample(near[:8], min(3, len(near[:8])))
            for found, marks in [(passage, labels), *others]:
                yield row(asked["question"], found, marks, set="quiz", kind="found", answers=answers,
                          group=f"quiz{pair}-{turn}")  # fmt: skip
        far = [(p, m) for p, m in near if not any(m) and p["url"] not in good][:3]
        for passage, labels in far:
            yield row(asked["question"], passage, labels, set="quiz", kind="far", group=f"quiz{pair}-far")


def window_groups(rows: Sequence[Row], rng: random.Random) -> Iterator[Row]:
    """Yield questions of the public sets with one or two other windows of the same article."""
    windows: dict[tuple[str, str], dict[tuple[str, ...], Row]] = defaultdict(dict)
    for r in rows:
        if r["title"] and r["set"] in {"squad2", "selqa", "qed", "tsqa"}:
            windows[r["set"], r["title"]][tuple(r["sentences"])] = r
    chances = {"squad2": 1.0, "selqa": 0.4, "qed": 0.4, "tsqa": 0.3}
    for r in rows:
        wanted = r["kind"] in {"orig", "impossible", "swap-name", "swap-year"} and r["title"]
        if not wanted or held_out(r) or rng.random() > chances.get(r["set"], 0):
            continue
        content = set(words(r["question"]))
        own = set(r["sentences"])
        others = [w for w in windows[r["set"], r["title"]].values() if not own & set(w["sentences"])]
        others = [w for w in others if not any(word_span(" ".join(w["sentences"]), a) for a in r["answers"])]
        others.sort(key=lambda w: -len(content & set(words(" ".join(w["sentences"])))))
        if not others:
            continue
        group = f"window{r['id']}"
        yield row(r["question"], r, r["labels"], set="window", kind=r["kind"], answers=r["answers"], group=group)
        for other in others[: 1 + (rng.random() < 0.5)]:
            yield row(r["question"], other, [0] * len(other["sentences"]), set="window", kind="other", group=group)


def made_groups(passages: list[dict[str, Any]], search: Search, most: int, rng: random.Random) -> Iterator[Row]:
    """Yield made questions beside their false twins, some with another passage that a search finds."""
    order = list(range(len(passages)))
    rng.shuffle(order)
    subjects = [m["subject"] for p in passages for s in p["sentences"] if (m := STATEMENT.match(s))]
    subjects = [s for s in subjects if not NOT_NAMES & set(s.split())]
    kinds: Counter[str] = Counter()
    for number in track(order, description="Making"):
        if kinds.total() >= most:
            break
        passage = passages[number]
        if len(passage["sentences"]) < 3 or zlib.crc32(passage["url"].encode()) % 10 == 0:
            continue
        text = " ".join(passage["sentences"])
        made = [(i, m) for i, s in enumerate(passage["sentences"]) for m in make_questions(s, text, subjects, rng)]
        rare = [(i, m) for i, m in made if kinds[m.kind] <= most * 0.25]
        for place, m in rng.sample(rare, min(2, len(rare))):
            kinds[m.kind] += 1
            labels = [int(i == place) for i in range(len(passage["sentences"]))]
            group = f"made{number}-{place}-{m.kind}"
            answers = [m.answer] if m.answer else []
            yield row(as_typed(m.question, rng), passage, labels, set="made", kind=m.kind, answers=answers, group=group)
            for question, kind in m.false:
                yield row(as_typed(question, rng), passage, [0] * len(labels), set="made", kind=kind, group=group)
            if rng.random() < 0.4:
                for other in search.best(m.question, 6):
                    if passages[other]["url"] != passage["url"]:
                        none = [0] * len(passages[other]["sentences"])
                        yield row(m.question, passages[other], none, set="made", kind="found", group=group)
                        break
    print(dict(kinds))


def main() -> None:
    """Read the command line and write the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("out", type=Path)
    parser.add_argument("--made", type=int, default=2600, help="how many questions to make")
    options = parser.parse_args()
    rng = random.Random(11)  # noqa: S311
    passages = read_passages(options.data)
    search = Search([f"{p['header']} {' '.join(p['sentences'])}" for p in passages])
    rows = [
        *quiz_groups(options.data, passages, search, rng),
        *window_groups(read_rows(options.data), rng),
        *made_groups(passages, search, options.made, rng),
    ]
    options.out.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    print(len(passages), len(rows), Counter((r["set"], r["kind"]) for r in rows))


if __name__ == "__main__":
    main()
