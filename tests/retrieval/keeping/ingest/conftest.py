"""A sandbox for each module, a fetcher that may reach loopback, and servers to reach there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest_asyncio
from aiohttp import web

from retrieval.keeping.ingest.addresses import Address
from retrieval.keeping.ingest.fetching import Fetcher

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class AnyPort:
    """Every port is allowed: test servers take what is free."""

    def __contains__(self, port: object) -> bool:
        return True


def only_loopback(address: Address) -> bool:
    return str(address) == "127.0.0.1"


@pytest_asyncio.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    made = Fetcher(allow=only_loopback, ports=AnyPort(), total_s=5, retry_s=0)
    yield made
    await made.close()


@asynccontextmanager
async def site(handler: Handler) -> AsyncIterator[str]:
    """Serve every path by `handler` on loopback; yields the site's address without a slash."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    server = web.TCPSite(runner, "127.0.0.1", 0)
    await server.start()
    port = runner.addresses[0][1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw_site(answer: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> AsyncIterator[str]:
    """Serve by writing bytes straight to the connection, which `answer` may leave open."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await answer(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away, which is what it should do
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()
