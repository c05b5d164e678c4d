"""Cuts an article into passages: runs of whole sentences that fill the encoder's reach."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.domain.articles import Article, Credit, Sentence, Span
from retrieval.keeping.indexing.regrouping import OldPassage, regroup, unchanged_runs

PARAGRAPH_CLOSES = 0.75

MAX_HEADER_CHARS = 240
"""A longer title would leave too little of the encoder's reach to the passage."""


@dataclass(frozen=True, slots=True)
class PassagePlan:
    """A passage to be: where it is, which sentences it holds, and what is encoded for it.

    `encoded` is the passage below its article's title and publisher, which count for finding and are
    never quoted; `inner` are the sentences' places in it. `content_hash` identifies what is encoded, so
    that an unchanged passage is not encoded again; it is unique within the article.
    """

    span: Span
    sentences: range
    encoded: str
    inner: tuple[Span, ...]
    content_hash: str


def plan_passages(
    article: Article,
    sentences: Sequence[Sentence],
    count_tokens: Callable[[Sequence[str]], list[int]],
    *,
    max_tokens: int,
    old: Sequence[OldPassage] = (),
) -> list[PassagePlan]:
    """Return the passages of an article in order; every sentence is in exactly one.

    Header and sentences together have at most `max_tokens`, unless a single sentence has more. The end of
    a paragraph closes a passage that is three quarters full: who is credited is guessed a passage at a time,
    and paragraphs keep speaker and words together. A heading opens a passage when the one before it is at
    least half full, and never ends one.

    `old` are the passages of the version before, in order, encoded below the same header. Those whose words
    still stand stay as they are, and only the sentences between them are planned, so that a changed
    sentence makes one or two new passages; see `retrieval.regrouping`.
    """
    header = header_of(article.credit)
    header_tokens, *counts = count_tokens([header, *(sentence.span.of(article.text) for sentence in sentences)])
    room = max_tokens - header_tokens

    def fill(run: range) -> list[range]:
        return _fill(sentences, counts, room, run)

    if old:
        kept = unchanged_runs(article.text, sentences, old)
        groups = regroup(sentences, counts, room, kept, fill)
    else:
        groups = fill(range(len(sentences)))
    seen: Counter[str] = Counter()
    return [_plan(article.text, sentences, group, header, seen) for group in groups]


def _fill(sentences: Sequence[Sentence], counts: Sequence[int], room: int, run: range) -> list[range]:
    starts: list[int] = []
    filled = 0
    for i in run:
        full = filled + counts[i] > room
        opens = sentences[i].heading and filled * 2 >= room
        new_paragraph = i > run.start and sentences[i].paragraph != sentences[i - 1].paragraph
        opens = opens or (new_paragraph and filled >= PARAGRAPH_CLOSES * room)
        if not starts or full or opens:
            start = i
            while starts and start - 1 > starts[-1] and sentences[start - 1].heading:
                start -= 1
            # Of nothing but headings, all but the first would go over, a line a passage.
            only_headings = bool(starts) and start - 1 == starts[-1] and sentences[start - 1].heading
            start = i if only_headings else start
            starts.append(start)
            filled = sum(counts[start:i])
        filled += counts[i]
    return [range(start, stop) for start, stop in pairwise([*starts, run.stop])]


def header_of(credit: Credit) -> str:
    """Return the line that stands for the article's credit when a passage is encoded."""
    title = None if credit.title_is_label else credit.title
    publisher = f"({credit.publisher})" if credit.publisher else None
    return " ".join(part for part in (title, publisher) if part)[:MAX_HEADER_CHARS]


def _plan(text: str, sentences: Sequence[Sentence], group: range, header: str, seen: Counter[str]) -> PassagePlan:
    span = Span(sentences[group[0]].span.start, sentences[group[-1]].span.end)
    prefix = f"{header}\n" if header else ""
    shift = len(prefix) - span.start
    inner = tuple(Span(sentences[i].span.start + shift, sentences[i].span.end + shift) for i in group)
    encoded = prefix + span.of(text)
    bounds = ",".join(f"{sentence.start}-{sentence.end}" for sentence in inner)
    digest = hashlib.sha256(f"{encoded}\0{bounds}".encode("utf-8", "surrogatepass")).hexdigest()
    seen[digest] += 1
    return PassagePlan(span, group, encoded, inner, f"{digest}-{seen[digest]}")
