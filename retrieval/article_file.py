"""Reads an article file: plain text or Markdown, with optional YAML front matter.

Front matter keys, all optional: `title`, `publisher`, `byline`, `published_at`, `url`, and `label`,
a name for an article whose own title is not known (shown as a label, never as a title).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from retrieval.errors import ArticleError
from retrieval.models import Credit

SUFFIXES = (".txt", ".md", ".markdown")
MAX_FILE_BYTES = 500_000
KEYS = frozenset({"title", "label", "publisher", "byline", "published_at", "url"})

_ADVERTISEMENT = re.compile(
    r"^\W*(?:advertis(?:e)?ments?|sponsored(?: content)?|story continues below(?: advertisement)?"
    r"|(?:article|story) continues (?:below|after)(?: this ad| advertisement)?)\W*$",
    re.IGNORECASE,
)
_OPENING = re.compile(r"---[ \t]*\n")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<yaml>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")
_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article that was read but has no id yet; `origin` is where it came from.

    `language` is the ISO 639-1 code that its page states, None where nothing is stated.
    """

    origin: str
    text: str
    credit: Credit
    language: str | None = None


def article_files(path: Path) -> list[Path]:
    """Return the article files at `path`: itself, or those in the folder and its subfolders, sorted.

    Hidden files and those of other kinds in a folder are not articles. Raises `ArticleError` when
    there is nothing at `path`.
    """
    if path.is_dir():
        found = (p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES)
        return sorted(p for p in found if not any(part.startswith(".") for part in p.relative_to(path).parts))
    if not path.exists():
        raise ArticleError(f"There is no file or folder {path}; check the path.")
    if not path.is_file():
        raise ArticleError(f"{path} is neither a file nor a folder; give an article file.")
    return [path]


def read_article(path: Path) -> ArticleDraft:
    """Read one article file. Raises `ArticleError` with a sentence that says what to mend."""
    if path.suffix.lower() not in SUFFIXES:
        raise ArticleError(f"{path} is not an article file; Pullquote reads {', '.join(SUFFIXES)}.")
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        raise ArticleError(f"The name of {str(path)!r} is not UTF-8; rename the file.") from None
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise ArticleError(
                f"{path} is {size / 1e6:.1f} MB; an article may have at most {MAX_FILE_BYTES / 1e6:.1f} MB."
            )
        data = path.read_bytes()
    except OSError as error:
        raise ArticleError(f"{path} cannot be read ({error.strerror}); check its permissions.") from error
    return parse_article(data, origin=str(path.resolve()), markdown=path.suffix.lower() != ".txt", name=str(path))


def parse_article(data: bytes, *, origin: str, markdown: bool, name: str) -> ArticleDraft:
    """Turn the bytes of an article file into a draft; `name` is how messages call the file."""
    if b"\0" in data:
        raise ArticleError(f"{name} is not text but a binary file; give the article as UTF-8 text.")
    try:
        source = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ArticleError(
            f"{name} is not UTF-8 (byte {error.start} cannot be read); save it as UTF-8 and index it again."
        ) from error
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    metadata, body = _split_front_matter(source, name)
    text = clean_text(markdown_text(body) if markdown else body)
    if not re.search(r"\w", text):
        raise ArticleError(f"{name} is empty: it has no article text.")
    return ArticleDraft(origin, text, _credit(metadata, name))


def clean_text(text: str) -> str:
    """Return the article's text as it is stored and quoted: no advertisement lines, no stray blanks."""
    lines = (line.rstrip() for line in _CONTROLS.sub("", text).split("\n"))
    kept = (line for line in lines if not _ADVERTISEMENT.fullmatch(line))
    return _BLANK_LINES.sub("\n\n", "\n".join(kept)).strip()


def _split_front_matter(source: str, name: str) -> tuple[dict[str, object], str]:
    source = source.lstrip("\n")
    if not _OPENING.match(source):
        return {}, source
    match = _FRONT_MATTER.match(source)
    if match is None:
        raise ArticleError(f"The front matter of {name} has no closing line `---`; add it above the article's text.")
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
            f"The front matter of {name} has the unknown key {unknown[0]!r}; known are {', '.join(sorted(KEYS))}."
        )
    return metadata, source[match.end() :]


def _credit(metadata: dict[str, object], name: str) -> Credit:
    def words(key: str) -> str | None:
        value = metadata.get(key)
        if value is None:
            return None
        if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
            value = ", ".join(value)
        if not isinstance(value, str):
            raise ArticleError(f"The front matter of {name} has {key}: {value!r}, which is no text; put it in quotes.")
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
    """A date alone is midnight UTC; a time without a zone is taken as UTC."""
    if value is None:
        return None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise ArticleError(
                f"The front matter of {name} has published_at: {value!r}, which is no date; write it like 2024-03-03 "
                "or 2024-03-03T10:00:00Z."
            ) from None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if not isinstance(value, datetime):
        raise ArticleError(f"The front matter of {name} has published_at: {value!r}, which is no date.")
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise ArticleError(f"The front matter of {name} has published_at: {value}, which is out of range.") from None


def _url(value: str | None, name: str) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ArticleError(f"The front matter of {name} has url: {value!r}, which is no http(s) address.")
    return value


def markdown_text(source: str) -> str:
    """Return the words of a Markdown document, one block a paragraph, without its markup."""
    tokens = MarkdownIt("commonmark", {"html": False}).parse(source)
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
