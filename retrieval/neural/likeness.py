"""Groups short texts that ask the same, by the vectors of the encoder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from retrieval.arrays import Floats

ALIKE = 0.6
"""The mean cosine between two groups from which they are one."""


def groups_alike(vectors: Sequence[Floats], *, alike: float = ALIKE) -> list[list[int]]:
    """Return the numbers of `vectors` (unit length) in groups, the largest first, each from its middle outwards.

    Average linkage: one text between two groups does not join them. The first of a group is the one nearest to
    all of it. Groups of one size, and texts as near, stand in the order in which they came.
    """
    if len(vectors) < 2:
        return [[number] for number in range(len(vectors))]
    from scipy.cluster.hierarchy import fcluster, linkage  # 34 MB for what few ask for

    matrix = np.stack(vectors)
    labels = fcluster(linkage(matrix, method="average", metric="cosine"), 1.0 - alike, criterion="distance")
    groups = []
    for label in dict.fromkeys(labels.tolist()):
        members = np.flatnonzero(labels == label)
        nearness = matrix[members] @ matrix[members].mean(axis=0)
        groups.append([int(members[place]) for place in np.argsort(-nearness, kind="stable")])
    return sorted(groups, key=len, reverse=True)
