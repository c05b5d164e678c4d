"""Feeds of all three kinds are read; one that declares entities is refused before it is parsed."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import ArticleError
from retrieval.keeping.formats.feeds import FeedAddress, ParsedFeed, discover_feed, parse_feed, read_feed

URL = "https://example.org/feed.xml"
AT = datetime(2024, 3, 3, 10, tzinfo=UTC)


def rss(items: str, head: str = "<title>The Example</title><link>https://example.org/</link>") -> bytes:
    content = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    opening = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {content}>'
    return f"{opening}<channel>{head}{items}</channel></rss>".encode()


def test_rss_is_read():
    feed = parse_feed(
        rss(
            "<item><guid isPermaLink='false'>7</guid><title>One &amp;amp; two</title><link>/a</link>"
            "<dc:creator>A. Writer</dc:creator><pubDate>Sun, 03 Mar 2024 12:00:00 +0200</pubDate>"
            "<description>Teaser</description><content:encoded><![CDATA[<p>Whole.</p>]]></content:encoded></item>"
        ),
        URL,
    )
    (entry,) = feed.entries
    assert (feed.title, feed.home) == ("The Example", "https://example.org/")
    assert (entry.entry_id, entry.title, entry.link) == ("7", "One & two", "https://example.org/a")
    assert (entry.byline, entry.published_at, entry.content_html) == ("A. Writer", AT, "<p>Whole.</p>")


def test_whole_articles_come_in_the_description_too():
    feed = parse_feed(
        rss(
            "<item><title>One</title><description><![CDATA[<p>Whole.</p><p>All of it.</p>]]></description>"
            "<content:encoded><![CDATA[]]></content:encoded></item>"
        ),
        URL,
    )
    assert [entry.content_html for entry in feed.entries] == ["<p>Whole.</p><p>All of it.</p>"]


@pytest.mark.parametrize("notice", ["<br />\n<b>Warning</b>: no index in /x.php on line 3<br />\n", "Deprecated: y\n"])
def test_a_feed_behind_a_notice_of_its_server_is_read(notice):
    feed = read_feed(notice.encode() + rss("<item><title>One</title></item>"), URL, "text/html")
    assert isinstance(feed, ParsedFeed)
    assert [entry.title for entry in feed.entries] == ["One"]


def test_a_page_that_shows_a_feed_is_none():
    shown = "<!doctype html><body><p>How to write one:</p><xmp><?xml version='1.0'?><rss></rss></xmp></body>"
    with pytest.raises(ArticleError, match="names no feed"):
        read_feed(shown.encode(), URL, "text/html")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Why x&lt;y matters", "Why x<y matters"),
        ("Why x&lt;y matters for the &lt;b&gt;ferry&lt;/b&gt;", "Why x<y matters for the ferry"),
        ("<![CDATA[AT&T: a <i>new</i> plan]]>", "AT&T: a new plan"),
        ("<![CDATA[Rates <5 % & rising]]>", "Rates <5 % & rising"),
        ("Ferry &amp;amp; bridge", "Ferry & bridge"),
    ],
)
def test_a_title_keeps_what_is_no_markup(written, read):
    assert [entry.title for entry in parse_feed(rss(f"<item><title>{written}</title></item>"), URL).entries] == [read]


def test_an_entry_names_its_source():
    source = '<source url="https://times.example/rss">The Example Times</source>'
    feed = parse_feed(rss(f"<item><title>One</title>{source}</item><item><title>Two</title></item>"), URL)
    assert [entry.publisher for entry in feed.entries] == ["The Example Times", None]


def test_atom_is_read():
    feed = parse_feed(
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">&lt;b&gt;The Example&lt;/b&gt;</title>'
        b'<link href="https://example.org/"/><entry><id>urn:1</id><title>One</title>'
        b'<link href="https://example.org/a"/>'
        b"<author><name>A. Writer</name></author><author><name>B. Writer</name></author>"
        b"<updated>2024-03-03T10:00:00Z</updated>"
        b'<content type="html">&lt;p&gt;Whole.&lt;/p&gt;</content></entry></feed>',
        URL,
    )
    (entry,) = feed.entries
    assert feed.title == "The Example"
    assert (entry.entry_id, entry.byline, entry.published_at) == ("urn:1", "A. Writer, B. Writer", AT)
    assert entry.content_html == "<p>Whole.</p>"


def test_a_json_feed_is_read():
    one = {
        "id": 7,
        "url": "/a",
        "content_html": "<p>Whole.</p>",
        "authors": [{"name": "A. Writer"}],
        "date_published": "2024-03-03T12:00:00+02:00",
    }
    source = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Example",
        "home_page_url": "https://example.org/",
        "authors": [{"name": "The desk"}],
        "items": [one, {"id": "8", "content_text": "One < two.\n\nThree."}, "no item"],
    }
    feed = parse_feed(json.dumps(source).encode(), URL)
    first, second = feed.entries
    assert (feed.title, feed.home) == ("The Example", "https://example.org/")
    assert (first.entry_id, first.link, first.byline, first.published_at) == (
        "7",
        "https://example.org/a",
        "A. Writer",
        AT,
    )
    assert (second.link, second.byline, second.content_html) == (None, "The desk", "<p>One &lt; two.</p><p>Three.</p>")


def test_an_entry_keeps_its_id_when_its_dates_and_words_are_edited():
    before = rss("<item><guid>7</guid><title>One</title><pubDate>Sun, 03 Mar 2024 10:00:00 GMT</pubDate></item>")
    after = rss(
        "<item><guid>7</guid><title>One, corrected</title><pubDate>Mon, 04 Mar 2024 10:00:00 GMT</pubDate></item>"
    )
    assert parse_feed(before, URL).entries[0].entry_id == parse_feed(after, URL).entries[0].entry_id


def test_an_entry_without_an_id_is_known_by_its_link_or_else_its_title():
    feed = parse_feed(rss("<item><link>https://example.org/a</link></item><item><title>One</title></item>"), URL)
    by_link, by_title = (entry.entry_id for entry in feed.entries)
    assert by_link == "https://example.org/a"
    assert by_title.startswith("sha256:")


def test_an_entry_that_stands_twice_in_a_feed_is_one():
    ids = ("tag:1", "tag:2", "tag:1")
    feed = parse_feed(rss("".join(f"<item><guid>{entry_id}</guid></item>" for entry_id in ids)), URL)
    assert [entry.entry_id for entry in feed.entries] == ["tag:1", "tag:2"]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "http://[bad"])
def test_a_link_that_is_no_web_address_is_none(link):
    feed = parse_feed(rss(f"<item><guid isPermaLink='false'>1</guid><link>{link}</link></item>"), URL)
    assert feed.entries[0].link is None


BOMB = (
    '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<rss version='2.0'><channel><title>&b;</title></channel></rss>"
)


@pytest.mark.parametrize(
    "data",
    [
        BOMB.encode(),
        ('<?xml version="1.0"?>' + BOMB).encode(),
        BOMB.encode("utf-16"),
        ('<?xml version="1.0" encoding="utf-16"?>' + BOMB).encode("utf-16"),
        BOMB.replace("<!DOCTYPE", "<!-- x -->\n<!doctype").encode(),
        b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>&x;</channel></rss>',
        b'<!DOCTYPE rss [ %remote; ]><rss version="2.0"><channel/></rss>',
    ],
)
def test_entities_are_refused_before_anything_is_parsed(data):
    with pytest.raises(ArticleError, match="declares entities of its own"):
        parse_feed(data, URL)


def test_entities_that_a_feed_only_names_lead_nowhere():
    data = b'<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss version="2.0"><channel><title>T&x;</title></channel></rss>'
    assert "root" not in (parse_feed(data, URL).title or "")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<rss", "damaged feed"),
        (b'<?xml version="1.0"?><rdf:RDF>', "damaged feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1", ', "damaged JSON feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 100_000, "damaged JSON feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "without items"),
        (b"Just words.", "is no feed"),
        (b"%PDF-1.7", "is no feed"),
        (b"<!doctype html><p>A page.", "names no feed"),
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
    ],
)
def test_what_is_no_feed_gets_a_sentence(data, says):
    with pytest.raises(ArticleError) as caught:
        read_feed(data, URL)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_page_leads_to_its_feed():
    page = (
        "<!doctype html><html><head><base href='https://cdn.example.org/x/'>"
        "<link rel=alternate type=application/rss+xml title='Comments feed' href=/comments>"
        "<link rel=alternate type=text/html hreflang=de href=/de>"
        "<link rel='alternate home' type='application/atom+xml' href='feed.atom'></head></html>"
    )
    assert discover_feed(page, "https://example.org/a") == "https://cdn.example.org/x/feed.atom"
    assert read_feed(page.encode(), URL) == FeedAddress("https://cdn.example.org/x/feed.atom")


@pytest.mark.parametrize("page", ["", "<p>x", "<link rel=alternate type=application/rss+xml href='javascript:x'>"])
def test_a_page_without_a_feed_leads_nowhere(page):
    assert discover_feed(page, URL) is None


@given(st.text(max_size=80))
def test_any_item_gives_an_entry_with_an_id_or_a_sentence(text):
    try:
        feed = parse_feed(rss(f"<item><title>{text}</title></item>"), URL)
    except ArticleError:
        return
    assert isinstance(feed, ParsedFeed)
    assert all(entry.entry_id for entry in feed.entries)


def test_entries_that_share_one_id_are_told_apart_by_their_links():
    items = "".join(
        f"<item><title>T{n}</title><link>https://mill.example/{n}</link><guid>x</guid></item>" for n in (1, 2, 2)
    )
    source = f'<rss version="2.0"><channel><title>M</title>{items}</channel></rss>'
    entries = parse_feed(source.encode(), "https://mill.example/feed").entries
    assert [entry.link for entry in entries] == ["https://mill.example/1", "https://mill.example/2"]
