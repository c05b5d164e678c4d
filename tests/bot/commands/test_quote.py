"""`pullquote quote` tells scripts and people whether anyone said a thing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.commands.test_app import QUOTE_KEYS, pullquote

ARTICLE = (
    "---\npublisher: The Day\n---\n"
    "The old harbour will be closed to cruise ships by 2031, according to Mari Tamm, who runs the port."
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quote")
    (folder / "harbour.md").write_text(ARTICLE, encoding="utf-8")
    assert pullquote("index", folder / "harbour.md", "--data", folder / "data").returncode == 0
    return folder / "data"


def test_json_has_the_documented_keys(data: Path):
    words = "The old HARBOUR will be opened to cruise ships"
    result = pullquote("quote", words, "--speaker", "The Day", "--data", data, "--json")
    check = json.loads(result.stdout)
    assert result.returncode == 0
    assert set(check) == {"verdict", "quotes", "diff"}
    assert check["verdict"] == "altered"
    [quote] = check["quotes"]
    assert set(quote) == QUOTE_KEYS
    assert [set(segment) for segment in check["diff"]] == [{"op", "asked", "article"}] * 3
    assert check["diff"][1] == {"op": "replace", "asked": "opened ", "article": "closed "}
    assert "".join(segment["asked"] for segment in check["diff"]) == words
    assert "".join(segment["article"] for segment in check["diff"]) == quote["text"]


def test_an_exact_quote_and_none_have_no_difference(data: Path):
    exact = json.loads(pullquote("quote", "CLOSED to cruise-ships", "--data", data, "--json").stdout)
    assert (exact["verdict"], exact["quotes"][0]["text"], exact["diff"]) == ("exact", "closed to cruise ships", None)
    nothing = pullquote("quote", "He never said that", "--data", data, "--json")
    assert json.loads(nothing.stdout) == {"verdict": "not_found", "quotes": [], "diff": None}
    assert nothing.returncode == 0


def test_people_see_the_difference_marked(data: Path):
    words = "the harbour will surely be opened to cruise ships"
    text = pullquote("quote", words, "--speaker", "BBC", "--data", data).stdout
    assert "not from BBC but from Mari Tamm." in text
    assert "⟦old⟧ harbour will be ⟦closed⟧ to cruise ships" in text
    assert "Not in the articles: “surely”, “opened”" in text
    assert "Published by The Day" in text
