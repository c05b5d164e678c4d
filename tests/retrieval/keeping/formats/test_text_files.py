"""Article files are read exactly, and each bad one gets a sentence that says what to do."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import ArticleError
from retrieval.keeping.formats.cleaning import clean_text
from retrieval.keeping.formats.text_files import markdown_text, parse_article, parse_text
from retrieval.keeping.ingest.files import article_files, read_article


def parse(text: str | bytes, *, markdown: bool = True):
    data = text.encode() if isinstance(text, str) else text
    return parse_article(data, origin="/a.md", markdown=markdown, name="a.md")


def test_front_matter_becomes_the_credit():
    draft = parse(
        '---\ntitle: "One: two"\npublisher: The Day\nbyline: [A. B., C. D.]\npublished_at: 2024-03-03\n'
        "url: https://example.org/a\n---\nBody."
    )
    assert draft.text == "Body."
    assert draft.credit.title == "One: two"
    assert draft.credit.byline == "A. B., C. D."
    assert draft.credit.published_at == datetime(2024, 3, 3, tzinfo=UTC)
    assert not draft.credit.title_is_label


@pytest.mark.parametrize("opening", ["--- \n", "\n\n---\n", "---\t\n"])
def test_blanks_around_the_opening_line_do_not_hide_front_matter(opening):
    draft = parse(f"{opening}title: T\n---\nBody.")
    assert (draft.credit.title, draft.text) == ("T", "Body.")


def test_a_time_with_a_zone_becomes_utc():
    draft = parse("---\npublished_at: 2024-03-03T10:00:00+02:00\n---\nBody.")
    assert draft.credit.published_at == datetime(2024, 3, 3, 8, tzinfo=UTC)


def test_without_front_matter_nothing_is_invented():
    credit = parse("Just words.").credit
    assert (credit.title, credit.publisher, credit.byline, credit.published_at, credit.url) == (None,) * 5


def test_a_label_is_marked_as_no_title():
    credit = parse("---\nlabel: My name for it\n---\nBody.").credit
    assert (credit.title, credit.title_is_label) == ("My name for it", True)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("", "is empty"),
        ("---\ntitle: x\n---\n \n", "is empty"),
        ("Advertisement\n", "is empty"),
        (b"PK\x03\x04\x00\x00", "binary file"),
        ("caf\xe9".encode("latin-1"), "not UTF-8"),
        ("---\ntitle: x\nBody without end", "no closing line"),
        ('---\ntitle: "x\n---\nBody', "damaged at line"),
        ("---\n- a\n- b\n---\nBody", "`key: value` lines"),
        ("---\nauthor: x\n---\nBody", "unknown key 'author'"),
        ("---\ntitle: 12\n---\nBody", "no text"),
        ("---\npublished_at: soon\n---\nBody", "no date"),
        ("---\npublished_at: 12\n---\nBody", "no date"),
        ("---\npublished_at: 0001-01-01T00:00:00+14:00\n---\nBody", "out of range"),
        ("🤔🤔🤔 … ---", "is empty"),
        ("---\nurl: ftp://example.org\n---\nBody", "no http(s) address"),
        ("---\nurl: 'http://[bad'\n---\nBody", "no http(s) address"),
    ],
)
def test_bad_files_get_one_clear_sentence(data, says):
    with pytest.raises(ArticleError) as caught:
        parse(data)
    assert says in str(caught.value)
    assert "a.md" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "line", ["Advertisment", "Advertisement", "ADVERTISEMENT", "  Advertisements  ", "- Advertisement -"]
)
def test_advertisement_lines_are_no_part_of_the_article(line):
    assert clean_text(f"One.\n\n{line}\n\nTwo.") == "One.\n\nTwo."


def test_a_sentence_about_advertisement_stays():
    assert clean_text("Advertisement spending fell.") == "Advertisement spending fell."


def test_markdown_markup_is_not_part_of_the_words():
    source = "# Head\n\nSome **bold** and [a link](http://x.y) with `code`\nand 2 * 3.\n\n- one\n- two\n\n> quoted"
    assert markdown_text(source) == "Head\n\nSome bold and a link with code and 2 * 3.\n\none\n\ntwo\n\nquoted"


def test_plain_text_keeps_its_characters():
    assert parse("2 * 3 * 4 and _this_", markdown=False).text == "2 * 3 * 4 and _this_"


@given(st.text(st.characters() | st.sampled_from("\u200c\u200d\U0001f3f4\U000e0067\U000e007f\nm"), max_size=200))
def test_cleaning_is_stable(text):
    once = clean_text(text)
    assert clean_text(once) == once


def test_a_folder_gives_its_article_files_in_order(tmp_path: Path):
    for name in ("b.md", "a.txt", ".hidden.md", "c.pdf", "c.png", "sub/d.markdown", "sub/d.html", ".git/e.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    found = [str(p.relative_to(tmp_path)) for p in article_files(tmp_path)]
    assert found == ["a.txt", "b.md", "c.pdf", "sub/d.html", "sub/d.markdown"]


def test_a_missing_path_and_a_wrong_kind_are_named(tmp_path: Path):
    with pytest.raises(ArticleError, match="no file or folder"):
        article_files(tmp_path / "none")
    (tmp_path / "x.md").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(ArticleError, match=r"x\.md is a picture"):
        read_article(tmp_path / "x.md")


def test_the_kind_of_a_file_is_told_by_its_content(tmp_path: Path):
    words = "The minister said on Tuesday that the new bridge over the river would open in the spring of next year. "
    (tmp_path / "x.txt").write_text(f"<!doctype html><html><body><article><p>{words * 3}</p></article></body></html>")
    draft = read_article(tmp_path / "x.txt")
    assert draft.text == (words * 3).strip()
    assert draft.origin == str(tmp_path / "x.txt")


def test_what_is_not_seen_or_turns_the_text_round_is_left_out():
    hidden = "\u202e\u2066\u200b\u2060\ufeff\xad\x00\x85\ud800\U000e0041\u200d"
    assert clean_text(f"a{hidden}b") == "a\nb"
    assert clean_text("one\u2028two\u2029three") == "one\ntwo\n\nthree"


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # Persian needs its non-joiner
        "ක්\u200dරි",  # Sinhala needs its joiner
        "👩\u200d🚀 and 🏳️\u200d🌈",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # England's flag is spelt in tags
        "@everyone <@123> <#1> @here",  # harmless where it is shown, and quotable
        "שלום\u200f, عربي",  # marks of direction change nothing beyond themselves
    ],
)
def test_what_a_script_or_an_emoji_needs_stays(text):
    assert clean_text(text) == text


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
def test_joiners_that_join_nothing_are_left_out(joiner):
    assert clean_text(f"pass{joiner}word {joiner}{joiner} می{joiner} {joiner}") == "password  می"


@given(st.text(st.characters(), max_size=200))
def test_cleaned_text_can_be_stored_and_turns_nothing_round(text):
    cleaned = clean_text(text)
    cleaned.encode("utf-8")
    assert not set(cleaned) & set("\x00\u200b\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_an_article_that_is_too_long_gets_a_sentence():
    with pytest.raises(ArticleError, match="500,001 characters; an article may have at most 500,000"):
        parse("x" * 500_001)


def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(ArticleError, match="neither a file nor a folder"):
        article_files(tmp_path / "pipe.md")


def test_a_file_name_that_is_not_utf8_is_named(tmp_path: Path):
    path = Path(os.fsdecode(bytes(tmp_path / "bad") + b"\xff.txt"))
    path.write_text("Words.")
    with pytest.raises(ArticleError, match="not UTF-8"):
        read_article(path)


def test_the_seed_names_no_title_of_its_own_and_has_no_advertisement(seeds: Path):
    draft = read_article(seeds / "gantz-washington.md")
    assert draft.credit.title_is_label
    assert (draft.credit.publisher, draft.credit.published_at, draft.credit.url) == (None, None, None)
    assert "advertis" not in draft.text.lower()


def test_a_fetched_text_may_not_state_who_published_it_or_where():
    source = "---\npublisher: Reuters\nurl: https://www.reuters.com/a\ntitle: Flour\n---\nFlour is dear this year."
    credit = parse_text(source, origin="o", markdown=True, name="n", url="https://mill.example/a.md").credit
    assert (credit.publisher, credit.url, credit.title) == (None, "https://mill.example/a.md", "Flour")
    handed_in = parse_text(source, origin="o", markdown=True, name="n").credit
    assert (handed_in.publisher, handed_in.url) == ("Reuters", "https://www.reuters.com/a")
