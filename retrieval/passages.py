"""Cuts an article into passages: runs of whole sentences that the encoder can take in."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.encoder import PassageText
from retrieval.models import Article, Credit, Span
from retrieval.sentences import Sentence

PASSAGE_TOKENS = 200
"""Tokens of article text in a passage; with its title it stays below MiniLM's 256."""

HEADER_TOKENS = 48


@dataclass(frozen=True, slots=True)
class PassagePlan:
    """A passage to be: where it is, which sentences it holds, and what is encoded for it.

    `header` is the article's title and publisher: they count for finding, never for quoting.
    `content_hash` identifies what is encoded, so that an unchanged passage is not encoded again; it
    is unique within the article.
    """

    span: Span
    sentences: range
    header: str
    encoded: PassageText
    content_hash: str


def plan_passages(
    article: Article,
    sentences: Sequence[Sentence],
    count_tokens: Callable[[Sequence[str]], list[int]],
    *,
    passage_tokens: int = PASSAGE_TOKENS,
) -> list[PassagePlan]:
    """Return the passages of an article in order; every sentence is in exactly one.

    A heading opens a passage when the one before it is at least half full, and never ends one.
    """
    counts = count_tokens([sentence.span.of(article.text) for sentence in sentences])
    groups: list[list[int]] = []
    filled = 0
    for i, sentence in enumerate(sentences):
        full = filled + counts[i] > passage_tokens
        opens = sentence.heading and filled * 2 >= passage_tokens
        if not groups or full or opens:
            carried: list[int] = []
            while groups and groups[-1] and sentences[groups[-1][-1]].heading and len(groups[-1]) > 1:
                carried.insert(0, groups[-1].pop())
            groups.append(carried)
            filled = sum(counts[j] for j in carried)
        groups[-1].append(i)
        filled += counts[i]
    header = header_of(article.credit)
    seen: Counter[str] = Counter()
    return [_plan(article.text, sentences, group, header, seen) for group in groups if group]


def header_of(credit: Credit) -> str:
    """Return the line that stands for the article's credit when passages are searched."""
    parts = [credit.title, credit.publisher, credit.byline]
    if credit.published_at is not None:
        parts.append(f"{credit.published_at.day} {credit.published_at:%B %Y}")
    return " | ".join(part for part in parts if part)


def _plan(text: str, sentences: Sequence[Sentence], group: list[int], header: str, seen: Counter[str]) -> PassagePlan:
    span = Span(sentences[group[0]].span.start, sentences[group[-1]].span.end)
    prefix = f"{header[: HEADER_TOKENS * 4]}\n" if header else ""
    shift = len(prefix) - span.start
    inner = tuple(Span(sentences[i].span.start + shift, sentences[i].span.end + shift) for i in group)
    encoded = PassageText(prefix + span.of(text), inner)
    bounds = ",".join(f"{sentence.start}-{sentence.end}" for sentence in inner)
    digest = hashlib.sha256(f"{encoded.text}\0{bounds}".encode()).hexdigest()
    seen[digest] += 1
    content_hash = f"{digest}-{seen[digest]}"
    return PassagePlan(span, range(group[0], group[-1] + 1), header, encoded, content_hash)
