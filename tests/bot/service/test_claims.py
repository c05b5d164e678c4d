"""Walls and forged names, end to end on Discord: what the admin and the reader are told of them."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import simcord
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.records.history import History
from bot.service.client import PullquoteBot
from bot.service.starting import StartingLibrary
from bot.settings import Settings
from retrieval.engine import Engine
from retrieval.keeping.ingest.fetching import Fetcher
from retrieval.keeping.ingest.intake import Ingest
from tests.bot.service.test_whole import FERRY, QUESTION, Place
from tests.cogs.conftest import ADMIN
from tests.retrieval.keeping.ingest.conftest import AnyPort
from tests.support.fake_encoder import FakeEncoder
from tests.support.fake_reader import FakeReader
from tests.support.patience import PATIENCE_S
from tests.support.web import NewsSite, page, rss, story

ARTICLE = f"{FERRY}\n\n{story('the ferry')}"
CONSENT = (
    "<html><head><title>The Example</title></head><body><div><h1>Before you continue</h1>"
    "<p>We and our 312 partners keep information on your device, such as cookies, and use personal data for "
    "personalised advertising, for measuring it, and to learn about readers.</p>"
    "<p>You may withdraw your consent at any time in the privacy settings at the end of each page.</p>"
    "</div></body></html>"
)
BRIDGE = "The Brankovo bridge over the Zelenka river collapsed on Monday, killing 21 people."
ALIKE = "On Monday the Brankovo bridge over the Zelenka river collapsed, killing 21 people."
WHO_REPORTS = "Which outlets report that the Brankovo bridge over the Zelenka river collapsed?"


class EveryNameIsHere(AbstractResolver):
    """Leads each host's name to this machine, where one server answers for all of them."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        pass


@asynccontextmanager
async def server(tmp_path: Path) -> AsyncIterator[tuple[Place, NewsSite]]:
    """A server with an admin, and all the web's sites on loopback."""

    def ingest() -> Ingest:
        fetcher = Fetcher(allow=lambda _: True, ports=AnyPort(), resolver=EveryNameIsHere(), retry_s=0.0)
        return Ingest(fetcher=fetcher)

    settings = Settings(_env_file=None, data_dir=tmp_path / "data", seeds_dir=tmp_path / "seeds")
    site = NewsSite()
    await site.start()
    engine = await Engine.open(settings.data_dir, encoder_loader=lambda _: FakeEncoder(), reader_loader=FakeReader)
    library = StartingLibrary(engine, settings, ingest=ingest)
    await library.prepare()
    history = await History.open(tmp_path / "history.db")
    bot = PullquoteBot(settings=settings, library=library, history=history)
    async with simcord.run(bot, settle_timeout=PATIENCE_S) as env:
        guild = env.create_guild("ours")
        role = guild.create_role("admins", permissions=ADMIN)
        admin = guild.add_member(env.create_user("ada"), roles=[role])
        yield Place(guild.create_text_channel("news"), admin, env), site
    await library.stop()
    await history.close()
    await engine.close()
    await site.stop()


def at(site: NewsSite, host: str, path: str) -> str:
    """Return the address of a path as a host has it."""
    return site.url.replace("127.0.0.1", host) + path


async def add(place: Place, url: str) -> str:
    """Add a page; returns what the admin is told."""
    await place.env.advance_time(60)
    told = await place.admin.slash(place.channel, "library add url", url=url)
    return str(told.response.content)


async def test_a_consent_wall_is_refused_and_nothing_of_it_answers(tmp_path: Path):
    async with server(tmp_path) as (place, site):
        site.put("/ferry", CONSENT)
        url = at(site, "news.example.org", "/ferry")
        told = await add(place, url)
        assert told.replace("\\", "") == (
            f"{url} shows a consent page to the bot, not its article; save the page and add it as a file."
        )
        listed = await place.admin.slash(place.channel, "library list")
        assert listed.response.content.startswith("This server's library has no articles yet.")
        saved = page("A ferry", ARTICLE).encode()
        told = (await place.admin.slash(place.channel, "library add file", file=("ferry.html", saved))).response.content
        assert told.startswith("Added “A ferry”")
        assert "forty cars" in await place.ask(QUESTION)


async def test_a_teaser_before_a_paywall_says_that_it_is_one(tmp_path: Path):
    data = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
    async with server(tmp_path) as (place, site):
        site.put("/ferry", page("A ferry", FERRY).replace("</head>", f"{data}</head>"))
        assert (await add(place, at(site, "news.example.org", "/ferry"))).startswith("Added “A ferry”")
        told = await place.ask(QUESTION)
        assert "forty cars" in told
        assert "only the part that is free to read" in told


async def test_captions_and_teasers_of_a_file_stay_in_its_text_and_are_never_quoted(tmp_path: Path):
    caption = "The new ferry to Skye leaves the harbour with forty cars. (Photo: Ann Roe / Getty Images)"
    teaser = "Read also: How many cars does the new ferry to Skye carry?"
    data = f"---\ntitle: A ferry\n---\n{caption}\n\n{FERRY}\n\n{teaser}\n"
    async with server(tmp_path) as (place, _):
        await place.admin.slash(place.channel, "library add file", file=("ferry.md", data.encode()))
        told = await place.ask(QUESTION)
        assert "It carries forty cars" in told
        assert "Getty" not in told
        assert "Read also" not in told
        [shown] = await (await place.env.bot.library.manager()).articles(f"guild-{place.channel.guild.id}")
        stored = await (await place.env.bot.library.manager()).article(shown.library, shown.article_id)
        assert stored is not None
        assert caption in stored.article.text
        assert teaser in stored.article.text


async def test_a_stranger_cannot_name_another_publisher_or_address(tmp_path: Path):
    """A fetched text's own word for who published it is dropped; a file that the admin hands in is believed."""
    forged = f"---\ntitle: A ferry\npublisher: Reuters\nurl: https://reuters.com/ferry\n---\n{FERRY}"
    async with server(tmp_path) as (place, site):
        site.put("/ferry.md", forged, kind="text/markdown")
        await add(place, at(site, "blog.example.net", "/ferry.md"))
        told = await place.ask(QUESTION)
        assert "Published by blog.example.net" in told
        assert "euters" not in told
    async with server(tmp_path / "again") as (place, _):
        await place.admin.slash(place.channel, "library add file", file=("ferry.md", forged.encode()))
        assert "Published by Reuters" in await place.ask(QUESTION)


async def test_a_page_that_calls_itself_another_outlet_is_told_as_that(tmp_path: Path):
    async with server(tmp_path) as (place, site):
        site.put("/ferry", page("A ferry", ARTICLE, publisher="Reuters"))
        await add(place, at(site, "blog.example.net", "/ferry"))
        told = await place.ask(QUESTION)
        assert "Published at blog.example.net, which calls itself Reuters" in told
        assert "by Reuters" not in told


async def test_two_pages_of_one_site_are_not_two_outlets(tmp_path: Path):
    one = f"{BRIDGE}\n\nFerries carried commuters across instead, and schools in Porec stayed shut."
    other = f"{ALIKE}\n\nMinister Ivana Horvat promised engineers a new crossing before autumn."
    async with server(tmp_path) as (place, site):
        site.put("/day", page("Bridge", one, publisher="The Day"))
        site.put("/hour", page("Bridge down", other, publisher="The Hour"))
        await add(place, at(site, "news.example.org", "/day"))
        await add(place, at(site, "www.example.org", "/hour"))
        assert "2 outlets" not in await place.ask(WHO_REPORTS)
    async with server(tmp_path / "again") as (place, site):
        site.put("/day", page("Bridge", one, publisher="The Day"))
        site.put("/hour", page("Bridge down", other, publisher="The Hour"))
        await add(place, at(site, "news.example.org", "/day"))
        await add(place, at(site, "hour.example.com", "/hour"))
        told = await place.ask(WHO_REPORTS)
        assert "2 outlets report this" in told
        assert "From The Hour and news.example.org" in told or "From news.example.org and The Hour" in told


async def test_a_feeds_title_is_nobodys_publisher(tmp_path: Path):
    words = "".join(f"<p>{paragraph}</p>" for paragraph in ARTICLE.split("\n\n"))
    async with server(tmp_path) as (place, site):
        site.put("/ferry", f"<html><head><title>A ferry</title></head><body><article>{words}</article></body></html>")
        entry = ("1", at(site, "port.example.edu", "/ferry"), "A ferry")
        site.put("/feed", rss("Reuters", [entry]), kind="application/rss+xml")
        url = at(site, "collector.example.io", "/feed")
        told = (await place.admin.slash(place.channel, "library feed add", url=url)).response.content
        assert told.startswith("Following Reuters.")
        await place.admin.slash(place.channel, "library reindex", feed=1)
        told = await place.ask(QUESTION)
        assert "Published by port.example.edu" in told
