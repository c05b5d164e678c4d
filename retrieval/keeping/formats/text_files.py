"""Reads an article file; plain text and Markdown here, with optional YAML front matter.

Front matter keys, all optional: `title`, `publisher`, `byline`, `published_at`, `url`, and `label`,
a name for an article whose own title is not known (shown as a label, never as a title).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from retrieval.domain.articles import Credit
from retrieval.errors import ArticleError
from retrieval.keeping.formats.charsets import decode_text

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf")
MAX_FILE_BYTES = 20_000_000
MAX_CHARACTERS = 500_000
MAX_CREDIT_CHARACTERS = 1_000
MAX_URL_CHARACTERS = 4_000
"""How long an article may be; a longer one is a book, and would keep others waiting."""

KEYS = frozenset({"title", "label", "publisher", "byline", "published_at", "url"})

_ADVERTISEMENT = re.compile(
    r"^\W*(?:advertis(?:e)?ments?|sponsored(?: content)?|story continues below(?: advertisement)?"
    r"|(?:article|story) continues (?:below|after)(?: this ad| advertisement)?)\W*$",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
_OPENING = re.compile(r"---[ \t]*\n")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<yaml>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")
_LINE_ENDS = re.compile(r"\r\n|[\r\x85\u2028]")
# Controls, lone surrogates, soft hyphens, and what is not seen or turns the text round.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u180e\u200b\u2060-\u2064\u202a-\u202e\u2066-\u206f"
    r"\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_FLAG_OR_TAG = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f)|[\U000e0000-\U000e007f]")
# Persian, Indic scripts and emoji need joiners between their characters; anywhere else they only hide.
_JOINED = r"[^\x00-\u024f\s\u200c\u200d]"
_STRAY_JOINER = re.compile(rf"[\u200c\u200d](?!{_JOINED})|(?<!{_JOINED})[\u200c\u200d]")


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article that was read but has no id yet; `origin` is where it came from.

    `language` is the ISO 639-1 code that its page states, None where nothing is stated.
    """

    origin: str
    text: str
    credit: Credit
    language: str | None = None

    def __post_init__(self) -> None:
        # Whatever is stated from outside must be storable, and importable again.
        object.__setattr__(self, "origin", storable(self.origin))
        object.__setattr__(self, "credit", tidy_credit(self.credit))


def storable(text: str) -> str:
    """Return a text that SQLite takes: lone surrogates, which are no characters, become question marks."""
    return text.encode("utf-8", "replace").decode()


def tidy_credit(credit: Credit) -> Credit:
    """Return a credit in one line each, of bearable length, without an address that is none."""

    def words(text: str | None) -> str | None:
        return None if text is None else " ".join(storable(text).split())[:MAX_CREDIT_CHARACTERS].strip() or None

    url = storable(credit.url) if credit.url else ""
    return replace(
        credit,
        title=words(credit.title),
        publisher=words(credit.publisher),
        byline=words(credit.byline),
        url=url if len(url) <= MAX_URL_CHARACTERS and _URL.fullmatch(url) else None,
    )


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
    """Read one article file, of any kind that is told by its content.

    Raises `ArticleError` with a sentence that says what to mend.
    """
    # Here, because reading pages builds on this module, and who reads no page need not load a parser.
    from retrieval.keeping.formats.content import read_content

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
    return read_content(data, origin=str(path.resolve()), name=str(path))


def parse_article(data: bytes, *, origin: str, markdown: bool, name: str) -> ArticleDraft:
    """Turn the bytes of an article file into a draft; `name` is how messages call the file."""
    return parse_text(decode_text(data, name), origin=origin, markdown=markdown, name=name)


def parse_text(source: str, *, origin: str, markdown: bool, name: str, url: str | None = None) -> ArticleDraft:
    """Turn the text of an article file into a draft; `name` is how messages call the file, `url` where it was."""
    if len(source) > 2 * MAX_CHARACTERS:
        raise ArticleError(_too_long(len(source), name))
    metadata, body = _split_front_matter(_LINE_ENDS.sub("\n", source), name)
    text = article_text(markdown_text(body) if markdown else body, name)
    credit = _credit(metadata, name)
    return ArticleDraft(origin, text, credit if credit.url else replace(credit, url=url))


def article_text(text: str, name: str) -> str:
    """Return the cleaned text of an article. Raises `ArticleError` when there is none, or far too much."""
    cleaned = clean_text(text)
    if not re.search(r"\w", cleaned):
        raise ArticleError(f"{name} is empty: it has no article text.")
    if len(cleaned) > MAX_CHARACTERS:
        raise ArticleError(_too_long(len(cleaned), name))
    return cleaned


def _too_long(characters: int, name: str) -> str:
    return f"{name} has {characters:,} characters; an article may have at most {MAX_CHARACTERS:,}, so give it in parts."


def clean_text(text: str) -> str:
    """Return the article's text as it is stored and quoted.

    Without advertisement lines, stray blanks, controls, and characters that are not seen or that turn
    the direction of what follows; joiners stay where a script or an emoji needs them.
    """
    text = _LINE_ENDS.sub("\n", text).replace("\u2029", "\n\n")
    text = _STRAY_JOINER.sub("", _FLAG_OR_TAG.sub(r"\1", _UNSEEN.sub("", text)))
    lines = (line.rstrip() for line in text.split("\n"))
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
