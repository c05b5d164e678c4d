"""Turns bytes of any kind into a draft: tells the kind by content and hands on to its reader."""

from __future__ import annotations

from retrieval.domain.drafts import ArticleDraft
from retrieval.errors import ArticleError
from retrieval.keeping.formats.charsets import decode_page, decode_text
from retrieval.keeping.formats.kinds import Kind, kind_of
from retrieval.keeping.formats.pages import read_page
from retrieval.keeping.formats.pdf.document import read_document
from retrieval.keeping.formats.text_files import parse_text


def read_content(
    data: bytes, *, origin: str, name: str, content_type: str = "", url: str | None = None
) -> ArticleDraft:
    """Read an article of any kind. `name` is how messages call it, `url` where it was fetched.

    With `url` the draft's origin is the article's canonical address. Raises `ArticleError`.
    """
    match kind_of(data, name=name, content_type=content_type):
        case Kind.HTML:
            return read_page(decode_page(data, content_type, name), origin=origin, name=name, url=url)
        case Kind.PDF:
            return read_document(data, origin=origin, name=name, url=url)
        case Kind.FEED:
            raise ArticleError(f"{name} is a feed, not an article; add it as a feed, or give one of its articles.")
        case kind:
            text = decode_text(data, name, content_type)
            return parse_text(text, origin=origin, markdown=kind is Kind.MARKDOWN, name=name, url=url)
