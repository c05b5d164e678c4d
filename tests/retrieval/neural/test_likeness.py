"""Vectors that are near stand in one group, the most typical first; every one stands in exactly one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.neural.likeness import groups_alike
from retrieval.neural.vectors import unit


def vectors(*angles: float) -> list[np.ndarray]:
    return [np.array([np.cos(angle), np.sin(angle)], np.float32) for angle in angles]


def test_near_ones_are_one_group_the_largest_first_the_middle_one_before_the_others() -> None:
    assert groups_alike(vectors(2.0, 0.0, 0.1, 0.25)) == [[2, 1, 3], [0]]


@pytest.mark.parametrize("count", [0, 1])
def test_one_alone_is_a_group(count: int) -> None:
    assert groups_alike(vectors(*[0.0] * count)) == [[0]] * count


def test_the_same_twice_is_one_group() -> None:
    assert groups_alike(vectors(0.5, 0.5)) == [[0, 1]]


@given(st.integers(2, 30), st.integers(0, 2**31))
def test_each_stands_in_exactly_one_group(count: int, seed: int) -> None:
    drawn = np.random.default_rng(seed).normal(size=(count, 8)).astype(np.float32)
    groups = groups_alike([unit(row) for row in drawn])
    assert sorted(number for group in groups for number in group) == list(range(count))
    assert [len(group) for group in groups] == sorted(map(len, groups), reverse=True)
