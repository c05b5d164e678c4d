"""`/article` finds by title or topic what this place may see, and shows it word for word."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs._markdown.lengths import MESSAGE_LIMIT, units
from cogs._rendering import quote_text, texts
from cogs._rendering.reading import pieces, reading_pages
from retrieval.domain.articles import Article, Credit
from tests.cogs.conftest import World
from tests.cogs.quotes import AGENDA, FULL, RIFT, VISIT, FakeLibrary, article

LONG = "\n".join(f"Paragraph {n} has some words of its own, and ends here." for n in range(60))


@pytest.fixture
def ferry(world: World, library: FakeLibrary) -> FakeLibrary:
    stored = article("The ferry sails.", article_id="ferry", library=world.own, credit=replace(FULL, title="A ferry"))
    library.articles["ferry"] = stored
    return library


@pytest.mark.parametrize("typed", ["ferry", "A ferry", "sails"])
async def test_the_only_article_that_fits_is_shown_to_the_one_who_asks(
    world: World, ferry: FakeLibrary, typed: str
) -> None:
    result = await world.alice.slash(world.channel, "article", article=typed)
    assert result.ephemeral
    said = result.response.content
    assert said.startswith("**A ferry**\n-# Published by The Example Daily, 3 March 2024\n")
    assert quote_text(said) == ferry.articles["ferry"].article.text
    (row,) = result.response.components
    assert [button["url"] for button in row["components"]] == ["https://example.com/news/gantz"]


async def test_several_are_listed(world: World, ferry: FakeLibrary) -> None:
    said = (await world.alice.slash(world.channel, "article", article="the")).response.content
    assert said.startswith("**2 articles** on “the”. Which one?\n")
    assert "- A ferry · The Example Daily · 3 March 2024" in said


async def test_nothing_is_said_plainly(world: World, ferry: FakeLibrary) -> None:
    result = await world.alice.slash(world.channel, "article", article="*zebras*")
    assert result.response.content == "I have no article on “\\*zebras\\*”."


async def test_titles_are_suggested_and_the_one_chosen_is_shown(world: World, ferry: FakeLibrary) -> None:
    choices = await world.alice.autocomplete(world.channel, "article", "article", "ferry")
    assert [(choice["name"], choice["value"]) for choice in choices] == [("A ferry · The Example Daily", "ferry")]
    result = await world.alice.slash(world.channel, "article", article=choices[0]["value"])
    assert result.response.content.startswith("**A ferry**")


async def test_nothing_is_suggested_while_the_library_loads(world: World, ferry: FakeLibrary) -> None:
    async def wait() -> None:
        raise TimeoutError

    ferry.wait = wait
    assert await world.alice.autocomplete(world.channel, "article", "article", "ferry") == []


async def test_a_direct_message_sees_what_all_share(world: World, ferry: FakeLibrary) -> None:
    result = await world.alice.user.slash("article", article="ferry")
    assert result.response.content == "I have no article on “ferry”."


async def test_a_long_article_is_turned_in_pages_each_read_again(world: World, ferry: FakeLibrary) -> None:
    stored = ferry.articles["ferry"]
    ferry.articles["ferry"] = replace(stored, article=Article("ferry", LONG, stored.article.credit))
    result = await world.alice.slash(world.channel, "article", article="ferry")
    assert "-# Page 1 of 3" in result.response.content
    first = quote_text(result.response.content)
    await world.alice.click(result.response, label="Next")
    second = quote_text(result.response.content)
    assert LONG.startswith(f"{first}\n{second}")
    assert [[quote.text for quote in quotes] for quotes in ferry.read_again[-2:]] == [[first], [second]]
    ferry.changed = {quote_text(reading_pages(ferry.articles["ferry"])[2].text)}
    await world.alice.click(result.response, label="Next")
    assert result.response.content == texts.CHANGED_MEANWHILE


async def test_who_asks_too_fast_is_told(world: World, ferry: FakeLibrary) -> None:
    told = [(await world.alice.slash(world.channel, "article", article="ferry")).response.content for _ in range(6)]
    assert "at once" in told[-1]


@given(
    st.text(max_size=400) | st.text(st.sampled_from("ab *_\n.>1:\U0001f600\u202e"), max_size=40).map(lambda t: t * 90)
)
def test_the_pages_of_a_text_leave_out_nothing_but_blanks_and_fit(text: str) -> None:
    spans = list(pieces(text))
    assert "".join("".join(span.of(text).split()) for span in spans) == "".join(text.split())
    assert all(one.end <= other.start for one, other in pairwise(spans))
    stored = article(AGENDA, RIFT, VISIT)
    credit = Credit(title="*" * 900, publisher="_" * 900)
    pages = reading_pages(replace(stored, article=Article("a", text, credit)))
    assert [quote_text(page.text) for page in pages] == [page.quotes[0].text for page in pages]
    assert all(units(page.text) <= MESSAGE_LIMIT for page in pages)
