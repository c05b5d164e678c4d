"""Reads a web page: the words of its article without what surrounds it, and what the page states of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

import trafilatura
from lxml import etree
from lxml.html import HtmlElement
from trafilatura.metadata import extract_metadata
from trafilatura.settings import Document
from trafilatura.utils import load_html

from retrieval.domain.articles import Credit
from retrieval.domain.drafts import ArticleDraft
from retrieval.errors import ArticleError
from retrieval.keeping.formats.cleaning import article_text, too_long
from retrieval.keeping.formats.marks import resolve_marks
from retrieval.keeping.formats.moments import parse_moment
from retrieval.keeping.formats.page_metadata import read_stated
from retrieval.keeping.formats.visible import VisibleWords

MAX_PAGE_CHARACTERS = 5_000_000
MAX_ELEMENTS = 15_000
"""The largest of 90 pages of news sites has 1,737; each costs a third of a millisecond."""
MAX_SHOWN_CHARACTERS = 1_000_000
MAX_DEPTH = 200
MIN_CHARACTERS = 100
"""Less than this is a notice ("Please enable JavaScript") and no article."""

_BLOCKS = frozenset({"p", "head", "item", "quote", "row", "list", "table", "code", "div", "body"})
_NO_WORDS = frozenset({"script", "style", "noscript", "template"})
_READ_ALSO = re.compile(
    r"(?:(?:read|see|watch|listen) (?:also|more|next|too)|also (?:read|see)|more (?:on this|from)"
    r"|(?:lesen|sehen) sie auch|(?:mehr|auch) (?:zum thema|interessant)|(?:à )?lire aussi|lea también|leia também"
    r"|leggi anche|lees ook|czytaj (?:też|także)|читайте также)\b"
    r"|related(?: (?:article|story|stories|coverage|content|news|link)s?)?\s*[:|–—-]",
    re.IGNORECASE,
)
_READ_ALSO_WITHIN = 300
_SHORT_WITHIN = 3_000
"""So many characters with all the blanks of the markup."""
_PROMOTION = re.compile(
    r"(?:subscribe (?:to|now|today|here)\b|follow (?:us|him|her|them|@\w+) on\b|click here (?:to|for)\b"
    r"|(?:sign up|get|receive)\b.{0,100}\b(?:inbox|newsletters?|alerts)\b).{0,160}",
    re.IGNORECASE | re.DOTALL,
)
_NOT_A_NAME = re.compile(
    r"\W*\b(?:published|updated|posted|january|february|march|april|may|june|july|august|september|october|november"
    r"|december)\b.*",
    re.IGNORECASE | re.DOTALL,
)
"""What stands behind the name in a line that a byline was guessed from."""


def read_page(source: str, *, origin: str, name: str, url: str | None = None) -> ArticleDraft:
    """Read a page's article. With `url`, where it was fetched, the origin is its canonical address.

    Raises `ArticleError` when there is no article in it, or it is too large or too deep.
    """
    if len(source) > MAX_PAGE_CHARACTERS:
        raise ArticleError(f"{name} has more than {MAX_PAGE_CHARACTERS:,} characters; give the article as a text.")
    tree = load_html(source)
    if tree is None:
        raise ArticleError(_no_article(name))
    _check_size(tree, name)
    stated = read_stated(tree, url)
    headlines = [heading.text_content() for heading in tree.iter("h1")]
    guessed = extract_metadata(tree, url, {"original_date": True, "extensive_search": False}, False)
    _drop_read_also(tree)
    resolve_marks(tree)
    visible = VisibleWords(tree)
    found = trafilatura.bare_extraction(tree, url=url, favor_precision=True, include_comments=False)
    text = _without_promotion("".join(_text_of(found.body))) if isinstance(found, Document) else ""
    text = "\n".join(line for line in text.split("\n") if visible.hold(line))  # no quote may be torn words
    text = _without_headline(text, (*headlines, stated.title or "", guessed.title or ""))
    if len(text.strip()) < MIN_CHARACTERS:
        raise ArticleError(_no_article(name))
    address = stated.address or url
    return ArticleDraft(
        origin=address if url and address else origin,
        text=article_text(text, name),
        credit=Credit(
            title=stated.title or guessed.title,
            publisher=stated.publisher,
            byline=stated.byline or _guessed_byline(guessed.author),
            published_at=stated.published_at or _day(guessed.date),
            url=address,
        ),
        language=stated.language,
    )


def _check_size(tree: HtmlElement, name: str) -> None:
    depth = deepest = characters = 0
    for count, (event, element) in enumerate(etree.iterwalk(tree, events=("start", "end"))):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
        if event == "end":
            characters += len(element.tail or "")
        elif element.tag not in _NO_WORDS:
            characters += len(element.text or "")
        if characters > MAX_SHOWN_CHARACTERS:
            raise ArticleError(too_long(characters, name))
        if deepest > MAX_DEPTH or count > 2 * MAX_ELEMENTS:
            raise ArticleError(f"{name} is built in too many parts to be an article; give the article as a text.")


def _drop_read_also(tree: HtmlElement) -> None:
    """Drop lines that only lead to other articles: "Read also:" and a link."""
    for element in list(tree.iter("p", "li", "div", "aside", "h2", "h3", "h4", "h5")):
        text = _short_text(element)
        if (
            text is not None
            and len(text) <= _READ_ALSO_WITHIN
            and _READ_ALSO.match(text)
            and element.getparent() is not None
        ):
            linked = sum(len(" ".join(link.text_content().split())) for link in element.iter("a"))
            if linked and linked + 30 >= len(text):
                element.drop_tree()


def _short_text(element: HtmlElement) -> str | None:
    """Return the words of an element; None as soon as they are far too many for a line, however deep they nest."""
    pieces: list[str] = []
    characters = 0
    for piece in element.itertext(etree.Element):
        pieces.append(piece)
        characters += len(piece)
        if characters > _SHORT_WITHIN:
            return None
    return " ".join("".join(pieces).split())


def _text_of(body: etree._Element) -> Iterator[str]:
    """Write trafilatura's tree out: blocks apart, lines kept, and nothing added to the words."""
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if event == "start":
            if element.tag in _BLOCKS:
                yield "\n\n"
            elif element.tag == "lb":
                yield "\n"
            elif element.tag == "cell" and element.getprevious() is not None:
                yield "\t"  # as a browser copies a row
            yield _one_line(element.text)
        else:
            if element.tag in _BLOCKS:
                yield "\n\n"
            yield _one_line(element.tail)


def _without_promotion(text: str) -> str:
    blocks = (block.strip() for block in re.split(r"\n\s*\n", text))
    return "\n\n".join(block for block in blocks if not _PROMOTION.fullmatch(block))


def _without_headline(text: str, headlines: Iterable[str]) -> str:
    """Drop the headline above the text: it is the title, and the same story has another elsewhere."""
    known = {" ".join(headline.split()).casefold() for headline in headlines}
    first, _, rest = text.strip().partition("\n\n")
    return rest if " ".join(first.split()).casefold() in known else text


def _one_line(text: str | None) -> str:
    return re.sub(r"[ \t\r\n\f]+", " ", text or "")


def _guessed_byline(author: str | None) -> str | None:
    names = [_NOT_A_NAME.sub("", name).strip() for name in (author or "").split(";")]
    return ", ".join(name for name in names if name) or None


def _day(text: str | None) -> datetime | None:
    return parse_moment(text) if text else None


def _no_article(name: str) -> str:
    return f"{name} has no article that can be found; give the article's own page, or its text."
