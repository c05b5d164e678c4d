import numpy as np

from retrieval.keeping.attribution.network import decoding
from retrieval.keeping.attribution.network.model import TAGS


def scores(*tags: str) -> np.ndarray:
    out = np.full((1, len(tags), len(TAGS)), -5.0, np.float32)
    for at, tag in enumerate(tags):
        out[0, at, TAGS.index(tag)] = -0.1
    return out


def test_inside_never_follows_another_label() -> None:
    """A tag that may not follow the one before gives way to the best path that is allowed."""
    (tags,) = decoding.best_tags(scores("O", "I-cue", "O", "B-source", "I-content"), [5])
    for before, after in zip([0, *tags], tags, strict=False):
        assert after in (0, 1, 3, 5) or before in (after, after - 1)


def test_padding_is_left_out() -> None:
    """Tags are as many as the passage has tokens."""
    (tags,) = decoding.best_tags(scores("B-cue", "I-cue", "O", "O"), [2])
    assert decoding.runs(tags, decoding.CUE) == [(0, 2)]


def test_runs_split_at_a_new_beginning() -> None:
    """Two spans of one label side by side stay two."""
    assert decoding.runs(np.array([5, 6, 5, 6, 0]), decoding.CONTENT) == [(0, 2), (2, 4)]


def test_content_goes_to_the_cue_that_its_tokens_vote_for() -> None:
    """Each content span joins the cue with most votes, and each cue the source with most mass."""
    tags = np.array([1, 3, 5, 6, 1, 3, 5])
    probabilities = np.full((7, 7), 0.1, np.float32)
    content = np.zeros((7, 3), np.float32)
    content[2:4, 1], content[6, 2] = 1, 1
    source = np.zeros((2, 8), np.float32)
    source[0, 1], source[1, 5] = 1, 1
    found = decoding.link(tags, probabilities, content, source, [(1, 2), (5, 6)])
    assert [(g.source, g.cue, g.content) for g in found] == [
        ((0, 1), (1, 2), [(2, 4)]),
        ((4, 5), (5, 6), [(6, 7)]),
    ]


def test_no_source_when_none_is_likelier() -> None:
    """A cue whose mass lies on 'none' has no source."""
    tags = np.array([1, 3, 5])
    source = np.array([[0.9, 0.1, 0.0, 0.0]], np.float32)
    content = np.array([[0, 1], [0, 1], [0, 1]], np.float32)
    (found,) = decoding.link(tags, np.full((3, 7), 0.1, np.float32), content, source, [(1, 2)])
    assert found.source is None
