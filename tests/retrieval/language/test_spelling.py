"""One letter apart, whatever the letter and wherever it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.language.proper_names import is_misspelt
from retrieval.language.spelling import meant_word, one_letter_apart


@given(st.text("abc", min_size=1, max_size=8), st.integers(0, 8), st.sampled_from("abcx"))
def test_one_added_letter_is_one_letter_apart(word, place, letter):
    place = min(place, len(word))
    longer = word[:place] + letter + word[place:]
    assert one_letter_apart(word, {longer}, "abcx") == longer
    assert one_letter_apart(longer, {word}, "abcx") == word


@given(st.text("abcd", min_size=1, max_size=8), st.integers(0, 7), st.sampled_from("wxyz"))
def test_one_changed_letter_is_one_letter_apart(word, place, letter):
    place = min(place, len(word) - 1)
    other = word[:place] + letter + word[place + 1 :]
    assert one_letter_apart(word, {other}, "abcdwxyz") == other


@given(st.text("abcd", min_size=2, max_size=8))
def test_two_changed_letters_are_not(word):
    assert one_letter_apart(word, {"xy" + word[2:]}, "abcdxy") is None


def test_a_word_is_not_apart_from_itself():
    assert one_letter_apart("gantz", {"gantz"}, "agntz") is None


@given(st.text("abcd", min_size=2, max_size=8), st.integers(0, 6))
def test_two_letters_in_the_other_order_are_one_step_apart(word, place):
    place = min(place, len(word) - 2)
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    assert swapped == word or one_letter_apart(word, {swapped}, "abcd") == swapped


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("peopel", "people"), ("saftey", "safety"), ("goverment", "government"), ("wherever", None), ("qzxvkj", None)],
)
def test_a_misspelt_common_word_is_known(typed: str, meant: str | None) -> None:
    """The most common word that is one step away, with the same first letter; none for a word that has no such."""
    assert (meant_word(typed) if is_misspelt(typed) else None) == meant
