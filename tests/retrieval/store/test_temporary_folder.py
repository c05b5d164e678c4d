"""A TMPDIR that cannot be written stops nothing, and blames nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from retrieval.store import use_writable_temporary_folder
from tests.conftest import ROOT

OPEN = """
import sys
from pathlib import Path
import numpy as np
from retrieval.index.chroma import open_index
from retrieval.store import use_writable_temporary_folder
data = Path(sys.argv[1])
use_writable_temporary_folder(data)
index = open_index(data)
index.add("a.b", [1, 2], np.eye(2, 8, dtype=np.float32))
print(len(index.query("a.b", np.eye(1, 8, dtype=np.float32), 2)[0]))
index.close()
"""


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder that nobody can write is needed")
def test_the_index_opens_with_a_tmpdir_that_nobody_can_write(tmp_path: Path):
    environment = {**os.environ, "TMPDIR": "/proc", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", OPEN, str(tmp_path)],
        env=environment, capture_output=True, text=True, check=False, timeout=280,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout.strip()) == (0, "2"), ran.stderr


@pytest.fixture(autouse=True)
def _as_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    for name in ("SQLITE_TMPDIR", "TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, "")  # so that what is set meanwhile is undone
        monkeypatch.delenv(name)


def test_where_all_is_well_nothing_is_changed(tmp_path: Path):
    use_writable_temporary_folder(tmp_path)
    assert "SQLITE_TMPDIR" not in os.environ
    assert Path(tempfile.gettempdir()) != tmp_path


def test_where_there_is_none_it_is_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/nowhere-at-all"])
    use_writable_temporary_folder(tmp_path)
    assert os.environ["SQLITE_TMPDIR"] == tempfile.gettempdir() == str(tmp_path)
    assert "temporary files go to" in caplog.text
