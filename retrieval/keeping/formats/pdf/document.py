"""Reads a PDF: its text with paragraphs joined again, and the title, author and date that it states."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import PurePath

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from retrieval.domain.articles import Credit
from retrieval.domain.drafts import ArticleDraft
from retrieval.errors import ArticleError
from retrieval.keeping.formats.cleaning import MAX_CHARACTERS, article_text
from retrieval.keeping.formats.moments import parse_moment
from retrieval.keeping.formats.pdf.lines import Line, page_lines
from retrieval.keeping.formats.pdf.paragraphs import join_pages
from retrieval.keeping.formats.pdf.soundness import costs_too_much

MAX_PAGES = 300

_DATE = re.compile(
    r"D:(?P<year>\d{4})(?P<month>\d\d)?(?P<day>\d\d)?(?P<hour>\d\d)?(?P<minute>\d\d)?(?P<second>\d\d)?"
    r"(?:(?P<sign>[+-])(?P<zone_hour>\d\d)'?(?P<zone_minute>\d\d)?'?|Z.*)?"
)
_PRINTED = re.compile(r"skia|mozilla|chrom|webkit|quartz|cairo|print|ghostscript", re.IGNORECASE)
_NO_TITLE = re.compile(r"untitled|microsoft word\b.*|.*\.(?:docx?|pdf|indd|qxd|html?|tex|odt|rtf|pages)", re.IGNORECASE)


def read_document(data: bytes, *, origin: str, name: str, url: str | None = None) -> ArticleDraft:
    """Read a PDF. `url` is where it was fetched. Raises `ArticleError` when it is locked, damaged or only pictures."""
    if costs_too_much(data):
        raise ArticleError(
            f"{name} is a damaged PDF, and too large to be put together; save it anew, or give its text."
        )
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if error.err_code in {pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY}:
            raise ArticleError(f"{name} is a PDF locked by a password; give one that opens without.") from error
        raise ArticleError(f"{name} is a damaged PDF; save it anew, or give its text.") from error
    try:
        pages = _pages(document, name)
        stated = document.get_metadata_dict(skip_empty=True)
    except pdfium.PdfiumError as error:
        raise ArticleError(f"{name} is a damaged PDF; save it anew, or give its text.") from error
    finally:
        document.close()
    if not any(re.search(r"\w", line.text) for page in pages for line in page):
        raise ArticleError(f"{name} is a PDF of pictures without text (a scan?); give one with text, or its text.")
    title = _words(stated.get("Title"))
    label = None if title and not _NO_TITLE.fullmatch(title) else PurePath(name).stem
    return ArticleDraft(
        origin=url or origin,
        text=article_text(join_pages(pages), name),
        credit=Credit(
            title=label or title,
            byline=_words(stated.get("Author")),
            published_at=_published_at(stated),
            url=url,
            title_is_label=label is not None,
        ),
    )


def _pages(document: pdfium.PdfDocument, name: str) -> list[list[Line]]:
    if len(document) > MAX_PAGES:
        raise ArticleError(f"{name} has {len(document):,} pages; a PDF may have at most {MAX_PAGES}, so give a part.")
    pages: list[list[Line]] = []
    characters = 0
    for number in range(len(document)):
        page = document[number]
        try:
            pages.append(page_lines(page))
        finally:
            page.close()
        characters += sum(len(line.text) for line in pages[-1])
        if characters > 1.1 * MAX_CHARACTERS:
            break  # the limit on an article's length says so to the person
    return pages


def _words(value: str | None) -> str | None:
    return " ".join((value or "").split()) or None


def _published_at(stated: dict[str, str]) -> datetime | None:
    """Return when the document was made; a print-out of a page was made long after the page."""
    if _PRINTED.search(f"{stated.get('Creator', '')} {stated.get('Producer', '')}"):
        return None
    return _moment(stated.get("CreationDate", ""))


def _moment(value: str) -> datetime | None:
    """Read a PDF's date, `D:20240303100000+02'00'`, of which all but the day may be missing."""
    match = _DATE.match(value)
    if match is None or match["day"] is None:
        return None
    part = match.groupdict(default="00")
    zone = f"{part['sign']}{part['zone_hour']}:{part['zone_minute']}" if match["sign"] else "+00:00"
    return parse_moment(
        f"{part['year']}-{part['month']}-{part['day']}T{part['hour']}:{part['minute']}:{part['second']}{zone}"
    )
