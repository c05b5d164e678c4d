"""Checks whether the articles hold a quote: word for word, changed, patched together, by someone else, or not.

In this order, over all libraries together:

1. All its words stand in a row somewhere: `EXACT`.
2. Long parts of it stand in different places, and no one place is nearer to it: `SPLICED`.
3. One place has nearly its words: `ALTERED`.
4. Else: `NOT_FOUND`.

A speaker who is neither credited with the words where they stand nor published them makes 1 and 3
`MISATTRIBUTED`. Where the rest of a sentence turns what was cut out of it ("not", "if", "is untrue"), all of the
sentence is shown, and what an article corrects of the words is shown beside them. `benchmarks.quotecheck` measures
the figures below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from retrieval.arrays import Ints
from retrieval.asking.lookups.alignment import Alignment, Step, align
from retrieval.asking.lookups.speakers import attributions_of, is_from, names_of
from retrieval.asking.lookups.word_places import Runs, WordIndex, split_words
from retrieval.domain.answers import Quote
from retrieval.domain.articles import Span
from retrieval.domain.lookups import QuoteCheck, Segment, Verdict
from retrieval.language.denials import negations
from retrieval.library.corrections import with_corrections
from retrieval.store import StoredArticle

MAX_QUOTES = 3
MAX_EDITS = 0.34
"""The share of the words that may differ before a text is not called a changed version of another."""

LEAST_ALIKE = 0.5
"""The share of the text's weight (rare words weigh more) that has to stand in the article too."""

LEAST_KEPT = 3
"""Words: fewer that stay the same are no ground to call one text a changed version of another."""

SHORTEST_PART = 4
"""Words: shorter parts stand together by chance."""

MAX_UNCOVERED = 0.15
"""The share of the words that may belong to no part of a spliced text."""

COMMON_PART = 6
"""A part of only four words that stands in so many places is a turn of phrase, and tells nothing."""

_TURNING = re.compile(
    r"\b(?:if|unless|whether|hardly|barely|scarcely|seldom|rarely|few|little|stopp?(?:ed|ing)? short of|instead of"
    r"|rather than|contrary to|far from|falsely|false|untrue|wrong|a lie|a joke|jok(?:ed|ing)|as if|as though)\b",
    re.IGNORECASE,
)
_WINDOWS = 6
_PLACES = 200
_OPENING = '"“‘«(['
_CLOSING = ".,!?…\"”’'»)]"


@dataclass(frozen=True, slots=True)
class _Asked:
    """The checked text: its words and where they stand in it."""

    text: str
    keys: tuple[str, ...]
    spans: tuple[Span, ...]

    def slice(self, a: int, b: int) -> str:
        """Return words `a` to `b` with what stands behind them; the first word takes what stands before it."""
        if a == b:
            return ""
        start = 0 if a == 0 else self.spans[a].start
        return self.text[start : self.spans[b].start if b < len(self.spans) else len(self.text)]


@dataclass(frozen=True, slots=True)
class _Place:
    """Words `first` to `end` of one library, and how the text differs from them (None: not at all)."""

    index: WordIndex
    first: int
    end: int
    alignment: Alignment | None = None

    @property
    def article(self) -> int:
        return self.index.article_at(self.first)

    @property
    def words(self) -> Span:
        return self.index.span(self.first, self.end)

    def is_from(self, speaker: str) -> bool:
        return is_from(self.index.stored[self.article], self.words, speaker)


@dataclass(frozen=True, slots=True)
class _Part:
    """Words `a` to `b` of the text stand at `place`."""

    a: int
    b: int
    place: _Place


def check_quote(indexes: Sequence[WordIndex], text: str, speaker: str | None = None) -> QuoteCheck:
    """Tell whether anyone, or `speaker`, said `text`; indexes come in order of preference."""
    text = text.strip()
    speaker = (speaker or "").strip() or None
    words = split_words(text)
    asked = _Asked(text, tuple(key for key, _ in words), tuple(span for _, span in words))
    nothing = QuoteCheck(text, speaker, Verdict.NOT_FOUND)
    if not words:
        return nothing
    if len(words) == 1:
        places = [
            _Place(index, int(at), int(at) + 1)
            for index in indexes
            for at in index.places(int(index.numbers(asked.keys)[0]))[:_PLACES]
        ]
        return _said(asked, places, speaker) if places else nothing
    numbers = [index.numbers(asked.keys) for index in indexes]
    found = [index.runs(number) for index, number in zip(indexes, numbers, strict=True)]
    exact = [place for index, runs in zip(indexes, found, strict=True) for place in _whole(index, runs, len(words))]
    if exact:
        return _said(asked, exact, speaker)
    nearest = [
        place
        for index, number, runs in zip(indexes, numbers, found, strict=True)
        for place in _nearest(index, number, runs)
    ]
    edits = min((_edits(place) for place in nearest), default=len(words))
    parts, uncovered = _parts(indexes, found, len(words))
    if len(parts) > 1 and uncovered <= MAX_UNCOVERED * len(words) and len(parts) - 1 + uncovered < edits - 1:
        return _spliced(asked, parts, speaker)
    if nearest:
        return _said(asked, [place for place in nearest if _edits(place) == edits], speaker)
    return nothing


def _edits(place: _Place) -> int:
    return place.alignment.edits if place.alignment is not None else 0


def _whole(index: WordIndex, runs: Runs, count: int) -> Iterator[_Place]:
    """Yield where all words of the text stand in a row."""
    for place in runs.place[runs.length == count][:_PLACES]:
        yield _Place(index, int(place), int(place) + count)


def _nearest(index: WordIndex, numbers: Ints, runs: Runs) -> Iterator[_Place]:
    """Yield the places that have nearly the words of the text."""
    weights = index.weigh(numbers)
    for low, high in _windows(index, numbers, runs):
        alignment = align(numbers, index.words[low:high])
        alike = sum(float(weights[step.a : step.b].sum()) for step in alignment.steps if step.op == "equal")
        kept = sum(step.b - step.a for step in alignment.steps if step.op == "equal")
        if (
            alignment.edits <= MAX_EDITS * len(numbers)
            and kept >= LEAST_KEPT
            and alike >= LEAST_ALIKE * float(weights.sum())
        ):
            yield _Place(index, low + alignment.first, low + alignment.end, alignment)


def _windows(index: WordIndex, numbers: Ints, runs: Runs) -> list[tuple[int, int]]:
    """Return the stretches of articles that share the most telling pairs of neighbours with the text."""
    if not len(runs.first):
        return []
    count = len(numbers)
    width = max(12, count // 2)
    telling = np.concatenate([[0.0], np.cumsum(np.log(len(index.words) / np.maximum(runs.seen, 1)))])
    weight = telling[runs.first + runs.length - 1] - telling[runs.first]
    found: dict[tuple[int, int], None] = {}
    for shift in (0, width // 2):
        bucket = (runs.place - runs.first + shift) // width
        order = np.argsort(bucket, kind="stable")
        heads = np.flatnonzero(np.diff(bucket[order], prepend=-1))
        total = np.add.reduceat(weight[order], heads)
        tails = np.append(heads[1:], len(order))
        for best in np.argsort(-total, kind="stable")[:_WINDOWS]:
            members = order[heads[best] : tails[best]]
            main = int(members[np.argmax(weight[members])])
            diagonal = int(runs.place[main] - runs.first[main])
            first, end = index.words_of(index.article_at(int(runs.place[main])))
            found[max(first, diagonal - width), min(end, diagonal + count + width)] = None
    return list(found)


def _parts(indexes: Sequence[WordIndex], found: Sequence[Runs], count: int) -> tuple[list[_Part], int]:
    """Cover the text with few long parts that stand somewhere; return them and how many words are left over."""
    reach = np.zeros(count, np.int64)
    for runs in found:
        long = runs.length >= SHORTEST_PART
        for first, length in set(zip(runs.first[long].tolist(), runs.length[long].tolist(), strict=True)):
            np.maximum(reach[first : first + length], first + length, out=reach[first : first + length])
    price = [0, *[count * 2] * count]
    came: list[tuple[int, bool]] = [(0, False)] * (count + 1)
    for start in range(count):
        if price[start] + 1 < price[start + 1]:
            price[start + 1], came[start + 1] = price[start] + 1, (start, False)
        for end in range(start + SHORTEST_PART, int(reach[start]) + 1):
            if price[start] + 1 < price[end]:
                price[end], came[end] = price[start] + 1, (start, True)
    parts: list[_Part] = []
    uncovered, end = 0, count
    while end:
        start, held = came[end]
        places = list(_places(indexes, found, start, end)) if held else []
        if held and not (end - start == SHORTEST_PART and len(places) >= COMMON_PART):
            parts.append(_Part(start, end, places[0]))
        else:
            uncovered += end - start
        end = start
    return parts[::-1], uncovered


def _places(indexes: Sequence[WordIndex], found: Sequence[Runs], a: int, b: int) -> Iterator[_Place]:
    """Yield where words `a` to `b` of the text stand, those first where more of the text does."""
    for index, runs in zip(indexes, found, strict=True):
        holding = np.flatnonzero((runs.first <= a) & (runs.first + runs.length >= b))
        for run in holding[np.argsort(-runs.length[holding], kind="stable")]:
            first = int(runs.place[run]) + a - int(runs.first[run])
            yield _Place(index, first, first + b - a)


def _said(asked: _Asked, places: Sequence[_Place], speaker: str | None) -> QuoteCheck:
    """Return the verdict on words that stand, all alike, at `places`."""
    own = [place for place in places if speaker is not None and place.is_from(speaker)]
    verdict = Verdict.ALTERED if places[0].alignment is not None else Verdict.EXACT
    if speaker is not None and not own:
        verdict = Verdict.MISATTRIBUTED
    chosen = list({(place.index.library, place.article): place for place in [*places, *own][::-1]}.values())
    chosen = sorted(chosen, key=lambda place: place not in own)[:MAX_QUOTES]
    diff: list[Segment] = []
    quotes: list[Quote] = []
    for place in chosen:
        quote = _quote(place, len(asked.keys))
        if place.alignment is not None:
            differing = list(_differing(place, quote))
            quote = replace(quote, emphasis=tuple(differing))
            if not diff:
                diff += _segments(asked, place, quote, place.alignment.steps)
        quotes.append(quote)
    names = dict.fromkeys(name for place in chosen for name in names_of(place.index.stored[place.article], place.words))
    held = {stored.article.article_id: stored for place in chosen for stored in (place.index.stored[place.article],)}
    told = with_corrections(quotes, held.get)
    return QuoteCheck(asked.text, speaker, verdict, told, tuple(diff), tuple(names))


def _spliced(asked: _Asked, parts: Sequence[_Part], speaker: str | None) -> QuoteCheck:
    diff: list[Segment] = []
    quotes: list[Quote] = []
    for before, part in pairwise([None, *parts]):
        assert part is not None
        done = before.b if before is not None else 0
        if done < part.a:
            diff.append(Segment("delete", asked.slice(done, part.a), ""))
        quote = _quote(part.place, len(asked.keys))
        quotes.append(quote)
        diff.append(Segment("equal", asked.slice(part.a, part.b), quote.text))
    if parts[-1].b < len(asked.keys):
        diff.append(Segment("delete", asked.slice(parts[-1].b, len(asked.keys)), ""))
    names = dict.fromkeys(
        name for part in parts for name in names_of(part.place.index.stored[part.place.article], part.place.words)
    )
    return QuoteCheck(asked.text, speaker, Verdict.SPLICED, tuple(quotes), tuple(diff), tuple(names))


def _quote(place: _Place, count: int) -> Quote:
    """Cut the article's words out, with the marks that open and close them, or the sentence that turns them."""
    stored = place.index.stored[place.article]
    text, words = stored.article.text, place.words
    start, end = words.start, words.end
    while start and text[start - 1] in _OPENING:
        start -= 1
    while end < len(text) and text[end] in _CLOSING:
        end += 1
    if text[end : end + 1].isalnum():  # the apostrophe of "Gantz's", the point of "3.5"
        end = words.end
    if place.alignment is None and (whole := _turned(stored, words)) is not None:
        start, end = min(start, whole.start), max(end, whole.end)
    shown = [attribution for attribution in attributions_of(stored, words) if attribution.shown]
    return Quote(
        text=text[start:end],
        article_id=stored.article.article_id,
        start=start,
        end=end,
        score=max(0.0, 1.0 - _edits(place) / count),
        credit=stored.article.credit,
        attribution=shown[0] if shown else None,
    )


def _turned(stored: StoredArticle, words: Span) -> Span | None:
    """Return the sentences that some words are cut out of, if what was cut off turns what they say."""
    held = [sentence.span for sentence in stored.sentences if sentence.span.overlaps(words)]
    if not held:
        return None
    whole = Span(held[0].start, held[-1].end)
    rest = f"{stored.article.text[whole.start : words.start]} … {stored.article.text[words.end : whole.end]}"
    return whole if negations(rest) or _TURNING.search(rest) else None


def _differing(place: _Place, quote: Quote) -> Iterator[Span]:
    """Yield the article's words that the text has not, as offsets into the quote."""
    assert place.alignment is not None
    origin = place.first - place.alignment.first
    for step in place.alignment.steps:
        if step.op != "equal" and step.c < step.d:
            span = place.index.span(origin + step.c, origin + step.d)
            yield Span(span.start - quote.start, span.end - quote.start)


def _segments(asked: _Asked, place: _Place, quote: Quote, steps: Sequence[Step]) -> Iterator[Segment]:
    """Yield the difference, such that every character of the text and of the quote is in one segment."""
    assert place.alignment is not None
    origin = place.first - place.alignment.first

    def edge(word: int) -> int:
        if origin + word <= place.first:
            return 0
        return (
            len(quote.text)
            if origin + word >= place.end
            else place.index.span(origin + word, origin + word + 1).start - quote.start
        )

    for step in steps:
        article = quote.text[edge(step.c) : edge(step.d)] if step.c < step.d else ""
        yield Segment(step.op, asked.slice(step.a, step.b), article)
