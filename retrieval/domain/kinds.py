"""The kinds of articles that come in: by which endings and media types each is named, and how people call it.

What bytes are is told by their content (`keeping/formats/kinds.py`); a name settles only what content leaves open.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath


@dataclass(frozen=True, slots=True)
class ArticleKind:
    """A kind of file: its name for people, its endings, and its media types."""

    name: str
    suffixes: tuple[str, ...]
    media_types: tuple[str, ...]


TEXT = ArticleKind("text", (".txt", ".text"), ("text/plain",))
MARKDOWN = ArticleKind("Markdown", (".md", ".markdown"), ("text/markdown",))
PAGE = ArticleKind("HTML", (".html", ".htm", ".xhtml"), ("text/html", "application/xhtml+xml"))
PDF = ArticleKind("PDF", (".pdf",), ("application/pdf",))
ARTICLE_KINDS = (TEXT, MARKDOWN, PAGE, PDF)

SUFFIXES = tuple(suffix for kind in ARTICLE_KINDS for suffix in kind.suffixes)
NAMED = ", ".join(kind.name for kind in ARTICLE_KINDS[:-1]) + f" or {ARTICLE_KINDS[-1].name}"


def may_be_article(name: str, media_type: str = "") -> bool:
    """Tell whether a file may be an article, by its name or what its sender says it is."""
    known = media_type.partition(";")[0].strip().lower()
    return (
        PurePath(name).suffix.lower() in SUFFIXES
        or known.startswith("text/")
        or any(known in kind.media_types for kind in ARTICLE_KINDS)
    )
