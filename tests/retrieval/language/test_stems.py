"""A word has one stem, whoever asks for it at the same time."""

from __future__ import annotations

import itertools
import sys
from concurrent.futures import ThreadPoolExecutor

from retrieval.language.stems import stem


def test_stems_are_the_same_in_many_threads():
    starts = ("gener", "nation", "hope", "relat", "oper", "real")
    middles = ("", "al", "iz", "fulness", "ation")
    ends = ("s", "ed", "ing", "ational", "ness", "ies")
    words = ["".join(parts) for parts in itertools.product(starts, middles, ends)]
    alone = {word: stem.__wrapped__(word) for word in words}
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            many = list(threads.map(lambda word: (word, stem.__wrapped__(word)), words * 20))
    finally:
        sys.setswitchinterval(interval)
    assert all(alone[word] == found for word, found in many)
