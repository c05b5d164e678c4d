"""Aligns a text's words with the part of an article that they are nearest to, in the fewest word edits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retrieval.arrays import Ints


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of an alignment: words `[a, b)` of the text against words `[c, d)` of the article."""

    op: str
    a: int
    b: int
    c: int
    d: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """How many words differ, and the stretches in reading order: "equal", "replace", "insert", "delete".

    "insert" is what only the article has, "delete" what only the text has.
    """

    edits: int
    steps: tuple[Step, ...]

    @property
    def first(self) -> int:
        """The article's first word that takes part."""
        return self.steps[0].c

    @property
    def end(self) -> int:
        """The place behind the article's last word that takes part."""
        return self.steps[-1].d


def align(text: Ints, article: Ints) -> Alignment:
    """Return the nearest alignment of all of `text` with any part of `article`; both hold word numbers.

    Row by row, (len(text) + 1) by (len(article) + 1) cells. Where two alignments differ in as many words,
    the one that replaces words is taken over one that drops them.
    """
    columns = np.arange(len(article) + 1)
    table = np.zeros((len(text) + 1, len(article) + 1), np.int32)
    for row, word in enumerate(text):
        above = table[row]
        reached = above + 1
        np.minimum(reached[1:], above[:-1] + (article != word), out=reached[1:])
        # A word that only the article has costs one each: the least over all starts to the left.
        table[row + 1] = np.minimum.accumulate(reached - columns) + columns
    last = table[-1]
    edits = int(last.min())
    return Alignment(edits, _trace(table, text, article, int(np.flatnonzero(last == edits)[-1])))


def _trace(table: Ints, text: Ints, article: Ints, column: int) -> tuple[Step, ...]:
    """Walk back from the end, and join neighbours of one kind."""
    row = len(text)
    moves: list[tuple[str, int, int]] = []
    while row:
        here = table[row, column]
        same = column > 0 and text[row - 1] == article[column - 1]
        if column > 0 and here == table[row - 1, column - 1] + (not same):
            row, column = row - 1, column - 1
            moves.append(("equal" if same else "replace", row, column))
        elif here == table[row - 1, column] + 1:
            row -= 1
            moves.append(("delete", row, column))
        else:
            column -= 1
            moves.append(("insert", row, column))
    steps: list[Step] = []
    for op, a, c in reversed(moves):
        b, d = a + (op != "insert"), c + (op != "delete")
        if steps and _joins(steps[-1].op, op):
            before = steps.pop()
            kind = op if op == before.op else "replace"
            steps.append(Step(kind, before.a, b, before.c, d))
        else:
            steps.append(Step(op, a, b, c, d))
    return tuple(steps)


def _joins(before: str, op: str) -> bool:
    """Tell whether two neighbours are one change to a reader: what is replaced and what is dropped beside it."""
    return op == before or "equal" not in (op, before)
