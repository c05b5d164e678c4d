"""Reads a web page: the words of its article without what surrounds it, and what the page states of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import replace

import trafilatura
from lxml import etree
from lxml.html import HtmlElement
from trafilatura.metadata import extract_metadata
from trafilatura.settings import Document
from trafilatura.utils import load_html

from retrieval.domain.drafts import ArticleDraft
from retrieval.errors import ArticleError
from retrieval.keeping.formats.beside_headline import read_shown
from retrieval.keeping.formats.cleaning import article_text, too_long
from retrieval.keeping.formats.coverage import Paragraph, main_paragraphs, share_taken
from retrieval.keeping.formats.crediting import page_credit
from retrieval.keeping.formats.furniture import leading_lines, without_furniture
from retrieval.keeping.formats.layout import ABOVE, keep_times, unfold_layout
from retrieval.keeping.formats.marks import resolve_marks
from retrieval.keeping.formats.page_metadata import read_stated
from retrieval.keeping.formats.visible import VisibleWords, short_text
from retrieval.keeping.formats.walls import is_consent_wall, is_front, is_teaser

MAX_PAGE_CHARACTERS = 5_000_000
MAX_ELEMENTS = 15_000
"""The largest of 90 pages of news sites has 1,737; each costs a third of a millisecond."""
MAX_SHOWN_CHARACTERS = 1_000_000
MAX_DEPTH = 200
MIN_CHARACTERS = 100
"""Less than this is a notice ("Please enable JavaScript") and no article."""
LEAST_SHARE = 0.6
"""Of the words in the paragraphs that a page shows, the least that a reading of it must have."""

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


def read_page(source: str, *, origin: str, name: str, url: str | None = None) -> ArticleDraft:
    """Read a page's article. With `url`, where it was fetched, the origin is its canonical address.

    Raises `ArticleError` when there is no article in it, only a wall before one or links to some, when most of its
    paragraphs cannot be read, or when it is too large or too deep.
    """
    if len(source) > MAX_PAGE_CHARACTERS:
        raise ArticleError(f"{name} has more than {MAX_PAGE_CHARACTERS:,} characters; give the article as a text.")
    tree = load_html(source)
    if tree is None:
        raise ArticleError(_no_article(name))
    _check_size(tree, name)
    stated = read_stated(tree, url)
    headlines = [heading.text_content() for heading in tree.iter("h1")]
    title = extract_metadata(tree, url, {"original_date": True, "extensive_search": False}, False).title
    shown = read_shown(tree, [stated.title or "", title or ""])
    _drop_read_also(tree)
    unfold_layout(tree)
    keep_times(tree)
    resolve_marks(tree)
    text = _words_of(tree, name, [*headlines, stated.title or "", title or ""])
    address = stated.address or url
    return ArticleDraft(
        origin=address if url and address else origin,
        text=article_text(text, name),
        credit=replace(
            page_credit(stated, shown, title=title, url=address),
            excerpt=is_teaser(text, free=stated.free, words=stated.words),
        ),
        language=stated.language,
    )


def _words_of(tree: HtmlElement, name: str, headlines: Sequence[str]) -> str:
    """Return the article's words by the first way of reading that takes most of the paragraphs that the page shows."""
    visible, paragraphs, leading = VisibleWords(tree), main_paragraphs(tree), leading_lines(tree)
    texts: list[tuple[float, str]] = []
    for way in WAYS:
        text = without_furniture(way(tree, paragraphs), leading)
        text = "\n".join(line for line in text.split("\n") if visible.hold(line))  # no quote may be torn words
        text = _without_headline(text, headlines).strip()
        texts.append((share_taken(paragraphs, text), text))
        if len(text) >= MIN_CHARACTERS and texts[-1][0] >= LEAST_SHARE:
            break
    share, text = max(texts, key=lambda one: one[0])
    if is_consent_wall(text):
        raise ArticleError(
            f"{name} shows a consent page to the bot, not its article; save the page and add it as a file."
        )
    if len(text) < MIN_CHARACTERS:
        raise ArticleError(_no_article(name))
    if is_front(tree, text):
        raise ArticleError(
            f"{name} only leads to articles, as a section's front does; give the address of one of them."
        )
    if share < LEAST_SHARE:
        raise ArticleError(
            f"Only {share:.0%} of the paragraphs of {name} can be told from what is around; give the article's text."
        )
    return text


def _by_trafilatura(tree: HtmlElement, *, precise: bool) -> str:
    found = trafilatura.bare_extraction(deepcopy(tree), include_comments=False, favor_precision=precise)
    return "".join(_text_of(found.body)) if isinstance(found, Document) else ""


def _by_paragraphs(_: HtmlElement, paragraphs: Sequence[Paragraph]) -> str:
    return "\n\n".join(_one_line(paragraph.element.text_content()).replace(ABOVE, "\n\n") for paragraph in paragraphs)


WAYS: tuple[Callable[[HtmlElement, Sequence[Paragraph]], str], ...] = (
    lambda tree, _: _by_trafilatura(tree, precise=True),
    lambda tree, _: _by_trafilatura(tree, precise=False),
    _by_paragraphs,
)
"""Ways to read a page, the most exact first: precision before recall, and last the paragraphs as they stand."""


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
        text = short_text(element, _SHORT_WITHIN)
        if (
            text is not None
            and len(text) <= _READ_ALSO_WITHIN
            and _READ_ALSO.match(text)
            and element.getparent() is not None
        ):
            linked = sum(len(" ".join(link.text_content().split())) for link in element.iter("a"))
            if linked and linked + 30 >= len(text):
                element.drop_tree()


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
            yield _one_line(element.text).replace(ABOVE, "\n\n")
        else:
            if element.tag in _BLOCKS:
                yield "\n\n"
            yield _one_line(element.tail).replace(ABOVE, "\n\n")


def _without_headline(text: str, headlines: Iterable[str]) -> str:
    """Drop the headline: it is the title, and the same story has another elsewhere."""
    known = {" ".join(headline.split()).casefold() for headline in headlines}
    return "\n".join(
        line for line in text.split("\n") if not line.strip() or " ".join(line.split()).casefold() not in known
    )


def _one_line(text: str | None) -> str:
    return re.sub(r"[ \t\r\n\f]+", " ", text or "")


def _no_article(name: str) -> str:
    return f"{name} has no article that can be found; give the article's own page, or its text."
