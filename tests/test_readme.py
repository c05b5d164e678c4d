"""The README's two commands do what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

# The environment that runs the tests is the one that `make` made; it is not to be made again.
VENV = (f"VENV={sys.prefix}", "-o", f"{sys.prefix}/.runtime", "-o", f"{sys.prefix}/.dev")


def make(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PULLQUOTE_DATA_DIR": str(data), "DISCORD_TOKEN": ""}
    return subprocess.run(
        ["make", *arguments, *VENV],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


def test_make_run_answers_the_seed_question_and_encodes_nothing_the_second_time(tmp_path: Path):
    first = make("run", data=tmp_path)
    assert first.returncode == 0, first.stderr
    assert "No DISCORD_TOKEN is set" in first.stderr
    assert "Gantz's agenda in Washington includes" in first.stdout
    assert "Credited in the text to All Israel News (“as reported by”)" in first.stdout
    assert re.search(r"1 added; [1-9]\d* passages encoded", first.stderr)
    second = make("run", data=tmp_path)
    assert second.returncode == 0
    assert "1 unchanged; 0 passages encoded" in second.stderr


def test_make_test_runs_all_tests(tmp_path: Path):
    assert "-m pytest" in make("-n", "test", data=tmp_path).stdout


def test_the_readme_shows_both_commands_first():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [block] = re.findall(r"```sh\n(make run.*?)```", readme, re.DOTALL)[:1]
    assert [line.split("#")[0].strip() for line in block.splitlines()] == ["make run", "make test"]


def test_every_picture_that_a_document_shows_is_there():
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    shown = [
        (document.parent / name).resolve()
        for document in documents
        for name in re.findall(r"!\[[^\]]*\]\(([^)\s]+\.png)\)", document.read_text(encoding="utf-8"))
    ]
    assert shown
    assert [path for path in shown if not path.is_file()] == []
