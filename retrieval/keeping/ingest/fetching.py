"""Fetches over HTTP from public addresses only, within limits of size, time and redirects."""

from __future__ import annotations

import asyncio
import socket
import ssl
import zlib
from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address

import aiohttp
from aiohappyeyeballs import AddrInfoType
from aiohttp.abc import AbstractResolver
from yarl import URL

from retrieval.errors import ArticleError, FetchError
from retrieval.keeping.ingest.addresses import PORTS, Address, checked_url, is_public
from retrieval.keeping.ingest.inflating import Inflater, UnknownEncodingError
from retrieval.keeping.ingest.proxies import is_public_name, proxy_for

MAX_PAGE_BYTES = 5_000_000
MAX_PDF_BYTES = 20_000_000
MAX_REDIRECTS = 5
TOTAL_S = 30.0
CONNECT_S = 10.0
RETRY_S = 1.0
USER_AGENT = "Pullquote/0.1 (Discord bot that quotes news articles; reads pages and feeds that its admins add)"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PDF_MARK_WITHIN = 1_024
_BROKEN_OFF = (aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError, ConnectionResetError)
"""Faults that pass by themselves: tried once more."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body that was fetched: `url` as asked for, `final_url` after redirects, `content_type` as the server says."""

    url: str
    final_url: str
    content_type: str
    data: bytes
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that nothing changed since the last time."""


class _NotPublicError(OSError):
    """An address that must not be connected to."""

    def __init__(self) -> None:
        super().__init__("not a public address")


class Fetcher:
    """An HTTP client for addresses that strangers give; made within a running event loop, closed once.

    Each address is checked on the socket's way to `connect`: nothing is looked up twice, so what was
    checked is what is connected to, at each redirect too. Where the environment names a proxy, only the proxy is
    connected to, and it looks the name up: here names and addresses that cannot be public are refused, the rest is
    the proxy's to guard. `allow`, `ports` and `resolver` are for tests.
    """

    def __init__(
        self,
        *,
        allow: Callable[[Address], bool] = is_public,
        ports: Container[int] = PORTS,
        resolver: AbstractResolver | None = None,
        total_s: float = TOTAL_S,
        retry_s: float = RETRY_S,
    ) -> None:
        self._allow = allow
        self._ports = ports
        self._total_s = total_s
        self._retry_s = retry_s
        self._session = _session(
            aiohttp.TCPConnector(
                resolver=resolver, socket_factory=self._socket, force_close=True, limit=20, limit_per_host=4
            ),
            total_s,
        )
        # Connects to proxies alone, whose addresses are the operator's choice.
        self._proxied = _session(aiohttp.TCPConnector(force_close=True, limit=20), total_s)

    async def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched | NotModified:
        """Fetch `url`, or learn that it is as it was. Raises `FetchError`."""
        target = self._checked(url)
        headers = _conditions(etag, last_modified)
        try:
            async with asyncio.timeout(self._total_s):
                return await self._with_retry(url, target, headers)
        except TimeoutError:
            raise FetchError(
                f"{target.host} took longer than {self._total_s:g} s to answer; try again later."
            ) from None

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()
        await self._proxied.close()

    async def _with_retry(self, url: str, target: URL, headers: dict[str, str]) -> Fetched | NotModified:
        try:
            return await self._follow(url, target, headers)
        except _BROKEN_OFF:
            await asyncio.sleep(self._retry_s)
        try:
            return await self._follow(url, target, headers)
        except _BROKEN_OFF as error:
            raise FetchError(f"{target.host} broke the connection off twice; try again later.") from error

    async def _follow(self, url: str, target: URL, headers: dict[str, str]) -> Fetched | NotModified:
        for _ in range(MAX_REDIRECTS + 1):
            proxy = self._proxy(target)
            session = self._session if proxy is None else self._proxied
            try:
                async with session.get(target, headers=headers, allow_redirects=False, proxy=proxy) as response:
                    if response.status in _REDIRECTS:
                        target = self._redirected(response, target)
                        headers = {}  # what is known of one page tells nothing of another
                        continue
                    if response.status == 304 and headers:
                        return NotModified()
                    _check_status(response)
                    return Fetched(
                        url=url,
                        final_url=str(target),
                        content_type=response.headers.get("Content-Type", ""),
                        data=await _read(response),
                        etag=_ascii(response.headers.get("ETag")),
                        last_modified=_ascii(response.headers.get("Last-Modified")),
                    )
            except _BROKEN_OFF:
                raise
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise FetchError(_proxy_fault(target, proxy, error) or _unreachable(target, error)) from error
        raise FetchError(f"{target.host} redirects more than {MAX_REDIRECTS} times; give the article's own address.")

    def _proxy(self, target: URL) -> URL | None:
        proxy = proxy_for(target)
        host = target.host or ""
        if proxy is None:
            return None
        try:
            is_public_there = self._allow(ip_address(host))
        except ValueError:
            is_public_there = is_public_name(host)
        if not is_public_there:
            raise FetchError(_not_public(target))
        return proxy

    def _checked(self, url: str) -> URL:
        try:
            return checked_url(url, self._ports)
        except ArticleError as error:
            raise FetchError(str(error)) from None

    def _redirected(self, response: aiohttp.ClientResponse, current: URL) -> URL:
        location = response.headers.get("Location")
        if not location:
            raise FetchError(f"{current.host} redirects to nowhere; give the article's own address.")
        try:
            return self._checked(str(current.join(URL(location))))
        except ValueError:
            raise FetchError(f"{current.host} redirects to something that is no address; give another one.") from None

    def _socket(self, address: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, target = address
        if not self._allow(ip_address(str(target[0]).partition("%")[0])):
            raise _NotPublicError
        return socket.socket(family, kind, protocol)


def _session(connector: aiohttp.TCPConnector, total_s: float) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,  # it would send what ~/.netrc says of a host, too
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=total_s),
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"},
    )


def _conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    given = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    # A server can send bytes in these that no request may carry.
    return {key: value for key, value in given.items() if value and value.isascii() and value.isprintable()}


def _check_status(response: aiohttp.ClientResponse) -> None:
    host, status = response.url.host, response.status
    if status in {404, 410}:
        raise FetchError(f"{host} has nothing at this address (HTTP {status}); check the address.", gone=True)
    if status in {429, 503}:
        raise FetchError(
            f"{host} asks to wait (HTTP {status}); try again later.",
            retry_after=_retry_after(response.headers.get("Retry-After")),
        )
    if status == 407:
        raise FetchError(f"The proxy that the environment names wants a password for {host} (HTTP 407); give it there.")
    if status in {401, 402, 403, 451}:
        raise FetchError(f"{host} does not show this to the bot (HTTP {status}); save the page and add it as a file.")
    if status not in {200, 203}:
        raise FetchError(
            f"{host} answered with an error (HTTP {status}); try again later.",
            retry_after=_retry_after(response.headers.get("Retry-After")),
        )


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """Read a body. Both what comes over the wire and what it decodes to are counted while it streams in."""
    host = response.url.host
    try:
        inflater = Inflater(response.headers.get("Content-Encoding", ""))
    except UnknownEncodingError as error:
        raise FetchError(
            f"{host} sent the page in an encoding that was not asked for ({error}); save it and add it as a file."
        ) from None
    data, wire, limit = bytearray(), 0, MAX_PAGE_BYTES
    try:
        async for chunk in response.content.iter_any():
            wire += len(chunk)
            data += inflater.feed(chunk, MAX_PDF_BYTES - len(data))
            if len(data) >= _PDF_MARK_WITHIN:
                limit = MAX_PDF_BYTES if b"%PDF-" in data[:_PDF_MARK_WITHIN] else MAX_PAGE_BYTES
            if max(wire, len(data)) > limit:
                raise FetchError(f"{host} sent more than {limit / 1e6:g} MB; that is too long for an article.")
    except zlib.error:
        raise FetchError(f"{host} sent a page whose compression is damaged; save it and add it as a file.") from None
    if not inflater.is_whole:
        raise FetchError(f"{host} sent a page that breaks off; try again later.")
    return bytes(data)


def _retry_after(value: str | None) -> float | None:
    """Read Retry-After, seconds or an HTTP date, as seconds from now."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):
        return None


def _ascii(value: str | None) -> str | None:
    """Return a header that can be sent back, or None."""
    return value if value is not None and value.isascii() else None


_NO_LOOKUP = frozenset({socket.EAI_AGAIN, socket.EAI_FAIL})
"""Faults of looking a name up, of whichever name."""


def _not_public(target: URL) -> str:
    return f"{target.host} is not an address of the public web; only pages that anyone can open are fetched."


def _proxy_fault(target: URL, proxy: URL | None, error: Exception) -> str | None:
    """Return the sentence for a fault of the proxy, None where it is none: a page is not to blame for it."""
    if proxy is None:
        return None
    name = f"The proxy {proxy.host}:{proxy.port}, which the environment names,"
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return f"{name} cannot be reached; correct HTTPS_PROXY and HTTP_PROXY, or start the proxy."
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"{name} does not let the bot through to {target.host} (HTTP {error.status}); ask whoever runs it."
    return None


def _unreachable(target: URL, error: Exception) -> str:
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, _NotPublicError):
        return _not_public(target)
    if isinstance(error, aiohttp.InvalidURL):
        return f"{target.host} is not the name of a web site; check the address."
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        if error.os_error.errno in _NO_LOOKUP:
            return (
                f"The name {target.host} cannot be looked up just now; check this machine's network, or set "
                "HTTPS_PROXY if it reaches the web through a proxy only."
            )
        return f"There is no site {target.host}; check the address."
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return f"{target.host} has no valid certificate; give another address."
    if isinstance(error, TimeoutError):
        return f"{target.host} does not answer; try again later."
    if isinstance(error, OSError):
        return f"{target.host} cannot be reached; check the address or try again later."
    return f"{target.host} answered with something that is not HTTP; check the address."
