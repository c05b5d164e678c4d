"""`/sources` and `/source` show who is quoted, in pages that only the asker turns, and only what is verbatim."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import simcord
from hypothesis import given
from hypothesis import strategies as st

from bot.records.history import History
from bot.service.client import PullquoteBot
from bot.settings import Settings
from cogs._rendering import MESSAGE_LIMIT, quote_text, texts, units
from cogs._rendering.sources import Page, list_pages, source_pages
from cogs._ui.pages import NOT_YOURS
from cogs.sources import Sources
from retrieval.domain.articles import Credit, SourceKind
from retrieval.domain.lookups import SeveralSources, SourceQuotes, SourceSummary
from retrieval.errors import StorageError
from tests.cogs.conftest import World
from tests.cogs.quotes import AGENDA, FULL, NEWS, POLITICO, RIFT, VISIT, FakeLibrary, quote

FIVE = tuple(quote(text, attribution=POLITICO) for text in (RIFT, AGENDA, VISIT, RIFT + "!", AGENDA + "!"))


def summary(name: str = "POLITICO", quotes: int = 3) -> SourceSummary:
    return SourceSummary(
        name, (), SourceKind.OUTLET, quotes, 1, datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 3, 3, tzinfo=UTC)
    )


async def look_up(world: World, **options: str) -> simcord.results.InteractionResult:
    return await world.alice.slash(world.channel, "source", **options)


async def test_sources_are_listed_with_counts_and_dates(world: World, library: FakeLibrary) -> None:
    library.listed = [summary(), summary("All *Israel* News", 1)]
    result = await world.alice.slash(world.channel, "sources", topic="gaza")
    assert result.response.content == (
        "**Who is quoted on gaza** · 2 sources\n\n"
        "- POLITICO (outlet): 3 quotes in 1 article, 1 March 2024 to 3 March 2024\n"
        "- All \\*Israel\\* News (outlet): 1 quote in 1 article, 1 March 2024 to 3 March 2024"
    )
    assert result.response.components == []
    assert library.looked_up == [("gaza",)]


async def test_no_sources_are_told_in_a_sentence(world: World) -> None:
    result = await world.alice.slash(world.channel, "sources")
    assert result.response.content == "No source in the library is quoted."


async def test_a_source_is_shown_in_quotes_with_both_layers(world: World, library: FakeLibrary) -> None:
    library.found = SourceQuotes("POLITICO", (quote(RIFT, attribution=POLITICO, credit=FULL),))
    result = await look_up(world, name="politico", topic="rift")
    content = result.response.content
    assert content.startswith("**POLITICO** on rift · 1 quote\n\n> ")
    assert quote_text(content) == RIFT
    assert "-# According to POLITICO (“As highlighted by”)\n-# Published by The Example Daily" in content
    assert result.response.components == []
    assert library.looked_up == [("politico", "rift")]


async def test_nothing_pings(world: World, library: FakeLibrary) -> None:
    library.found = SourceQuotes("@everyone", tuple(quote(f"@everyone <@{world.alice.id}> {n}") for n in range(5)))
    result = await look_up(world, name="everyone")
    await world.alice.click(result.response, label="Next")
    bodies = [entry.json.get("data", entry.json) for entry in world.env.http_requests if isinstance(entry.json, dict)]
    said = [body for body in bodies if "everyone" in str(body.get("content"))]
    assert [body["allowed_mentions"]["parse"] for body in said] == [[], []]
    assert "@everyone" not in result.response.content.replace("\\@everyone", "")


async def test_the_asker_turns_the_pages(world: World, library: FakeLibrary) -> None:
    library.found = SourceQuotes("POLITICO", FIVE)
    shown = (await look_up(world, name="POLITICO")).response
    assert shown.content.endswith("-# Page 1 of 2")
    await world.alice.click(shown, label="Next")
    assert shown.content.endswith("-# Page 2 of 2")
    assert AGENDA + "!" in quote_text(shown.content)
    await world.alice.click(shown, label="Previous")
    assert shown.content.endswith("-# Page 1 of 2")


async def test_nobody_else_turns_them(world: World, library: FakeLibrary) -> None:
    bob = world.guild.add_member(world.env.create_user("bob"))
    library.found = SourceQuotes("POLITICO", FIVE)
    shown = (await look_up(world, name="POLITICO")).response
    refused = await bob.click(shown, label="Next")
    assert (refused.response.content, refused.ephemeral) == (NOT_YOURS, True)
    assert shown.content.endswith("-# Page 1 of 2")


async def test_the_buttons_leave_before_they_stop_working(world: World, library: FakeLibrary) -> None:
    library.found = SourceQuotes("POLITICO", FIVE)
    shown = (await look_up(world, name="POLITICO")).response
    await world.env.advance_time(13 * 60)
    await world.alice.click(shown, label="Next")
    await world.env.advance_time(13 * 60)
    assert shown.components
    await world.env.advance_time(61)
    assert shown.components == []
    assert shown.content.endswith("-# Page 2 of 2")


async def test_a_quote_that_is_not_verbatim_is_never_shown(world: World, library: FakeLibrary) -> None:
    library.found = SourceQuotes("POLITICO", FIVE)
    library.changed.add(FIVE[-1].text)
    shown = (await look_up(world, name="POLITICO")).response
    await world.alice.click(shown, label="Next")
    assert shown.content == texts.CHANGED_MEANWHILE
    library.changed.add(RIFT)
    assert (await look_up(world, name="POLITICO")).response.content == texts.CHANGED_MEANWHILE


async def test_what_is_not_there_is_said(world: World, library: FakeLibrary) -> None:
    assert (await look_up(world, name="*Nobody*")).response.content == "The library has nothing from \\*Nobody\\*."
    library.found = SourceQuotes("POLITICO", ())
    told = (await look_up(world, name="politico", topic="tennis")).response.content
    assert told == "The library has nothing from POLITICO on tennis."
    library.found = SeveralSources(("Benny Gantz", "Yael Gantz"))
    told = (await look_up(world, name="Gantz")).response.content
    assert told == "Gantz may be **Benny Gantz** or **Yael Gantz**; please ask for one by the full name."


async def test_other_bearers_of_the_name_are_told(world: World, library: FakeLibrary) -> None:
    library.found = SourceQuotes("Gantz", (quote(),), ("Benny Gantz", "Yael Gantz"))
    told = (await look_up(world, name="Gantz")).response.content
    assert "-# The name may also mean Benny Gantz and Yael Gantz." in told


async def test_names_are_suggested_from_what_this_server_may_see(world: World, library: FakeLibrary) -> None:
    library.names = ["POLITICO", "The New York Sun"]
    choices = await world.alice.autocomplete(world.channel, "source", "name", "pol")
    assert [choice["value"] for choice in choices] == ["POLITICO"]
    await look_up(world, name="POLITICO")
    await world.alice.slash(world.channel, "sources")
    assert library.seen == [(f"guild-{world.guild.id}", "shared")] * 3


async def test_nothing_is_suggested_while_the_library_loads(
    history: History, library: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SimCord's clock stands still while a command runs, so the cog is asked without it."""
    monkeypatch.setattr("cogs._ui.suggesting.SUGGEST_WITHIN_S", 0.01)
    library.loaded.clear()
    bot = PullquoteBot(settings=Settings(_env_file=None), library=library, history=history)
    asking = SimpleNamespace(client=bot, guild_id=1, user=SimpleNamespace(id=2))
    assert await Sources(bot).suggest(asking, "pol") == []


async def test_who_asks_too_fast_is_told(world: World) -> None:
    results = [await world.alice.slash(world.channel, "sources") for _ in range(20)]
    assert "many questions at once" in results[-1].response.content
    assert results[-1].ephemeral


async def test_a_fault_ends_in_one_calm_sentence(
    world: World, library: FakeLibrary, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise StorageError("the disk is gone")

    library.found = SourceQuotes("POLITICO", FIVE)
    shown = (await look_up(world, name="POLITICO")).response
    monkeypatch.setattr(library, "still_verbatim", fail)
    told = (await world.alice.click(shown, label="Next")).response.content
    assert "the disk" not in told
    assert told.split("`")[1] in caplog.text
    assert world.env.errors


@given(
    st.lists(st.text(min_size=1, max_size=1_500), min_size=1, max_size=8),
    st.text(min_size=1, max_size=150),
    st.lists(st.text(min_size=1, max_size=150), max_size=6),
)
def test_every_page_fits_and_the_pages_show_every_character(written: list[str], name: str, others: list[str]) -> None:
    credit = Credit(title=name * 3, publisher=name, url="https://example.com/" + "a" * 300)
    quotes = tuple(quote(text, credit=credit, attribution=NEWS) for text in written)
    pages = source_pages(SourceQuotes(name, quotes, tuple(others)), topic=name)
    assert all(units(page.text) <= MESSAGE_LIMIT for page in pages)
    assert {q for page in pages for q in page.quotes} == set(quotes)


@given(st.text(min_size=1, max_size=200), st.integers(1, 25))
def test_every_page_of_the_list_fits(name: str, count: int) -> None:
    pages: list[Page] = list_pages([summary(name, 1_000_000)] * count, topic=name)
    assert all(units(page.text) <= MESSAGE_LIMIT for page in pages)
    assert len(pages) == -(-count // 10)
