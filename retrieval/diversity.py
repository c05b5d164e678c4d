"""Ten slots for different evidence: articles and publishers share them, the same story shows once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from retrieval.arrays import Floats, Ints

SAME_ARTICLE = 0.1
SAME_PART = 0.15
SAME_STORY = 0.93


def spread(
    scores: Floats,
    articles: Ints,
    own: npt.NDArray[np.bool_],
    count: int,
    *,
    same_article: float = SAME_ARTICLE,
    same_part: float = SAME_PART,
) -> list[int]:
    """Return up to `count` candidate numbers, best first.

    Each choice lowers what remains of its article by `same_article`, and what answers the same part of
    the question (`own`: candidates x parts) by `same_part`, so that every part gets its evidence.
    """
    left = scores.astype(np.float64)
    chosen: list[int] = []
    for _ in range(min(count, len(left))):
        best = int(np.argmax(left))
        chosen.append(best)
        left[articles == articles[best]] -= same_article
        if own[best].any():
            left[(own & own[best]).any(axis=1)] -= same_part
        left[best] = -np.inf
    return chosen


def same_stories(vectors: Floats, *, least_similarity: float = SAME_STORY) -> list[list[int]]:
    """Group near-duplicates, given in order of preference: each group is led by its first member.

    `vectors` are of length one, a row each; a row joins the first earlier leader it is close enough to.
    """
    groups: list[list[int]] = []
    leaders: list[Floats] = []
    for number, vector in enumerate(vectors):
        for group, leader in zip(groups, leaders, strict=True):
            if float(leader @ vector) >= least_similarity:
                group.append(number)
                break
        else:
            groups.append([number])
            leaders.append(vector)
    return groups


def drop_repeats(chosen: Sequence[int], vectors: Floats, *, least_similarity: float = SAME_STORY) -> list[int]:
    """Return the choices without the later of any two that say the same."""
    groups = same_stories(vectors[list(chosen)], least_similarity=least_similarity)
    return [chosen[group[0]] for group in groups]
