"""Places for different evidence: articles and the parts of a question share those that are read."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from retrieval.arrays import Floats, Ints

SAME_ARTICLE = 0.1
SAME_PART = 0.15


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
