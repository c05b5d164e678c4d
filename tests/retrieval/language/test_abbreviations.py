"""A sentence is not cut behind a title, an hour or a degree; and still is where one really ends."""

from __future__ import annotations

import pytest

from retrieval.language.sentences import split_sentences


@pytest.mark.parametrize(
    "sentence",
    [
        "The guild told Ms. Holm that flour is dear.",
        "It was moved by Cllr. Dahl and seconded.",
        "The case was won by Atty. Berg in March.",
        "He wrote to Amb. Stone twice.",
        "Troops left Ft. Carver at dawn.",
        "The mill opens at 9 a.m. Monday.",
        "The mill closes at 5 p.m. Eastern time.",
        "Ida Holm, a Ph.D. student, baked it.",
    ],
)
def test_an_abbreviation_ends_no_sentence(sentence):
    text = f"Flour is dear. {sentence} The guild met."
    assert [found.span.of(text) for found in split_sentences(text)] == ["Flour is dear.", sentence, "The guild met."]


@pytest.mark.parametrize("end", ["It closed at 5 p.m.", "She holds a Ph.D."])
def test_a_sentence_may_end_in_an_abbreviation(end):
    text = f"{end} The guild met."
    assert [found.span.of(text) for found in split_sentences(text)] == [end, "The guild met."]


def test_a_row_of_a_table_is_no_heading():
    assert [found.heading for found in split_sentences("Greens\t12\t1")] == [False]
