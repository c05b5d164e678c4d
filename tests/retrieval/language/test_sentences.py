"""Sentences have stable offsets and the boundaries that a reader sees."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.language.sentences import MAX_SENTENCE_CHARS, split_sentences
from tests.conftest import ROOT

NEWSY = st.text(alphabet=st.sampled_from(list("aB. \n\"“”'’!?,;U.S-1é—\u200b𝒳")), max_size=300) | st.text(max_size=300)


@given(NEWSY)
def test_sentences_are_ordered_slices_that_cover_everything_but_blanks(text):
    at = 0
    for sentence in split_sentences(text):
        assert sentence.span.start >= at
        assert not text[at : sentence.span.start].strip()
        assert sentence.span.of(text) == sentence.span.of(text).strip() != ""
        assert sentence.span.end - sentence.span.start <= MAX_SENTENCE_CHARS
        at = sentence.span.end
    assert not text[at:].strip()


@given(NEWSY)
def test_no_sentence_crosses_a_line(text):
    assert all("\n" not in sentence.span.of(text) for sentence in split_sentences(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The U.S. Senate voted. It passed.", ["The U.S. Senate voted.", "It passed."]),
        ("He met J. R. Smith. They talked.", ["He met J. R. Smith.", "They talked."]),
        ('He said "Stop! Now." and left. It rained.', ['He said "Stop! Now." and left.', "It rained."]),
        ("“We’re done!” she said. Then she left.", ["“We’re done!” she said.", "Then she left."]),
        ("Dr. Ali of Acme Inc. agreed.", ["Dr. Ali of Acme Inc. agreed."]),
        ("It cost 5.4 million. Why?", ["It cost 5.4 million.", "Why?"]),
        ("She left at 5 p.m. on Monday.", ["She left at 5 p.m. on Monday."]),
        ("Yahoo! reported it. So did others.", ["Yahoo! reported it.", "So did others."]),
    ],
)
def test_boundaries_are_where_a_reader_sees_them(text, expected):
    assert [sentence.span.of(text) for sentence in split_sentences(text)] == expected


def test_headings_are_told_from_sentences():
    text = "Implications for Israeli-U.S. Relations\n\nThe fallout could be deep. It may last.\n\nA last line"
    assert [s.span.of(text) for s in split_sentences(text) if s.heading] == [
        "Implications for Israeli-U.S. Relations",
        "A last line",
    ]


def test_the_seed_article_has_three_headings_and_twelve_sentences():
    text = (ROOT / "seeds" / "gantz-washington.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    sentences = split_sentences(text)
    assert (sum(s.heading for s in sentences), sum(not s.heading for s in sentences)) == (3, 12)


@given(
    st.lists(
        st.sampled_from(["The mayor said so.", "He said “No! Not now.” and left.", "Dr. Ali of Acme Inc. agreed."])
    )
)
def test_a_long_line_has_the_sentences_that_its_parts_have(parts):
    """However long a line is: no window's end is the end of a sentence."""
    text = " ".join(parts * 40)
    assert [sentence.span.of(text) for sentence in split_sentences(text)] == parts * 40


@pytest.mark.parametrize("piece", ["“", "«", "'", "「", "“a ", "A.", "A. a. ", "a. b. ", ". ", "No! ", " ", "x"])
def test_the_time_grows_with_the_length_alone(piece):
    """A text may have half a million characters."""
    text = (piece * 400_000)[:400_000]
    started = process_time()
    split_sentences(text)
    assert process_time() - started < 3
