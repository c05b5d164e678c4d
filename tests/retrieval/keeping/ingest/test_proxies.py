"""A proxy that the environment names is used, for what the public web may have, and its faults are told as its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from bot.service.client import _proxy
from retrieval.errors import FetchError
from retrieval.keeping.ingest.fetching import Fetched, Fetcher

URL = "http://news.example.org/a"


@dataclass
class Proxy:
    """Answers every request itself; remembers what it was asked for."""

    answer: bytes = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nWords"
    asked: list[str] = field(default_factory=list)
    address: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append((await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0].decode())
        writer.write(self.answer)
        await writer.drain()
        writer.close()


@pytest_asyncio.fixture
async def proxy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    made = Proxy()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, made.address)
    yield made
    server.close()
    await server.wait_closed()


async def fetched(url: str = URL) -> Fetched:
    fetcher = Fetcher(total_s=20, retry_s=0)
    try:
        found = await fetcher.fetch(url)
        assert isinstance(found, Fetched)
        return found
    finally:
        await fetcher.close()


async def test_pages_are_fetched_through_it(proxy: Proxy):
    assert (await fetched()).data == b"Words"
    assert proxy.asked == [f"GET {URL} HTTP/1.1"]
    assert _proxy() == proxy.address


async def test_what_is_named_as_an_exception_is_not(proxy: Proxy, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,example.org")
    with pytest.raises(FetchError):
        await fetched("http://127.0.0.1:8080/")
    assert proxy.asked == []


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://169.254.169.254/meta", "http://[::1]/", "http://intranet/", "http://a.internal/"],
)
async def test_what_cannot_be_public_is_not_asked_of_it(proxy: Proxy, url: str):
    with pytest.raises(FetchError, match="not an address of the public web"):
        await fetched(url)
    assert proxy.asked == []


async def test_a_redirect_to_what_cannot_be_public_is_not_followed(proxy: Proxy):
    proxy.answer = b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    with pytest.raises(FetchError, match=r"10\.0\.0\.1 is not an address of the public web"):
        await fetched()
    assert len(proxy.asked) == 1


async def test_its_faults_are_its_own(proxy: Proxy, monkeypatch: pytest.MonkeyPatch):
    proxy.answer = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    with pytest.raises(FetchError, match=r"The proxy 127\.0\.0\.1:\d+, .* not let .* news\.example\.org \(HTTP 403\)"):
        await fetched("https://news.example.org/a")
    assert proxy.asked == ["CONNECT news.example.org:443 HTTP/1.1"]
    proxy.answer = b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n"
    with pytest.raises(FetchError, match="wants a password"):
        await fetched()
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with pytest.raises(FetchError, match=r"The proxy 127\.0\.0\.1:9, which the environment names, cannot be reached"):
        await fetched()
    monkeypatch.setenv("HTTP_PROXY", "socks5://127.0.0.1:9")
    with pytest.raises(FetchError, match="not of the form http://host:port"):
        await fetched()
