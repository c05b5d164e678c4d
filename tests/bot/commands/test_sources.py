"""`pullquote sources` and `pullquote source`: the documented JSON, text for people, and what is not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.commands.test_app import QUOTE_KEYS, pullquote

ARTICLES = {
    "first.md": "---\npublisher: The Day\npublished_at: 2024-03-01\n---\nThe port is shut, Benny Gantz said.\n",
    "second.md": "---\npublisher: The Day\npublished_at: 2024-03-03\n---\nThe treaty is dead, Benny Gantz said.\n",
    "third.md": "Ships will wait for weeks, Yael Gantz said.\n",
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    data = tmp_path_factory.mktemp("data")
    assert pullquote("index", folder, "--data", data).returncode == 0
    return data


def test_sources_prints_the_documented_json_and_a_table(data: Path):
    listed = json.loads(pullquote("sources", "--data", data, "--json").stdout)
    assert listed[0] == {
        "source": "Benny Gantz",
        "kind": "person",
        "quotes": 2,
        "articles": 2,
        "first_at": "2024-03-01T00:00:00+00:00",
        "last_at": "2024-03-03T00:00:00+00:00",
    }
    assert [(line["source"], line["quotes"], line["articles"]) for line in listed[1:]] == [
        ("Yael Gantz", 1, 1),
        ("The Day", 0, 2),
    ]
    table = pullquote("sources", "treaties", "--data", data).stdout
    assert "Benny Gantz" in table
    assert "Yael Gantz" not in table


def test_source_prints_quotes_as_ask_does_newest_first(data: Path):
    found = json.loads(pullquote("source", "benny gantz", "--data", data, "--json").stdout)
    assert set(found) == {"source", "quotes"}
    assert found["source"] == "Benny Gantz"
    texts = ["The treaty is dead, Benny Gantz said.", "The port is shut, Benny Gantz said."]
    assert [quote["text"] for quote in found["quotes"]] == texts
    assert all(set(quote) == QUOTE_KEYS for quote in found["quotes"])
    shown = pullquote("source", "Benny Gantz", "port", "--data", data).stdout
    assert "Benny Gantz: 1 quote" in shown
    assert "Credited in the text to Benny Gantz (“said”) · Published by The Day, 1 March 2024" in shown


def test_an_unknown_source_is_a_result_and_not_a_failure(data: Path):
    result = pullquote("source", "Kamala Harris", "--data", data, "--json")
    assert (result.returncode, json.loads(result.stdout)) == (0, {"source": "Kamala Harris", "quotes": []})
    told = pullquote("source", "Kamala Harris", "--data", data)
    assert (told.returncode, told.stdout) == (0, "The library has nothing from Kamala Harris.\n")


def test_a_surname_that_two_bear_is_told_with_both_names(data: Path):
    result = pullquote("source", "Gantz", "--data", data, "--json")
    assert (result.returncode, json.loads(result.stdout)["quotes"]) == (0, [])
    assert "Gantz may be Benny Gantz or Yael Gantz" in result.stderr
