"""Aligns a text's words with the part of an article that they are nearest to, in the fewest word edits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.arrays import Ints

_EDIT, _EQUAL = 1 << 20, -1


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

    Row by row, (len(text) + 1) by (len(article) + 1) cells. Of two alignments that differ in as many words,
    the one with more equal words is taken, and then the one that replaces words over one that drops them.
    """
    columns = np.arange(len(article) + 1)
    table = np.zeros((len(text) + 1, len(article) + 1), np.int64)
    for row, word in enumerate(text):
        above = table[row]
        reached = above + _EDIT
        np.minimum(reached[1:], above[:-1] + np.where(article == word, _EQUAL, _EDIT), out=reached[1:])
        # A word that only the article has costs one each: the least over all starts to the left.
        table[row + 1] = np.minimum.accumulate(reached - columns * _EDIT) + columns * _EDIT
    last = table[-1]
    least = int(last.min())
    # Fewer than `_EDIT` words are equal, so that rounding up leaves the edits.
    return Alignment(-(-least // _EDIT), _trace(table, text, article, int(np.flatnonzero(last == least)[-1])))


def _trace(table: npt.NDArray[np.int64], text: Ints, article: Ints, column: int) -> tuple[Step, ...]:
    """Walk back from the end, and join neighbours of one kind."""
    row = len(text)
    moves: list[tuple[str, int, int]] = []
    while row:
        here = table[row, column]
        same = column > 0 and text[row - 1] == article[column - 1]
        if column > 0 and here == table[row - 1, column - 1] + (_EQUAL if same else _EDIT):
            row, column = row - 1, column - 1
            moves.append(("equal" if same else "replace", row, column))
        elif here == table[row - 1, column] + _EDIT:
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
