"""Of a page the article's own words are kept, apart by paragraphs, and what the page states of it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from retrieval.domain.articles import Ground, Grounds
from retrieval.errors import ArticleError
from retrieval.keeping.formats.content import read_content
from retrieval.keeping.formats.moments import parse_moment
from retrieval.keeping.formats.pages import read_page

PARAGRAPHS = (
    "The minister said on Tuesday that the new bridge over the river would open in the spring of next year.",
    "“We have waited for ten years, and we will not wait for another one,” she told reporters at the site.",
    "Opponents of the project say that its cost has doubled since the first plans were shown to the public.",
)
URL = "https://www.example.org/news/bridge"


def page(*, head: str = "", before: str = "", after: str = "", body: str | None = None) -> str:
    body = body if body is not None else "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return (
        f'<!doctype html><html lang="en-GB"><head><title>Bridge to open - Example</title>{head}</head><body>'
        "<nav><ul><li><a href=/>Home</a></li><li><a href=/news>News</a></li></ul></nav>"
        f"<main><article><h1>Bridge to open</h1>{before}{body}{after}</article></main>"
        "<footer><p>Copyright 2024 Example. All rights reserved.</p></footer></body></html>"
    )


def read(source: str, url: str | None = URL):
    return read_page(source, origin=url or "upload:a.html", name=url or "a.html", url=url)


def ld(**values: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(values)}</script>'


def test_an_article_keeps_its_words_and_its_paragraphs():
    text = read(page()).text
    assert "\n\n".join(PARAGRAPHS) in text
    assert "Home" not in text
    assert "Copyright" not in text


def test_words_are_kept_as_they_are_across_inline_markup():
    marked = "<p>He said <b>“no”</b> <i>twice</i>,\n   and <a href=/x>left</a>.</p>"
    assert "He said “no” twice, and left." in read(page(before=marked)).text


def test_lists_and_quotations_are_paragraphs_without_marks_of_our_own():
    points = "<ul><li>One point of the plan</li><li>Another point of it</li></ul>"
    quoted = f"<blockquote><p>{PARAGRAPHS[1]}</p></blockquote>"
    text = read(page(body=f"<p>{PARAGRAPHS[0]}</p>{points}{quoted}<p>{PARAGRAPHS[2]}</p>")).text
    assert "\n\nOne point of the plan\n\nAnother point of it\n\n" in text
    assert f"\n\n{PARAGRAPHS[1]}\n\n" in text


@pytest.mark.parametrize(
    "extra",
    [
        "<figure><img src=a.jpg><figcaption>The bridge in May. Photo: A. Body</figcaption></figure>",
        "<p>Read also: <a href=/other>Another story about something else</a></p>",
        "<p><strong>READ MORE: <a href=/other>Another story about something else</a></strong></p>",
        "<p>Related: <a href=/other>Another story about something else</a></p>",
        "<p>Lesen Sie auch: <a href=/other>Another story about something else</a></p>",
        "<p>Sign up for our morning newsletter.</p>",
        "<p>Advertisement</p>",
        "<p>12.4K shares</p>",
        "<p>Share this article on Facebook</p>",
        "<p>Facebook Twitter WhatsApp Email</p>",
        "<p>4 min read</p>",
        "<p>Updated 3 hours ago</p>",
        "<p>Published 5 March 2024, updated 7 March 2024</p>",
        "<p>Already a subscriber? Log in</p>",
        "<p>To continue reading, create a free account.</p>",
        "<p>This article is for subscribers only. Start your free trial.</p>",
        "<p>We use cookies to make this site better for you.</p>",
        "<p>By continuing to browse, you agree to our use of cookies.</p>",
        "<p>Take our poll: should the bridge be painted red?</p><p>View results</p><p>1,204 votes</p>",
        "<p>The bridge in winter. Photo: A. Body/Getty Images</p>",
        "<p>Workers at the site in May. (AP Photo/A. Body)</p>",
        "<p><a href=/x>Ferry captain retires after forty years at sea</a></p>",
        "<p>Follow her on Twitter @ann or write to ann@example.org.</p>",
        "<p>When you buy through our links, we may earn a commission.</p>",
        "<p>© 2024 Example Media. All rights reserved.</p>",
        "<script>var story = 'Another story';</script>",
        '<div class="comments" id="comments"><p>Photo is nonsense, another story, sign up!</p></div>',
    ],
)
def test_what_is_not_the_article_is_left_out(extra):
    body = f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>{extra}<p>{PARAGRAPHS[2]}</p>"
    text = read(page(body=body)).text
    assert text.endswith("\n\n".join(PARAGRAPHS))


def test_a_sentence_that_begins_like_such_a_line_stays():
    sentence = "Read also means something else in this sentence, which the article itself says of the bridge."
    assert sentence in read(page(after=f"<p>{sentence}</p>")).text


@pytest.mark.parametrize(
    "sentence",
    [
        "Related-party deals made up a third of the price, and the court wants to see the papers of each.",
        "Subscribers of the railway's letter get a ticket, but nobody in the town has ever asked for one.",
        "Nine out of ten drivers said in a poll that they want the bridge, the minister told reporters.",
        "The photo shows how the pillars were set, and its owner has asked for it to be given back to her.",
        "Cookies were handed out to the workers by the town, as has been the custom here for a hundred years.",
        "“Share this with whoever wants to hear it: we will build the bridge,” she said to those who had come.",
        "He updated the plan in March and published it two years ago, which opponents say was far too late.",
    ],
)
def test_a_sentence_of_the_article_stays_whatever_it_is_about(sentence):
    assert sentence in read(page(after=f"<p>{sentence}</p>")).text


def test_a_byline_and_a_date_above_the_text_are_left_to_the_credit():
    before = (
        "<p class=byline>By Ann Roe, Senior Reporter</p><p class=date>Published 5 March 2024, updated 7 March 2024</p>"
    )
    draft = read(page(before=before))
    assert draft.text == "\n\n".join(PARAGRAPHS)
    assert draft.credit.byline == "Ann Roe, Senior Reporter"
    assert draft.credit.published_at == datetime(2024, 3, 5, tzinfo=UTC)
    assert draft.credit.grounds == Grounds(title=Ground.SHOWN, byline=Ground.SHOWN, published_at=Ground.SHOWN)


@pytest.mark.parametrize(
    ("author", "line", "byline", "ground"),
    [
        ("Ann Roe", "", "Ann Roe", Ground.DATA),
        ("admin", "", None, None),
        ("ann-r", "<p>By Ann Roe</p>", "Ann Roe", Ground.SHOWN),
        ("Example staff", "<p>By Ann Roe and Bo Lund</p>", "Ann Roe and Bo Lund", Ground.SHOWN),
        ("Ann Roe", "<p>By Ann Roe, Bo Lund</p>", "Ann Roe, Bo Lund", Ground.SHOWN),
        ("Ann Roe", "<p>By the river lies the town of Marl</p>", "Ann Roe", Ground.DATA),
        ("Example", "", None, None),
        ("AFP", "<p class=author>AFP</p>", "AFP", Ground.DATA),
        ("xyz77", "", None, None),
    ],
)
def test_a_byline_is_whom_readers_see_or_a_stated_name(author, line, byline, ground):
    head = ld(**{"@type": "NewsArticle"}, headline="Bridge to open", author={"name": author})
    credit = read(page(head=head + '<meta property="og:site_name" content="Example">', before=line)).credit
    assert (credit.byline, credit.grounds.byline) == (byline, ground)


@pytest.mark.parametrize(
    ("stated", "line", "url", "day"),
    [
        ("2024-03-05T23:30:00-05:00", "", URL, date(2024, 3, 5)),
        ("2024-03-06T04:30:00Z", "<p>March 5, 2024, 11:30 pm ET</p>", URL, date(2024, 3, 5)),
        ("2024-03-06T04:30:00Z", "<p>Posted Mar. 5, 11:30 PM</p>", URL, date(2024, 3, 5)),
        ("2024-03-06T04:30:00Z", "<p>Updated 5 March 2024</p>", URL, date(2024, 3, 5)),
        ("2024-03-06T04:30:00Z", "", "https://www.example.org/2024/03/05/bridge", date(2024, 3, 5)),
        ("2024-03-04T13:30:00Z", "<p>5.3.2024</p>", URL, date(2024, 3, 5)),
        ("2024-03-06T04:30:00Z", "", URL, date(2024, 3, 6)),
        ("2024-03-06T04:30:00Z", "<p>1 February 2024</p>", URL, None),
        ("0001-01-01T00:00:00Z", "<p>Tuesday, March 5th, 2024</p>", URL, date(2024, 3, 5)),
        ("", "", "https://www.example.org/2024/mar/05/bridge", date(2024, 3, 5)),
        ("", "<p>Updated 7 March 2024</p>", URL, None),
        ("", "", URL, None),
    ],
)
def test_the_day_is_the_one_that_readers_see(stated, line, url, day):
    draft = read(page(head=ld(**{"@type": "NewsArticle"}, datePublished=stated), before=line), url)
    assert (draft.credit.published_at and draft.credit.published_at.date()) == day


@pytest.mark.parametrize(
    ("names", "url", "publisher", "ground"),
    [
        (["The Daily Harbour"], "https://www.dailyharbour.example/a", "The Daily Harbour", Ground.DATA),
        (["DH News Service", "Daily Harbour"], "https://dailyharbour.example/a", "Daily Harbour", Ground.DATA),
        (["British News Corporation"], "https://www.bnc.example/a", "British News Corporation", Ground.DATA),
        (["The Daily Harbour"], "https://fast-news.example/a", "The Daily Harbour", Ground.CLAIM),
        (["The Daily Harbour"], "http://192.0.2.7/a", "The Daily Harbour", Ground.CLAIM),
        (["The Daily Harbour"], None, "The Daily Harbour", Ground.DATA),
        ([], "https://fast-news.example/a", None, None),
    ],
)
def test_a_publisher_that_the_address_does_not_bear_out_is_a_claim(names, url, publisher, ground):
    head = "".join(
        f'<meta name="{kind}" content="{name}">'
        for kind, name in zip(["og:site_name", "publisher"], names, strict=False)
    )
    credit = read(page(head=head), url).credit
    assert (credit.publisher, credit.grounds.publisher) == (publisher, ground)


def test_a_letters_frame_is_left_out():
    cells = [
        '<td><a href="#">View in browser</a></td>',
        "<td><h1>The Bridge Letter</h1></td>",
        *(f"<td><p>{paragraph}</p></td>" for paragraph in PARAGRAPHS),
        "<td><p>You get this letter because you asked. <a href=#>Unsubscribe</a> | <a href=#>Preferences</a></p></td>",
    ]
    rows = "".join(f"<tr>{cell}</tr>" for cell in cells)
    letter = f"<html><body><table role=presentation><tr><td><table>{rows}</table></td></tr></table></body></html>"
    assert read(letter, None).text.removeprefix("The Bridge Letter\n\n") == "\n\n".join(PARAGRAPHS)


CONSENT = (
    "<h1>Before you continue</h1><p>We and our 312 partners keep information on your device, such as cookies, and use "
    "personal data for personalised advertising, for measuring it, and to learn about readers.</p>"
    "<p>You may withdraw your consent at any time in the privacy settings at the end of each page.</p>"
)


def test_a_consent_wall_is_no_article():
    with pytest.raises(ArticleError, match="consent page"):
        read(f"<html><head><title>The Example</title></head><body><div>{CONSENT}</div></body></html>")


def test_an_article_about_consent_is_one():
    about = (
        "The regulator fined three publishers on Monday because their cookie banners offered no way to refuse.",
        "“People must be able to say no as easily as yes,” its director said, and gave them until June.",
        "The publishers said that advertising pays for the news and that they would ask a court to decide.",
    )
    assert read(page(body="".join(f"<p>{line}</p>" for line in about))).text == "\n\n".join(about)


def test_a_sections_front_is_no_article():
    teaser = "<article><h3><a href=/{0}>The town votes on plan {0} tonight</a></h3><p>What changes.</p></article>"
    with pytest.raises(ArticleError, match="only leads to articles"):
        read(f"<html><body><main><h1>News</h1>{''.join(teaser.format(n) for n in range(12))}</main></body></html>")


def test_a_block_quotation_keeps_whom_it_credits():
    quoted = f"<blockquote><p>{PARAGRAPHS[1]}</p><footer>— <cite>Ida Holm, engineer</cite></footer></blockquote>"
    text = read(page(body=f"<p>{PARAGRAPHS[0]}</p>{quoted}<p>{PARAGRAPHS[2]}</p>")).text
    assert f"{PARAGRAPHS[1]}\n\n— Ida Holm, engineer\n\n" in text


def test_the_times_of_a_live_blog_stand_above_its_posts():
    posts = [("9:05 am", PARAGRAPHS[0]), ("10:42 am", PARAGRAPHS[1]), ("2:30 pm GMT", PARAGRAPHS[2])]
    body = "".join(f"<div class=post><time>{at}</time><p>{words}</p></div>" for at, words in posts)
    assert read(page(body=body)).text == "\n\n".join(f"{at}\n\n{words}" for at, words in posts)


@pytest.mark.parametrize(("free", "count", "excerpt"), [(False, None, True), (False, 60, False), (True, None, False)])
def test_a_teaser_is_not_taken_for_the_whole(free, count, excerpt):
    head = ld(**{"@type": "NewsArticle"}, isAccessibleForFree=free, wordCount=count)
    assert read(page(head=head)).credit.excerpt is excerpt


def test_a_page_that_the_first_way_of_reading_cuts_short_is_read_by_the_next():
    aside = "".join(f'<div class="teaser-box sidebar-item"><p>{paragraph}</p></div>' for paragraph in PARAGRAPHS)
    wrapped = "".join(f"<section class=slide><div class=ad-wrap><p>{words}</p></div></section>" for words in PARAGRAPHS)
    text = read(page(body=wrapped, after=aside)).text
    assert all(paragraph in text for paragraph in PARAGRAPHS)


def test_where_no_way_of_reading_takes_most_of_a_page_it_says_so():
    """Here all paragraphs but one stand on the page as headlines too, and are taken for these."""
    headlines = "".join(f"<h1>{paragraph}</h1>" for paragraph in PARAGRAPHS[1:])
    with pytest.raises(ArticleError, match=r"^Only 3\d% of the paragraphs of .* give the article's text\.$"):
        read(page(before=headlines))


def test_structured_data_tells_the_credit():
    head = ld(
        **{"@type": "NewsArticle"},
        headline="The bridge &amp; the river",
        author=[{"@type": "Person", "name": "A. Writer"}, {"@type": "Person", "name": "B. Writer"}],
        publisher={"@type": "Organization", "name": "The Example"},
        datePublished="2024-03-03T10:00:00+02:00",
        inLanguage="de-AT",
    )
    draft = read(page(head=head))
    assert draft.credit.title == "The bridge & the river"
    assert draft.credit.byline == "A. Writer, B. Writer"
    assert draft.credit.publisher == "The Example"
    assert draft.credit.published_at == datetime(2024, 3, 3, 8, tzinfo=UTC)
    assert draft.language == "de"


def test_structured_data_may_be_a_graph_with_references():
    graph = [
        {"@type": "WebPage", "@id": "#p", "datePublished": "2001-01-01"},
        {"@type": ["Article", "NewsArticle"], "author": {"@id": "#a"}, "publisher": {"@id": "#o"}, "headline": "Own"},
        {"@type": "Person", "@id": "#a", "name": "By A. Writer"},
        {"@type": "Organization", "@id": "#o", "name": "The Example"},
    ]
    credit = read(page(head=ld(**{"@graph": graph}))).credit
    assert (credit.title, credit.byline, credit.publisher) == ("Own", "A. Writer", "The Example")


def test_of_several_articles_the_pages_own_is_taken():
    others = [{"@type": "NewsArticle", "headline": "Other", "url": "https://www.example.org/o"}]
    own = {"@type": "NewsArticle", "headline": "Own", "url": URL}
    assert read(page(head=ld(**{"@graph": [*others, own]}))).credit.title == "Own"


@pytest.mark.parametrize(
    "script",
    ["{broken", '{"@type": "NewsArticle", "author": 7, "publisher": [null], "datePublished": {}, "headline": []}',
     "[" * 5_000, '{"@type": {"a": 1}}', '"x"', '{"@type":"NewsArticle","mainEntityOfPage":{"@id":"x"}}'],
)  # fmt: skip
def test_broken_structured_data_does_no_harm(script):
    draft = read(page(head=f'<script type="application/ld+json">{script}</script>'))
    assert draft.credit.title == "Bridge to open"
    assert draft.credit.published_at is None


def test_meta_tells_the_credit():
    head = (
        '<meta property="og:title" content="The bridge"><meta property="og:site_name" content="The Example">'
        '<meta name="author" content="A. Writer">'
        '<meta property="article:published_time" content="2024-03-03T10:00:00Z">'
    )
    credit = read(page(head=head)).credit
    assert (credit.title, credit.publisher, credit.byline) == ("The bridge", "The Example", "A. Writer")
    assert credit.published_at == datetime(2024, 3, 3, 10, tzinfo=UTC)


def test_what_a_page_does_not_state_is_not_invented():
    credit = read(page()).credit
    assert (credit.publisher, credit.byline, credit.published_at) == (None, None, None)


@pytest.mark.parametrize(
    ("canonical", "origin"),
    [
        ("https://www.example.org/news/the-bridge", "https://www.example.org/news/the-bridge"),
        ("https://example.org/news/the-bridge", "https://example.org/news/the-bridge"),
        ("https://m.example.org/news/the-bridge#top", "https://m.example.org/news/the-bridge"),
        ("/news/the-bridge", "https://www.example.org/news/the-bridge"),
        ("https://elsewhere.example/news/the-bridge", URL),
        ("https://example.org.evil.example/a", URL),
        ("https://other.example.org/a", URL),
        ("https://www.example.org:8443/a", URL),
        ("https://me@www.example.org/a", URL),
        ("javascript:alert(1)", URL),
        ("https://www.example.org/", URL),
        ("http://[bad", URL),
    ],
)
def test_the_canonical_address_counts_only_on_the_same_site(canonical, origin):
    draft = read(page(head=f'<link rel="canonical" href="{canonical}">'))
    assert (draft.origin, draft.credit.url) == (origin, origin)


def test_a_saved_page_keeps_its_file_as_origin_and_its_address_as_credit():
    draft = read(page(head='<meta property="og:url" content="https://example.org/a">'), url=None)
    assert (draft.origin, draft.credit.url) == ("upload:a.html", "https://example.org/a")


def test_a_page_in_another_encoding_is_read():
    words = "Мост откроется весной следующего года. " * 9
    source = page(head='<meta charset="windows-1251">', body=f"<p>{words}</p>")
    draft = read_content(source.encode("cp1251"), origin="o", name="n", url=URL)
    assert "Мост откроется весной" in draft.text


@pytest.mark.parametrize(
    "source",
    [
        "<!doctype html><html><body></body></html>",
        "<!doctype html><title>x</title>",
        "<!doctype html><p>Please enable JavaScript to read this page.</p>",
        page(body=""),
    ],
)
def test_a_page_without_an_article_gets_a_sentence(source):
    with pytest.raises(ArticleError, match="has no article that can be found"):
        read(source)


@pytest.mark.parametrize("tag", ["div", "blockquote", "table><tr><td", "b", "ul><li", "font"])
def test_a_page_nested_too_deep_gets_a_sentence(tag):
    with pytest.raises(ArticleError) as caught:
        read(page(body=f"<{tag}>" * 30_000 + PARAGRAPHS[0]))
    assert "built in too many parts" in str(caught.value) or "no article" in str(caught.value)


def test_a_page_of_too_many_parts_gets_a_sentence():
    with pytest.raises(ArticleError, match="built in too many parts"):
        read(page(body="<br>" * 150_000))


def test_a_page_that_is_too_long_gets_a_sentence():
    with pytest.raises(ArticleError, match="more than 5,000,000 characters"):
        read(page(body="x" * 5_000_000))


def test_an_article_that_is_too_long_gets_a_sentence():
    with pytest.raises(ArticleError, match="at most 500,000"):
        read(page(body="".join(f"<p>{PARAGRAPHS[0]} {number}</p>" for number in range(6_000))))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-03", datetime(2024, 3, 3, tzinfo=UTC)),
        ("2024-03-03T10:00:00.123Z", datetime(2024, 3, 3, 10, 0, 0, 123_000, tzinfo=UTC)),
        ("2024-03-03T10:00:00+0200", datetime(2024, 3, 3, 8, tzinfo=UTC)),
        ("Sun, 03 Mar 2024 10:00:00 GMT", datetime(2024, 3, 3, 10, tzinfo=UTC)),
        ("Sun, 03 Mar 2024 10:00:00 -0500", datetime(2024, 3, 3, 15, tzinfo=UTC)),
        ("March 3, 2024", datetime(2024, 3, 3, tzinfo=UTC)),
        ("3 March 2024 10:00", datetime(2024, 3, 3, 10, tzinfo=UTC)),
        ("3 de marzo de 2024", datetime(2024, 3, 3, tzinfo=UTC)),
        ("2024-03-03 10:00:00 UTC", datetime(2024, 3, 3, 10, tzinfo=UTC)),
        ("2024/03/03", datetime(2024, 3, 3, tzinfo=UTC)),
        ("03/04/2024", None),
        ("soon", None),
        ("yesterday", None),
        ("2024", None),
        ("March", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("Mon, 01 Jan 0001 00:00:00 GMT", None),
        ("2016/6/29", datetime(2016, 6, 29, tzinfo=UTC)),
        ("2016-6-29 9:05:00 -0800", datetime(2016, 6, 29, 17, 5, tzinfo=UTC)),
        ("Tue, 05 Mar 2024 09:00:00 CET", datetime(2024, 3, 5, 8, tzinfo=UTC)),
        ("Tue, 05 Mar 2024 09:00:00 AEDT", datetime(2024, 3, 4, 22, tzinfo=UTC)),
        ("9999-12-31T23:59:59-10:00", None),
        ("", None),
        ("2024-13-45", None),
        ("x" * 1_000, None),
    ],
)
def test_dates_are_read_or_left_out(text, moment):
    assert parse_moment(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05",
        "2024-03-05T23:30:00-05:00",
        "2024-03-05T00:30:00+11:00",
        "2024-03-05T23:30",
        "Tue, 05 Mar 2024 23:59:59 EST",
        "Tue, 05 Mar 2024 00:10:00 AEDT",
        "5 March 2024, 11:45 pm ET",
    ],
)
def test_the_day_that_is_written_stays_the_day(text):
    moment = parse_moment(text)
    assert moment is not None
    assert moment.date() == date(2024, 3, 5)
