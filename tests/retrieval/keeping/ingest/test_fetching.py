"""Fetching reaches public addresses only, whatever leads elsewhere, and stops what is too long or too slow."""

from __future__ import annotations

import asyncio
import gzip
import socket
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from retrieval.errors import FetchError
from retrieval.keeping.ingest.fetching import MAX_PAGE_BYTES, Fetched, Fetcher, NotModified
from tests.retrieval.keeping.ingest.conftest import AnyPort, only_loopback, raw_site, site


async def refused(fetcher: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(url)
    assert "\n" not in str(caught.value)
    return caught.value


class Rebinding(AbstractResolver):
    """Says a public address the first time it is asked, and loopback ever after."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET):
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        family = socket.AF_INET6 if ":" in answer else socket.AF_INET
        return [ResolveResult(hostname=host, host=answer, port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        pass


async def test_a_page_is_fetched_with_what_to_ask_with_next_time(fetcher):
    async def handler(request):
        headers = {"ETag": '"1"', "Last-Modified": "Sun, 03 Mar 2024 10:00:00 GMT"}
        return web.Response(text="<p>Words.</p>", content_type="text/html", headers=headers)

    async with site(handler) as home:
        page = await fetcher.fetch(f"{home}/a#b")
    assert isinstance(page, Fetched)
    assert (page.url, page.final_url) == (f"{home}/a#b", f"{home}/a")
    assert page.content_type == "text/html; charset=utf-8"
    assert page.data == b"<p>Words.</p>"
    assert (page.etag, page.last_modified) == ('"1"', "Sun, 03 Mar 2024 10:00:00 GMT")


async def test_what_has_not_changed_is_not_sent_again(fetcher):
    async def handler(request):
        unchanged = request.headers.get("If-None-Match") == '"1"' and "If-Modified-Since" in request.headers
        return web.Response(status=304 if unchanged else 200)

    async with site(handler) as home:
        assert isinstance(
            await fetcher.fetch(home, etag='"1"', last_modified="Sun, 03 Mar 2024 10:00:00 GMT"), NotModified
        )
        assert isinstance(await fetcher.fetch(home, etag='"2"'), Fetched)
        assert isinstance(await fetcher.fetch(home, etag='"1"\r\nX: y', last_modified="\udcff"), Fetched)


async def test_the_bot_says_who_it_is_and_keeps_no_cookies(fetcher):
    seen = []

    async def handler(request):
        seen.append(request.headers.copy())
        response = web.Response(text="x")
        response.set_cookie("id", "1")
        return response

    async with site(handler) as home:
        await fetcher.fetch(home)
        await fetcher.fetch(home)
    assert all("Pullquote" in headers["User-Agent"] for headers in seen)
    assert all("Cookie" not in headers for headers in seen)
    assert seen[0]["Accept-Encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]",
     "169.254.169.254", "[fd00:ec2::254]", "10.0.0.1", "192.168.0.1", "[fe80::1%25lo]"],
)  # fmt: skip
async def test_no_private_address_is_connected_to(host):
    fetcher = Fetcher(retry_s=0, total_s=10)
    error = await refused(fetcher, f"http://{host}/")
    assert "is not an address of the public web" in str(error)
    await fetcher.close()


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "127.1", "0"])
async def test_numbers_that_stand_for_an_address_lead_nowhere(host):
    fetcher = Fetcher(retry_s=0, total_s=10)
    error = await refused(fetcher, f"http://{host}/")
    assert "not an address of the public web" in str(error) or "is not the name of a web site" in str(error)
    await fetcher.close()


@pytest.mark.parametrize("target", ["http://127.0.0.2/", "http://[::1]/", "http://169.254.169.254/latest/meta-data/"])
async def test_a_redirect_to_a_forbidden_address_is_not_followed(fetcher, target):
    async def handler(request):
        raise web.HTTPFound(target)

    async with site(handler) as home:
        error = await refused(fetcher, home)
    assert "is not an address of the public web" in str(error)


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("file:///etc/passwd", "starts with http:// or https://"),
        ("http://me:secret@example.org/", "user name or password"),
        ("http://[bad", "no address"),
    ],
)
async def test_a_redirect_to_a_bad_address_is_not_followed(fetcher, target, says):
    async def answer(writer):
        writer.write(f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()

    async with raw_site(answer) as home:
        assert says in str(await refused(fetcher, home))


async def test_a_redirect_to_nowhere_gets_a_sentence(fetcher):
    async def handler(request):
        return web.Response(status=301)

    async with site(handler) as home:
        assert "redirects to nowhere" in str(await refused(fetcher, home))


async def test_redirects_are_followed_to_the_article(fetcher):
    async def handler(request):
        step = int(request.path.strip("/") or 0)
        if step < 5:
            raise web.HTTPFound(f"/{step + 1}")
        return web.Response(text="there")

    async with site(handler) as home:
        page = await fetcher.fetch(home)
    assert page.final_url == f"{home}/5"


async def test_endless_redirects_end(fetcher):
    async def handler(request):
        raise web.HTTPFound(request.path + "a")

    async with site(handler) as home:
        assert "redirects more than 5 times" in str(await refused(fetcher, home))


async def test_the_address_that_was_checked_is_the_one_connected_to():
    """A name that changes its address between two look-ups gets only one, and that one is checked."""
    resolver = Rebinding("127.0.0.1", "127.0.0.2")
    fetcher = Fetcher(allow=only_loopback, ports=AnyPort(), resolver=resolver, total_s=5, retry_s=0)

    async def handler(request):
        return web.Response(text="reached")

    async with site(handler) as home:
        port = home.rpartition(":")[2]
        page = await fetcher.fetch(f"http://rebinding.test:{port}/")
        assert (page.data, resolver.asked) == (b"reached", 1)
        error = await refused(fetcher, f"http://other.test:{port}/")
        assert "other.test is not an address of the public web" in str(error)
    await fetcher.close()


async def test_a_name_that_leads_to_loopback_is_refused():
    fetcher = Fetcher(resolver=Rebinding("127.0.0.1"), total_s=5, retry_s=0)
    assert "is not an address of the public web" in str(await refused(fetcher, "http://example.org/"))
    await fetcher.close()


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data, wbits=-15)),
        ("gzip", lambda data: gzip.compress(data[:4]) + gzip.compress(data[4:])),
        ("identity", bytes),
    ],
)
async def test_compressed_pages_are_unpacked(fetcher, encoding, pack):
    async def handler(request):
        return web.Response(body=pack(b"some words " * 99), headers={"Content-Encoding": encoding})

    async with site(handler) as home:
        page = await fetcher.fetch(home)
    assert page.data == b"some words " * 99


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
async def test_a_bomb_is_stopped_while_it_streams(fetcher, pack):
    bomb = pack(bytes(200_000_000))
    encoding = "gzip" if pack is gzip.compress else "deflate"

    async def handler(request):
        return web.Response(body=bomb, headers={"Content-Encoding": encoding})

    async with site(handler) as home:
        assert "more than 5 MB" in str(await refused(fetcher, home))


async def test_a_body_that_never_ends_is_stopped(fetcher):
    sent = 0

    async def answer(writer):
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"words " * 10_000)
            await writer.drain()
            sent += 60_000

    async with raw_site(answer) as home:
        assert "more than 5 MB" in str(await refused(fetcher, home))
    assert sent < 4 * MAX_PAGE_BYTES


async def test_compression_that_unpacks_to_nothing_is_counted_on_the_wire(fetcher):
    empty = zlib.compressobj(wbits=-15)
    start, more = empty.compress(b"") + empty.flush(zlib.Z_FULL_FLUSH), b"\x00\x00\x00\xff\xff" * 20_000

    async def answer(writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n" + start)
        while True:
            writer.write(more)
            await writer.drain()

    async with raw_site(answer) as home:
        assert "more than 5 MB" in str(await refused(fetcher, home))


async def test_a_pdf_may_be_longer_than_a_page_but_not_without_end(fetcher):
    length = 8_000_000

    async def handler(request):
        return web.Response(body=b"%PDF-1.7\n" + bytes(length), content_type="text/html")

    async with site(handler) as home:
        assert len((await fetcher.fetch(home)).data) == length + 9
        length = 21_000_000
        assert "more than 20 MB" in str(await refused(fetcher, home))


async def test_an_encoding_that_was_not_asked_for_is_refused(fetcher):
    async def handler(request):
        return web.Response(body=b"\x0b\x02\x80words\x03", headers={"Content-Encoding": "br"})

    async with site(handler) as home:
        assert "an encoding that was not asked for (br)" in str(await refused(fetcher, home))


async def test_damaged_compression_gets_a_sentence(fetcher):
    async def handler(request):
        return web.Response(body=b"no gzip at all", headers={"Content-Encoding": "gzip"})

    async with site(handler) as home:
        assert "compression is damaged" in str(await refused(fetcher, home))


async def test_a_compressed_page_that_breaks_off_is_not_taken_for_whole(fetcher):
    async def handler(request):
        return web.Response(body=gzip.compress(b"words " * 999)[:-20], headers={"Content-Encoding": "gzip"})

    async with site(handler) as home:
        assert "breaks off" in str(await refused(fetcher, home))


async def test_a_slow_drip_ends_with_the_time_for_all():
    fetcher = Fetcher(allow=only_loopback, ports=AnyPort(), total_s=0.5, retry_s=0)

    async def answer(writer):
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with raw_site(answer) as home:
        assert "took longer than 0.5 s" in str(await refused(fetcher, home))
    await fetcher.close()


@pytest.mark.parametrize(
    ("status", "says", "gone"),
    [
        (404, "nothing at this address (HTTP 404)", True),
        (410, "nothing at this address (HTTP 410)", True),
        (403, "does not show this to the bot (HTTP 403)", False),
        (401, "does not show this to the bot (HTTP 401)", False),
        (500, "answered with an error (HTTP 500)", False),
        (204, "answered with an error (HTTP 204)", False),
        (304, "answered with an error (HTTP 304)", False),
    ],
)
async def test_what_a_server_refuses_gets_a_sentence(fetcher, status, says, gone):
    async def handler(request):
        return web.Response(status=status)

    async with site(handler) as home:
        error = await refused(fetcher, home)
    assert says in str(error)
    assert (error.gone, error.retry_after) == (gone, None)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_server_that_asks_to_wait_says_how_long(fetcher, status):
    value = "120"

    async def handler(request):
        return web.Response(status=status, headers={"Retry-After": value})

    async with site(handler) as home:
        error = await refused(fetcher, home)
        assert "asks to wait" in str(error)
        assert error.retry_after == 120
        value = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
        assert 7_000 < ((await refused(fetcher, home)).retry_after or 0) <= 7_200
        value = format_datetime(datetime.now(UTC) - timedelta(hours=2), usegmt=True)
        assert (await refused(fetcher, home)).retry_after == 0
        value = "soon"
        assert (await refused(fetcher, home)).retry_after is None


async def test_a_connection_that_breaks_off_once_is_tried_again(fetcher):
    tries = 0

    async def answer(writer):
        nonlocal tries
        tries += 1
        if tries > 1:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            await writer.drain()

    async with raw_site(answer) as home:
        assert (await fetcher.fetch(home)).data == b"ok"
    assert tries == 2


async def test_a_page_that_breaks_off_twice_is_not_taken_for_whole(fetcher):
    async def answer(writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        await writer.drain()

    async with raw_site(answer) as home:
        assert "broke the connection off twice" in str(await refused(fetcher, home))


async def test_what_is_not_http_gets_a_sentence(fetcher):
    async def answer(writer):
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        await writer.drain()

    async with raw_site(answer) as home:
        assert "something that is not HTTP" in str(await refused(fetcher, home))


async def test_headers_without_end_get_a_sentence(fetcher):
    async def answer(writer):
        writer.write(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n")
        await writer.drain()

    async with raw_site(answer) as home:
        assert "something that is not HTTP" in str(await refused(fetcher, home))


async def test_a_site_that_is_not_there_gets_a_sentence(fetcher):
    async with raw_site(lambda writer: asyncio.sleep(0)) as home:
        pass
    assert "cannot be reached" in str(await refused(fetcher, home))
    assert "There is no site" in str(await refused(fetcher, "http://no-such-site.invalid/"))


async def test_a_certificate_that_is_not_valid_gets_a_sentence(fetcher):
    async def handler(request):
        return web.Response(text="x")

    async with site(handler) as home:
        error = await refused(fetcher, home.replace("http:", "https:"))
    assert "certificate" in str(error) or "cannot be reached" in str(error)
