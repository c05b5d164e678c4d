"""The packaged encoder in plain torch gives what sentence-transformers gives of the same weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.neural import encoder as encoders
from retrieval.neural.encoder import BatchedEncoder, load_encoder
from retrieval.neural.packaged import PackagedEncoder

LAYERS = (0, 2, 6)
PASSAGE = "“The ferry will sail again on Monday,” the harbour master said. It carries forty cars, and 1,200 people. "


@pytest.fixture(scope="module")
def packaged() -> BatchedEncoder:
    return load_encoder()


@pytest.fixture(scope="module")
def theirs() -> BatchedEncoder:
    """The same weights, loaded by sentence-transformers as any named model is."""
    folder, _ = encoders._packaged_model()
    return load_encoder(folder)


def same(ours: BatchedEncoder, theirs: BatchedEncoder, texts: list[str]) -> None:
    assert ours.count_tokens(texts) == theirs.count_tokens(texts)
    for a, b in zip(ours.encode(texts, layers=LAYERS), theirs.encode(texts, layers=LAYERS), strict=True):
        np.testing.assert_array_equal(a.spans, b.spans)
        np.testing.assert_allclose(a.vector, b.vector, atol=2e-6)
        np.testing.assert_allclose(a.tokens, b.tokens, atol=1e-4)
        np.testing.assert_allclose(a.states, b.states, atol=1e-4)


def test_it_is_what_is_loaded(packaged: BatchedEncoder, theirs: BatchedEncoder):
    assert isinstance(packaged, PackagedEncoder)
    assert packaged.max_tokens == theirs.max_tokens


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.just(PASSAGE * 20)),
        min_size=1,
        max_size=4,
    )
)
@pytest.mark.skipif(encoders.has_amx(), reason="in bfloat16 the last digits differ")
def test_whatever_the_text_both_give_the_same(packaged: BatchedEncoder, theirs: BatchedEncoder, texts: list[str]):
    same(packaged, theirs, texts)


def test_a_lone_surrogate_is_read_as_a_question_mark(packaged: BatchedEncoder):
    odd, plain = packaged.encode(["What \ud83d now?", "What ? now?"])
    np.testing.assert_allclose(odd.vector, plain.vector, atol=1e-5)


def test_a_damaged_file_is_refused_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder, fingerprint = encoders._packaged_model()
    for path in Path(folder).glob("*.json"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    monkeypatch.setattr(encoders, "_packaged_model", lambda: (str(tmp_path), fingerprint))
    with pytest.raises(encoders.EncoderError, match="cannot be loaded"):
        load_encoder()
