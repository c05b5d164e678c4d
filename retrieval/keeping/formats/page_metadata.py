"""What a page states of itself for machines: JSON-LD of schema.org, OpenGraph and other `<meta>`."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from retrieval.keeping.formats.moments import parse_moment

MAX_JSON_CHARACTERS = 500_000
MAX_JSON_OBJECTS = 5_000
MAX_NAMES, MAX_TIMES = 50, 20
"""Authors of one article, and marked times on one page, that are looked at."""
MAX_WORDS_CHARACTERS = 300
"""A title or a byline longer than this is none."""

_ARTICLE_TYPES = frozenset({"BlogPosting", "LiveBlogPosting", "Report", "SocialMediaPosting"})
_TITLES = ("og:title", "twitter:title", "dc.title", "parsely-title")
_AUTHORS = ("author", "parsely-author", "sailthru.author", "dc.creator", "article:author", "byl")
_PUBLISHERS = ("og:site_name", "dc.publisher", "publisher", "article:publisher")
_DATES = tuple(
    """
    article:published_time og:article:published_time datepublished parsely-pub-date sailthru.date pubdate publishdate
    publish-date date dc.date dc.date.issued dcterms.created cxenseparse:recs:publishtime
    """.split()
)


@dataclass(frozen=True, slots=True)
class Stated:
    """What a page says of its article for machines. None where it says nothing that can be understood.

    `publishers` are all whom it names as that.
    `moments` are all that it states as the time of publishing, the most trustworthy first. `free` is False where
    the page says that not all of its article is free to read, `words` how many words it says the article has.
    """

    title: str | None
    byline: str | None
    publishers: tuple[str, ...]
    moments: tuple[datetime, ...]
    address: str | None
    language: str | None
    free: bool
    words: int | None


def read_stated(tree: HtmlElement, url: str | None) -> Stated:
    """Read what a page states; JSON-LD comes before `<meta>`. `url` is where the page was fetched."""
    article, known = _json_article(tree, url)
    meta = _Meta(tree)
    times = tree.xpath("//time[@itemprop='datePublished' or @pubdate]/@datetime")
    dates = [article.get("datePublished"), *meta.all(_DATES), *times[:MAX_TIMES], article.get("dateCreated")]
    languages = [article.get("inLanguage"), tree.get("lang"), *meta.all(("og:locale", "content-language"))]
    return Stated(
        title=_words(article.get("headline")) or meta.first(_TITLES),
        byline=_byline(_names(article.get("author"), known) or meta.first(_AUTHORS)),
        publishers=tuple(filter(None, (_names(article.get("publisher"), known), *map(_words, meta.all(_PUBLISHERS))))),
        moments=tuple(moment for date in dates if isinstance(date, str) and (moment := parse_moment(date))),
        address=_address(tree, meta, url),
        language=next((code for stated in languages if (code := _language(stated))), None),
        free=str(article.get("isAccessibleForFree")).lower() not in {"false", "0", "no"},
        words=_count(article.get("wordCount")),
    )


class _Meta:
    def __init__(self, tree: HtmlElement) -> None:
        self._values: dict[str, str] = {}
        for element in tree.iter("meta"):
            name = (
                element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
            )
            if name and element.get("content"):
                self._values.setdefault(name.strip().lower(), element.get("content"))

    def all(self, names: tuple[str, ...]) -> list[str]:
        return [self._values[name] for name in names if name in self._values]

    def first(self, names: tuple[str, ...]) -> str | None:
        return next((words for value in self.all(names) if (words := _words(value))), None)


def _address(tree: HtmlElement, meta: _Meta, url: str | None) -> str | None:
    """Return the page's canonical address: http(s), and on the page's own site where that is known."""
    for stated in [*tree.xpath("//link[@rel='canonical']/@href"), *meta.all(("og:url",))]:
        try:
            address = urljoin(url or "", stated.strip())
            parts = urlsplit(address)
            fetched = urlsplit(url) if url else None
            if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
                continue
            if fetched is not None:
                if _site(parts.hostname) != _site(fetched.hostname or "") or parts.port != fetched.port:
                    continue
                if parts.path.strip("/") == "" and not parts.query and fetched.path.strip("/"):
                    continue  # a site that names its front page in every article
        except ValueError:
            continue
        return str(parts._replace(fragment="").geturl())
    return None


def _site(host: str) -> str:
    labels = host.lower().rstrip(".").split(".")
    while len(labels) > 2 and labels[0] in {"www", "m", "amp", "mobile"}:
        labels = labels[1:]
    return ".".join(labels)


def _json_article(tree: HtmlElement, url: str | None) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return the page's article among the JSON-LD objects (empty when there is none), and the objects by `@id`."""
    objects = list(islice((found for script in _scripts(tree) for found in _objects(script)), MAX_JSON_OBJECTS))
    known = {found["@id"]: found for found in reversed(objects) if isinstance(found.get("@id"), str) and len(found) > 1}
    articles = [found for found in objects if any(_is_article(kind) for kind in _as_list(found.get("@type")))]
    own = (found for found in articles if url in [found.get(key) for key in ("url", "mainEntityOfPage", "@id")])
    return next(own, articles[0] if articles else {}), known


def _scripts(tree: HtmlElement) -> Iterator[Any]:
    for script in tree.iter("script"):
        source = script.text or ""
        if "ld+json" in (script.get("type") or "").lower() and len(source) <= MAX_JSON_CHARACTERS:
            try:
                yield json.loads(source, strict=False)
            except (ValueError, RecursionError):
                continue  # many pages carry broken JSON; what is stated elsewhere serves


def _objects(value: object) -> Iterator[dict[str, Any]]:
    """Walk through JSON breadth first: the outer objects are about the page, the inner about what it names."""
    level = [value]
    while level:
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                yield item
                below += item.values()
            elif isinstance(item, list):
                below += item
        level = [item for item in below if isinstance(item, dict | list)]


def _is_article(kind: object) -> bool:
    return isinstance(kind, str) and (kind.endswith("Article") or kind.rpartition("/")[2] in _ARTICLE_TYPES)


def _names(value: object, known: dict[str, dict[str, Any]]) -> str | None:
    """Return the names of people or organisations, each once."""
    names: list[str] = []
    for item in _as_list(value)[:MAX_NAMES]:
        if isinstance(item, dict):
            item = item.get("name") or known.get(str(item.get("@id")), {}).get("name")
        names += [name for part in _as_list(item)[:MAX_NAMES] if (name := _words(part)) and name not in names]
    return ", ".join(names)[:MAX_WORDS_CHARACTERS] or None


def _byline(names: str | None) -> str | None:
    """Return the names without the "by" before them and the desk behind a bar."""
    return re.sub(r"^by:? |\s*[|•].*", "", names, flags=re.IGNORECASE) or None if names else None


def _count(value: object) -> int | None:
    digits = str(value) if isinstance(value, int | str) else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 7 else None


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _words(value: object) -> str | None:
    """Return a name or a title as plain words; an address in its place is none."""
    if not isinstance(value, str):
        return None
    words = " ".join(html.unescape(value).split())
    if not words or len(words) > MAX_WORDS_CHARACTERS or words.startswith(("http://", "https://", "@")):
        return None
    return words


def _language(value: object) -> str | None:
    """Return the ISO 639-1 code of a language tag such as `en-GB` or `de_AT`."""
    if isinstance(value, dict):
        value = value.get("alternateName")
    code = value.strip().replace("_", "-").partition("-")[0].lower() if isinstance(value, str) else ""
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None
