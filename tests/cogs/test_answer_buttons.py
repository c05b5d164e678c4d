"""The buttons under an answer show what stands in the articles now, to whoever sees them here, after a restart too."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import discord
import pytest
import simcord

from bot.records.history import History
from bot.service.client import PullquoteBot
from bot.settings import Settings
from cogs._answers.actions import THANKS, TOO_FAST
from cogs._answers.feedback import NOTED
from cogs._answers.live import CHANGED, GONE
from cogs._answers.place import FORGOTTEN
from cogs._rendering import quote_text
from retrieval.domain.answers import Refusal
from retrieval.domain.articles import Article
from retrieval.errors import IndexUnavailableError
from tests.cogs.conftest import World
from tests.cogs.discord_markdown import read
from tests.cogs.quotes import (
    AGENDA,
    FILLER,
    FULL,
    NEWS,
    POLITICO,
    RIFT,
    VISIT,
    FakeLibrary,
    answer,
    article,
    placed,
    refusal,
)


async def ask(world: World, question: str = "why did Gantz go?") -> discord.Message:
    """Ask by mention and return the answer."""
    await world.alice.send(world.channel, f"{world.me} {question}")
    return world.channel.last_message


def labels(message: discord.Message) -> list[str]:
    """Return what stands on the buttons of a message, an emoji where there are no words."""
    return [
        button.label or str(button.emoji)
        for row in message.components
        for button in row.children
        if isinstance(button, discord.Button)
    ]


def links(message: discord.Message) -> list[str]:
    return [button.url for row in message.components for button in row.children if button.url]


def shown(result: simcord.results.InteractionResult) -> list[str]:
    """Return all that a click has shown, which only the one who clicked sees."""
    assert result.ephemeral
    first = result.response
    return [first.content, *(message.content for message in result.followups if message.id != first.id)]


async def counts(history: History) -> tuple[int, ...]:
    """Return how many turns, answers and opinions are kept."""
    (row,) = await history.read(
        "SELECT (SELECT count(*) FROM turns), (SELECT count(*) FROM answers), (SELECT count(*) FROM feedback)"
    )
    return tuple(row)


@pytest.fixture
def two(library: FakeLibrary) -> FakeLibrary:
    """One quote that answers, and one more from the same source."""
    library.outcome = answer(placed(AGENDA, attribution=NEWS), replace(placed(VISIT), score=-9.0))
    return library


async def test_one_quote_stands_in_the_message_and_the_rest_behind_a_button(world: World, two: FakeLibrary) -> None:
    said = await ask(world)
    assert quote_text(said.content) == AGENDA
    assert labels(said) == ["Context", "More quotes", "Sources", "Useful", "👎"]


async def test_a_button_for_more_is_only_there_when_there_is_more(world: World, library: FakeLibrary) -> None:
    assert labels(await ask(world)) == ["Context", "Sources", "Useful", "👎"]


async def test_context_is_the_sentences_around_with_the_quote_in_bold(world: World, two: FakeLibrary) -> None:
    (said,) = shown(await world.alice.click(await ask(world), label="Context"))
    around = quote_text(said)
    assert around in two.articles["gantz-washington"].article.text
    assert FILLER[1] in around
    assert around != AGENDA
    assert read(said).bold == [AGENDA]
    assert "According to" not in said  # its neighbours are nobody's words but the article's


async def test_more_shows_the_other_quotes_and_they_have_context_too(world: World, two: FakeLibrary) -> None:
    result = await world.alice.click(await ask(world), label="More quotes")
    (said,) = shown(result)
    assert quote_text(said) == VISIT
    assert "why did Gantz go" in said
    (around,) = shown(await world.alice.click(result.response, label="Context"))
    assert read(around).bold == [VISIT]


async def test_sources_lists_every_article_once_with_date_and_address(world: World, library: FakeLibrary) -> None:
    other = article(RIFT, article_id="other", library=world.own, credit=FULL)
    library.articles["other"] = other
    library.outcome = answer(placed(AGENDA), replace(placed(VISIT), score=-9.0), placed(RIFT, stored=other))
    (said,) = shown(await world.alice.click(await ask(world), label="Sources"))
    assert said.startswith("**From 2 articles**")
    assert "The Example Daily · 3 March 2024\n  <https://example.com/news/gantz>" in said
    assert (
        "“Benny Gantz in Washington” (what I call it; it states no title)\n  publisher not stated · date not stated"
        in said
    )


async def test_the_link_opens_the_page_at_the_quoted_sentence(world: World, library: FakeLibrary) -> None:
    library.articles["gantz-washington"] = stored = article(credit=FULL)
    library.outcome = answer(placed(RIFT, stored=stored))
    said = await ask(world)
    assert labels(said) == ["Context", "Sources", "Open article", "Useful", "👎"]
    assert links(said) == [
        "https://example.com/news/gantz#:~:text=As%20highlighted%20by%20POLITICO%2C,interests%20with%20diplomatic%20strategies."
    ]
    assert "](" not in said.content


async def test_several_articles_have_a_link_each_with_the_publishers_name(world: World, library: FakeLibrary) -> None:
    stored = [
        article(text, article_id=name, credit=replace(FULL, publisher=name, url=f"https://{name}.example/"))
        for name, text in (("one", AGENDA), ("two", RIFT))
    ]
    library.articles = {one.article.article_id: one for one in stored}
    library.outcome = answer(*(placed(text, stored=one) for text, one in zip((AGENDA, RIFT), stored, strict=True)))
    said = await ask(world)
    assert labels(said) == ["Context", "Sources", "Useful", "👎", "one", "two"]
    assert [len(row.children) for row in said.components] == [4, 2]
    assert [link.partition("#")[0] for link in links(said)] == ["https://one.example/", "https://two.example/"]


async def test_a_refusal_has_the_nearest_quote_behind_a_button(world: World, library: FakeLibrary) -> None:
    library.outcome = refusal(placed(VISIT), placed(RIFT, attribution=POLITICO))
    said = await ask(world)
    assert VISIT not in said.content
    assert labels(said) == ["Nearest quotes", "Useful", "👎"]
    (nearest,) = shown(await world.alice.click(said, label="Nearest quotes"))
    assert nearest.startswith("-# Nearest in the articles, though it does not answer:")
    assert read(nearest).quotes == [VISIT, RIFT]


@pytest.mark.parametrize(
    "kind",
    [
        Refusal.THANKS,
        Refusal.GREETING,
        Refusal.NOT_A_QUESTION,
        Refusal.ABOUT_THE_BOT,
        Refusal.OPINION,
        Refusal.OTHER_TASK,
        Refusal.EMPTY_LIBRARY,
    ],
)
async def test_small_talk_has_no_buttons(world: World, library: FakeLibrary, kind: Refusal) -> None:
    library.outcome = replace(refusal(), refusal=kind, names=())
    assert labels(await ask(world)) == []


async def test_an_answer_that_cannot_be_remembered_is_whole_in_itself(
    world: World, library: FakeLibrary, history: History
) -> None:
    library.outcome = answer(placed(AGENDA), placed(VISIT, attribution=NEWS))
    await history._connection.execute("DROP TABLE answers")
    said = await ask(world)
    assert labels(said) == []
    assert read(said.content).quotes == [AGENDA, VISIT]


# ---------------------------------------------------------------- restart, several people, feedback

ALL = ["Context", "More quotes", "Sources", "Useful", "👎"]


async def press(actor: simcord.MemberActor, message: discord.Message, label: str) -> simcord.results.InteractionResult:
    ids = {labels(message)[n]: b for n, b in enumerate(b for row in message.components for b in row.children)}
    return await actor.click(message, custom_id=ids[label].custom_id)


@pytest.mark.parametrize("label", ALL)
async def test_every_button_works_after_a_restart(
    world: World, two: FakeLibrary, history: History, tmp_path: Path, label: str
) -> None:
    said = await ask(world)
    reopened = await History.open(tmp_path / "history.db")
    await world.env.restart_bot(PullquoteBot(settings=Settings(_env_file=None), library=two, history=reopened))
    result = await press(world.alice, said, label)
    assert result.response.content not in (FORGOTTEN, GONE, CHANGED)
    assert result.response.content
    await world.env.settle()
    await reopened.close()


async def test_several_people_press_buttons_of_several_answers_at_once(world: World, library: FakeLibrary) -> None:
    texts = {"one": AGENDA, "two": VISIT, "three": RIFT}
    messages = {}
    for name, text in texts.items():
        library.outcome = answer(placed(text))
        messages[name] = await ask(world, f"{name}?")
    people = [world.alice, *(world.guild.add_member(world.env.create_user(f"user {n}")) for n in range(3))]
    for person in people:
        for name, text in texts.items():
            (said,) = shown(await person.click(messages[name], label="Context"))
            assert read(said).bold == [text]


async def test_what_people_think_is_kept_once_a_person_and_can_be_changed(
    world: World, two: FakeLibrary, history: History
) -> None:
    said = await ask(world)
    ben = world.guild.add_member(world.env.create_user("ben"))
    assert shown(await press(world.alice, said, "Useful")) == [THANKS[True]]
    assert shown(await press(world.alice, said, "👎")) == [THANKS[False]]
    await press(ben, said, "Useful")
    rows = await history.read("SELECT * FROM feedback ORDER BY user_id")
    (turn,) = await history.read("SELECT turn_id FROM turns")
    assert [(row["user_id"], row["useful"], row["word"]) for row in rows] == [
        (world.alice.id, 0, None),
        (ben.id, 1, None),
    ]
    assert {(row["exchange_id"], row["guild_id"], row["channel_id"]) for row in rows} == {
        (turn["turn_id"], world.guild.id, world.channel.id)
    }


async def test_a_word_can_be_added(world: World, two: FakeLibrary, history: History) -> None:
    thanked = await press(world.alice, await ask(world), "👎")
    form = await world.alice.click(thanked.response, label="Add a word")
    told = await world.alice.submit_modal(form, {"word": " too\n long "})
    assert (told.response.content, told.ephemeral) == (NOTED, True)
    assert [tuple(row) for row in await history.read("SELECT useful, word FROM feedback")] == [(0, "too long")]


async def test_a_word_is_never_logged(world: World, two: FakeLibrary, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    caplog.set_level(logging.DEBUG, "cogs")
    thanked = await press(world.alice, await ask(world), "👎")
    await world.alice.submit_modal(await world.alice.click(thanked.response, label="Add a word"), {"word": "hunter2"})
    ours = [record for record in caplog.records if record.name.partition(".")[0] in ("bot", "cogs")]
    assert not any("hunter2" in record.getMessage() for record in ours)


@pytest.mark.parametrize("label", ["Context", "Useful"])
async def test_what_goes_with_the_history_goes_with_its_buttons(
    world: World, two: FakeLibrary, history: History, label: str
) -> None:
    said = await ask(world)
    await press(world.alice, said, "Useful")
    await history.delete_of_user(user_id=world.alice.id, channel_id=world.channel.id)
    assert shown(await press(world.alice, said, label)) == [FORGOTTEN]
    assert await counts(history) == (0, 0, 0)


async def test_who_leaves_takes_an_opinion_of_others_answers_along(
    world: World, two: FakeLibrary, history: History
) -> None:
    ben = world.guild.add_member(world.env.create_user("ben"))
    await press(ben, await ask(world), "Useful")
    await history.delete_of_user(user_id=ben.id, channel_id=world.channel.id)
    assert await counts(history) == (1, 1, 0)


async def test_who_clicks_without_end_is_asked_to_slow_down(world: World, two: FakeLibrary) -> None:
    said = await ask(world)
    told = [shown(await press(world.alice, said, "Sources"))[0] for _ in range(13)]
    assert told.count(TOO_FAST) == 1
    assert told[-1] == TOO_FAST


# ---------------------------------------------------------------- articles that change, go, or are not for here


@pytest.mark.parametrize("label", ["Context", "More quotes", "Sources"])
async def test_an_article_that_is_gone_is_told_politely(world: World, two: FakeLibrary, label: str) -> None:
    said = await ask(world)
    two.articles.clear()
    assert shown(await press(world.alice, said, label)) == [GONE]


@pytest.mark.parametrize("label", ["Context", "More quotes", "Sources"])
async def test_an_article_that_has_changed_is_told_politely(world: World, two: FakeLibrary, label: str) -> None:
    said = await ask(world)
    two.changed = {AGENDA, VISIT}
    assert shown(await press(world.alice, said, label)) == [CHANGED]


async def test_what_is_left_is_shown_and_what_is_not_is_told(world: World, library: FakeLibrary) -> None:
    further = [replace(placed(text), score=-9.0) for text in (VISIT, RIFT)]
    library.outcome = answer(placed(AGENDA), *further)
    said = await ask(world)
    library.changed = {RIFT}
    (told,) = shown(await press(world.alice, said, "More quotes"))
    assert read(told).quotes == [VISIT]
    assert told.endswith("\n-# One more is no longer in the articles.")


async def test_an_article_that_moves_between_two_looks_shows_nothing(world: World, two: FakeLibrary) -> None:
    """What is read for the context is compared once more as what it is going to show."""
    said = await ask(world)
    stored = two.articles["gantz-washington"]
    moved = Article("gantz-washington", "New. " + stored.article.text, stored.article.credit)
    two.articles["gantz-washington"] = replace(stored, article=moved)
    assert shown(await press(world.alice, said, "Context")) == [CHANGED]


async def test_every_quote_that_a_button_shows_is_read_again_first(world: World, two: FakeLibrary) -> None:
    said = await ask(world)
    two.read_again.clear()
    result = await press(world.alice, said, "Context")
    read_again = [quote.text for quotes in two.read_again for quote in quotes]
    assert quote_text(result.response.content) in read_again


@pytest.mark.parametrize("label", ["Context", "More quotes", "Sources"])
async def test_an_article_of_another_library_is_never_shown(world: World, two: FakeLibrary, label: str) -> None:
    """It cannot be quoted here; if its id were, it would not be opened."""
    said = await ask(world)
    two.articles["gantz-washington"] = replace(two.articles["gantz-washington"], library="guild-1")
    two.seen.clear()
    assert shown(await press(world.alice, said, label)) == [GONE]
    assert set(two.seen) == {(world.own, "shared")}


async def test_in_a_direct_message_a_library_that_was_lost_is_shut(
    world: World, library: FakeLibrary, simcord_bot: PullquoteBot
) -> None:
    await simcord_bot.guild_store.set_direct_messages(world.guild.id, allowed=True)
    await simcord_bot.guild_store.pick(world.alice.id, world.guild.id)
    library.articles["gantz-washington"] = stored = article(library=world.own)
    library.outcome = answer(placed(AGENDA, stored=stored))
    user = world.alice.user
    await user.send_dm("why?")
    said = user.dm_channel.last_message
    assert read((await user.click(said, label="Context")).response.content).bold == [AGENDA]
    await simcord_bot.guild_store.set_direct_messages(world.guild.id, allowed=False)
    assert (await user.click(said, label="Context")).response.content == GONE


# ---------------------------------------------------------------- what Discord does


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (403, 50001), (500, 0)])
@pytest.mark.parametrize("label", ["Context", "Useful"])
async def test_an_interaction_that_discord_no_longer_takes_ends_quietly(
    world: World, two: FakeLibrary, caplog: pytest.LogCaptureFixture, status: int, code: int, label: str
) -> None:
    said = await ask(world)
    world.env.inject_error("POST", "/interactions/*/callback", status=status, code=code, times=None)
    await press(world.alice, said, label)
    assert "Unclosed" not in caplog.text
    assert [record for record in caplog.records if record.name.startswith(("bot", "cogs"))] or status == 404


@pytest.mark.parametrize("status", [403, 404, 429, 500])
async def test_a_refused_follow_up_ends_quietly_and_the_next_click_works(
    world: World, two: FakeLibrary, status: int
) -> None:
    said = await ask(world)
    world.env.inject_error("POST", "/webhooks/*", status=status, times=1)
    await press(world.alice, said, "Context")
    (shows,) = shown(await press(world.alice, said, "Context"))
    assert read(shows).bold == [AGENDA]


async def test_a_fault_of_the_library_is_one_calm_sentence(
    world: World, two: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*args: object, **kwargs: object) -> None:
        raise IndexUnavailableError("/srv/data is gone")

    said = await ask(world)
    monkeypatch.setattr(two, "article", fail)
    (told,) = shown(await press(world.alice, said, "Context"))
    assert told.startswith("The articles cannot be reached just now.")


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_an_answer_that_cannot_be_sent_is_not_remembered(
    world: World, two: FakeLibrary, history: History, status: int
) -> None:
    world.env.inject_error("POST", "/channels/*/messages", status=status, times=None)
    await world.alice.send(world.channel, f"{world.me} why?")
    assert await counts(history) == (0, 0, 0)


async def test_an_answer_whose_buttons_discord_refuses_comes_whole_without_them(
    world: World, library: FakeLibrary, caplog: pytest.LogCaptureFixture
) -> None:
    stored = article(credit=FULL)
    library.outcome = answer(placed(AGENDA, stored=stored), placed(VISIT, stored=stored))
    world.env.inject_error("POST", "/channels/*/messages", status=400, code=50035)
    said = await ask(world)
    assert labels(said) == []
    assert said.reference is not None
    assert read(said.content).quotes == [AGENDA, VISIT]
    assert "[Open the article](<https://example.com/news/gantz>)" in said.content
    assert "refuses the buttons" in caplog.text


async def test_what_was_sent_of_a_long_answer_is_remembered_when_the_rest_fails(
    world: World, library: FakeLibrary, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = " ".join(f"Sentence number {number} of the article ends here." for number in range(120))
    library.outcome = answer(placed(long, stored=article(long)))
    send, count = discord.TextChannel.send, 0

    async def fail_later(*args: object, **kwargs: object) -> discord.Message:
        nonlocal count
        count += 1
        if count == 3:
            raise RuntimeError("no more")
        return await send(*args, **kwargs)

    monkeypatch.setattr(discord.TextChannel, "send", fail_later)
    await world.alice.send(world.channel, f"{world.me} why?")
    (turn,) = await history.recent(world.channel.id, limit=9)
    assert len(turn.message_ids) == 2


async def test_an_answer_that_cannot_be_composed_is_not_remembered(
    world: World, library: FakeLibrary, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*args: object, **kwargs: object) -> None:
        raise IndexUnavailableError("/srv/data is gone")

    library.outcome = answer(placed(AGENDA, stored=article(credit=FULL)))
    monkeypatch.setattr(library, "article", fail)
    said = await ask(world)
    assert said.content.startswith("The articles cannot be reached just now.")
    assert await counts(history) == (0, 0, 0)


async def test_buttons_need_no_permission_but_that_to_write(world: World, two: FakeLibrary) -> None:
    bare = world.guild.create_text_channel(
        "bare",
        overwrites={
            world.env.bot.user: discord.PermissionOverwrite(
                embed_links=False, attach_files=False, use_external_emojis=False, read_message_history=False
            )
        },
    )
    await world.alice.send(bare, f"{world.me} why?")
    assert labels(bare.last_message) == ALL


async def test_after_a_channel_is_deleted_nothing_of_it_is_left(
    world: World, two: FakeLibrary, history: History
) -> None:
    await ask(world)
    await world.env.bot.get_channel(world.channel.id).delete()
    await world.env.settle()
    assert await counts(history) == (0, 0, 0)


async def test_no_view_stays_in_memory_for_an_answer(world: World, two: FakeLibrary) -> None:
    before = list(world.env.bot.persistent_views)
    await ask(world)
    assert world.env.bot.persistent_views == before
    assert world.env.bot._connection._view_store._synced_message_views == {}
