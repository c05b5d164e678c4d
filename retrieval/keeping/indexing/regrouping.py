"""Keeps the passages of an article's version before where its words still stand, and plans only what lies between.

Passages are filled one after the other, so a sentence that grows would shift the end of every later
passage, and all of them would have to be encoded again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.domain.articles import Sentence, Span


@dataclass(frozen=True, slots=True)
class OldPassage:
    """A passage of the version before: its words, and its sentences' places in them."""

    text: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Chain:
    """Old passages that stand one after another in the new text: the last one, and those before it."""

    run: range
    before: _Chain | None


def unchanged_runs(text: str, sentences: Sequence[Sentence], old: Sequence[OldPassage]) -> list[range]:
    """Return where old passages stand in the new text, as runs of its sentences in order: as many as can be."""
    runs: dict[OldPassage, list[range]] = {}
    first: dict[str, list[int]] = {}
    for i, sentence in enumerate(sentences):
        first.setdefault(sentence.span.of(text), []).append(i)
    chains: list[_Chain] = []  # the chain of each length that ends earliest
    for passage in old:
        if passage not in runs:
            places = first.get(passage.sentences[0].of(passage.text), [])
            runs[passage] = [run for i in places if (run := _standing(text, sentences, passage, i)) is not None]
        standing = runs[passage]
        for length in range(len(chains), -1, -1):
            before = chains[length - 1] if length else None
            place = bisect_left(standing, before.run.stop if before else 0, key=lambda run: run.start)
            if place == len(standing):
                continue
            found = _Chain(standing[place], before)
            if length == len(chains):
                chains.append(found)
            elif found.run.stop < chains[length].run.stop:
                chains[length] = found
    kept: list[range] = []
    link = chains[-1] if chains else None
    while link is not None:
        kept.append(link.run)
        link = link.before
    return kept[::-1]


def _standing(text: str, sentences: Sequence[Sentence], passage: OldPassage, i: int) -> range | None:
    run = range(i, i + len(passage.sentences))
    start = sentences[i].span.start
    if run.stop > len(sentences) or not text.startswith(passage.text, start):
        return None
    here = tuple(Span(s.span.start - start, s.span.end - start) for s in sentences[run.start : run.stop])
    return run if here == passage.sentences else None


def regroup(
    sentences: Sequence[Sentence],
    counts: Sequence[int],
    room: int,
    kept: Sequence[range],
    fill: Callable[[range], list[range]],
) -> list[range]:
    """Return all sentences in groups: the kept ones, and between them what `fill` makes of the rest.

    A new group that is less than half full joins a neighbour where both fit, so that passages do not
    crumble as changes add up. Headings before a kept group draw it into what is planned anew, since a
    heading never ends a passage.
    """
    if not kept:
        return fill(range(len(sentences)))
    tokens = [0]
    for count in counts:
        tokens.append(tokens[-1] + count)

    def size(run: range) -> int:
        return tokens[run.stop] - tokens[run.start]

    groups: list[range] = []
    done = 0
    for stop, after in [*((run.start, run) for run in kept), (len(sentences), None)]:
        if done < stop:
            if after is not None and sentences[stop - 1].heading:
                continue  # planned together with the kept group behind it
            new = fill(range(done, stop))
            groups = _joined(groups, new, size, room)
            if after is not None and size(groups[-1]) * 2 < room and size(groups[-1]) + size(after) <= room:
                groups[-1] = range(groups[-1].start, after.stop)
                done = after.stop
                continue
        if after is not None:
            groups.append(after)
            done = after.stop
    return groups


def _joined(groups: list[range], new: list[range], size: Callable[[range], int], room: int) -> list[range]:
    """Append new groups; a small one joins the one before it where both fit."""
    for run in new:
        if groups and size(run) * 2 < room and size(groups[-1]) + size(run) <= room:
            groups = [*groups[:-1], range(groups[-1].start, run.stop)]
        else:
            groups = [*groups, run]
    return groups
