"""`pullquote library …` in one process, on a real data folder, with an encoder that needs no model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.commands.app import app
from retrieval.engine import Engine
from tests.support.fake_encoder import FakeEncoder
from tests.support.fake_reader import FakeReader
from tests.support.web import page, story

ADDED = {"article_id", "change", "origin", "credit", "passages"}
REPORT = {
    "added",
    "changed",
    "unchanged",
    "credited",
    "removed",
    "failed",
    "passages",
    "seconds",
    "articles",
    "vanished",
    "doubtful",
    "cancelled",
}


class Terminal:
    """Runs commands on one data folder."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def run(self, *arguments: object, stdin: str = "") -> Result:
        """Run a command and return what it printed."""
        return CliRunner().invoke(app, ["library", *map(str, arguments), "--data", str(self._data)], input=stdin)

    def json(self, *arguments: object, stdin: str = "") -> Any:
        """Run a command with `--json` and return what it printed, having checked that it went well."""
        result = self.run(*arguments, "--json", stdin=stdin)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def fault(self, *arguments: object, status: int = 1) -> str:
        """Run a command that must fail; returns its one sentence."""
        result = self.run(*arguments)
        assert result.exit_code == status, result.output
        return result.stderr


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    opened = Engine.open

    async def without_a_model(data_dir: Path, **settings: Any) -> Engine:
        return await opened(data_dir, **settings, encoder_loader=lambda _: FakeEncoder(), reader_loader=FakeReader)

    monkeypatch.setattr(Engine, "open", without_a_model)
    monkeypatch.setenv("PULLQUOTE_SEEDS_DIR", str(tmp_path / "seeds"))
    (tmp_path / "seeds").mkdir()
    return Terminal(tmp_path / "data")


def test_a_text_is_added_listed_shown_removed_and_restored(terminal: Terminal):
    added = terminal.json(
        "add", "text", "-", "--title", "The ferry", "--publisher", "The Day", "--published-at", "2026-03-01",
        stdin=story("the ferry"),
    )  # fmt: skip
    assert set(added) == ADDED
    assert (added["change"], added["credit"]["published_at"]) == ("added", "2026-03-01T00:00:00+00:00")
    article_id = added["article_id"]
    [listed] = terminal.json("list")
    assert (listed["article_id"], listed["passages"], listed["characters"]) == (
        article_id, added["passages"], len(story("the ferry")),
    )  # fmt: skip
    assert terminal.json("show", article_id)["text"] == story("the ferry")
    removed = terminal.json("remove", article_id, "--yes")
    assert set(removed) == {"article_id", "credit", "removed_at", "restorable_until"}
    assert terminal.json("list") == []
    assert terminal.json("restore", article_id)["article_id"] == article_id
    assert len(terminal.json("list")) == 1


def test_people_read_sentences(terminal: Terminal):
    said = terminal.run("add", "text", story("the ferry"), "--title", "The ferry").stdout
    assert said.startswith("Added “The ferry”: 1 passage. Its id is the-ferry-")
    article_id = said.split()[-1].rstrip(".")
    assert (
        "is in the library as it is" in terminal.run("add", "text", story("the ferry"), "--title", "The ferry").stdout
    )
    assert f"`pullquote library restore {article_id}` brings it back." in terminal.run("remove", article_id).stdout
    assert "The library has no articles yet" in terminal.run("list").stdout
    assert "follows no feed" in terminal.run("feed", "list").stdout
    assert "shared: 0 articles, 0 passages, 0 feeds" in terminal.run("status").stdout


def test_files_of_every_kind_are_added_and_read_again(terminal: Terminal, tmp_path: Path):
    file = tmp_path / "bridge.html"
    file.write_text(page("The bridge", story("the bridge")))
    report = terminal.json("add", "file", file)
    assert set(report) == REPORT
    assert (report["added"], report["articles"][0]["origin"]) == (1, str(file))
    file.write_text(page("The bridge", story("the bridge") + "\n\nIt rained when the minister came to open it."))
    assert terminal.json("reindex")["changed"] == 1
    assert terminal.json("reindex", "--article", report["articles"][0]["article_id"])["unchanged"] == 1
    file.unlink()
    assert terminal.json("reindex", "--prune")["removed"] == 1
    status = terminal.json("status")
    assert (status["articles"], status["runs"][0]["removed"], status["runs"][0]["state"]) == (0, 1, "done")


def test_a_library_is_carried_to_a_server(terminal: Terminal, tmp_path: Path):
    terminal.json("add", "text", story("the ferry"), "--title", "The ferry")
    file = tmp_path / "out.gz"
    assert terminal.json("export", file)["articles"] == 1
    assert terminal.json("import", file, "--library", "guild-7")["added"] == 1
    assert len(terminal.json("list", "--library", "guild-7")) == 1
    assert terminal.json("status", "--library", "guild-7")["quota"] == {"articles": 2_000, "characters": 20_000_000}
    assert "as the-ferry-" not in terminal.run("list", "--library", "guild-8").stdout


@pytest.mark.parametrize(
    ("arguments", "sentence", "status"),
    [
        (("show", "none"), "pullquote: The library has no article 'none'", 1),
        (("remove", "none"), "pullquote: The library has no article 'none'", 1),
        (("restore", "none"), "pullquote: Nothing was removed under this id", 1),
        (("reindex", "--article", "none"), "pullquote: The library has no article 'none'", 1),
        (("reindex", "--feed", "9"), "pullquote: The library has no feed 9", 1),
        (("reindex", "--feed", "9", "--article", "x"), "give an article or a feed, not both", 2),
        (("feed", "pause", "9"), "pullquote: The library follows no feed 9", 1),
        (("add", "url", "ftp://example.org/x"), "pullquote: ", 1),
        (("add", "url", "http://127.0.0.1/x"), "pullquote: ", 1),
        (("add", "url", "http://169.254.169.254/latest"), "pullquote: ", 1),
        (("feed", "add", "http://[::1]/feed"), "pullquote: ", 1),
        (("add", "text", "..."), "pullquote: ", 1),
        (("import", "/nowhere/x.gz"), "pullquote: x.gz cannot be read", 1),
        (("export", "/nowhere/x.gz"), "pullquote: /nowhere/x.gz cannot be written", 1),
        (("list", "--library", "guild-x"), "a library is called `shared`", 2),
    ],
)
def test_a_mistake_gets_one_sentence(terminal: Terminal, arguments: tuple[str, ...], sentence: str, status: int):
    said = terminal.fault(*arguments, status=status)
    assert sentence in said
    if status == 1:
        assert said.count("\n") == 1
        assert said.rstrip().endswith(".")


def test_a_file_that_lost_most_of_its_text_waits_for_a_decision(terminal: Terminal, tmp_path: Path):
    file = tmp_path / "bridge.txt"
    file.write_text(story("the bridge"))
    terminal.json("add", "file", file)
    file.write_text(story("the bridge")[:90])
    report = terminal.run("reindex")
    assert report.exit_code == 0
    assert f"Kept as it was: {file}. The file now shows only 1" in " ".join(report.stdout.split())
    [waiting] = terminal.json("review")
    assert (waiting["origin"], waiting["looks"], waiting["kept"] < 0.25) == (str(file), None, True)
    assert terminal.json("status")["doubtful"] == 1
    assert "give a number together with" in terminal.fault("review", "--take", status=2)
    taken = terminal.json("review", waiting["version_id"], "--take")
    assert (set(taken), taken["change"]) == (ADDED, "changed")
    assert terminal.json("show", taken["article_id"])["text"] == story("the bridge")[:90].strip()
    assert "waits for a decision" in terminal.fault("review", waiting["version_id"], "--keep")
