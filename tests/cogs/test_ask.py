"""Questions reach the library from every place Discord offers, and answers come back there."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC

import discord
import pytest

from bot.records.history import History
from cogs._rendering import quote_text, texts
from retrieval.domain.answers import NoAnswer, Refusal
from retrieval.domain.articles import Credit
from retrieval.domain.askers import Asker
from retrieval.errors import IndexUnavailableError
from tests.cogs.conftest import World
from tests.cogs.quotes import AGENDA, POLITICO, RIFT, VISIT, FakeLibrary, answer, quote, refusal


async def test_a_mention_is_answered_in_a_reply_with_the_quote(world: World, library: FakeLibrary) -> None:
    question = await world.alice.send(world.channel, f"{world.me} why did Gantz go to Washington?")
    said = world.channel.last_message
    assert quote_text(said.content) == AGENDA
    assert "According to All Israel News (“as reported by”)" in said.content
    assert said.reference.message_id == question.id
    assert library.asked[0][0] == "why did Gantz go to Washington?"


@pytest.mark.parametrize("message", ["why {me} did he go?", "why did he go? {me}", "{me}\nwhy did he go?"])
async def test_the_mention_may_stand_anywhere(world: World, library: FakeLibrary, message: str) -> None:
    await world.alice.send(world.channel, message.format(me=world.me))
    assert library.asked[0][0] == "why did he go?"


async def test_other_peoples_mentions_become_their_names(world: World, library: FakeLibrary) -> None:
    await world.alice.send(world.channel, f"{world.me} what did {world.alice.mention} say?")
    assert library.asked[0][0] == "what did alice say?"


@pytest.mark.parametrize(
    "message",
    [
        "{me} why did he go? <:thinkspin:983746512345678901>",
        "{me} why did he go? <a:wave:983746512345678901>",
        "{me} why did he go? <t:1709640000:R>",
        "{me} why did he go? https://example.org/2024/story?utm_source=x",
        "{me} why did [he](https://example.org/who) go?",
    ],
)
async def test_markup_of_discord_is_no_word_of_a_question(world: World, library: FakeLibrary, message: str) -> None:
    await world.alice.send(world.channel, message.format(me=world.me))
    assert library.asked[0][0] == "why did he go?"


async def test_a_channel_stands_by_its_name(world: World, library: FakeLibrary) -> None:
    await world.alice.send(world.channel, f"{world.me} what is {world.channel.mention} about?")
    assert library.asked[0][0] == f"what is {world.channel.name} about?"


async def test_a_reply_to_an_answer_is_a_question(world: World, library: FakeLibrary) -> None:
    await world.alice.send(world.channel, f"{world.me} why?")
    await world.alice.send(world.channel, "and who agreed?", reply_to=world.channel.last_message)
    assert [question for question, *_ in library.asked] == ["why?", "and who agreed?"]


async def test_a_reply_whose_text_discord_hides_is_told_how_to_ask(world: World, library: FakeLibrary) -> None:
    """Discord blanks a reply to the answer of a slash command."""
    result = await world.alice.slash(world.channel, "ask", question="why?")
    await world.alice.send(world.channel, "and who agreed?", reply_to=result.response)
    assert world.answers()[-1] == texts.UNREADABLE_REPLY
    assert len(library.asked) == 1


async def test_a_reply_to_somebody_else_is_left_alone(world: World) -> None:
    bob = world.guild.add_member(world.env.create_user("bob"))
    theirs = await bob.send(world.channel, "what a day")
    await world.alice.send(world.channel, "indeed", reply_to=theirs)
    assert world.answers() == []


async def test_a_direct_message_is_answered_from_the_shared_library_only(world: World, library: FakeLibrary) -> None:
    await world.alice.send_dm("why did Gantz go to Washington?")
    assert quote_text(world.alice.user.dm_channel.last_message.content) == AGENDA
    assert library.asked[0][1] == ("shared",)


async def test_a_server_question_sees_the_server_and_the_shared_library(world: World, library: FakeLibrary) -> None:
    await world.alice.send(world.channel, f"{world.me} why?")
    assert set(library.asked[0][1]) == {"shared", f"guild-{world.guild.id}"}
    assert library.asked[0][2].tzinfo is UTC


async def test_the_slash_command_defers_and_answers_with_the_question_on_top(world: World) -> None:
    result = await world.alice.slash(world.channel, "ask", question="why did *he* go?")
    (acknowledged,) = [entry.json for entry in world.env.http_requests if entry.path.endswith("/callback")]
    assert acknowledged["type"] == discord.InteractionResponseType.deferred_channel_message.value
    assert not result.ephemeral
    assert result.response.content.startswith("-# Asked: why did \\*he\\* go?\n")
    assert quote_text(result.response.content) == AGENDA


async def test_the_slash_command_works_in_a_direct_message(world: World, library: FakeLibrary) -> None:
    result = await world.alice.user.slash("ask", question="why?")
    assert quote_text(result.response.content) == AGENDA
    assert library.asked[0][1] == ("shared",)


async def test_the_message_menu_asks_what_somebody_wrote(world: World, library: FakeLibrary) -> None:
    bob = world.guild.add_member(world.env.create_user("bob"))
    theirs = await bob.send(world.channel, "why did Gantz go to Washington?")
    result = await world.alice.context_menu(world.channel, "Ask about this", theirs)
    assert quote_text(result.response.content) == AGENDA
    assert library.asked[0][0] == "why did Gantz go to Washington?"


async def test_the_message_menu_tells_when_the_message_is_too_long(world: World) -> None:
    theirs = await world.alice.send(world.channel, "why " * 200)
    result = await world.alice.context_menu(world.channel, "Ask about this", theirs)
    assert result.ephemeral
    assert result.response.content == texts.too_long(799)


async def test_a_bare_mention_is_answered_with_help(world: World, library: FakeLibrary) -> None:
    await world.alice.send(world.channel, world.me)
    assert "only in the articles' own words" in world.answers()[0]
    assert library.asked == []


@pytest.mark.parametrize("content", ["@everyone why?", "@here why?", "why did he go?"])
async def test_what_does_not_name_the_bot_is_ignored(world: World, content: str) -> None:
    await world.alice.send(world.channel, content)
    assert world.answers() == []


async def test_a_role_mention_is_ignored(world: World) -> None:
    role = world.guild.create_role("readers")
    await world.alice.send(world.channel, f"{role.mention} why?")
    assert world.answers() == []


async def test_bots_and_webhooks_are_ignored(world: World) -> None:
    robot = world.guild.add_member(world.env.create_user("robot", bot=True))
    await robot.send(world.channel, f"{world.me} why?")
    await world.guild.create_webhook(world.channel).send(f"{world.me} why?")
    assert world.answers() == []


async def test_nothing_the_bot_sends_can_mention_anyone(world: World, library: FakeLibrary) -> None:
    loud = "@everyone and @here and <@1> and <@&2> met."
    library.outcome = answer(quote(loud, credit=Credit(title="@everyone <@1>")))
    await world.alice.send(world.channel, f"{world.me} what did @everyone do?")
    await world.alice.slash(world.channel, "ask", question="what did @everyone do?")
    sent = [entry for entry in world.env.http_requests if "content" in (entry.json or {})]
    assert len(sent) == 2
    for entry in sent:
        assert entry.json["allowed_mentions"]["parse"] == []
        assert not entry.json["allowed_mentions"].get("replied_user")
    said = world.channel.last_message
    assert not said.mention_everyone
    assert said.mentions == []
    assert quote_text(said.content) == loud


async def test_links_never_unfurl(world: World) -> None:
    await world.alice.send(world.channel, f"{world.me} why?")
    result = await world.alice.slash(world.channel, "ask", question="why?")
    assert world.channel.history()[1].flags.suppress_embeds
    assert result.response.flags.suppress_embeds


async def test_a_long_quote_arrives_whole_in_several_messages(world: World, library: FakeLibrary) -> None:
    text = " ".join(f"Sentence number {number} of the article ends here." for number in range(120))
    library.outcome = answer(quote(text))
    await world.alice.send(world.channel, f"{world.me} why?")
    said = world.answers()
    assert len(said) == 4
    assert "".join(quote_text(content) for content in said) == text
    assert [message.reference is not None for message in world.channel.history()[1:]] == [
        True, False, False, False,
    ]  # fmt: skip


async def test_a_refusal_is_its_reason_and_what_to_ask_instead(world: World, library: FakeLibrary) -> None:
    library.outcome = refusal(quote(VISIT), quote(RIFT, attribution=POLITICO))
    await world.alice.send(world.channel, f"{world.me} when did Gantz meet Kamala Harris?")
    assert world.answers() == [
        "None of my articles mentions Kamala Harris.\n-# You could ask: *what did POLITICO say?*"
    ]


async def test_a_quote_that_the_article_no_longer_holds_is_not_sent(
    world: World, library: FakeLibrary, caplog: pytest.LogCaptureFixture
) -> None:
    library.outcome = answer(quote(AGENDA), quote(VISIT))
    library.changed = {AGENDA}
    await world.alice.send(world.channel, f"{world.me} why?")
    assert quote_text(world.answers()[0]) == VISIT
    assert "not verbatim" in caplog.text


async def test_every_quote_is_read_again_once_before_it_is_sent(world: World, library: FakeLibrary) -> None:
    library.outcome = answer(quote(AGENDA), quote(VISIT))
    await world.alice.send(world.channel, f"{world.me} why?")
    assert [[read.text for read in quotes] for quotes in library.read_again] == [[AGENDA, VISIT]]
    assert (len(library.asked), library.refreshed) == (1, [])


async def test_a_question_is_asked_again_of_what_is_live_when_an_article_has_changed(
    world: World, library: FakeLibrary, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def refresh(libraries: Sequence[str]) -> None:
        library.refreshed.append(tuple(libraries))
        library.outcome = answer(quote(VISIT))

    monkeypatch.setattr(library, "refresh", refresh)
    library.outcome = answer(quote(AGENDA), quote(VISIT))
    library.changed = {AGENDA}
    await world.alice.send(world.channel, f"{world.me} why?")
    assert quote_text(world.answers()[0]) == VISIT
    assert [libraries for _, libraries, _ in library.asked] == library.refreshed * 2
    assert "not verbatim" not in caplog.text


async def test_when_no_quote_is_left_the_person_is_asked_to_ask_again(world: World, library: FakeLibrary) -> None:
    library.changed = {AGENDA}
    await world.alice.send(world.channel, f"{world.me} why?")
    assert world.answers() == [texts.CHANGED_MEANWHILE]


@pytest.mark.parametrize("error", [RuntimeError("the token is hunter2"), IndexUnavailableError("/srv/data is gone")])
async def test_an_error_shows_one_calm_sentence_with_the_id_that_the_log_has(
    world: World, library: FakeLibrary, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    library.outcome = error
    await world.alice.send(world.channel, f"{world.me} why?")
    (said,) = world.answers()
    assert str(error) not in said
    assert error_id(said) in caplog.text
    assert "Traceback" in caplog.text
    assert str(error) in caplog.text


async def test_an_error_of_the_slash_command_ends_the_same_way(
    world: World, library: FakeLibrary, caplog: pytest.LogCaptureFixture
) -> None:
    library.outcome = RuntimeError("no")
    result = await world.alice.slash(world.channel, "ask", question="why?")
    assert error_id(result.response.content) in caplog.text
    assert [str(error.__cause__) for error in world.env.errors] == ["no"]


async def test_a_question_asked_while_the_library_loads_waits_and_is_answered(
    world: World, library: FakeLibrary
) -> None:
    library.loaded.clear()

    async def wait() -> None:
        await world.env.external_wait(library.loaded.wait(), reason="the model is loading")

    library.wait = wait
    await world.alice.send(world.channel, f"{world.me} why?")
    assert world.answers() == []
    library.loaded.set()
    await world.env.settle()
    assert quote_text(world.answers()[0]) == AGENDA


async def test_a_question_is_acknowledged_by_typing(world: World) -> None:
    await world.alice.send(world.channel, f"{world.me} why?")
    paths = [entry.path for entry in world.env.http_requests]
    assert paths.index(f"/channels/{world.channel.id}/typing") < paths.index(f"/channels/{world.channel.id}/messages")


async def test_a_question_that_is_too_long_is_told_so(world: World, library: FakeLibrary) -> None:
    await world.alice.send(world.channel, f"{world.me} {'why ' * 200}")
    assert world.answers() == [texts.too_long(799)]
    assert library.asked == []


async def test_who_asks_too_fast_is_told_once_and_served_later(world: World, library: FakeLibrary) -> None:
    for _ in range(8):
        await world.alice.send(world.channel, f"{world.me} why?")
    assert len(library.asked) == 5
    assert [said for said in world.answers() if said.startswith("That was many")] == world.answers()[5:]
    assert len(world.answers()) == 6
    await world.env.advance_time(21)
    await world.alice.send(world.channel, f"{world.me} why?")
    assert len(library.asked) == 6


async def test_where_the_bot_may_not_write_it_stays_silent(world: World, library: FakeLibrary) -> None:
    hushed = world.guild.create_text_channel(
        "hushed", overwrites={world.env.bot.user: discord.PermissionOverwrite(send_messages=False)}
    )
    await world.alice.send(hushed, f"{world.me} why?")
    assert library.asked == []
    assert len(hushed.history()) == 1


async def test_a_question_in_a_thread_is_answered_there_and_remembered_for_it_only(
    world: World, history: History
) -> None:
    parent = world.env.bot.get_channel(world.channel.id)
    await parent.create_thread(name="aside", type=discord.ChannelType.public_thread)
    (thread,) = world.channel.threads
    await world.alice.send(thread, f"{world.me} why?")
    assert quote_text(thread.last_message.content) == AGENDA
    assert len(await history.recent(thread.id, limit=9)) == 1
    assert await history.recent(world.channel.id, limit=9) == ()


async def test_where_the_bot_may_not_read_the_history_it_answers_without_a_reply(world: World) -> None:
    blind = world.guild.create_text_channel(
        "blind", overwrites={world.env.bot.user: discord.PermissionOverwrite(read_message_history=False)}
    )
    await world.alice.send(blind, f"{world.me} why?")
    assert quote_text(blind.last_message.content) == AGENDA
    assert blind.last_message.reference is None


async def test_an_answer_is_given_even_if_typing_fails(world: World) -> None:
    world.env.inject_error("POST", "/channels/*/typing", status=500)
    await world.alice.send(world.channel, f"{world.me} why?")
    assert quote_text(world.channel.last_message.content) == AGENDA


async def test_an_answer_is_given_even_if_the_history_fails(
    world: World, history: History, caplog: pytest.LogCaptureFixture
) -> None:
    await history._connection.execute("DROP TABLE turns")
    await world.alice.send(world.channel, f"{world.me} why?")
    assert len(world.answers()) == 1
    assert "could not be added to the history" in caplog.text


async def test_a_refused_answer_is_logged_and_crashes_nothing(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.env.inject_error("POST", "/channels/*/messages", status=403)
    await world.alice.send(world.channel, f"{world.me} why?")
    assert "not allowed to answer" in caplog.text


async def test_an_answer_is_recorded_with_its_quotes_and_messages(world: World, history: History) -> None:
    await world.alice.send(world.channel, f"{world.me} why did he go?")
    (turn,) = await history.recent(world.channel.id, limit=5)
    assert (turn.question, turn.user_id, turn.guild_id) == ("why did he go?", world.alice.id, world.guild.id)
    assert [span.text for span in turn.quotes] == [AGENDA]
    assert turn.message_ids == (world.channel.last_message.id,)
    assert turn.refusal is None


async def test_a_refusal_is_recorded_with_its_reason(world: World, library: FakeLibrary, history: History) -> None:
    library.outcome = refusal()
    await world.alice.send(world.channel, f"{world.me} why?")
    (turn,) = await history.recent(world.channel.id, limit=5)
    assert (turn.refusal, turn.reason) == (Refusal.UNKNOWN_NAME, "None of my articles mentions Kamala Harris.")


async def test_a_question_is_never_logged_at_info(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await world.alice.send(world.channel, f"{world.me} what about the secret plan?")
    ours = [record for record in caplog.records if record.name.partition(".")[0] in ("bot", "cogs", "discord")]
    assert not any("secret plan" in record.getMessage() for record in ours)


def error_id(sentence: str) -> str:
    assert sentence.count("`") == 2
    return sentence.split("`")[1]


async def test_questions_are_asked_for_a_person_in_a_place(world: World, library: FakeLibrary) -> None:
    await world.alice.send(world.channel, f"{world.me} why?")
    await world.alice.slash(world.channel, "ask", question="why?")
    await world.alice.send_dm("why?")
    person = str(world.alice.id)
    assert library.askers == [Asker(world.own, person), Asker(world.own, person), Asker("direct", person)]


async def test_who_finds_the_bot_busy_is_told_when_to_ask_again_and_nothing_is_kept(
    world: World, library: FakeLibrary, history: History
) -> None:
    library.outcome = NoAnswer("why?", Refusal.BUSY, ("12",))
    await world.alice.send(world.channel, f"{world.me} why?")
    assert world.answers() == ["I am busy; please ask again in about 12 seconds."]
    assert world.channel.last_message.components == []
    assert await history.recent(world.channel.id, limit=5) == ()
    library.outcome = answer()
    await world.alice.send(world.channel, f"{world.me} and who agreed?")
    assert library.talks == [(), ()]
