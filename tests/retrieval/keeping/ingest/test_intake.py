"""The front door: whatever comes in becomes a draft with its origin and its credit, or a sentence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from retrieval.domain.articles import Credit, Ground
from retrieval.errors import ArticleError, FetchError
from retrieval.keeping.formats.feeds import FeedEntry
from retrieval.keeping.ingest.fetching import NotModified
from retrieval.keeping.ingest.intake import FeedRead, Ingest, PageRead
from tests.retrieval.keeping.ingest.conftest import site
from tests.support.pdfs import make_pdf

WORDS = "The minister said on Tuesday that the new bridge over the river would open in the spring of next year. "
PAGE = (
    f"<!doctype html><html><head><title>Bridge</title></head><body><article><p>{WORDS * 2}</p></article></body></html>"
)
RSS = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>The Example</title><item><guid>tag:1</guid>'
    "<title>Bridge to open</title><link>/a</link><author>A. Writer</author>"
    "<pubDate>Sun, 03 Mar 2024 10:00:00 GMT</pubDate></item></channel></rss>"
)


@pytest_asyncio.fixture
async def ingest(fetcher) -> AsyncIterator[Ingest]:
    made = Ingest(fetcher=fetcher)
    yield made
    await made.close()


async def handler(request: web.Request) -> web.Response:
    match request.path:
        case "/a":
            if request.headers.get("If-None-Match") == '"1"':
                return web.Response(status=304)
            return web.Response(text=PAGE, content_type="text/html", headers={"ETag": '"1"'})
        case "/moved":
            raise web.HTTPFound("/a")
        case "/pdf":
            return web.Response(body=make_pdf([[WORDS]], title="A bridge"), content_type="application/octet-stream")
        case "/text":
            return web.Response(text=WORDS)
        case "/feed":
            if request.headers.get("If-None-Match") == '"f"':
                return web.Response(status=304)
            return web.Response(text=RSS, content_type="text/plain", headers={"ETag": '"f"'})
        case "/loop":
            return web.Response(
                text="<!doctype html><link rel=alternate type=application/rss+xml href=/loop>", content_type="text/html"
            )
        case "/picture":
            return web.Response(body=b"\x89PNG\r\n\x1a\n", content_type="text/html")
        case "/":
            page = PAGE.replace("<head>", "<head><link rel=alternate type=application/rss+xml href=/feed>")
            return web.Response(text=page, content_type="text/html")
        case _:
            raise web.HTTPNotFound


async def test_a_page_becomes_a_draft_under_the_address_that_it_came_from(ingest):
    async with site(handler) as home:
        read = await ingest.page(f"{home}/moved")
        assert isinstance(read, PageRead)
        assert read.draft.text == (WORDS * 2).strip()
        assert (read.draft.origin, read.draft.credit.url) == (f"{home}/a", f"{home}/a")
        assert (read.draft.credit.title, read.draft.credit.publisher) == ("Bridge", "127.0.0.1")
        assert read.etag == '"1"'
        assert isinstance(await ingest.page(f"{home}/a", etag=read.etag), NotModified)


async def test_a_pdf_and_a_text_are_told_by_their_content(ingest):
    async with site(handler) as home:
        pdf, text = await ingest.page(f"{home}/pdf"), await ingest.page(f"{home}/text")
    assert isinstance(pdf, PageRead)
    assert isinstance(text, PageRead)
    assert (pdf.draft.text, pdf.draft.credit.title) == (WORDS.strip(), "A bridge")
    assert (text.draft.text, text.draft.origin) == (WORDS.strip(), f"{home}/text")
    assert text.draft.credit.url == f"{home}/text"


@pytest.mark.parametrize(
    ("path", "says"),
    [("/none", "nothing at this address"), ("/picture", "a picture"), ("/feed", "is a feed, not an article")],
)
async def test_an_address_without_an_article_gets_a_sentence(ingest, path, says):
    async with site(handler) as home:
        with pytest.raises(ArticleError, match=says):
            await ingest.page(home + path)


async def test_files_that_are_handed_in_are_read_whatever_their_name(ingest):
    for data in (PAGE.encode(), make_pdf([[WORDS], [WORDS]]), WORDS.encode(), f"---\ntitle: T\n---\n{WORDS}".encode()):
        draft = await ingest.file("story.md", data)
        assert draft.text.startswith(WORDS.strip())
        assert draft.origin.startswith("upload:story.md#")
    with pytest.raises(ArticleError, match=r"story\.md is a ZIP archive or an Office document"):
        await ingest.file("story.md", b"PK\x03\x04\0\0")
    with pytest.raises(ArticleError, match=r"story\.md is a feed, not an article"):
        await ingest.file("story.md", RSS.encode())


async def test_a_text_has_its_own_words_as_origin(ingest):
    credit = Credit(title="T", publisher="The Example")
    draft = await ingest.text(f"{WORDS}\u202e\n\n\n\n@everyone", credit)
    assert draft.text == f"{WORDS.strip()}\n\n@everyone"
    assert draft.credit == credit
    assert draft.origin.startswith("text:")
    assert len(draft.origin) == len("text:") + 16
    with pytest.raises(ArticleError, match="The text is empty"):
        await ingest.text(" \u200b ", credit)
    with pytest.raises(ArticleError, match="The text has 500,001 characters"):
        await ingest.text("x" * 500_001, credit)


async def test_a_file_on_disk_is_read_as_it_is_from_the_terminal(ingest, tmp_path: Path):
    (tmp_path / "a.html").write_text(PAGE)
    draft = await ingest.path(tmp_path / "a.html")
    assert (draft.text, draft.origin) == ((WORDS * 2).strip(), str(tmp_path / "a.html"))
    with pytest.raises(ArticleError, match="cannot be read"):
        await ingest.path(tmp_path / "none.html")


@pytest.mark.parametrize("path", ["/feed", "/"])
async def test_a_feed_is_read_also_when_only_its_page_is_given(ingest, path):
    async with site(handler) as home:
        read = await ingest.feed(home + path)
        assert isinstance(read, FeedRead)
        assert (read.url, read.etag, read.feed.title) == (f"{home}/feed", '"f"', "The Example")
        assert [entry.link for entry in read.feed.entries] == [f"{home}/a"]
        assert isinstance(await ingest.feed(read.url, etag=read.etag), NotModified)


@pytest.mark.parametrize(
    ("path", "says"),
    [("/a", "names no feed"), ("/loop", "instead of a feed"), ("/none", "nothing"), ("/text", "no feed")],
)
async def test_an_address_without_a_feed_gets_a_sentence(ingest, path, says):
    async with site(handler) as home:
        with pytest.raises(ArticleError, match=says):
            await ingest.feed(home + path)


async def test_an_entry_is_read_from_its_page_and_credited_by_its_feed_where_that_says_nothing(ingest):
    async with site(handler) as home:
        read = await ingest.feed(f"{home}/feed")
        assert isinstance(read, FeedRead)
        draft = await ingest.entry(read.feed.entries[0], read.url)
    assert draft.origin == f"{home}/a"
    assert draft.credit == Credit(
        title="Bridge",
        publisher="127.0.0.1",  # the site, never the feed's own title
        byline="A. Writer",
        published_at=datetime(2024, 3, 3, 10, tzinfo=UTC),
        url=f"{home}/a",
    )


async def test_an_entry_without_a_page_is_what_the_feed_carries(ingest):
    entry = FeedEntry("tag:1", "Bridge to open", None, "A. Writer", None, f"<p>{WORDS}</p><p>{WORDS}Twice.</p>")
    draft = await ingest.entry(entry, "https://example.org/feed")
    assert draft.text == f"{WORDS.strip()}\n\n{WORDS}Twice."
    assert draft.origin == "https://example.org/feed#tag:1"
    assert draft.credit == Credit(
        title="Bridge to open", publisher="example.org", byline="A. Writer", url="https://example.org/feed"
    )


async def test_an_entry_whose_page_cannot_be_read_is_what_the_feed_carries(ingest):
    async with site(handler) as home:
        carried = FeedEntry("tag:1", "Bridge", f"{home}/none", None, None, f"<p>{WORDS * 2}</p>")
        draft = await ingest.entry(carried, f"{home}/feed")
        assert (draft.origin, draft.credit.url) == (f"{home}/feed#tag:1", f"{home}/none")
        elsewhere = await ingest.entry(carried, "https://example.org/feed")
        assert (elsewhere.credit.url, elsewhere.credit.publisher) == ("https://example.org/feed", None)
        named = await ingest.entry(replace(carried, publisher="The Source"), "https://example.org/feed")
        assert named.credit.publisher == "The Source"
        assert named.credit.grounds.publisher is Ground.FEED
        with pytest.raises(FetchError):
            await ingest.entry(carried, f"{home}/feed", page_only=True)
        with pytest.raises(FetchError) as caught:
            await ingest.entry(FeedEntry("tag:1", "Bridge", f"{home}/none", None, None, None), home)
    assert caught.value.gone


async def test_an_entry_with_neither_page_nor_text_gets_a_sentence(ingest):
    with pytest.raises(ArticleError, match="neither a page nor a text"):
        await ingest.entry(FeedEntry("tag:1", "Bridge", None, None, None, None), "https://example.org/feed")


async def test_what_a_feeds_words_state_of_themselves_is_passed_over(ingest):
    forged = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "publisher": {"name": "The Example Times"},'
        '"author": "A. Writer", "datePublished": "2024-03-03"}</script>'
        f'<meta property="og:site_name" content="The Example Times"><p>{WORDS * 2}</p>'
    )
    entry = FeedEntry("tag:1", "Bridge", "https://times.example/story", "B. Reader", None, forged)
    async with site(handler) as home:
        draft = await ingest.entry(replace(entry, link=f"{home}/none"), "https://example.org/feed")
    credit = draft.credit
    assert (credit.publisher, credit.byline, credit.published_at) == (None, None, None)


async def test_an_aggregators_byline_and_date_are_not_those_of_the_page_that_it_leads_to(ingest):
    async with site(handler) as home:
        entry = FeedEntry("tag:1", "Bridge", f"{home}/a", "B. Reader", datetime(2024, 3, 9, tzinfo=UTC), None)
        credit = (await ingest.entry(entry, "https://example.org/feed")).credit
    assert (credit.publisher, credit.byline, credit.published_at) == ("127.0.0.1", None, None)
