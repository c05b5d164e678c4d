"""Measures quote checking: `python -m benchmarks.quotecheck CORPUS.json --out OUT.json [--seed N] [--data DIR]`.

The cases are made from MultiHop-RAG's `corpus.json`, as many of each kind:

- exact: 8 to 30 words of an article, half of them in other typography;
- altered: the same with one to four words replaced, left out or put in, by the length;
- spliced: two halves, each of 4 to 15 words of a different article, joined;
- misattributed: exact words, said to be by another outlet;
- not_found: words of a sentence shuffled, sentences made of words from all over the corpus, sentences
  patched together from scraps of two or three words, and sentences of articles that are held out (every
  fortieth; these are checked without those articles) if no other article has ten of its words in a row.

All but the held-out ones are checked, and timed, by the engine on the whole library.

`quote_claims.py` makes a third as many of four more kinds, in a library of their own: what somebody denied, words
inside of another's, words cut off from their "not", and words at second hand. Right is whether they are confirmed as
the one's who is asked for, and of the third whether the "not" is shown.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.corpora import WORKPLACE, Corpus, indexed, read_multihop_articles
from benchmarks.indexing import index
from benchmarks.quote_claims import KINDS, make_claims
from retrieval.asking.lookups.quote_check import check_quote
from retrieval.asking.lookups.word_places import WordIndex, split_words
from retrieval.domain.drafts import ArticleDraft
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.domain.lookups import QuoteCheck, Verdict
from retrieval.engine import Engine
from retrieval.language.folding import name_key
from retrieval.library.live import LiveLibraries
from retrieval.store import LibraryStore

EVERY = 40
HELD_OUT = "held out"
MADE = "made"
HELD_OUT_RUN = 10
"""A held-out sentence with so many words in a row elsewhere is a copy, and not nowhere."""


@dataclass(frozen=True, slots=True)
class Case:
    """One text to check, what is right, and how it was made."""

    expected: Verdict
    made: str
    text: str
    speaker: str | None = None


class CaseMaker:
    """Makes cases of a corpus, always the same ones for the same seed."""

    def __init__(self, drafts: tuple[ArticleDraft, ...], held_out: tuple[ArticleDraft, ...], seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._drafts = drafts
        self._held_out = held_out
        self._words = [word for draft in drafts for word in draft.text.split()]
        self._publishers = sorted({draft.credit.publisher for draft in drafts if draft.credit.publisher})
        self._folded = [" ".join(key for key, _ in split_words(draft.text)) for draft in drafts]
        self._all = " | ".join(f" {text} " for text in self._folded)
        left_out = {draft.origin for draft in held_out}
        kept = [text for draft, text in zip(drafts, self._folded, strict=True) if draft.origin not in left_out]
        self._kept = " | ".join(f" {text} " for text in kept)

    def make(self, count: int) -> Iterator[Case]:
        """Yield `count` cases of each verdict."""
        makers: dict[Verdict, list[Callable[[], Case | None]]] = {
            Verdict.EXACT: [self._exact, self._retyped],
            Verdict.ALTERED: [self._altered],
            Verdict.SPLICED: [self._spliced],
            Verdict.MISATTRIBUTED: [self._misattributed],
            Verdict.NOT_FOUND: [self._shuffled, self._invented, self._patched, self._elsewhere],
        }
        for ways in makers.values():
            made = 0
            while made < count:
                case = ways[made % len(ways)]()
                if case is not None:
                    made += 1
                    yield case

    def _passage(self, least: int = 8, most: int = 30, draft: ArticleDraft | None = None) -> tuple[ArticleDraft, str]:
        while True:
            chosen = draft or self._random.choice(self._drafts)
            words = chosen.text.split()
            count = self._random.randint(least, most)
            if len(words) < count:
                continue
            start = self._random.randrange(len(words) - count + 1)
            passage = " ".join(words[start : start + count])
            if sum(key.isalpha() for key, _ in split_words(passage)) >= least:
                return chosen, passage

    def _exact(self) -> Case:
        return Case(Verdict.EXACT, "exact", self._passage()[1])

    def _retyped(self) -> Case:
        text = self._passage()[1].translate(str.maketrans({"’": "'", "“": '"', "”": '"', "—": " - ", "–": "-"}))
        return Case(Verdict.EXACT, "retyped", text.upper() if self._random.random() < 0.3 else f"“{text}…”")

    def _altered(self) -> Case | None:
        words = self._passage()[1].split()
        before = list(words)
        ways = []
        for _ in range(self._random.randint(1, max(1, min(4, len(words) // 6)))):
            way, at = self._random.choice(["replaced", "left out", "put in"]), self._random.randrange(1, len(words) - 1)
            words[at : at + (way != "put in")] = [] if way == "left out" else [self._random.choice(self._words)]
            ways.append(way)
        text = " ".join(words)
        if text == " ".join(before) or self._stands(text):
            return None
        return Case(Verdict.ALTERED, "; ".join(ways), text)

    def _spliced(self) -> Case | None:
        (one, left), (other, right) = self._passage(4, 15), self._passage(4, 15)
        text = f"{left} {right}"
        return None if one is other or self._stands(text) else Case(Verdict.SPLICED, "two halves", text)

    def _misattributed(self) -> Case | None:
        _, text = self._passage()
        folded = _folded(text)
        holding = [d for d, whole in zip(self._drafts, self._folded, strict=True) if folded in whole]
        speaker = self._random.choice(self._publishers)
        if any(name_key(speaker) == name_key(draft.credit.publisher or "") for draft in holding):
            return None
        return Case(Verdict.MISATTRIBUTED, "another outlet", text, speaker)

    def _shuffled(self) -> Case | None:
        words = self._passage()[1].split()
        self._random.shuffle(words)
        return self._nowhere("shuffled", " ".join(words))

    def _invented(self) -> Case | None:
        words = [self._random.choice(self._words) for _ in range(self._random.randint(8, 30))]
        return self._nowhere("words from all over", " ".join(words))

    def _patched(self) -> Case | None:
        pieces: list[str] = []
        while len(pieces) < 4 or self._random.random() < 0.7:
            words = self._random.choice(self._drafts).text.split()
            start = self._random.randrange(max(1, len(words) - 3))
            pieces.append(" ".join(words[start : start + self._random.randint(2, 3)]))
        return self._nowhere("scraps", " ".join(pieces))

    def _elsewhere(self) -> Case | None:
        _, text = self._passage(draft=self._random.choice(self._held_out))
        words = _folded(text).split()
        runs = range(max(1, len(words) - HELD_OUT_RUN + 1))
        copied = any(f" {' '.join(words[start : start + HELD_OUT_RUN])} " in self._kept for start in runs)
        return None if copied else Case(Verdict.NOT_FOUND, HELD_OUT, text)

    def _nowhere(self, made: str, text: str) -> Case | None:
        return None if self._stands(text) else Case(Verdict.NOT_FOUND, made, text)

    def _stands(self, text: str) -> bool:
        return f" {_folded(text)} " in self._all


def _folded(text: str) -> str:
    return " ".join(key for key, _ in split_words(text))


async def run(path: Path, *, seed: int, count: int, data: Path | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Index the corpus if need be and check the cases; return the figures, and every case with its verdict."""
    corpus = Corpus("multihop", read_multihop_articles(path), ())
    held_out = corpus.drafts[::EVERY]
    cases = list(CaseMaker(corpus.drafts, held_out, seed).make(count))
    checks: dict[Case, QuoteCheck] = {}
    times: list[float] = []
    async with indexed(corpus, data) as engine:
        started = time.perf_counter()
        await engine.check_quote("the first one puts all words in order", None, libraries=[SHARED_LIBRARY])
        first_ms = (time.perf_counter() - started) * 1000
        claims = await check_claims(engine, count // 3, seed)
        for case in cases:
            if case.made != HELD_OUT:
                started = time.perf_counter()
                checks[case] = await engine.check_quote(case.text, case.speaker, libraries=[SHARED_LIBRARY])
                times.append((time.perf_counter() - started) * 1000)
                assert all(await engine.still_verbatim(checks[case].quotes))
    kept = await _without({draft.credit.url for draft in held_out}, data or WORKPLACE / corpus.name)
    for case in cases:
        if case.made == HELD_OUT:
            checks[case] = check_quote([kept], case.text)
    right = Counter(case.expected for case in cases if checks[case].verdict == case.expected)
    figures = {
        "seed": seed,
        "articles": len(corpus.drafts),
        "cases": count,
        "accuracy": {verdict.value: round(right[verdict] / count, 4) for verdict in Verdict}
        | {kind: round(statistics.mean(row["right"] for row in claims if row["kind"] == kind), 4) for kind in KINDS},
        "median_ms": round(statistics.median(times), 2),
        "p99_ms": round(statistics.quantiles(times, n=100)[-1], 2),
        "first_ms": round(first_ms),
    }
    rows = [
        {**asdict(case), "verdict": check.verdict, "quotes": [quote.text for quote in check.quotes]}
        for case, check in checks.items()
    ]
    return figures, [*rows, *claims]


async def check_claims(engine: Engine, count: int, seed: int) -> list[dict[str, Any]]:
    """Index the articles of made claims and check each claim; return a row for each."""
    drafts, claims = make_claims(count, seed)
    await index(engine, drafts, library=MADE)
    rows: list[dict[str, Any]] = []
    for claim in claims:
        check = await engine.check_quote(claim.words, claim.speaker, libraries=[MADE])
        shown = [quote.text for quote in check.quotes]
        right = (check.verdict is Verdict.EXACT) == claim.confirmed and any(claim.shows in text for text in shown)
        rows.append({**asdict(claim), "verdict": check.verdict, "quotes": shown, "right": right})
    return rows


async def _without(urls: set[str | None], data: Path) -> WordIndex:
    """Return the words of the library but for the articles at `urls`."""
    store = await LibraryStore.open(data / "library.db")
    try:
        everything = tuple(LiveLibraries(store).open(SHARED_LIBRARY).stored.values())
    finally:
        await store.close()
    kept = [stored for stored in everything if stored.article.credit.url not in urls]
    assert len(kept) == len(everything) - len(urls)
    return WordIndex(SHARED_LIBRARY, kept)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, metavar="CORPUS.json")
    parser.add_argument("--out", type=Path, required=True, help="the file for the figures and every case")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=300, help="cases of each verdict")
    parser.add_argument("--data", type=Path, help="where the index is kept between runs")
    arguments = parser.parse_args()
    figures, rows = asyncio.run(run(arguments.corpus, seed=arguments.seed, count=arguments.count, data=arguments.data))
    arguments.out.write_text(json.dumps({**figures, "rows": rows}, ensure_ascii=False, indent=1), encoding="utf-8")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
