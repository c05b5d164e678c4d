import functools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import EncoderError
from retrieval.neural.pieces import CLS, MAX_PIECES, SEP, join_pieces
from retrieval.neural.reader import WEIGHTS, ReaderInput, ReaderModel, load_reader

VISIT = ReaderInput(
    "20 February 2023 – Biden in Kyiv",
    (
        "Air raid sirens sounded over the city that morning.",
        "Joe Biden visited Kyiv on Monday, his first trip there since the war began.",
        "The embassy had not been told.",
    ),
)
CAKE = ReaderInput("How to bake", ("Beat the eggs with the sugar.", "Bake the cake for forty minutes at 180 degrees."))
TEXT = st.text(max_size=60)


@functools.cache
def reader() -> ReaderModel:
    return load_reader()


def test_the_sentence_that_answers_is_first() -> None:
    read = reader().read("Who visited Kyiv on Monday?", [VISIT])[0]
    assert read.sentences.argmax() == 1
    start, end, probability = read.spans[1] or (0, 0, 0.0)
    assert "Biden" in VISIT.sentences[1][start:end]
    assert 0 < probability <= 1


def test_a_passage_about_something_else_does_not_answer() -> None:
    visit, cake = reader().read("Who visited Kyiv on Monday?", [VISIT, CAKE])
    assert cake.no_answer > 0.9
    assert visit.no_answer < cake.no_answer
    assert cake.sentences.max() < visit.sentences.max()


def test_no_answer_is_the_share_of_the_null() -> None:
    read = reader().read("How long does the cake bake?", [CAKE])[0]
    assert read.no_answer == pytest.approx(1 / (1 + np.exp(read.sentences).sum()), abs=1e-4)


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    damaged = tmp_path / "reader.safetensors"
    content = bytearray(WEIGHTS.read_bytes())
    content[-1] ^= 1
    damaged.write_bytes(content)
    with pytest.raises(EncoderError, match="not the expected one"):
        load_reader(damaged)


def test_missing_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="missing"):
        load_reader(tmp_path / "reader.safetensors")


def test_what_a_passage_says_does_not_depend_on_its_batch() -> None:
    long = ReaderInput("", tuple(f"The council met again in week {i} and spoke about roads." for i in range(24)))
    question = "When did Joe Biden visit Kyiv?"
    alone = [reader().read(question, [passage])[0] for passage in (VISIT, CAKE, long)]
    together = reader().read(question, [CAKE, long, VISIT, CAKE, long, VISIT])[1::2]
    for one, other in zip([alone[2], alone[1], alone[0]], together, strict=True):
        np.testing.assert_allclose(one.sentences, other.sentences, atol=1e-4)
        assert one.no_answer == pytest.approx(other.no_answer, abs=1e-4)
        assert [span and span[:2] for span in one.spans] == [span and span[:2] for span in other.spans]


def test_sentences_that_do_not_fit_are_not_read() -> None:
    many = ReaderInput("A title", tuple(f"Sentence number {i} says little of interest to anyone." for i in range(80)))
    read = reader().read("Who won?", [many])[0]
    assert len(read.sentences) == len(read.spans) == 80
    assert np.isfinite(read.sentences[0])
    assert read.sentences[-1] == -np.inf
    assert read.spans[-1] is None


def test_one_endless_sentence_is_read_from_its_start() -> None:
    read = reader().read("Who won?", [ReaderInput("", ("word " * 3000, "Chelsea won."))])[0]
    assert np.isfinite(read.sentences[0])
    assert read.sentences[1] == -np.inf


@pytest.mark.parametrize("passage", [ReaderInput("", ()), ReaderInput("", ("",)), ReaderInput("Title", ("", " \n"))])
def test_nothing_to_read_answers_nothing(passage: ReaderInput) -> None:
    read = reader().read("", [passage])[0]
    assert read.no_answer == 1.0
    assert len(read.sentences) == len(passage.sentences)
    assert all(value == -np.inf for value in read.sentences)
    assert all(span is None for span in read.spans)


def test_a_lone_surrogate_is_read_as_one_character() -> None:
    read = reader().read("Who \ud800 won?", [ReaderInput("\udfff", ("\ud83d Chelsea won.",))])[0]
    start, end, _ = read.spans[0] or (0, 0, 0.0)
    assert 0 <= start < end <= len("\ud83d Chelsea won.")


def test_no_passages_no_readings() -> None:
    assert reader().read("Who?", []) == []


@settings(max_examples=25, deadline=None)
@given(TEXT, st.lists(st.tuples(TEXT, st.lists(TEXT, max_size=5)), max_size=4))
def test_any_text_gives_figures_in_range_and_spans_within_sentences(
    question: str, passages: list[tuple[str, list[str]]]
) -> None:
    inputs = [ReaderInput(header, tuple(sentences)) for header, sentences in passages]
    readings = reader().read(question, inputs)
    assert len(readings) == len(inputs)
    for given_, read in zip(inputs, readings, strict=True):
        assert 0.0 <= read.no_answer <= 1.0
        assert len(read.sentences) == len(read.spans) == len(given_.sentences)
        for text, value, span in zip(given_.sentences, read.sentences, read.spans, strict=True):
            assert not np.isnan(value)
            assert (span is None) == bool(np.isneginf(value))
            if span:
                assert 0 <= span[0] < span[1] <= len(text)
                assert 0.0 < span[2] <= 1.0


@settings(max_examples=60, deadline=None)
@given(st.text(), st.text(), st.lists(st.text(max_size=400), max_size=12))
def test_pieces_fit_and_point_into_their_sentences(question: str, header: str, sentences: list[str]) -> None:
    made = join_pieces(reader()._tokenizer, question, [ReaderInput(header, tuple(sentences))])[0]
    assert len(made.ids) == len(made.kinds) == len(made.sentences) == len(made.offsets) <= MAX_PIECES
    assert made.ids[0] == CLS
    assert made.ids[-1] == SEP
    assert set(made.kinds) <= {0, 1, 2, 3}
    assert made.read <= len(sentences)
    for number, (start, end) in zip(made.sentences, made.offsets, strict=True):
        if number >= 0:
            assert number < made.read
            assert 0 <= start < end <= len(sentences[number])


def test_a_piece_in_both_is_marked_on_both_sides() -> None:
    made = join_pieces(reader()._tokenizer, "Who left Kyiv?", [ReaderInput("", ("Kyiv fell.",))])[0]
    city = reader()._tokenizer.encode("Kyiv", add_special_tokens=False).ids
    kinds = [kind for piece, kind in zip(made.ids, made.kinds, strict=True) if piece in city]
    assert kinds == [1] * len(city) + [3] * len(city)
