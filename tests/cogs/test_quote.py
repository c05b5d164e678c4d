"""A quote is checked with `/quote` and the message menu, and told with the articles' own words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs._rendering import MAX_MESSAGES, MESSAGE_LIMIT, quote_text, texts, units
from cogs._rendering.checks import render_check
from cogs.quote import quoted_in
from retrieval.domain.articles import Span
from retrieval.domain.lookups import QuoteCheck, Segment, Verdict
from retrieval.errors import IndexUnavailableError
from tests.cogs.conftest import World
from tests.cogs.quotes import AGENDA, NEWS, POLITICO, RIFT, FakeLibrary, quote

CHANGED = QuoteCheck(
    text="the *small* rift within Israel's party",
    speaker=None,
    verdict=Verdict.ALTERED,
    quotes=(quote("the rift within Israel's government", attribution=POLITICO, emphasis=[Span(25, 35)]),),
    diff=(
        Segment("equal", "the ", "the "),
        Segment("delete", "*small* ", ""),
        Segment("equal", "rift within Israel's ", "rift within Israel's "),
        Segment("replace", "party", "government"),
    ),
    speakers=("POLITICO",),
)


async def test_an_exact_quote_is_told_with_who_it_comes_from(world: World, library: FakeLibrary) -> None:
    library.check = QuoteCheck(AGENDA, "All Israel News", Verdict.EXACT, (quote(attribution=NEWS),))
    result = await world.alice.slash(world.channel, "quote", text=AGENDA, speaker="All Israel News")
    assert not result.ephemeral
    assert quote_text(result.response.content) == AGENDA
    assert "exactly so and they are from All Israel News." in result.response.content
    assert "According to All Israel News" in result.response.content
    assert library.checked == [(AGENDA, "All Israel News", (f"guild-{world.guild.id}", "shared"))]


async def test_a_changed_quote_is_shown_as_it_stands_with_the_difference(world: World, library: FakeLibrary) -> None:
    library.check = CHANGED
    result = await world.alice.slash(world.channel, "quote", text=CHANGED.text)
    content = result.response.content
    assert quote_text(content) == "the rift within Israel's government"
    assert "> the rift within Israel's **government**" in content
    assert "-# Not in the articles: “\\*small\\*”, “party”" in content
    assert "Not in these words" in content


async def test_someone_elses_words_are_told_with_whose_they_are(world: World, library: FakeLibrary) -> None:
    library.check = QuoteCheck(
        RIFT, "@everyone", Verdict.MISATTRIBUTED, (quote(RIFT, attribution=POLITICO),), speakers=("POLITICO",)
    )
    result = await world.alice.slash(world.channel, "quote", text=RIFT, speaker="@everyone")
    assert "not from \\@everyone but from POLITICO." in result.response.content


async def test_what_is_not_found_is_said_in_a_sentence(world: World, library: FakeLibrary) -> None:
    library.check = QuoteCheck("<@1> said so", None, Verdict.NOT_FOUND)
    result = await world.alice.slash(world.channel, "quote", text="<@1> said so")
    assert "Nothing in the articles reads like this" in result.response.content
    sent = [entry.json for entry in world.env.http_requests if "content" in (entry.json or {})]
    assert [entry["allowed_mentions"]["parse"] for entry in sent] == [[]]


async def test_the_menu_checks_the_words_in_quotation_marks(world: World, library: FakeLibrary) -> None:
    theirs = await world.alice.send(world.channel, "He said “no”, and then “the rift is a challenge”, I think")
    await world.alice.context_menu(world.channel, "Check this quote", theirs)
    plain = await world.alice.send(world.channel, "> the rift's challenge\n> isn't new")
    await world.alice.context_menu(world.channel, "Check this quote", plain)
    assert [text for text, *_ in library.checked] == ["the rift is a challenge", "the rift's challenge\nisn't new"]


async def test_links_and_emoji_are_read_as_a_person_reads_them(world: World, library: FakeLibrary) -> None:
    said = (
        "“The rift <:sad:983746512345678901> [is a challenge](https://example.org/a/rift-story)” https://example.org/b"
    )
    await world.alice.context_menu(world.channel, "Check this quote", await world.alice.send(world.channel, said))
    await world.alice.slash(world.channel, "quote", text="is a [challenge](<https://example.org/x>) <t:1709640000:R>")
    assert [" ".join(text.split()) for text, *_ in library.checked] == ["The rift is a challenge", "is a challenge"]


async def test_a_direct_message_is_checked_against_the_shared_library(world: World, library: FakeLibrary) -> None:
    await world.alice.user.slash("quote", text="the rift")
    assert library.checked[0][2] == ("shared",)


async def test_a_text_without_words_is_told_to_the_asker_alone(world: World, library: FakeLibrary) -> None:
    empty = await world.alice.slash(world.channel, "quote", text="…!")
    assert empty.ephemeral
    assert library.checked == []


async def test_a_quote_whose_article_has_just_changed_is_not_shown(world: World, library: FakeLibrary) -> None:
    library.check = CHANGED
    library.changed.add(CHANGED.quotes[0].text)
    result = await world.alice.slash(world.channel, "quote", text=CHANGED.text)
    assert result.response.content == texts.CHANGED_MEANWHILE


async def test_a_fault_ends_in_one_sentence(world: World, library: FakeLibrary) -> None:
    library.check = IndexUnavailableError("down")
    result = await world.alice.slash(world.channel, "quote", text="the rift")
    assert "down" not in result.response.content
    assert "\n" not in result.response.content
    assert [str(error.__cause__) for error in world.env.errors] == ["down"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('she said "it is over" today', "it is over"),
        ("«c'est fini», dit-il", "c'est fini"),
        ("„Es ist vorbei“, sagte er", "Es ist vorbei"),
        ("it's over, isn't it", "it's over, isn't it"),
        ('an empty "…" pair', 'an empty "…" pair'),
    ],
)
def test_the_quoted_words_of_a_message_are_found(content: str, words: str) -> None:
    assert quoted_in(content) == words


@given(st.sampled_from(Verdict), st.text(max_size=2000), st.text(min_size=1, max_size=100), st.text(min_size=1))
def test_a_check_stays_within_discords_limits(verdict: Verdict, text: str, speaker: str, words: str) -> None:
    segments = (Segment("replace", text, words),) * 3
    quotes = (quote(words * 20, emphasis=[Span(0, len(words))]), quote(words))
    pages = render_check(QuoteCheck(text, speaker, verdict, quotes, segments, (speaker * 3,)))
    assert len(pages) <= MAX_MESSAGES
    assert all(units(page) <= MESSAGE_LIMIT for page in pages)
