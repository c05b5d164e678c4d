"""Says whom a pronoun means: each person before it, named or not, is weighed, and so is that nobody is certain.

The weights were fitted by `benchmarks.attribution.linking`; the model card says on what.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from retrieval.domain.articles import Span
from retrieval.keeping.attribution.rules.mentions import Mention

SURE = 0.65  # the least chance at which a reader may be told
IN_DOUBT = 0.6  # the most where two who may be meant are named in one breath
_BACK = 3  # paragraphs
_SUBJECT = 40  # characters from a sentence's start within which a mention likely is its subject
FEATURES = (
    "gender_unknown", "same_sentence", "sentence_1", "sentence_2", "sentence_3", "further", "other_paragraph",
    "paragraphs_2", "subject", "credited_last", "pronoun_last", "often", "most_recent", "fresh", "definite",
    "between", "between_unnamed", "doubtful",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """The last one credited before a place: where, as whom, and whether by a pronoun."""

    at: int
    key: str
    pronoun: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a pronoun may mean: the last mention, and the figures that weigh it."""

    mention: Mention
    figures: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Where an article's sentences and paragraphs begin, and its people in order."""

    people: Sequence[Mention]
    sentences: Sequence[Span]
    paragraphs: Sequence[int]

    def sentence(self, at: int) -> int:
        """Return the number of the sentence at a place."""
        return bisect_right(self.sentences, at, key=lambda s: s.start) - 1

    def paragraph(self, at: int) -> int:
        """Return the number of the paragraph at a place."""
        return bisect_right(self.paragraphs, at) - 1


def candidates(places: Places, role: str, at: int, last: Told | None) -> list[Candidate]:
    """Return whom the pronoun at `at` may mean; `role` is "m", "f" or "p" (several)."""
    sentence, paragraph = places.sentence(at), places.paragraph(at)
    first = places.paragraphs[max(0, paragraph - _BACK)] if places.paragraphs else 0
    people = places.people
    before = [m for m in people[: bisect_left(people, at, key=lambda m: m.span.start)] if _fits(m, role)]
    counts: dict[str, int] = {}
    latest: dict[str, Mention] = {}
    for mention in before:
        counts[mention.key] = counts.get(mention.key, 0) + 1
        latest[mention.key] = mention
    out: list[Candidate] = []
    recent = sorted(latest.values(), key=lambda m: -m.span.start)
    told_at = last.at if last is not None else -1
    for rank, mention in enumerate(recent):
        told = last is not None and last.key == mention.key
        place = max(mention.span.start, told_at) if told else mention.span.start
        if place < first:
            continue
        steps = sentence - places.sentence(place)
        apart = paragraph - places.paragraph(place)
        begin = places.sentences[places.sentence(place)].start if places.sentences else 0
        between = recent[:rank]
        out.append(
            Candidate(
                mention,
                (
                    float(not mention.gender and role != "p"),
                    float(steps <= 0),
                    float(steps == 1),
                    float(steps == 2),
                    float(steps == 3),
                    float(steps > 3),
                    float(apart >= 1),
                    float(apart >= 2),
                    float(place - begin < _SUBJECT),
                    float(told),
                    float(told and last is not None and last.pronoun),
                    math.log(counts[mention.key]),
                    float(rank == 0),
                    float(not mention.named and mention.fresh),
                    float(not mention.named and not mention.fresh),
                    float(sum(m.named for m in between)),
                    float(sum(not m.named for m in between)),
                    float(not mention.sure),
                ),
            )
        )
    return out


def _fits(mention: Mention, role: str) -> bool:
    if role == "p":
        return mention.plural
    return not mention.plural and mention.gender in {role, ""}


def link(places: Places, role: str, at: int, last: Told | None) -> tuple[Mention | None, float]:
    """Return whom a pronoun most likely means, and the chance that it is so."""
    found = candidates(places, role, at, last)
    if not found:
        return None, 0.0
    weights, nobody = _weights()
    scores = [sum(w * f for w, f in zip(weights, one.figures, strict=True)) for one in found]
    top = max(*scores, nobody)
    total = sum(math.exp(s - top) for s in scores) + math.exp(nobody - top)
    best = max(range(len(found)), key=scores.__getitem__)
    chance = math.exp(scores[best] - top) / total
    return found[best].mention, min(chance, IN_DOUBT) if _has_rival(found, best, places, last) else chance


def _has_rival(found: Sequence[Candidate], best: int, places: Places, last: Told | None) -> bool:
    """Tell whether another is named in one sentence with the best, and neither spoke last: "Trump met Obama"."""
    mention = found[best].mention
    here = places.sentence(mention.span.start)
    others = [c.mention for c in found if c.mention is not mention and c.mention.named and c.mention.sure]
    spoke = last is not None and last.key in {mention.key, *(other.key for other in others)}
    return mention.named and not spoke and any(places.sentence(other.span.start) == here for other in others)


@lru_cache(maxsize=1)
def _weights() -> tuple[tuple[float, ...], float]:
    stored = json.loads(files(__package__).joinpath("data", "linker.json").read_text(encoding="utf-8"))
    return tuple(stored["weights"][name] for name in FEATURES), stored["nobody"]
