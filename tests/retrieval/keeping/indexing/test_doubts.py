"""What lost most of its text replaces nothing by itself; a correction, an update and a longer story do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.domain.libraries import Looks
from retrieval.keeping.indexing.doubts import alike, doubt_of
from tests.support.web import SENTENCES, story

OLD = story("the harbour bridge")
CONSENT = (
    "We and our 214 partners store and access cookies on your device. You can accept all or reject all. "
    "See our privacy policy to change your consent at any time, or to learn about personalised ads."
)
WALLS = [
    (CONSENT, Looks.CONSENT),
    (SENTENCES[0] + "\n\nSubscribe to continue reading. Already have an account? Sign in.", Looks.SUBSCRIPTION),
    ("Sorry, the page you asked for was not found. Error 404. Try the search, or go to the front page.", Looks.ERROR),
    ("Please verify that you are human. Checking your browser takes a few seconds; then you go on.", Looks.ROBOT_CHECK),
    ("The tide tables for June are out now, and the shop by the pier sells them for two pounds apiece.", None),
]


@pytest.mark.parametrize(("new", "looks"), WALLS)
def test_a_wall_an_error_and_a_stub_are_in_doubt_and_told_apart(new: str, looks: Looks | None):
    doubt = doubt_of(OLD, new)
    assert doubt is not None
    assert (doubt.kept < 0.3, doubt.looks) == (True, looks)


def test_a_wall_that_is_longer_than_the_article_is_in_doubt_too():
    assert doubt_of(OLD, CONSENT * 8) is not None


def test_a_part_of_the_article_before_a_wall_is_in_doubt():
    parts = OLD.split("\n\n")
    doubt = doubt_of(OLD, "\n\n".join([*parts[:3], "Subscribe to keep reading. Already a member? Log in."]))
    assert doubt is not None
    assert (0.5 < doubt.kept < 0.7, doubt.looks) == (True, Looks.SUBSCRIPTION)


@pytest.mark.parametrize(
    "new",
    [
        OLD.replace("four million", "five million"),
        OLD + "\n\nCorrection: an earlier version of this story gave a wrong sum for the works at the bridge.",
        "\n\n".join(OLD.split("\n\n")[:4]),
        OLD.split("\n\n")[0] + "\n\n" + story("the new school roof and the playground behind it") * 2,
        OLD.replace("'", "’").upper(),
    ],
)
def test_what_is_still_the_article_is_in_no_doubt(new: str):
    assert doubt_of(OLD, new) is None


def test_a_text_too_short_to_lose_much_may_change_wholly():
    assert doubt_of("The ferry sails at nine.", "The ferry does not sail.") is None


texts = st.lists(st.sampled_from("the port sails at nine while ferries wait and nobody knows why today".split()))


@given(texts.map(" ".join), st.text(max_size=200))
def test_the_share_is_a_share_and_nothing_is_in_doubt_of_itself(old: str, new: str):
    assert doubt_of(old, old) is None
    assert (doubt := doubt_of(old, new)) is None or 0 <= doubt.kept < 1
    assert alike(old, old) or not old.split()


def test_a_notice_with_a_clock_in_it_is_alike_from_one_reading_to_the_next():
    assert alike(f"{CONSENT} It is 10:41.", f"{CONSENT} It is 10:56.")
    assert not alike(CONSENT, OLD)
