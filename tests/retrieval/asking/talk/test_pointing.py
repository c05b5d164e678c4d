"""What only points at what was quoted is told from what asks something of its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.asking.question.chatter import is_chatter
from retrieval.asking.talk.pointing import Pointing, pointing_of
from retrieval.language.english import is_foreign

POINTING = [
    ("more", Pointing.MORE),
    ("More please", Pointing.MORE),
    ("tell me more", Pointing.MORE),
    ("ok, tell me more about that", Pointing.MORE),
    ("anything else?", Pointing.MORE),
    ("what else", Pointing.MORE),
    ("go on", Pointing.MORE),
    ("is there more?", Pointing.MORE),
    ("who reported that?", Pointing.WHO_TELLS),
    ("WHO SAID THIS", Pointing.WHO_TELLS),
    ("and which paper wrote it?", Pointing.WHO_TELLS),
    ("says who?", Pointing.WHO_TELLS),
    ("source?", Pointing.WHO_TELLS),
    ("what's the source of that?", Pointing.WHO_TELLS),
    ("where is that from?", Pointing.WHO_TELLS),
    ("when was this published?", Pointing.PUBLISHED),
    ("how old is this?", Pointing.PUBLISHED),
    ("when was this?", Pointing.WHEN),
    ("when?", Pointing.WHEN),
    ("and when did that happen", Pointing.WHEN),
    ("what day was that?", Pointing.WHEN),
]

OF_THEIR_OWN = [
    "why?",
    "what about the hostages?",
    "who reported the rift?",
    "who said that the ferry was sold?",
    "more about the ferry",
    "are there more hostages?",
    "when was the ferry sold?",
    "who else?",
    "what else did he say?",
    "which sources of energy are there?",
    "how old is the minister?",
    "next to whom did she sit?",
]


@pytest.mark.parametrize(("text", "pointing"), POINTING)
def test_what_points_at_what_was_quoted_is_known(text: str, pointing: Pointing) -> None:
    assert pointing_of(text) is pointing


@pytest.mark.parametrize("text", OF_THEIR_OWN)
def test_what_asks_something_of_its_own_does_not_only_point(text: str) -> None:
    assert pointing_of(text) is None
    assert not is_chatter(text)
    assert not is_foreign(text)


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    pointing_of(text)
