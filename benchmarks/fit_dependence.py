"""Fits what tells whether a question stands alone: `benchmarks.fit_dependence TASK.json --data DIR --unrelated FILE`.

TASK is one of `benchmarks.followups`; DIR holds its index (no encoder runs here). A turn's question after its own
talk needs that talk, unless the person's rewrite is the same; the rewrite after another talk does not, nor after its
own. People also ask shorter than in that data: "what about NOUN?" is made of a word of the article that was quoted,
which goes on, and of a name in another article's title, which does not. And they ask what no article is about: FILE
(gzipped JSON lines with "set" and "question") gives questions that people typed into a search box, each after
some talk, which stand alone although the library knows nothing of them. Everything is taken once more in small
letters. Prints how well dialogs are told that were left out (five folds).
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.followups import read_task, talk_of
from benchmarks.linear_fitting import fit_logistic
from benchmarks.scoring import auroc
from retrieval.asking.talk.dependence_figures import dependence_figures
from retrieval.domain.articles import Article
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.domain.talk import Exchange
from retrieval.language.stems import WORD, is_content, stem
from retrieval.library.layout import Library
from retrieval.library.live import LiveLibraries
from retrieval.store import LibraryStore

FOLDS = 5
RIDGE = 1e-3
SHORT = (
    "what about {}?", "and {}?", "what about the {}?", "and the {}?", "any news on {}?", "what happened with the {}?",
    "what is the latest on {}?", "how is {} doing?", "what was said about {}?", "what happened in {}?", "why the {}?",
    "who is behind the {}?", "{}?",
)  # fmt: skip
TYPED = frozenset({"qed"})
"""The sets of `train.jsonl.gz` whose questions stand alone: QED's are Natural Questions'."""

TAKEN_FOR_FOLLOWUPS = 0.03
"""The share of stand-alone questions after another talk that the threshold lets through as follow-ups."""


@dataclass(frozen=True, slots=True)
class Example:
    """One question: the dialog it is of, its figures, whether it needs the talk, and how much it counts."""

    dialog: str
    figures: dict[str, float]
    depends: bool
    weight: float
    switched: bool


def examples_of(turns: Sequence[dict[str, Any]], library: Library, articles: Sequence[Article]) -> list[Example]:
    """Return the examples of a task's turns."""
    found = []
    for turn in turns:
        kind, dialog = turn["id"].rsplit(":", 1)[1], turn["id"].split(":")[0]
        talk = talk_of(turn, articles)
        if not talk:
            continue
        same = turn["question"].casefold().strip(" ?") == turn["rewrite"].casefold().strip(" ?")
        if kind in ("followup", "lower") and not same:
            found.append(_example(dialog, turn["question"], talk, library, depends=True, weight=1.0))
            typed = turn["rewrite"] if kind == "followup" else turn["rewrite"].lower()
            found.append(_example(dialog, typed, talk, library, depends=False, weight=0.3))
        elif kind == "switch":
            found += [
                _example(dialog, typed, talk, library, depends=False, weight=1.0, switched=True)
                for typed in (turn["question"], turn["question"].lower())
            ]
    return found


def short_examples(turns: Sequence[dict[str, Any]], library: Library, articles: Sequence[Article]) -> list[Example]:
    """Return two short questions a turn: one of a word of the quoted article, one of another article's title."""
    rng = random.Random(11)  # noqa: S311 - chooses examples
    found = []
    for turn in turns:
        kind, dialog = turn["id"].rsplit(":", 1)[1], turn["id"].split(":")[0]
        talk = talk_of(turn, articles)
        quoted = {quote.article_id for exchange in talk for quote in exchange.quotes}
        if kind != "followup" or not quoted:
            continue
        own = next(article for article in articles if article.article_id in quoted)
        other = rng.choice([article for article in articles if article.article_id not in quoted])
        inside = _rarest(own.text, library, rng)
        outside = " ".join((other.credit.title or "").split(":")[0].split()[:3])
        for words, depends in ((inside, True), (outside, False)):
            if words:
                typed = rng.choice(SHORT).format(words)
                typed = typed.lower() if rng.random() < 0.5 else typed
                found.append(_example(dialog, typed, talk, library, depends=depends, weight=0.5, switched=not depends))
    return found


def unrelated_examples(turns: Sequence[dict[str, Any]], asked: Sequence[str], library: Library,
                       articles: Sequence[Article]) -> list[Example]:  # fmt: skip
    """Return one question a follow-up turn that has nothing to do with its talk, nor with any article."""
    followups = [turn for turn in turns if turn["id"].endswith(":followup")]
    order = random.Random(17).sample(asked, min(len(asked), len(followups)))  # noqa: S311 - chooses examples
    found = []
    for turn, typed in zip(followups, order, strict=False):
        talk = talk_of(turn, articles)
        if talk:
            dialog = turn["id"].split(":")[0]
            found.append(_example(dialog, typed, talk, library, depends=False, weight=1.0, switched=True))
    return found


def read_unrelated(path: Path) -> list[str]:
    """Return the distinct questions of a file that people typed into a search box."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return sorted({line["question"] for line in map(json.loads, lines) if line["set"] in TYPED})


def _rarest(text: str, library: Library, rng: random.Random) -> str:
    """Return one of the ten rarest words of a text in small letters."""
    distinct = sorted({match.group() for match in WORD.finditer(text) if match.group().islower()})
    rarity = library.rarity([stem(word) for word in distinct])
    rarest = [distinct[i] for i in np.argsort(-rarity, kind="stable")[:10] if is_content(distinct[i])]
    return rng.choice(rarest) if rarest else ""


def _example(
    dialog: str, question: str, talk: Sequence[Exchange], library: Library, *, depends: bool, weight: float,
    switched: bool = False,
) -> Example:  # fmt: skip
    figures = dependence_figures(question, talk, [library])
    row = dict(zip(figures.names, figures.table[0].tolist(), strict=True))
    return Example(dialog, row, depends, weight, switched)


def fit(examples: Sequence[Example]) -> dict[str, float]:
    """Fit the weights, an intercept among them."""
    names = list(examples[0].figures)
    table = np.array([[example.figures[name] for name in names] for example in examples])
    right = np.array([example.depends for example in examples])
    weights, intercept = fit_logistic(table, right, np.array([example.weight for example in examples]), RIDGE)
    return {**dict(zip(names, weights.tolist(), strict=True)), "intercept": intercept}


def probabilities(examples: Sequence[Example], weights: dict[str, float]) -> list[float]:
    """Return how probably each example needs its talk."""
    sums = [
        weights["intercept"] + sum(value * weights[name] for name, value in example.figures.items())
        for example in examples
    ]
    return [float(1 / (1 + np.exp(-total))) for total in sums]


async def run(task: Path, data: Path, unrelated: Path) -> dict[str, float]:
    """Collect, fit, print; returns the weights with the threshold."""
    _, turns = read_task(task)
    store = await LibraryStore.open(data / "library.db")
    try:
        library = LiveLibraries(store).open(SHARED_LIBRARY)
        articles = [stored.article for stored in library.stored.values()]
        examples = [
            *examples_of(turns, library, articles),
            *short_examples(turns, library, articles),
            *unrelated_examples(turns, read_unrelated(unrelated), library, articles),
        ]
    finally:
        await store.close()
    dialogs = sorted({example.dialog for example in examples})
    random.Random(5).shuffle(dialogs)  # noqa: S311 - chooses folds
    fold = {dialog: number % FOLDS for number, dialog in enumerate(dialogs)}
    told: list[tuple[Example, float]] = []
    for number in range(FOLDS):
        weights = fit([example for example in examples if fold[example.dialog] != number])
        left = [example for example in examples if fold[example.dialog] == number]
        told += zip(left, probabilities(left, weights), strict=True)
    switched = sorted((p for example, p in told if example.switched), reverse=True)
    needing = [p for example, p in told if example.depends]
    own = [p for example, p in told if not example.depends and not example.switched]
    threshold = switched[int(TAKEN_FOR_FOLLOWUPS * len(switched))]
    figures = {
        "examples": len(told),
        "auroc_switched": auroc(needing, switched),
        "threshold": threshold,
        "followups_found": float(np.mean([p >= threshold for p in needing])),
        "rewrites_of_the_talk_taken": float(np.mean([p >= threshold for p in own])),
    }
    print(json.dumps(figures))
    return {key: round(value, 4) for key, value in {**fit(examples), "threshold": threshold}.items()}


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", type=Path, metavar="TASK.json", help="the articles and the turns")
    parser.add_argument("--data", type=Path, required=True, help="the index that `benchmarks.followups` has made")
    parser.add_argument("--unrelated", type=Path, required=True, help="questions that no article is about")
    parser.add_argument("--out", type=Path, default=Path("retrieval/asking/talk/dependence.json"))
    arguments = parser.parse_args()
    weights = asyncio.run(run(arguments.task, arguments.data, arguments.unrelated))
    arguments.out.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
