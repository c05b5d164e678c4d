"""What every `PassageIndex` promises, held against embedded Chroma and a real Chroma server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import IndexUnavailableError
from retrieval.index.chroma import HNSW, ChromaIndex, open_index
from retrieval.index.passage_index import collection_name
from tests.support.chroma_server import free_port, running_chroma

C = "shared.fake.0123"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_chroma(tmp_path_factory.mktemp("chroma")) as url:
        yield url


@pytest.fixture(params=["embedded", "server"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ChromaIndex]:
    url = request.getfixturevalue("server") if request.param == "server" else ""
    opened = open_index(tmp_path, url)
    opened.drop(C)
    yield opened
    opened.close()


def unit(*values: float) -> np.ndarray:
    vector = np.array(values, dtype=np.float32)
    return vector / np.linalg.norm(vector)


def test_the_nearest_come_first_with_cosine_similarity(index: ChromaIndex):
    index.add(C, [1, 2, 3], np.stack([unit(1, 0), unit(1, 1), unit(0, 1)]))
    [hits, others] = index.query(C, np.stack([unit(1, 0), unit(0, 1)]), 2)
    assert [hit.passage_id for hit in others] == [3, 2]
    assert [hit.passage_id for hit in hits] == [1, 2]
    assert hits[0].similarity == pytest.approx(1.0, abs=1e-5)
    assert hits[1].similarity == pytest.approx(0.7071, abs=1e-3)


def test_asking_for_more_than_there_is_gives_what_there_is(index: ChromaIndex):
    index.add(C, [7], unit(1, 0)[None])
    assert [[hit.passage_id for hit in hits] for hits in index.query(C, unit(0, 1)[None], 50)] == [[7]]


def test_a_collection_that_does_not_exist_is_empty(index: ChromaIndex):
    assert index.query(C, unit(1, 0)[None], 5) == [[]]
    assert index.ids(C) == set()
    index.delete(C, [1])


def test_deleted_vectors_are_gone_and_unknown_ids_are_ignored(index: ChromaIndex):
    index.add(C, [1, 2], np.stack([unit(1, 0), unit(0, 1)]))
    index.delete(C, [1, 99])
    assert index.ids(C) == {2}


def test_a_dropped_collection_can_be_made_again(index: ChromaIndex):
    index.add(C, [1], unit(1, 0)[None])
    index.drop(C)
    assert C not in index.collections()
    index.add(C, [2], unit(0, 1)[None])
    assert index.ids(C) == {2}


def test_more_vectors_than_one_request_holds(index: ChromaIndex):
    rng = np.random.default_rng(0)
    index.add(C, list(range(1, 4_502)), rng.normal(size=(4_501, 8)).astype(np.float32))
    assert len(index.ids(C)) == 4_501


def test_a_collection_from_which_much_was_deleted_is_rewritten_with_the_rest(
    index: ChromaIndex, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("retrieval.index.chroma.MIN_REMOVED", 20)
    vectors = np.random.default_rng(0).normal(size=(60, 8)).astype(np.float32)
    index.add(C, list(range(60)), vectors)
    assert not index.compact(C)
    index.delete(C, list(range(40)))
    assert index.compact(C)
    assert not index.compact(C), "nothing was deleted since"
    assert index.ids(C) == set(range(40, 60))
    hits = index.query(C, vectors, 1)
    assert [row[0].passage_id for row in hits[40:]] == list(range(40, 60))
    assert [name for name in index.collections() if name.endswith(C)] == [C]
    index.add(C, [99], vectors[:1])
    assert index.ids(C) == {*range(40, 60), 99}


def test_dropped_and_rewritten_collections_leave_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("retrieval.index.chroma.MIN_REMOVED", 20)
    monkeypatch.setitem(HNSW, "sync_threshold", 4)
    monkeypatch.setitem(HNSW, "batch_size", 2)
    index = open_index(tmp_path)
    vectors = np.random.default_rng(0).normal(size=(60, 8)).astype(np.float32)
    for first in range(0, 300, 60):
        index.add(C, list(range(first, first + 60)), vectors)
        index.delete(C, list(range(first - 60, first)) if first else [])
        index.compact(C)
        assert len([path for path in (tmp_path / "chroma").iterdir() if path.is_dir()]) == 1
    index.drop(C)
    assert [path for path in (tmp_path / "chroma").iterdir() if path.is_dir()] == []
    index.close()


def test_embedded_vectors_outlive_the_process_that_added_them(tmp_path: Path):
    first = open_index(tmp_path)
    first.add(C, [5], unit(1, 0)[None])
    first.close()
    second = open_index(tmp_path)
    assert second.ids(C) == {5}
    second.close()


def test_a_server_that_is_down_is_named_in_one_sentence(tmp_path: Path):
    with pytest.raises(IndexUnavailableError) as caught:
        open_index(tmp_path, f"http://127.0.0.1:{free_port()}")
    assert "does not answer" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_collection_name_holds_to_chromas_rules():
    name = collection_name("guild-123", "org/Some Model~v2-0a1b", "0a1b2c3d")
    assert name == "guild-123.org-Some-Model-v2-0a1b.0a1b2c3d"
