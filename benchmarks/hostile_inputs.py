"""What the fuzz of `benchmarks.hostile` feeds: sound pages, feeds, PDFs, texts and exports, and their mutations."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from tests.support.pdfs import make_pdf

SENTENCES = (
    "The harbour master Ewan Grant said on Monday that the bridge will cost the town four million pounds.",
    "“We voted by nine to four,” the councillor Ann Bell told reporters after midnight.",
    "According to the Harbour Board, work begins in March 2026 and ends before the winter storms.",
    "Мэр города заявил, что мост откроют в декабре.",
    "Opponents said 45% of the money was needed for schools, e.g. the one in St. Mary's Rd.",
    "Residents were invited to a meeting at 7 p.m. on 3/4/2026; about 1,200 came, Ms. O'Neil said.",
)
KINDS = ("page", "feed", "pdf", "text", "markdown", "export")
LONGEST_INPUT = 4_000_000
"""Bytes: a page may have 5 MB, and what is longer is refused before it is parsed."""

_TOKENS: dict[str, tuple[str, ...]] = {
    "page": (
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<article>",
        "<table><tr><td>",
        "<sup>1</sup>",
        "<!--",
        "-->",
        "<script>",
        "<style>",
        "</script>",
        "<svg>",
        "<math>",
        "<template>",
        "<plaintext>",
        "<textarea>",
        "<title>",
        "<base href=x>",
        "<meta charset=utf-16>",
        '<meta property="og:title" content="x">',
        "&#0;",
        "&#xD800;",
        "&#x110000;",
        "&nbsp;",
        "&amp;",
        "<![CDATA[",
        "]]>",
        "<?xml?>",
        "<q>",
        "<del>",
        "<li>",
        "<blockquote>",
        "<h1>",
        "<time datetime=9999-12-31>",
        '<script type="application/ld+json">{"@type":"Article","datePublished":"0001-01-01T00:00:00+14:00"}</script>',
        '<script type="application/ld+json">' + "[" * 3_000 + "</script>",
        "<p hidden>",
        "<p style='display:none'>",
    ),
    "feed": (
        "<item>",
        "</item>",
        "<entry>",
        "<title>",
        "<link>http://[x</link>",
        "<guid>",
        "<![CDATA[",
        "]]>",
        "&lt;b&gt;",
        "<!DOCTYPE x [",
        "<!ENTITY a 'b'>",
        "&a;",
        "<pubDate>Mon, 31 Dec 9999 23:59:59 -1200</pubDate>",
        "<content:encoded>",
        "<pubDate>0001-01-01</pubDate>",
        "<?xml version='1.0' encoding='utf-7'?>",
        "<source url='javascript:x'>",
        "\x00",
    ),
    "pdf": (
        "obj",
        "endobj",
        "stream",
        "endstream",
        "xref",
        "trailer",
        "startxref",
        "<<",
        ">>",
        "/Kids [1 0 R]",
        "/Length 999999",
        "/Filter /FlateDecode",
        "/Parent 1 0 R",
        "(",
        ")",
        "%PDF-1.4",
        "%%EOF",
        "BT",
        "ET",
        "Tj",
        "/Count 1000000",
    ),
    "text": (
        "\n",
        "\n\n",
        "“",
        "”",
        "…",
        "Ms.",
        "a.m.",
        "\u200d",
        "\u202e",
        "\U0001f3f4",
        "\ufeff",
        "\u0301",
        "ﬁ",
        " " * 50,
    ),
    "markdown": (
        "---\n",
        "title: ",
        "published_at: 9999-12-31T23:59:59-12:00\n",
        "&a [*a]",
        "!!python/object:os.system x\n",
        "[",
        "](",
        "![",
        "*",
        "**",
        "_",
        "`",
        "```\n",
        "> ",
        "- ",
        "<div>",
        "&#x0;",
        "\\",
        "|",
        "# ",
        "[a]: b\n",
        "<http://",
        "\t",
    ),
    "export": (
        '{"article": {',
        '"places": []',
        '"origin": "file:///etc/passwd"',
        '"text": ""',
        "[" * 2_000,
        "null",
        "1e999",
        '"published_at": "9999-12-31T23:59:59-12:00"',
        '"published_at": "0001-01-01T00:00:00+14:00"',
        "\n",
        "\\ud800",
        "{}",
    ),
}


@dataclass(frozen=True, slots=True)
class Input:
    """One mutated input: its number, its kind, a name with the fitting ending, its bytes, and its media type."""

    number: int
    kind: str
    name: str
    data: bytes
    media_type: str


def make_input(number: int, seed: int) -> Input:
    """Return input `number` of a fuzz: the same for the same seed, whatever was made before it."""
    rng = random.Random(f"{seed}-{number}")  # noqa: S311 - the same inputs each time are what is wanted
    kind = KINDS[number % len(KINDS)]
    name, media_type, sound = _SEEDS[kind](rng)
    data = sound
    if kind == "export" and rng.random() < 0.8:  # what lies in the archive is what is hard to read
        data = gzip.compress(_mutated(gzip.decompress(sound), kind, rng), mtime=0)
    else:
        data = _mutated(sound, kind, rng)
    return Input(number, kind, f"{number}-{name}", data[:LONGEST_INPUT], media_type)


def _mutated(data: bytes, kind: str, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 1, 2, 3, 5, 9))):
        data = rng.choice(_MUTATIONS)(data, kind, rng)[:LONGEST_INPUT]
    return data


def _flip(data: bytes, kind: str, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 4, 30))):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _cut(data: bytes, kind: str, rng: random.Random) -> bytes:
    start, end = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return data[:start] + data[end:] if rng.random() < 0.6 else data[start:end]


def _repeat(data: bytes, kind: str, rng: random.Random) -> bytes:
    start = rng.randrange(len(data) + 1)
    piece = data[start : start + rng.choice((1, 3, 10, 60, 400))]
    return data[:start] + piece * rng.choice((2, 20, 500, 5_000)) + data[start:]


def _insert(data: bytes, kind: str, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    token = rng.choice(_TOKENS[kind]).encode("utf-8", "surrogatepass")
    return data[:at] + token * rng.choice((1, 1, 2, 50, 3_000)) + data[at:]


def _nest(data: bytes, kind: str, rng: random.Random) -> bytes:
    opening = rng.choice(_TOKENS[kind]).encode("utf-8", "surrogatepass")
    return opening * rng.choice((100, 1_000, 20_000)) + data


def _number(data: bytes, kind: str, rng: random.Random) -> bytes:
    figures = [at for at in range(len(data)) if data[at : at + 1].isdigit()]
    if not figures:
        return data
    at = rng.choice(figures)
    return data[:at] + rng.choice((b"0", b"-1", b"99999", b"9" * 400, b"1e999", "٣".encode())) + data[at + 1 :]


def _reencode(data: bytes, kind: str, rng: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(
        rng.choice(("utf-16", "utf-16-be", "utf-32", "cp1251", "shift_jis", "utf-7", "utf-8-sig")), "replace"
    )


def _splice(data: bytes, kind: str, rng: random.Random) -> bytes:
    _, _, other = _SEEDS[rng.choice(KINDS)](rng)
    at, there = rng.randrange(len(data) + 1), rng.randrange(len(other) + 1)
    return data[:at] + other[there:] + data[at:]


def _shuffle(data: bytes, kind: str, rng: random.Random) -> bytes:
    lines = data.split(b"\n")
    rng.shuffle(lines)
    return b"\n".join(lines)


_MUTATIONS: tuple[Callable[[bytes, str, random.Random], bytes], ...] = (
    _flip, _cut, _repeat, _insert, _insert, _nest, _number, _reencode, _splice, _shuffle,
)  # fmt: skip


def _paragraphs(rng: random.Random) -> Sequence[str]:
    return [" ".join(rng.choices(SENTENCES, k=rng.randint(1, 4))) for _ in range(rng.randint(2, 8))]


def _page(rng: random.Random) -> tuple[str, str, bytes]:
    body = "".join(f"<p>{escape(text)}</p>" for text in _paragraphs(rng))
    data = json.dumps({"@type": "NewsArticle", "headline": "A bridge", "datePublished": "2026-03-01T09:00:00+01:00"})
    extra = rng.choice(
        (
            "<table><tr><th>Year</th><th>Sum</th></tr><tr><td>2025</td><td>4 million</td></tr></table>",
            "<ul><li>One thing that the council said</li><li>Another one</li></ul>",
            "<blockquote><p>“We voted,” she said.</p></blockquote><p>It cost 45<sup>2</sup> million.</p>",
            "<aside>Read also: <a href='/x'>another story</a></aside>",
        )
    )
    page = (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>A bridge</title>"
        f"<script type='application/ld+json'>{data}</script><meta property='og:site_name' content='The Day'></head>"
        f"<body><nav><a href='/'>Home</a></nav><article><h1>A bridge</h1>{body}{extra}</article></body></html>"
    )
    return "page.html", "text/html; charset=utf-8", page.encode()


def _feed(rng: random.Random) -> tuple[str, str, bytes]:
    entries = [(f"id-{number}", text) for number, text in enumerate(_paragraphs(rng))]
    form = rng.choice(("rss", "atom", "json"))
    if form == "json":
        items = [{"id": name, "content_text": text, "date_published": "2026-03-01"} for name, text in entries]
        feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "The Day", "items": items})
        return "feed.json", "application/feed+json", feed.encode()
    if form == "atom":
        body = "".join(
            f"<entry><id>{name}</id><title>T</title><updated>2026-03-01T09:00:00Z</updated>"
            f"<content type='html'>{escape(text)}</content></entry>"
            for name, text in entries
        )
        feed = f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>The Day</title>{body}</feed>"
        return "feed.atom", "application/atom+xml", feed.encode()
    body = "".join(
        f"<item><guid isPermaLink='false'>{name}</guid><title>T</title><description>{escape(text)}</description>"
        "<pubDate>Sun, 01 Mar 2026 09:00:00 CET</pubDate></item>"
        for name, text in entries
    )
    feed = f"<?xml version='1.0'?><rss version='2.0'><channel><title>The Day</title>{body}</channel></rss>"
    return "feed.rss", "application/rss+xml", feed.encode()


def _pdf(rng: random.Random) -> tuple[str, str, bytes]:
    lines = [text[:90] for text in _paragraphs(rng)]
    plain = [line.encode("latin-1", "ignore").decode("latin-1") for line in lines]
    pages = [plain] * rng.randint(1, 4)
    pdf = make_pdf(pages, title="A bridge", header="The Day", numbered=True, columns=rng.randint(1, 2), dated=False)
    return "page.pdf", "application/pdf", pdf


def _text(rng: random.Random) -> tuple[str, str, bytes]:
    return "page.txt", "text/plain", "\n\n".join(_paragraphs(rng)).encode()


def _markdown(rng: random.Random) -> tuple[str, str, bytes]:
    head = "---\ntitle: A bridge\npublisher: The Day\npublished_at: 2026-03-01\nurl: https://example.org/a\n---\n"
    marked = [
        f"{rng.choice(('', '> ', '- ', '# ', '1. '))}{text} [a link](https://e.org) *so*" for text in _paragraphs(rng)
    ]
    return "page.md", "text/markdown", (head + "\n\n".join(marked)).encode()


def _export(rng: random.Random) -> tuple[str, str, bytes]:
    lines: list[dict[str, object]] = [{"pullquote_library": 1}]
    for number, text in enumerate(_paragraphs(rng)):
        credit = {"title": "A bridge", "publisher": "The Day", "published_at": "2026-03-01T09:00:00+00:00"}
        places = [{"origin": f"https://example.org/{number}", "credit": credit}]
        lines.append({"article": {"text": text, "language": "en", "places": places}})
    lines.append({"feed": {"url": "https://example.org/feed", "title": "The Day"}})
    return "library.pullquote", "", gzip.compress("\n".join(map(json.dumps, lines)).encode(), mtime=0)


_SEEDS: dict[str, Callable[[random.Random], tuple[str, str, bytes]]] = {
    "page": _page,
    "feed": _feed,
    "pdf": _pdf,
    "text": _text,
    "markdown": _markdown,
    "export": _export,
}
