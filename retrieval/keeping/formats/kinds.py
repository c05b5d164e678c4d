"""Tells what bytes are by looking at them: a page, a PDF, a text, a feed, or nothing that can be read."""

from __future__ import annotations

import re
from contextlib import suppress
from enum import StrEnum
from html.parser import HTMLParser
from itertools import islice
from xml.parsers import expat

from w3lib.encoding import read_bom

from retrieval.domain.kinds import MARKDOWN, PAGE, PDF
from retrieval.errors import ArticleError

HEAD_BYTES = 4_096
MOST_OPENINGS = 4
"""How many places that look like a feed's beginning are tried."""


class Kind(StrEnum):
    """The kinds of content that are read."""

    HTML = "html"
    PDF = "pdf"
    TEXT = "text"
    MARKDOWN = "markdown"
    FEED = "feed"


_OTHERS = (
    (re.compile(rb"PK\x03\x04"), "a ZIP archive or an Office document"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an old Office document"),
    (re.compile(rb"\{\\rtf"), "a rich-text document"),
    (
        re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|RIFF....WEBP|BM.{4}\0\0\0\0|....ftyp(?:avif|heic)", re.DOTALL),
        "a picture",
    ),
    (re.compile(rb"\x1f\x8b|BZh|\xfd7zXZ|7z\xbc\xaf|Rar!"), "a compressed archive"),
    (re.compile(rb"....ftyp|\x1aE\xdf\xa3|ID3|OggS|fLaC|RIFF....(?:WAVE|AVI )", re.DOTALL), "a sound or a film"),
    (re.compile(rb"\x7fELF"), "a program"),
    (re.compile(rb"%!PS"), "a PostScript document"),
)
_PDF_PART = re.compile(rb"^(?:endobj|endstream|startxref)\b", re.MULTILINE)
_HTML_OPENING = re.compile(
    r"\s*<(?:!doctype\s+html|(?:html|head|body|title|meta|link|script|style|article|main|section|header|div|table|h[1-6]|p|br)[\s/>])",
    re.IGNORECASE,
)
_HTML_ANYWHERE = re.compile(r"<(?:html|body|article|p|div)[\s>]", re.IGNORECASE)
_FEED_ROOTS = frozenset({"rss", "feed", "rdf:rdf", "rdf"})
_PAGE_PART = re.compile(r"<(?:!doctype|html|head|body|title|article|main|pre|xmp|code|textarea)[\s>]", re.IGNORECASE)
_FEED_OPENING = re.compile(r"<(?:\?xml|rss|feed|rdf:RDF)\b")


def kind_of(data: bytes, *, name: str, content_type: str = "") -> Kind:
    """Tell the kind by content; `name` and `content_type` settle only what content leaves open.

    Raises `ArticleError` for what cannot be read as an article or a feed.
    """
    head = data[:HEAD_BYTES]
    if not head.strip():
        raise ArticleError(f"{name} is empty: it has no article text.")
    if b"%PDF-" in head[:1_024]:
        return Kind.PDF
    is_called_pdf = name.lower().endswith(PDF.suffixes) or _media_type(content_type) in PDF.media_types
    if is_called_pdf and _PDF_PART.search(data):
        raise ArticleError(f"{name} is a damaged PDF: its beginning is missing; give the whole file.")
    encoding, _ = read_bom(head)
    if encoding is None:
        for magic, what in _OTHERS:
            if magic.match(head):
                raise ArticleError(f"{name} is {what}, which cannot be read; give a page, a PDF or a text.")
        if b"\0" in head:
            raise ArticleError(f"{name} is not text but a binary file; give the article as UTF-8 text.")
    text = head.decode(encoding or "latin-1", "replace").lstrip("\ufeff\xef\xbb\xbf")
    return _kind_of_text(text, name, _media_type(content_type))


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _kind_of_text(text: str, name: str, media_type: str) -> Kind:
    is_markdown = name.lower().endswith(MARKDOWN.suffixes) or media_type in MARKDOWN.media_types
    root = _root_of(text)
    if root in _FEED_ROOTS:
        return Kind.FEED
    if text.lstrip().startswith("{") and "jsonfeed.org/version" in text.replace("\\/", "/"):
        return Kind.FEED
    if root == "html":
        return Kind.HTML
    if not is_markdown and feed_start(text):
        return Kind.FEED
    if text.lstrip().startswith("<?xml") or root == "svg":
        raise ArticleError(f"{name} is XML but neither a page nor a feed; give a page, a feed, a PDF or a text.")
    if is_markdown:  # which may well open with a tag
        return Kind.MARKDOWN
    if _HTML_OPENING.match(text) or (media_type in PAGE.media_types and _HTML_ANYWHERE.search(text)):
        return Kind.HTML
    if media_type == "application/json" or name.lower().endswith(".json"):
        raise ArticleError(f"{name} is JSON but no JSON Feed; give a page, a feed, a PDF or a text.")
    return Kind.TEXT


def feed_start(text: str) -> int:
    """Return where a feed begins in its text: behind the notices that some servers write before it, else 0."""
    if _root_of(text[:HEAD_BYTES]) in _FEED_ROOTS:
        return 0
    openings = (match.start() for match in islice(_FEED_OPENING.finditer(text, 1, HEAD_BYTES), MOST_OPENINGS))
    at = next((at for at in openings if _root_of(text[at : at + HEAD_BYTES]) in _FEED_ROOTS), 0)
    return 0 if _PAGE_PART.search(text, 0, at) else at


class _RootFoundError(Exception):
    """Ends the parse at the first element."""


class _RootFinder(HTMLParser):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raise _RootFoundError(tag)

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        if data.strip():
            raise _RootFoundError("")


def _root_of(text: str) -> str:
    """Return the name of the element that a document opens with, empty where words come first."""
    try:
        _xml_root(text)
        finder = _RootFinder(convert_charrefs=False)
        finder.feed(f"{text}>")  # the head may end within a tag
        finder.close()
    except _RootFoundError as found:
        return str(found).lower()
    except AssertionError:  # what the standard library's parser raises of an unfinished declaration
        return ""
    return ""


def _xml_root(text: str) -> None:
    """Raise the root of what is XML up to there; what is not is for the HTML parser."""
    parser = expat.ParserCreate()

    def found(name: str, _: dict[str, str]) -> None:
        raise _RootFoundError(name)

    parser.StartElementHandler = found
    with suppress(expat.ExpatError):
        parser.Parse(text.lstrip())
