"""Content tells what it is, and in which encoding; names and headers settle only what it leaves open."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import ArticleError
from retrieval.keeping.formats.charsets import decode_page, decode_text
from retrieval.keeping.formats.kinds import Kind, kind_of
from tests.support.pdfs import make_pdf

SPANISH = "El año pasado, el señor Núñez dijo que España no podía esperar más. " * 3
POLISH = "Prezydent powiedział wczoraj, że rząd rozważa zmiany, a żółte jaźnie śpią. " * 3
RUSSIAN = "Президент заявил вчера, что правительство рассматривает изменения. " * 3
JAPANESE = "首相は昨日、政府が変更を検討していると述べた。" * 5
CHINESE = "总统昨天表示政府正在考虑修改，部长没有发表评论。" * 5


@pytest.mark.parametrize(
    ("data", "name", "content_type", "kind"),
    [
        (b"<!DOCTYPE html><p>x", "a.txt", "text/plain", Kind.HTML),
        (b"\n<!-- saved from url=(0014)about:internet -->\n<html><body>x", "a", "", Kind.HTML),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "a" "b"><html xmlns="c">', "a", "", Kind.HTML),
        (b"<article>x</article>", "a", "", Kind.HTML),
        (b"Words, then <p>a paragraph</p>", "a", "text/html; charset=utf-8", Kind.HTML),
        (b"Words, then <p>a paragraph</p>", "a", "", Kind.TEXT),
        ("<html><p>wörds".encode("utf-16"), "a", "", Kind.HTML),
        (b"%PDF-1.7\n", "a.html", "text/html", Kind.PDF),
        (b"\xef\xbb\xbf\n%PDF-1.4\n", "a", "", Kind.PDF),
        (b'<?xml version="1.0"?><rss version="2.0">', "a", "text/html", Kind.FEED),
        (
            b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x --><feed xmlns="http://www.w3.org/2005/Atom">',
            "a",
            "",
            Kind.FEED,
        ),
        (b'<rdf:RDF xmlns:rdf="x">', "a", "", Kind.FEED),
        (b'<!DOCTYPE rss [<!ENTITY a "b">]><rss>', "a", "", Kind.FEED),
        (b'{"version": "https:\\/\\/jsonfeed.org\\/version\\/1.1"}', "a", "", Kind.FEED),
        (b"# Head\n\nWords", "a.md", "", Kind.MARKDOWN),
        (b"<div>in Markdown</div>\n\nWords", "a.markdown", "", Kind.MARKDOWN),
        (b"Words", "a", "text/markdown", Kind.MARKDOWN),
        (b"Words < more words", "a.html", "", Kind.TEXT),
        (b"MZ stands for nothing", "a.txt", "", Kind.TEXT),
        (b"BM and Rar", "a.txt", "", Kind.TEXT),
    ],
)
def test_content_tells_the_kind(data, name, content_type, kind):
    assert kind_of(data, name=name, content_type=content_type) is kind


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"PK\x03\x04\x14\0", "a ZIP archive or an Office document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Office document"),
        (b"{\\rtf1\\ansi", "a rich-text document"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"GIF89a\x01", "a picture"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a picture"),
        (b"\0\0\0\x20ftypheic", "a picture"),
        (b"\x1f\x8b\x08\0", "a compressed archive"),
        (b"\0\0\0\x20ftypisom", "a sound or a film"),
        (b"ID3\x04\0", "a sound or a film"),
        (b"\x7fELF\x02\x01", "a program"),
        (b"%!PS-Adobe-3.0", "a PostScript document"),
        (b"words\0words", "a binary file"),
        (b'<?xml version="1.0"?><note/>', "XML but neither a page nor a feed"),
        (b'<svg xmlns="x">', "XML but neither a page nor a feed"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence_that_says_what_it_is(data, says):
    with pytest.raises(ArticleError) as caught:
        kind_of(data, name="a.md")
    assert says in str(caught.value)
    assert str(caught.value).startswith("a.md is ")


def test_json_that_is_no_feed_gets_a_sentence():
    with pytest.raises(ArticleError, match="JSON but no JSON Feed"):
        kind_of(b'{"a": 1}', name="https://example.org/a", content_type="application/json")


@given(st.binary(max_size=300))
def test_any_bytes_have_a_kind_or_get_a_sentence(data):
    try:
        kind = kind_of(data, name="a")
    except ArticleError:
        return
    assert kind in Kind


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("é", "utf-8"),
        (SPANISH, "cp1252"),
        (POLISH, "cp1250"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (CHINESE, "gb18030"),
        ("é", "utf-8-sig"),
        ("é", "utf-16"),
    ],
)
def test_texts_are_read_in_the_encoding_they_are_in(text, encoding):
    assert decode_text(text.encode(encoding), "a.txt") == text


def test_a_text_whose_encoding_cannot_be_told_is_refused_and_never_guessed_wrong():
    with pytest.raises(ArticleError, match="not UTF-8"):
        decode_text("café".encode("cp1252"), "a.txt")
    assert decode_text("café".encode("cp1252"), "a.txt", "text/plain; charset=iso-8859-1") == "café"


def test_what_a_server_says_of_the_encoding_is_not_believed_against_the_bytes():
    assert decode_text("naïve".encode(), "a", "text/plain; charset=iso-8859-1") == "naïve"
    with pytest.raises(ArticleError, match="not UTF-8"):
        decode_text(b"words \x81", "a", "text/plain; charset=shift_jis")


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        ("<p>naïve “words”".encode(), ""),
        ("<p>naïve “words”".encode(), "text/html; charset=utf-8"),
        ("<p>naïve “words”".encode("cp1252"), "text/html; charset=iso-8859-1"),
        ('<meta charset="windows-1252"><p>naïve “words”'.encode("cp1252"), ""),
        ('<meta http-equiv="Content-Type" content="text/html; charset=latin1"><p>naïve “words”'.encode("cp1252"), ""),
        (codecs.BOM_UTF16_LE + "<p>naïve “words”".encode("utf-16-le"), "text/html; charset=iso-8859-1"),
        (codecs.BOM_UTF8 + "<p>naïve “words”".encode(), "text/html; charset=iso-8859-1"),
        ("<p>naïve “words”".encode("cp1252"), ""),
    ],
)
def test_pages_are_decoded_as_browsers_do(data, content_type):
    assert decode_page(data, content_type).endswith("<p>naïve “words”")


def test_what_is_left_of_a_pdf_is_no_text():
    """Its tables of numbers would be taken for an article's lines."""
    left = make_pdf([["The mayor spoke."] * 20])[700:]
    with pytest.raises(ArticleError, match=r"a\.pdf is a damaged PDF: its beginning is missing"):
        kind_of(left, name="a.pdf")
    with pytest.raises(ArticleError, match="damaged PDF"):
        kind_of(left, name="https://e.org/a", content_type="application/pdf; q=1")


def test_a_text_about_pdfs_is_a_text():
    assert kind_of(b"Each object ends with\nendobj\nand so on.", name="a.txt") is Kind.TEXT
