"""No parser spends more than its share of time and memory on an input that was made to cost it much."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from retrieval.errors import ArticleError
from retrieval.keeping.formats.content import read_content
from retrieval.keeping.formats.feeds import read_feed
from retrieval.keeping.ingest.sandbox import Limits, Sandbox
from tests.support.pdfs import make_pdf

WORDS = "The mayor said on Monday that the bridge would cost four million pounds. "
SPENT = ("of computing", "too much memory", "broke the parser", "no parser can read", "took longer")


def page(body: str, head: str = "") -> bytes:
    return (
        f"<!doctype html><html><head><title>T</title>{head}</head><body><article><p>{WORDS * 3}</p>{body}</article>"
        "</body></html>"
    ).encode()


def data_of(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


PAGES = {
    "many paragraphs": page("<p>a</p>" * 49_000),
    "one long text in many boxes": page("<div>" * 190 + WORDS * 10_000 + "</div>" * 190),
    "many marks in many lines": page("<blockquote>x" * 180 + "<b>b</b> y " * 6_000 + "</blockquote>" * 180),
    "a footnote of blanks": page("<p>45<sup>" + " " * 100_000 + "x</sup></p>"),
    "one text beyond measure": page(f"<p>{'a' * 4_000_000}</p>"),
    "tags without end": page("<p><b><i><u>" * 25_000),
    "angle brackets": page("<" * 1_000_000),
    "comments without end": page("<!--" * 300_000),
    "attributes": page("<p " + "a=b " * 200_000 + ">x</p>"),
    "a row of many cells": page("<table><tr>" + "<td>b</td>" * 12_000 + "</tr></table>"),
    "many authors": page("", data_of({"@type": "NewsArticle", "author": [f"n{n}" for n in range(45_000)]})),
    "many objects": page("", data_of([{}] * 120_000) * 9),
    "deep data": page("", '<script type="application/ld+json">' + "[" * 240_000 + "</script>"),
    "many times": page('<time itemprop="datePublished" datetime="Foo 1 bar baz">x</time>' * 6_000),
    "blanks": page(" \n\t" * 1_500_000),
}
LAUGHS = "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(10))
TEXTS = {
    "brackets.md": "[" * 200_000,
    "pictures.md": "![[]()" * 60_000,
    "stars.md": "*a **a " * 60_000,
    "ticks.md": "".join("`" * n + "e" for n in range(1_200)),
    "quotes.md": "> " * 200_000 + "a",
    "references.md": "[a]: b\n" * 60_000 + "[a]" * 60_000,
    "laughs.md": f"---\na: &a [x,x,x,x,x,x,x,x,x]\n{LAUGHS}title: *k\n---\ntext",
    "nested.md": "---\ntitle: " + "[" * 5_000 + "\n---\ntext",
    "keys.md": "---\n" + "".join(f"k{n}: v\n" for n in range(60_000)) + "---\ntext",
    "figures.md": "---\ntitle: " + "9" * 400_000 + "\n---\ntext",
    "marks.txt": ("!" * 5_000 + "\n") * 150,
    "joiners.txt": "\u200d" * 400_000 + "a",
    "accents.txt": "a" + "\u0301" * 400_000,
    "blanks.txt": " \n" * 400_000 + "a",
    "openings.txt": "a “" * 150_000,
    "apostrophes.txt": "a" * 300_000 + "'" * 300_000,
    "short sentences.txt": "No! " * 120_000,
    "short lines.txt": "A b\n" * 120_000,
}
ITEM = "<item><title>t</title><link>http://a.org/{}</link><description>" + WORDS + "</description></item>"


def rss(items: str, head: str = "") -> bytes:
    feed = f"<rss version='2.0'><channel><title>F</title>{items}</channel></rss>"
    return f"<?xml version='1.0'?>{head}{feed}".encode()


FEEDS = {
    "many items": rss("".join(map(ITEM.format, range(15_000)))),
    "declarations": b"<?xml version='1.0'?><rss>" + b"<!DOCTYPE" * 400_000,
    "declarations and blanks": b"<?xml version='1.0'?><rss>" + b"<! " * 500_000,
    "a root far away": b" " * 4_000_000 + b"<rss>",
    "processing instructions": b"<?a?>" * 45 + b"<rss",
    "deep elements": rss("<a>" * 200_000),
    "deep elements behind a fault": rss("&" + "<a>" * 200_000),
    "tags without end": rss("<item>" * 20_000),
    "sections without end": rss("<item><title><![CDATA[" * 50_000),
    "signs": rss("<item><title>" + "&" * 400_000 + "</title></item>"),
    "spaces of names": rss("<item " + " ".join(f'xmlns:a{n}="x{n}"' for n in range(5_000)) + "/>"),
    "deep data": b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 400_000,
}
PDF = make_pdf([[WORDS[:70]] * 20])
PDFS = {
    "many pages": make_pdf([[WORDS[:70]] * 5] * 300),
    "pages in a circle": PDF.replace(b"/Type /Page\n", b"/Type /Pages /Kids [1 0 R 2 0 R 3 0 R 4 0 R 5 0 R]\n"),
    "a length that is none": PDF.replace(b"/Length", b"/Length 99999999 %"),
    "a stream of nothing": PDF.replace(b"stream", b"stream" + b"(" * 200_000, 1),
    "streams without end": b"%PDF-1.4\n" + b"1 0 obj\n<< /Length 9 >> stream\n" * 60_000,
    "many parts without a table": b"%PDF-1.4\n" + PDF[20:].replace(b"startxref", b"startx") * 1_500,
    "a table that leads nowhere": PDF.replace(b"startxref", b"startxref\n" + b"9" * 100_000),
}


@pytest_asyncio.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    made = Sandbox(Limits(cpu_s=5, wall_s=280, memory_bytes=300_000_000))
    yield made
    await made.close()


async def spent(call: object) -> str:
    """Return what was refused, if anything."""
    try:
        await call
    except ArticleError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("what", PAGES)
async def test_a_page(sandbox: Sandbox, what: str):
    said = await spent(sandbox.run(read_content, PAGES[what], origin="o", name="a.html", url="https://e.org/a"))
    assert not any(word in said for word in SPENT)


@pytest.mark.parametrize("name", TEXTS)
async def test_a_text(sandbox: Sandbox, name: str):
    said = await spent(sandbox.run(read_content, TEXTS[name].encode(), origin="o", name=name))
    assert not any(word in said for word in SPENT)
    assert len(said) < 500


@pytest.mark.parametrize("what", FEEDS)
async def test_a_feed(sandbox: Sandbox, what: str):
    said = await spent(sandbox.run(read_feed, FEEDS[what], "https://e.org/feed", "application/rss+xml"))
    assert not any(word in said for word in SPENT)


@pytest.mark.parametrize("what", PDFS)
async def test_a_pdf(sandbox: Sandbox, what: str):
    said = await spent(sandbox.run(read_content, PDFS[what], origin="o", name="a.pdf"))
    assert not any(word in said for word in SPENT)
