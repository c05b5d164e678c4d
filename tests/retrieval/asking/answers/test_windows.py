import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.asking.answers.windows import join_sentences, leans_back
from retrieval.asking.search.spreading import spread


def test_a_likely_sentence_is_quoted_alone_when_length_is_dear() -> None:
    rows, owners = np.arange(5, dtype=np.int32), np.zeros(5, np.int32)
    scores = np.array([0, 0, 6, 0, 0], np.float32)
    (window,) = join_sentences(rows, owners, [20] * 5, scores, 1, length_price=1.2)
    assert (window.first, window.last) == (2, 2)


def test_equally_likely_neighbours_are_joined_when_length_is_cheap() -> None:
    rows, owners = np.arange(3, dtype=np.int32), np.zeros(3, np.int32)
    (window,) = join_sentences(rows, owners, [20] * 3, np.zeros(3, np.float32), 1, length_price=0.1)
    assert (window.first, window.last) == (0, 2)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.floats(-20, 20, width=32), st.integers(1, 80)), max_size=25),
    st.integers(1, 5),
)
def test_quotes_are_disjoint_runs_within_one_article(rows: list[tuple[int, float, int]], count: int) -> None:
    owners = np.array(sorted(owner for owner, _, _ in rows), np.int32)
    windows = join_sentences(
        np.arange(len(rows), dtype=np.int32),
        owners,
        [length for _, _, length in rows],
        np.array([score for _, score, _ in rows], np.float32),
        count,
        length_price=0.3,
    )
    assert len(windows) <= count
    covered = [row for window in windows for row in range(window.first, window.last + 1)]
    assert len(covered) == len(set(covered))
    assert all(set(owners[window.first : window.last + 1]) == {window.article} for window in windows)


def test_a_sentence_that_points_back_is_recognised() -> None:
    assert leans_back("This visit was planned.")
    assert leans_back("“He said so.")
    assert not leans_back("Gantz flew to Washington.")
    assert not leans_back("Theresa May resigned.")


@given(st.lists(st.floats(-5, 5, width=32), min_size=1, max_size=30), st.integers(1, 10))
def test_slots_hold_different_candidates_led_by_the_best(scores: list[float], count: int) -> None:
    chosen = spread(
        np.array(scores, np.float32), np.zeros(len(scores), np.int32), np.ones((len(scores), 1), bool), count
    )
    assert len(chosen) == len(set(chosen)) == min(count, len(scores))
    assert scores[chosen[0]] == max(scores)
