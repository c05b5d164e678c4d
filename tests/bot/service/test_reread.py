"""A page that lost most of its text, end to end on Discord: the admin is asked, and the old text answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import simcord

from bot.records.history import History
from bot.service.announcing import Announced
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
STUB = (
    "We are sorry, but something went wrong and the story cannot be shown at the moment. The people who look "
    "after these pages have been told, and will mend it as soon as they can."
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path / "data", seeds_dir=tmp_path / "seeds")


@asynccontextmanager
async def server(settings: Settings) -> AsyncIterator[tuple[Place, NewsSite, StartingLibrary]]:
    """A server with an admin, a news site on loopback, and all between them as it runs."""

    def ingest() -> Ingest:
        return Ingest(fetcher=Fetcher(allow=lambda _: True, ports=AnyPort(), retry_s=0.0))

    site = NewsSite()
    await site.start()
    engine = await Engine.open(settings.data_dir, encoder_loader=lambda _: FakeEncoder(), reader_loader=FakeReader)
    library = StartingLibrary(engine, settings, ingest=ingest)
    await library.prepare()
    history = await History.open(settings.data_dir / "history.db")
    bot = PullquoteBot(settings=settings, library=library, history=history)
    async with simcord.run(bot, settle_timeout=PATIENCE_S) as env:
        guild = env.create_guild("ours")
        role = guild.create_role("admins", permissions=ADMIN)
        admin = guild.add_member(env.create_user("ada"), roles=[role])
        yield Place(guild.create_text_channel("news"), admin, env), site, library
    await library.stop()
    await history.close()
    await engine.close()
    await site.stop()


async def test_the_admin_is_asked_what_to_do_with_a_page_that_lost_its_text(settings: Settings):
    async with server(settings) as (place, site, _):
        await a_page_loses_its_text(place, site)


async def a_page_loses_its_text(place: Place, site: NewsSite) -> None:
    url = site.put("/ferry", page("A ferry", ARTICLE))
    told = await place.admin.slash(place.channel, "library add url", url=url)
    assert told.response.content.startswith("Added “A ferry”")
    site.put("/ferry", page("A ferry", STUB))
    asked = await place.admin.slash(place.channel, "library add url", url=url)
    first, *_ = asked.response.content.splitlines()
    assert first == (
        "“A ferry”: the page now shows nothing of what it did, and looks like an error page; keep the old text?"
    )
    assert asked.ephemeral
    assert "forty cars" in await place.ask(QUESTION)
    status = await place.admin.slash(place.channel, "library status")
    assert "1 new version waits for your decision: `/library review`." in status.response.content
    kept = await place.admin.click(asked.response, label="Keep the old text")
    assert kept.response.content == "The old text of “A ferry” stays. I say no more of this new one."
    nothing = await place.admin.slash(place.channel, "library review")
    assert nothing.response.content == "No new version of an article waits for a decision."
    assert "forty cars" in await place.ask(QUESTION)
    part = "\n\n".join(ARTICLE.split("\n\n")[1:3])
    site.put("/ferry", page("A ferry", part))
    await place.admin.slash(place.channel, "library reindex")
    shown = place.channel.last_message.content
    assert "Keeps its old text, since most of it is no longer there: 1 page." in shown
    asked = await place.admin.slash(place.channel, "library review")
    assert "the page now shows only 31% of what it did; keep the old text?" in asked.response.content
    taken = await place.admin.click(asked.response, label="Take the new text")
    assert taken.response.content == "“A ferry” has its new text now; the old one is gone."
    assert "forty cars" not in await place.ask(QUESTION)


async def test_a_feeds_channel_is_told_and_the_old_text_answers(settings: Settings):
    async with server(settings) as (place, site, library):
        link = site.put("/ferry", page("A ferry", ARTICLE))
        url = site.put("/feed", rss("The Day", [("1", link, "A ferry")]), kind="application/rss+xml")
        manager = await library.manager()
        own = f"guild-{place.channel.guild.id}"
        feed = await manager.add_feed(own, url, announce_to=str(place.channel.id))
        await manager.poller.poll(feed)
        site.put("/ferry", page("A ferry", STUB))
        site.put("/feed", rss("The Day", [("1", link, "A ferry, again")]), kind="application/rss+xml")
        report = await manager.poller.poll(feed)
        assert await place.env.bot.tell_doubts(feed, report.doubtful) is Announced.POSTED
        assert place.channel.last_message.content == (
            "“A ferry” from The Day: the page now shows nothing of what it did, and looks like an error page. "
            "I keep the old text until somebody who manages the library decides with `/library review`."
        )
        assert "forty cars" in await place.ask(QUESTION)
