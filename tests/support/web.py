"""A news site on loopback: pages and feeds that a test sets, with ETags as real servers send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from html import escape

from aiohttp import web

SENTENCES = (
    "The harbour master said on Monday that {topic} will cost the town four million pounds over two years.",
    "Councillors voted by nine to four for {topic} after a debate that lasted until midnight.",
    "Opponents of {topic} told reporters that the money was needed for schools and for the library.",
    "The work on {topic} begins in the spring and is expected to end before the winter storms return.",
    "Residents who live near the site of {topic} were invited to a meeting in the church hall next week.",
)


def story(topic: str) -> str:
    """Return the text of a short article on `topic`."""
    return "\n\n".join(sentence.format(topic=topic) for sentence in SENTENCES)


def page(title: str, text: str, *, publisher: str = "The Daily Harbour", canonical: str = "") -> str:
    """Return a page as news sites write them."""
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    return (
        f'<!doctype html><html lang="en"><head><title>{escape(title)}</title>{link}'
        f'<meta property="og:site_name" content="{publisher}"><meta property="og:title" content="{escape(title)}">'
        f"</head><body><nav>Home</nav><article><h1>{escape(title)}</h1>{paragraphs}</article></body></html>"
    )


def rss(title: str, entries: list[tuple[str, str, str]]) -> str:
    """Return a feed; an entry is `(guid, link, title)`."""
    items = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><link>{link}</link><title>{escape(name)}</title></item>"
        for guid, link, name in entries
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>"


@dataclass
class NewsSite:
    """Answers each path with what `put` gave it; remembers what was asked."""

    pages: dict[str, tuple[int, str, str, dict[str, str]]] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)
    url: str = ""

    def put(
        self, path: str, body: str, *, kind: str = "text/html", status: int = 200, headers: dict[str, str] | None = None
    ) -> str:
        """Serve a body at a path; returns its address."""
        self.pages[path] = (status, kind, body, headers or {})
        return self.url + path

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Close."""
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        status, kind, body, headers = self.pages.get(request.path, (404, "text/plain", "not here", {}))
        etag = f'"{sha256(body.encode()).hexdigest()[:12]}"'
        if status == 200 and request.headers.get("If-None-Match") == etag:
            status, body = 304, ""
        self.asked.append((request.path, status))
        return web.Response(
            status=status, body=body.encode(), content_type=kind, charset="utf-8", headers={"ETag": etag, **headers}
        )
