"""What is kept in memory has a bound, and is never older than its stamp."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from retrieval.library.cache import Cache


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(0, 12))), st.integers(0, 20))
def test_no_more_is_kept_than_may_be_and_nothing_stale(puts: list[tuple[int, int, int]], most: int):
    cache = Cache(most)
    last: dict[int, tuple[int, int]] = {}
    for number, (key, stamp, size) in enumerate(puts):
        cache.put(key, (number, size), size, stamp)
        last[key] = number, stamp
        assert cache.held_bytes <= most
        kept = [value for key in range(6) for stamp in range(3) if (value := cache.get(key, stamp)) is not None]
        assert cache.held_bytes == sum(size for _, size in kept)
        assert all(any(number == at for at, _ in last.values()) for number, _ in kept)
        assert (cache.get(key, stamp) is not None) == (size <= most)
        assert cache.get(key, stamp + 1) is None


def test_what_was_longest_not_asked_for_goes_first():
    cache = Cache(3)
    for key in "abc":
        cache.put(key, key, 1)
    assert cache.get("a") == "a"
    cache.put("d", "d", 1)
    assert [cache.get(key) for key in "abcd"] == ["a", None, "c", "d"]
