"""Chat words are left out of a question, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.asking.question.chatter import without_chatter

ASKED = "why will the ferry stop?"


@pytest.mark.parametrize(
    "text",
    [
        f"hey, {ASKED}",
        f"pls {ASKED} thx",
        f"lol {ASKED}",
        f"Hi bot! Quick question: {ASKED} Thanks!",
        f"can you tell me {ASKED}",
        f"Good morning everyone, {ASKED} cheers",
        f"ok so {ASKED}",
        ASKED,
    ],
)
def test_chat_words_are_left_out(text: str) -> None:
    assert without_chatter(text).strip() == ASKED


@pytest.mark.parametrize(
    "text",
    [
        "Great Britain left when?",
        "What did Nice say?",
        "Hi-tech exports of Israel",
        "Thanks to whom did the ferry sail?",
        "well water in Marl",
        "Who told you about the ferry?",
        "why?",
    ],
)
def test_a_question_that_looks_like_chatter_stays_whole(text: str) -> None:
    assert without_chatter(text) == text


@given(st.text(max_size=60))
def test_places_in_the_text_stay(text: str) -> None:
    left = without_chatter(text)
    assert len(left) == len(text)
    assert all(new in (old, " ") for old, new in zip(text, left, strict=True))
