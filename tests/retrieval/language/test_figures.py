"""Figures are read with what they count, and agree where both can be one value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.language.figures import figures_of


@pytest.mark.parametrize(
    ("text", "unit", "low", "high"),
    [
        ("At least 21 people were killed.", "peopl", 21, float("inf")),
        ("Twenty-one people were killed.", "peopl", 21, 21),
        ("It cost $1.5 million.", "$", 1.5e6, 1.5e6),
        ("It cost US$ 1,480,000 in all.", "$", 1.48e6, 1.48e6),
        ("Shares fell 3.5 per cent.", "%", 3.5, 3.5),
        ("Up to 40% of them left.", "%", 0, 40),
        ("They met on March 5.", "date", 305, 305),
        ("They met on 5 March 2024 in Cairo.", "date", 305, 305),
        ("three hundred soldiers", "soldier", 300, 300),
    ],
)
def test_a_figure_has_a_value_and_a_unit(text: str, unit: str, low: float, high: float) -> None:
    figure = figures_of(text)[0]
    assert (figure.unit, figure.low, figure.high) == (unit, low, high)


@pytest.mark.parametrize("text", ["the Series 9 watch", "won 3-1 in Rome", "in 2019", "It was Flight 370 that crashed"])
def test_a_number_that_counts_nothing_has_no_unit(text: str) -> None:
    assert all(figure.unit == "" for figure in figures_of(text))


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("more than 20 people", "21 people", True),
        ("21 people", "25 people", False),
        ("about 100 people", "108 people", True),
        ("$1.48 million", "$1.5 million", True),
        ("$1.4 million", "$1.5 million", False),
        ("nearly 30 people", "31 people", False),
        ("March 5", "March 6", False),
    ],
)
def test_values_agree_that_can_be_one(one: str, other: str, agree: bool) -> None:
    (first,), (second,) = figures_of(one), figures_of(other)
    assert first.agrees(second) is agree
    assert second.agrees(first) is agree


@given(st.text(max_size=200))
def test_any_text_is_read_and_each_figure_agrees_with_itself(text: str) -> None:
    assert all(figure.agrees(figure) for figure in figures_of(text))


@given(st.integers(2, 999_999))
def test_thousands_may_be_marked(number: int) -> None:
    (plain,), (marked,) = figures_of(f"{number} people"), figures_of(f"{number:,} people")
    assert (plain.low, plain.unit) == (marked.low, marked.unit) == (number, "peopl")
