"""Roles exchanged, and figures that a passage does not have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.asking.question.question import take_apart
from retrieval.asking.reading.lacking import measure_lacking
from retrieval.asking.reading.roles import pair_of_names, reversed_share

TOLD = ["Marl Motors bought Hadley Tyres in May.", "Marl paid Hadley twice its worth."]


def test_names_the_other_way_round_are_told() -> None:
    assert reversed_share(pair_of_names("Why did Hadley Tyres buy Marl Motors?"), TOLD) > 0.5
    assert reversed_share(pair_of_names("Why did Marl Motors buy Hadley Tyres?"), TOLD) < -0.5


@pytest.mark.parametrize("question", ["Why did Marl Motors close?", "who bought Hadley", "", "Did the mayor resign?"])
def test_a_question_without_two_names_has_no_order(question: str) -> None:
    assert pair_of_names(question) is None
    assert reversed_share(None, TOLD) == 0.0


@given(st.lists(st.sampled_from(["Ada met Bo.", "Bo met Ada.", "Ada left.", ""]), max_size=8))
def test_exchanging_the_names_exchanges_the_sign(sentences: list[str]) -> None:
    one = reversed_share(pair_of_names("Did Ada meet Bo?"), sentences)
    assert one == -reversed_share(pair_of_names("Did Bo meet Ada?"), sentences)
    assert -1 < one < 1


@pytest.mark.parametrize(
    ("question", "passage", "lacks"),
    [
        ("How many workers does Marl Motors have?", "It employs 300 workers in Marl.", False),
        ("How many workers does Marl Motors have?", "It opened 12 shops in 2021.", True),
        ("How much did Marl pay for Hadley?", "Marl paid $3 million.", False),
        ("How much did Marl pay for Hadley?", "Marl bought Hadley in 2021.", True),
        ("Why did Marl buy Hadley?", "Marl bought Hadley.", False),
    ],
)
def test_a_passage_without_a_figure_of_the_kind_asked_lacks_it(question: str, passage: str, lacks: bool) -> None:
    assert measure_lacking(take_apart(question), passage) is lacks
