"""Reads feeds: RSS and Atom by feedparser, JSON Feed 1.1; and finds the feed that a page names."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
from lxml import etree
from lxml.html import document_fromstring

from retrieval.domain.drafts import storable
from retrieval.errors import ArticleError
from retrieval.keeping.formats.charsets import decode_page, decode_text
from retrieval.keeping.formats.kinds import Kind, feed_start, kind_of
from retrieval.keeping.formats.moments import parse_moment

MAX_ENTRIES = 1_000
MAX_DEPTH = 200
MAX_WORDS_CHARACTERS = 300

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_DECLARATION = re.compile(r"<!\s*(?:ENTITY|DOCTYPE[^<>\[]*\[)", re.IGNORECASE)
_UNPARSED = (("<![CDATA[", "]]>"), ("<!--", "-->"))
_ENTRY_END = re.compile(r"</(?:\w{1,20}:)?(?:item|entry)\s{0,20}>", re.IGNORECASE)
_TAG = (
    r"</?(?:a|abbr|b|big|bdi|bdo|br|cite|code|del|dfn|div|em|font|h[1-6]|i|img|ins|kbd|mark|p|q|s|samp|small|span|strike"
    r"|strong|sub|sup|time|tt|u|var|wbr)(?:\s[^<>]*)?/?>"
)
_MARKUP = re.compile(rf"&(?:#\d+|#x[\da-f]+|[a-z]\w*);|{_TAG}", re.IGNORECASE)
_OWN_LESS_THAN = re.compile(rf"<(?!(?<=<)(?:{_TAG.removeprefix('<')}))", re.IGNORECASE)
"""Markup that titles and names carry; any other "<" is a word's own, as in "why x<y"."""
_XML_PROLOG = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """What a feed says of one article. `entry_id` stays the same when the entry is edited.

    `publisher` is whom its `source` element names, never the feed itself. `content_html` is what the feed carries of
    the article, as HTML from outside: never shown.
    """

    entry_id: str
    title: str | None
    link: str | None
    byline: str | None
    published_at: datetime | None
    content_html: str | None
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed: its title, the page it belongs to, and its entries in the feed's order, each once."""

    title: str | None
    home: str | None
    entries: tuple[FeedEntry, ...]


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """The address of the feed that a page names."""

    url: str


def read_feed(data: bytes, url: str, content_type: str = "") -> ParsedFeed | FeedAddress:
    """Read a feed, or find the one that a page names. Raises `ArticleError` when there is none."""
    match kind_of(data, name=url, content_type=content_type):
        case Kind.FEED:
            return parse_feed(data, url, content_type)
        case Kind.HTML:
            address = discover_feed(decode_page(data, content_type, url), url)
            if address is None:
                raise ArticleError(f"{url} is a page that names no feed; give the address of the feed itself.")
            return FeedAddress(address)
        case _:
            raise ArticleError(f"{url} is no feed; give the address of an RSS, Atom or JSON feed.")


def parse_feed(data: bytes, url: str, content_type: str = "") -> ParsedFeed:
    """Parse a feed that came from `url`. Raises `ArticleError` when it is damaged or declares entities."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _parse_json(data, url)
    text = decode_page(data, content_type, url)
    if _DECLARATION.search(text):
        raise ArticleError(f"{url} declares entities of its own, which feeds have no need of; it is not read.")
    text = _shortened(text)
    if _is_too_deep(text):
        raise ArticleError(f"{url} is nested too deeply to be a feed; check the address.")
    # Decoded here, so that what was checked is what is parsed, whatever encoding it claims.
    text = _XML_PROLOG.sub("", text[feed_start(text) :])
    source = io.BytesIO(text.encode("utf-8", "replace"))
    parsed = feedparser.parse(
        source, response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url}
    )
    if not parsed.version and not parsed.entries:
        raise ArticleError(f"{url} is a damaged feed; check the address, or try again later.")
    entries = [_entry(entry, url) for entry in parsed.entries[:MAX_ENTRIES]]
    return ParsedFeed(_words(parsed.feed.get("title")), _link(parsed.feed.get("link"), url), _once(entries))


def _shortened(text: str) -> str:
    """Return a feed without the entries behind the first `MAX_ENTRIES`, which would be parsed for nothing."""
    ends = [match.end() for match in _ENTRY_END.finditer(text)]
    return text if len(ends) <= MAX_ENTRIES else text[: ends[MAX_ENTRIES - 1]] + text[ends[-1] :]


def _is_too_deep(text: str) -> bool:
    """Tell whether elements are nested as in no feed: each level costs its parser more than the one before."""
    depth = at = 0
    while depth <= MAX_DEPTH and (at := text.find("<", at)) != -1:
        end = next((mark for start, mark in _UNPARSED if text.startswith(start, at)), ">")
        closing = text.startswith("/", at + 1)
        is_element = closing or text[at + 1 : at + 2].isalpha()
        at = text.find(end, at)
        if at == -1:
            return False
        if is_element and text[at - 1] != "/":
            depth = max(0, depth - 1) if closing else depth + 1
    return depth > MAX_DEPTH


def discover_feed(page_html: str, url: str) -> str | None:
    """Return the address of the first feed that a page names in its head, that of its comments aside."""
    try:
        tree = document_fromstring(page_html)
    except etree.LxmlError:
        return None
    base = urljoin(url, next(iter(tree.xpath("//base/@href")), ""))
    for link in tree.iter("link"):
        relation, kind = (link.get("rel") or "").lower().split(), (link.get("type") or "").lower()
        is_comments = "comment" in (link.get("title") or "").lower()
        if "alternate" in relation and kind in _FEED_TYPES and not is_comments:
            address = _link(link.get("href"), base)
            if address is not None:
                return address
    return None


def _entry(entry: Mapping[str, Any], url: str) -> FeedEntry:
    title = _words(entry.get("title"))
    link = _link(entry.get("link"), url)
    bodies = [body.get("value", "") for body in entry.get("content", ())]
    # Many feeds carry whole articles as what RSS calls a description; a teaser is too short to be an article.
    carried = max([*bodies, entry.get("summary") or ""], key=len)
    date = next((entry[key] for key in ("published", "updated") if entry.get(key)), "")
    names = [name for author in entry.get("authors", ()) if (name := _words(author.get("name")))]
    return FeedEntry(
        entry_id=_entry_id(entry.get("id"), link, title, bodies),
        title=title,
        link=link,
        byline=", ".join(dict.fromkeys(names)) or _words(entry.get("author")),
        published_at=parse_moment(date),
        content_html=carried or None,
        publisher=_words((entry.get("source") or {}).get("title")),
    )


def _parse_json(data: bytes, url: str) -> ParsedFeed:
    try:
        feed = json.loads(decode_text(data, url), strict=False)
    except (ValueError, RecursionError) as error:
        raise ArticleError(f"{url} is a damaged JSON feed; check the address, or try again later.") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise ArticleError(f"{url} is a JSON feed without items; check the address, or try again later.")
    entries = [_json_entry(item, feed, url) for item in items[:MAX_ENTRIES] if isinstance(item, dict)]
    return ParsedFeed(_words(feed.get("title")), _link(feed.get("home_page_url"), url), _once(entries))


def _json_entry(item: dict[str, Any], feed: dict[str, Any], url: str) -> FeedEntry:
    title, link = _words(item.get("title")), _link(item.get("url"), url)
    body, text = item.get("content_html"), item.get("content_text")
    if not isinstance(body, str) or not body:
        paragraphs = re.split(r"\n\s*\n", text) if isinstance(text, str) else []
        body = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs if paragraph.strip())
    authors = item.get("authors") or [item.get("author")]
    if not any(authors if isinstance(authors, list) else ()):
        authors = feed.get("authors") or [feed.get("author")]
    names = [name for author in authors if isinstance(author, dict) and (name := _words(author.get("name")))]
    date = item.get("date_published")
    return FeedEntry(
        entry_id=_entry_id(item.get("id"), link, title, [body]),
        title=title,
        link=link,
        byline=", ".join(dict.fromkeys(names)) or None,
        published_at=parse_moment(date) if isinstance(date, str) else None,
        content_html=body or None,
    )


def _entry_id(stated: object, link: str | None, title: str | None, bodies: list[str]) -> str:
    if isinstance(stated, str | int) and str(stated).strip():
        return storable(str(stated).strip())
    return link or "sha256:" + sha256((title or "".join(bodies)).encode("utf-8", "replace")).hexdigest()


def _once(entries: list[FeedEntry]) -> tuple[FeedEntry, ...]:
    links: dict[str, set[str | None]] = {}
    for entry in entries:
        links.setdefault(entry.entry_id, set()).add(entry.link)
    first: dict[str, FeedEntry] = {}
    for entry in entries:
        if len(links[entry.entry_id]) > 1 and entry.link:  # one id for all says nothing
            entry = replace(entry, entry_id=entry.link)
        first.setdefault(entry.entry_id, entry)
    return tuple(first.values())


def _link(value: object, base: str) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        address = storable(urljoin(base, value.strip()))
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in {"http", "https"} and parts.hostname else None


def _words(value: object) -> str | None:
    """Return a title or a name as plain words: feeds carry markup and entities in them."""
    if not isinstance(value, str) or not value.strip():
        return None
    if _MARKUP.search(value):
        try:
            value = document_fromstring(f"<p>{_OWN_LESS_THAN.sub('&lt;', value)}</p>").text_content()
        except (etree.LxmlError, ValueError):
            return None
    return " ".join(storable(str(value)).split())[:MAX_WORDS_CHARACTERS] or None
