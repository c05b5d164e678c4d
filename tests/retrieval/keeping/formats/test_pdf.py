"""A PDF's paragraphs are joined again; one that is locked, damaged or only pictures gets a sentence."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from retrieval.errors import ArticleError
from retrieval.keeping.formats.pdf.document import _moment, read_document
from retrieval.keeping.formats.pdf.lines import Line
from retrieval.keeping.formats.pdf.paragraphs import join_pages
from retrieval.keeping.formats.pdf.soundness import MOST_SEARCHED_BYTES, costs_too_much
from tests.support.pdfs import make_pdf

ONE = [
    "The minister said on Tuesday that the new bridge over",
    "the river would open in the spring of next year, and",
    "not before.",
]
TWO = [
    "“We have waited for ten years, and we will not wait",
    "for another one,” she told reporters at the site of the",
    "works on Monday.",
]
THREE = ["Opponents of the project say that its cost has doubled", "since the first plans were shown."]


def joined(*paragraphs: list[str]) -> str:
    return "\n\n".join(" ".join(lines) for lines in paragraphs)


def read(data: bytes, name: str = "report.pdf"):
    return read_document(data, origin=f"upload:{name}", name=name)


def test_lines_become_paragraphs():
    data = make_pdf([[*ONE, "", *TWO, "", *THREE]])
    assert read(data).text == joined(ONE, TWO, THREE)


def test_a_short_last_line_ends_a_paragraph_where_there_is_no_gap():
    assert read(make_pdf([[*ONE, *TWO, *THREE]])).text == joined(ONE, TWO, THREE)


def test_a_paragraph_goes_on_over_pages_and_headers_are_no_part_of_it():
    data = make_pdf([ONE[:2], [ONE[2], "", *TWO], THREE], header="The Daily Example, 3 March 2024", numbered=True)
    assert read(data).text == joined(ONE, TWO, THREE)


def test_pages_that_are_alike_are_not_emptied():
    assert read(make_pdf([ONE[:1]] * 3)).text.startswith(ONE[0])


def test_a_paragraph_goes_on_in_the_next_column():
    data = make_pdf([[*ONE[:2], *ONE[2:], ""]], columns=2)
    assert read(data).text == joined(ONE)


@pytest.mark.parametrize(
    ("left", "right", "whole"),
    [
        ("said that the govern-", "ment would open it", "said that the government would open it"),
        ("a well-known bridge, well-", "known to all", "a well-known bridge, well-known to all"),
        ("his own doubling-", "down on it", "his own doubling-down on it"),
        ("a deer-in-the-", "headlights look", "a deer-in-the-headlights look"),
        ("Zelensky spoke; Zelen-", "sky left", "Zelensky spoke; Zelensky left"),
        ("die Regie-", "rung sagte", "die Regierung sagte"),
        ("from 2010-", "2020 it rose", "from 2010-2020 it rose"),
        ("the years before 1914-", "and after", "the years before 1914- and after"),
    ],
)
def test_a_word_broken_at_the_end_of_a_line_is_whole_again(left, right, whole):
    assert read(make_pdf([[left, right]])).text == whole


def test_a_large_first_letter_belongs_to_its_word():
    lines = [
        Line("H", 60, 80, 700, 30, hyphenated=False),
        Line("ong Kong is burning.", 85, 300, 710, 11, hyphenated=False),
    ]
    assert join_pages([lines]) == "Hong Kong is burning."


def test_a_sentence_goes_on_over_a_gap_in_the_setting():
    assert read(make_pdf([[*ONE[:1], "", *ONE[1:]]])).text == joined(ONE)


def test_what_the_document_states_is_its_credit():
    credit = read(make_pdf([ONE], title="A bridge", author="A. Writer")).credit
    assert (credit.title, credit.byline, credit.title_is_label) == ("A bridge", "A. Writer", False)
    assert credit.published_at is not None


@pytest.mark.parametrize("creator", ["Mozilla/5.0 (X11) Chrome", "Chromium", "Microsoft: Print To PDF"])
def test_the_day_a_page_was_printed_is_not_its_date(creator):
    assert read(make_pdf([ONE], creator=creator)).credit.published_at is None


@pytest.mark.parametrize("title", [None, "Microsoft Word - draft3", "final.docx", "untitled"])
def test_a_document_without_a_title_has_its_files_name_as_label(title):
    credit = read(make_pdf([ONE], title=title)).credit
    assert (credit.title, credit.title_is_label) == ("report", True)


@pytest.mark.parametrize(
    ("stated", "moment"),
    [
        ("D:20240303233000-05'00'", "2024-03-03T23:30:00-05:00"),
        ("D:20240303100000Z", "2024-03-03T10:00:00+00:00"),
        ("D:20240303", "2024-03-03T00:00:00+00:00"),
        ("D:2024", None),  # its day is not stated
        ("D:20241345", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_documents_date_is_read_or_left_out(stated, moment):
    read_at = _moment(stated)
    assert (read_at.isoformat() if read_at else None) == moment


def test_a_locked_document_gets_a_sentence():
    with pytest.raises(ArticleError, match=r"report\.pdf is a PDF locked by a password"):
        read(make_pdf([ONE], password="open sesame"))


def test_a_scanned_document_gets_a_sentence():
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawImage(ImageReader(Image.new("RGB", (100, 100), "grey")), 0, 0)
    canvas.showPage()
    canvas.save()
    with pytest.raises(ArticleError, match=r"report\.pdf is a PDF of pictures without text"):
        read(out.getvalue())


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(range(256)) * 50, make_pdf([ONE])[:300]])
def test_a_damaged_document_gets_a_sentence(data):
    with pytest.raises(ArticleError, match=r"report\.pdf is a damaged PDF"):
        read(data)


def test_a_document_of_too_many_pages_gets_a_sentence():
    with pytest.raises(ArticleError, match="has 301 pages; a PDF may have at most 300"):
        read(make_pdf([["x"]] * 301))


def test_a_document_that_is_too_long_gets_a_sentence():
    with pytest.raises(ArticleError, match="at most 500,000"):
        read(make_pdf([["a line of words " * 60] * 60] * 20))


def test_no_pages_are_no_text():
    assert join_pages([]) == ""
    assert join_pages([[], []]) == ""
    assert join_pages([[Line("Words", 0, 50, 10, 11, hyphenated=True)]]) == "Words"


def test_a_printed_pages_menu_and_its_browsers_lines_are_left_out():
    top = [
        "3/5/24, 10:03 AM Bridge to open - The Example",
        "Home | News | Sport | Weather",
        "Home News Sport Weather Contact",
    ]
    text = read(make_pdf([[*top, *ONE, "https://example.org/news/bridge 1/1"]])).text
    assert text == read(make_pdf([ONE])).text


def test_headers_of_left_and_right_pages_are_left_out():
    pages = [
        ["Reports of Marl" if number % 2 else "The ferry landing", f"{word} was told.", ""]
        for number, word in enumerate(["Ann", "Bo", "Cy", "Di", "Ed"])
    ]
    text = read(make_pdf(pages)).text
    assert "Reports of Marl" not in text
    assert "The ferry landing" not in text


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["The town wants the govern-", "ment to pay for the bridge."], "the government to pay"),
        (["The town has a well-", "known bridge over the river."], "a well-known bridge"),
        (["Both pre-", "and post-war bridges stand there."], "Both pre- and post-war bridges"),
    ],
)
def test_a_hyphen_at_the_end_of_a_line_goes_where_it_only_breaks_a_word(lines, joined):
    assert joined in read(make_pdf([lines])).text


LARGE = make_pdf([["The mayor said on Monday that the bridge would cost four million pounds."]] * 3).replace(
    b"%%EOF", b"% stream\n" * 40_000 + b"%%EOF"
)
"""What is large and has many streams: here only their names, behind the table."""


def sound(data):
    """Put where the table is at the end again, where readers look for it."""
    return data + b"\nstartxref\n%d\n%%%%EOF\n" % data.index(b"\nxref")


def test_a_large_pdf_whose_table_is_sound_is_read():
    data = sound(LARGE)
    assert data.count(b"stream") * len(data) > MOST_SEARCHED_BYTES
    assert not costs_too_much(data)


@pytest.mark.parametrize(
    "broken",
    [
        lambda data: data[:-30],
        lambda data: data[:-30] + b"startxref\n99999999999\n%%EOF",
        lambda data: data[:-30] + b"startxref\n0\n%%EOF",
        lambda data: data[:-30] + b"startxref\n17\n%%EOF",
        lambda data: data.replace(b"\n0000000", b"\n0000009"),
        lambda data: data[:20] + b"%\n" + data[20:],
    ],
)
def test_a_large_pdf_that_must_be_put_together_is_refused(broken):
    """Its parts would be searched for, each to the file's end."""
    data = broken(sound(LARGE))
    assert costs_too_much(data)
    with pytest.raises(ArticleError, match="is a damaged PDF, and too large to be put together"):
        read(data)


def test_a_small_damaged_pdf_is_put_together():
    data = make_pdf([["The mayor said on Monday that the bridge would cost four million pounds."]] * 3)
    assert "four million" in read(data.replace(b"\n0000000", b"\n0000009")).text
