"""Telling what bytes are takes no time, whatever they are."""

from __future__ import annotations

import tracemalloc
from contextlib import suppress
from time import process_time

import pytest

from retrieval.errors import ArticleError
from retrieval.keeping.formats.charsets import decode_text
from retrieval.keeping.formats.cleaning import article_text
from retrieval.keeping.formats.kinds import kind_of


@pytest.mark.parametrize(
    "source",
    [
        b"<?a?>" * 40 + b"x",
        b"<?" * 2_000,
        b"<!--" * 1_000,
        b"<!-- x -->" * 400,
        b"<!doctype a [" + b"]" * 4_000,
        b"<!doctype x>" * 340,
        b"<!doctype a [] >" * 240 + b"<",
        b" " * 4_000 + b"<",
        b"<a" * 2_000,
        b'<a b="' * 600,
        b"&" * 4_000,
    ],
)
def test_the_kind_is_told_at_once(source):
    started = process_time()
    with suppress(ArticleError):
        kind_of(source, name="x")
    assert process_time() - started < 0.5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("No! " * 15_001, "has 15,001 sentences and lines; an article may have at most 15,000, so give it in parts."),
        ("One line\n" * 15_001, "has 15,001 sentences and lines"),
        ("0000000772 00000 n\n" * 200, "is nearly all numbers"),
        ("(“a” — " * 500, "hardly any words between its signs"),
    ],
)
def test_what_would_cost_too_much_is_refused_in_a_sentence(text, said):
    with pytest.raises(ArticleError) as raised:
        article_text(text, "a.txt")
    assert said in str(raised.value)
    assert str(raised.value).startswith("a.txt ")


@pytest.mark.parametrize(
    "text",
    [
        "Final score: 21-12, 20-13, 25-23! (3:0)",
        "Year\tSum\tShare\n" + "2025\t4,000,000\t12.5%\n" * 3,
        "The town of Elm\t12,345\t23.4%\n" * 900,
        "The mayor said so on Monday. " * 14_000,
    ],
)
def test_tables_scores_and_long_reports_come_in(text):
    assert article_text(text, "a.txt") == text.strip()


def test_a_text_of_many_megabytes_is_refused_before_it_is_decoded():
    with pytest.raises(ArticleError, match=r"^a\.txt has 8\.0 MB; a text may have at most 5, so give it in parts\.$"):
        decode_text("é".encode() * 4_000_000, "a.txt")


def test_telling_whether_it_is_text_takes_little_memory():
    data = ("\ufeff" + "й" * 1_500_000).encode("utf-16-le")
    tracemalloc.start()
    decode_text(data, "a.txt")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 * len(data)
