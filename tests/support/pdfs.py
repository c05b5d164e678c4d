"""Makes PDFs to read: pages of lines set like a newspaper's."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas


def make_pdf(
    pages: Sequence[Sequence[str]],
    *,
    title: str | None = None,
    author: str | None = None,
    creator: str = "",
    header: str | None = None,
    numbered: bool = False,
    password: str | None = None,
    columns: int = 1,
    dated: bool = True,
) -> bytes:
    """Set each page's lines below one another, in columns one after the other; an empty line is a gap.

    One that is not `dated` has the same bytes each time.
    """
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, encrypt=password, invariant=int(not dated))
    canvas.setTitle(title or "")
    canvas.setAuthor(author or "")
    canvas.setCreator(creator)
    for number, lines in enumerate(pages, start=1):
        if header:
            canvas.drawString(60, 800, header)
        if numbered:
            canvas.drawString(290, 30, f"Page {number} of {len(pages)}")
        per_column = -(-len(lines) // columns)
        for column in range(columns):
            text = canvas.beginText(60 + column * 260, 760)
            text.setFont("Helvetica", 11)
            for line in lines[column * per_column : (column + 1) * per_column]:
                text.textLine(line)
            canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
