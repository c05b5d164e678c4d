"""Reads an article file; plain text and Markdown here, with optional YAML front matter.

Front matter keys, all optional: `title`, `publisher`, `byline`, `published_at`, `url`, and `label`,
a name for an article whose own title is not known (shown as a label, never as a title).
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from retrieval.domain.addresses import is_web_address
from retrieval.domain.articles import Credit
from retrieval.domain.drafts import ArticleDraft
from retrieval.errors import ArticleError
from retrieval.keeping.formats.charsets import decode_text
from retrieval.keeping.formats.cleaning import LINE_ENDS, MAX_CHARACTERS, article_text, too_long

MAX_FRONT_MATTER_CHARACTERS = 20_000
MAX_MARKDOWN_CHARACTERS = 600_000
"""With the markup, which the article is without."""
MAX_MARKS = 30_000
"""Characters of a Markdown text that may begin markup: those that begin none cost their parser the most."""
_MARKS = "[]*_`!<&"
KEYS = frozenset({"title", "label", "publisher", "byline", "published_at", "url"})

_BRIEF = reprlib.Repr()
_BRIEF.maxstring = _BRIEF.maxother = 80
_OPENING = re.compile(r"---[ \t]*\n")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<yaml>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


def parse_article(data: bytes, *, origin: str, markdown: bool, name: str) -> ArticleDraft:
    """Turn the bytes of an article file into a draft; `name` is how messages call the file."""
    return parse_text(decode_text(data, name), origin=origin, markdown=markdown, name=name)


def parse_text(source: str, *, origin: str, markdown: bool, name: str, url: str | None = None) -> ArticleDraft:
    """Turn the text of an article file into a draft; `name` is how messages call the file, `url` where it was fetched.

    Only a file that was handed in may state its publisher and its address: of a fetched one the address is known,
    and a stranger's word for either would let any host pass for another.
    """
    if len(source) > 2 * MAX_CHARACTERS:
        raise ArticleError(too_long(len(source), name))
    metadata, body = _split_front_matter(LINE_ENDS.sub("\n", source), name)
    if markdown and len(body) > MAX_MARKDOWN_CHARACTERS:
        raise ArticleError(too_long(len(body), name))
    if markdown and sum(map(body.count, _MARKS)) > MAX_MARKS:
        raise ArticleError(f"{name} has too many marks in it to be an article; give the article as plain text.")
    text = article_text(markdown_text(body) if markdown else body, name)
    credit = _credit(metadata, name)
    if url is not None:
        credit = replace(credit, publisher=None, url=url)
    return ArticleDraft(origin, text, credit)


def _split_front_matter(source: str, name: str) -> tuple[dict[str, object], str]:
    source = source.lstrip("\n")
    if not _OPENING.match(source):
        return {}, source
    match = _FRONT_MATTER.match(source)
    if match is None:
        raise ArticleError(f"The front matter of {name} has no closing line `---`; add it above the article's text.")
    if len(match["yaml"]) > MAX_FRONT_MATTER_CHARACTERS:
        raise ArticleError(
            f"The front matter of {name} has {len(match['yaml']):,} characters; it may have at most "
            f"{MAX_FRONT_MATTER_CHARACTERS:,}, so move the article's text below its closing line `---`."
        )
    try:
        # python-frontmatter would drop anything but a mapping without a word.
        metadata = yaml.safe_load(match["yaml"])
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date such as 2024-13-45
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 2}" if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ArticleError(f"The front matter of {name} is damaged{where} ({problem}); mend it.") from error
    if metadata is None:
        return {}, source[match.end() :]
    if not isinstance(metadata, dict):
        raise ArticleError(f"The front matter of {name} is not a list of `key: value` lines; mend it.")
    unknown = sorted(str(key) for key in metadata if key not in KEYS)
    if unknown:
        raise ArticleError(
            f"The front matter of {name} has the unknown key {_brief(unknown[0])}; known are {', '.join(sorted(KEYS))}."
        )
    return metadata, source[match.end() :]


def _brief(value: object) -> str:
    """Return a value as a sentence can hold it: of a few lines of YAML, all that they mean may fill the memory."""
    return _BRIEF.repr(value)


def _credit(metadata: dict[str, object], name: str) -> Credit:
    def words(key: str) -> str | None:
        value = metadata.get(key)
        if value is None:
            return None
        if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
            value = ", ".join(value)
        if not isinstance(value, str):
            raise ArticleError(
                f"The front matter of {name} has {key}: {_brief(value)}, which is no text; put it in quotes."
            )
        return " ".join(value.split()) or None

    title, label = words("title"), words("label")
    return Credit(
        title=title or label,
        publisher=words("publisher"),
        byline=words("byline"),
        published_at=_moment(metadata.get("published_at"), name),
        url=_url(words("url"), name),
        title_is_label=title is None and label is not None,
    )


def _moment(value: object, name: str) -> datetime | None:
    """A date alone is midnight UTC; a time without a zone is taken as UTC. A zone is kept, and so the day in it."""
    if value is None:
        return None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise ArticleError(
                f"The front matter of {name} has published_at: {_brief(value)}, which is no date; write it like "
                "2024-03-03 or 2024-03-03T10:00:00Z."
            ) from None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if not isinstance(value, datetime):
        raise ArticleError(f"The front matter of {name} has published_at: {_brief(value)}, which is no date.")
    if not 1700 <= value.year <= 2200:
        raise ArticleError(f"The front matter of {name} has published_at: {value}, which is out of range.")
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value


def _url(value: str | None, name: str) -> str | None:
    if value is None:
        return None
    if not is_web_address(value):
        raise ArticleError(f"The front matter of {name} has url: {_brief(value)}, which is no http(s) address.")
    return value


@cache
def _markdown() -> MarkdownIt:
    """Make the parser once: it takes as long as parsing an article."""
    return MarkdownIt("commonmark", {"html": False})


def markdown_text(source: str) -> str:
    """Return the words of a Markdown document, one block a paragraph, without its markup."""
    tokens = _markdown().parse(source)
    return "\n\n".join(block for block in _blocks(tokens) if block.strip())


def _blocks(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join(_inline(token.children or []))
        elif token.type in {"fence", "code_block"}:
            yield token.content.rstrip("\n")


def _inline(children: list[Token]) -> Iterator[str]:
    for child in children:
        if child.type in {"text", "code_inline"}:
            yield child.content
        elif child.type == "softbreak":
            yield " "
        elif child.type == "hardbreak":
            yield "\n"
